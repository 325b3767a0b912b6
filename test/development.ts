// Runs `pubc dev` for tests, in projects of their own, and ends it when the tests of a file are done.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { root } from "./command.js";

const scratch = mkdtempSync(join(tmpdir(), "pub-dev-"));
const running: ChildProcess[] = [];

afterAll(async () => {
  for (const child of running) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const ended = new Promise((resolve) => child.once("close", resolve));
    child.kill("SIGTERM");
    await ended;
  }
  rmSync(scratch, { recursive: true, force: true });
});

export interface Development {
  address: string;
  child: ChildProcess;
  output(): string;
  ended: Promise<number | null>;
}

export function start(folder: string, args: string[]): Omit<Development, "address"> {
  const child = spawn(process.execPath, [join(root, "packages/pub-compiler/bin/pubc.js"), "dev", ...args], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.push(child);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (text) => (output += text));
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  return { child, output: () => output, ended };
}

export async function develop(folder: string, args: string[] = []): Promise<Development> {
  const development = start(folder, ["--port", "0", ...args]);
  const address = await eventually(() => {
    const match = /^pubc dev: (http:\S+) shows/m.exec(development.output());
    if (match === null) throw new Error(`it did not start:\n${development.output()}`);
    return match[1];
  });
  return { ...development, address };
}

/** Tries until it does not throw any more. */
export async function eventually<T>(attempt: () => T | Promise<T>): Promise<T> {
  const deadline = Date.now() + 50_000;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** An empty folder in which the packages of the repository are installed. */
export function project(name: string): string {
  const folder = join(scratch, name);
  mkdirSync(folder);
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  return folder;
}

export function edit(file: string, change: (text: string) => string): void {
  writeFileSync(file, change(readFileSync(file, "utf8")));
}
