// Set-up shared by `npm start` and `npm test`: installs what the lock file names, builds the bundles.
// Uses nothing but Node's own modules, because it runs before anything is installed.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the repository. */
export const root = join(dirname(fileURLToPath(import.meta.url)), "..");

const lockFolder = join(root, ".pub-cache", "setup.lock");
const oldestNode = [20, 19];

/** Installs the dependencies when they are missing or differ from the lock file, then builds every package. */
export async function setUp() {
  checkNode();
  await alone(() => {
    if (!isInstalled(root)) install(root);
    run("build", process.execPath, ["scripts/build.mjs", "--quiet"]);
  });
}

/**
 * Installs what an example needs besides, when it has a lock file of its own; not where Node has the module for which the
 * packages stand in (`notNeededWith` in its package.json).
 */
export async function installExample(folder) {
  if (!existsSync(join(folder, "package-lock.json"))) return;
  const { notNeededWith } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  if (notNeededWith !== undefined && process.getBuiltinModule?.(notNeededWith) !== undefined) return;
  await alone(() => {
    if (!isInstalled(folder)) install(folder);
  });
}

/**
 * Runs a job while no other set-up of this folder runs, so that two `npm test` at once do not write the same files.
 * A lock left by a process that no longer exists is taken over.
 */
export async function alone(job) {
  mkdirSync(dirname(lockFolder), { recursive: true });
  while (!takeLock()) await new Promise((resolve) => setTimeout(resolve, 200));
  try {
    return await job();
  } finally {
    rmSync(lockFolder, { recursive: true, force: true });
  }
}

/** Runs a command, usually in the repository's folder, with its output on ours; ends this process when it fails. */
export function run(name, command, args, cwd = root) {
  const { status, error } = spawnSync(command, args, { cwd, stdio: "inherit" });
  if (error) throw error;
  if (status !== 0) throw new StepFailed(name, status ?? 1);
}

/** A step of the set-up ended with an error, which it has reported itself. */
export class StepFailed extends Error {
  constructor(step, status) {
    super(`${step} failed`);
    this.status = status;
  }
}

/** The path of a command installed with the dependencies. */
export function installedCommand(name) {
  return join(root, "node_modules", ".bin", process.platform === "win32" ? `${name}.cmd` : name);
}

function checkNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1])) return;
  console.error(`Node ${oldestNode.join(".")} or newer is needed; this is ${process.versions.node}.`);
  process.exit(1);
}

/** Compares npm's own record of what it installed with the lock file: the same versions, apart from optional ones. */
function isInstalled(folder) {
  const record = join(folder, "node_modules", ".package-lock.json");
  if (!existsSync(record)) return false;
  const installed = JSON.parse(readFileSync(record, "utf8")).packages;
  const wanted = JSON.parse(readFileSync(join(folder, "package-lock.json"), "utf8")).packages;
  return Object.entries(wanted).every(([path, entry]) => {
    if (!path.startsWith("node_modules/") || entry.optional || entry.link) return true;
    return installed[path]?.version === entry.version;
  });
}

function install(folder) {
  console.log("Installing dependencies …");
  const npm = process.env.npm_execpath;
  const args = ["ci", "--no-audit", "--no-fund"];
  if (npm?.endsWith("js")) run("npm ci", process.execPath, [npm, ...args], folder);
  else run("npm ci", process.platform === "win32" ? "npm.cmd" : "npm", args, folder);
}

function takeLock() {
  const ownerFile = join(lockFolder, "pid");
  try {
    mkdirSync(lockFolder);
    writeFileSync(ownerFile, String(process.pid));
    return true;
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
  }
  // The owner writes its number just after it made the folder; an empty lock is somebody at work.
  const owner = existsSync(ownerFile) ? Number(readFileSync(ownerFile, "utf8")) : 0;
  if (owner > 0 && !isRunning(owner)) rmSync(lockFolder, { recursive: true, force: true });
  return false;
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}
