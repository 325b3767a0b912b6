// Running commands as whole processes: how long they take from start to exit, how much memory they need at most.
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = dirname(fileURLToPath(import.meta.url));
export const workFolder = join(folder, "../.work");
export const pubc = join(folder, "../../packages/pub-compiler/bin/pubc.js");

/** Runs Node with arguments; returns the duration in milliseconds. Throws when the process fails. */
export function timed(args, workingFolder = undefined, environment = process.env) {
  const started = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, {
    cwd: workingFolder,
    env: environment,
    stdio: ["ignore", "ignore", "pipe"],
  });
  const duration = performance.now() - started;
  if (status !== 0) throw new Error(`node ${args.join(" ")} ended with ${status}\n${stderr}`);
  return duration;
}

/** The most memory that Node with these arguments held at once, in MB. */
export function peakMemory(args) {
  const result = spawnSync(process.execPath, ["--require", join(folder, "report-memory.cjs"), ...args], {
    stdio: ["ignore", "ignore", "ignore", "pipe"],
  });
  if (result.status !== 0) throw new Error(`node ${args.join(" ")} ended with ${result.status}`);
  return Number(result.output[3]) / 1024;
}

/** Starts a command that goes on until it is told to stop; `line(pattern)` waits for its next line that matches. */
export function started(args) {
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const waiting = [];
  let text = "";
  child.stdout.on("data", (data) => {
    text += data;
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n")) {
      const line = text.slice(0, end);
      text = text.slice(end + 1);
      for (const entry of waiting.filter(({ pattern }) => pattern.test(line))) {
        waiting.splice(waiting.indexOf(entry), 1);
        entry.resolve(line);
      }
    }
  });
  const ended = new Promise((resolve) => child.on("exit", resolve));
  ended.then((code) => {
    for (const { reject } of waiting) reject(new Error(`node ${args.join(" ")} ended with ${code}`));
  });
  return {
    line: (pattern) => new Promise((resolve, reject) => waiting.push({ pattern, resolve, reject })),
    async stop() {
      child.kill("SIGTERM");
      await ended;
    },
  };
}

/** The folder of a generated tree of `count` templates, the same bytes each time. */
export function tree(count) {
  const path = join(workFolder, `scale-${count}`);
  mkdirSync(workFolder, { recursive: true });
  timed([join(folder, "../scale.mjs"), "--count", String(count), "--out", path]);
  return path;
}

/** A file with one line of text and code, for commands that need one. */
export function oneLineFile() {
  const path = join(workFolder, "one-line.pub");
  mkdirSync(workFolder, { recursive: true });
  writeFileSync(path, "1 + 1 = %{1 + 1}\n");
  return path;
}
