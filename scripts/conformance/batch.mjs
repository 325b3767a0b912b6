// Renders many pages in one `pubc render --batch` process: a line of JSON each way and page.
// The environment is the one the expected outputs were made in: UTC, English, UTF-8.
import { spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { OnDemandSource, publish } from "pub-compiler";
import { bytes } from "./cases.mjs";

const compiler = join(dirname(fileURLToPath(import.meta.url)), "../../packages/pub-compiler/bin/pubc.js");

/** Milliseconds after which a page counts as hanging. */
const patience = 20_000;

/** A compiler that dies on every page is not started for all of them. */
const mostRestarts = 10;

/**
 * Renders the cases with the given options of a page and a fixed seed of random numbers. A page that hangs or brings the process down costs only its own
 * answer: the pages behind it are rendered by a new process.
 * @param {import("./cases.mjs").Case[]} cases
 * @param {{dictOrder: "reference" | "insertion"}} options
 * @returns {Promise<Map<string, import("./cases.mjs").Case["expected"]>>} by id, as bytes; a case without an answer is
 *   missing. Rejects when the process cannot be started.
 */
export async function renderAll(cases, options) {
  const answers = new Map();
  let rest = cases;
  for (let restarts = 0; rest.length > 0 && restarts <= mostRestarts; restarts++) {
    const count = await renderUntilFault(rest, options, answers);
    rest = rest.slice(count + 1);
  }
  return answers;
}

/**
 * Renders the cases in this process with all names looked up at run time: the path that optimised pages are held against.
 * @param {import("./cases.mjs").Case[]} cases
 * @param {{dictOrder: "reference" | "insertion"}} options
 * @returns {Promise<Map<string, import("./cases.mjs").Case["expected"]>>} as `renderAll`
 */
export async function renderAllByName(cases, options) {
  const answers = new Map();
  const render = async ({ id, root, main }) => {
    const source = new OnDemandSource(root, {
      referenceOrder: options.dictOrder === "reference",
      traced: false,
      optimize: false,
    });
    const page = await publish(source, {
      name: main,
      options: { ...options, seed: 1, timeZone: "UTC" },
      debugFunctions: true,
    });
    const stderr = page.log.map((line) => `${line}\n`).join("");
    answers.set(id, { stdout: page.output, stderr, accepted: page.accepted });
  };
  await Promise.all(cases.map(render));
  return answers;
}

/** Renders the cases in order, up to one that is never answered; returns how many were. */
async function renderUntilFault(cases, options, answers) {
  const child = spawn(process.execPath, [compiler, "render", "--batch"], {
    env: { ...process.env, TZ: "UTC", LANG: "en_US.UTF-8", LC_ALL: "en_US.UTF-8" },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = new Promise((resolve, reject) => {
    child.on("close", resolve);
    child.on("error", reject);
  });
  // A process that stopped reading is told apart by its missing answers.
  child.stdin.on("error", () => {});
  const requests = cases.map(({ id, root, main }) =>
    JSON.stringify({ id, root, main, options: { ...options, seed: 1 } }),
  );
  child.stdin.end(`${requests.join("\n")}\n`);

  let count = 0;
  const watchdog = setTimeout(() => child.kill("SIGKILL"), patience);
  for await (const line of createInterface({ input: child.stdout })) {
    watchdog.refresh();
    const answer = JSON.parse(line);
    count++;
    if (answer.error) {
      console.error(`${answer.id}: ${answer.error}`);
      continue;
    }
    answers.set(answer.id, {
      stdout: bytes(answer.stdout, answer.stdoutBase64),
      stderr: bytes(answer.stderr, answer.stderrBase64),
      accepted: answer.accepted,
    });
  }
  clearTimeout(watchdog);
  await ended;
  return count;
}
