/**
 * The programs that `pubc dev` runs: started, listened to, ended.
 */
import { type ChildProcess, spawn } from "node:child_process";

export interface Child {
  /** Resolves to the exit code (null after a signal) when the process has ended and said everything. */
  readonly ended: Promise<number | null>;
  readonly isRunning: boolean;
  /** Resolves when a line of the output matches; rejects when the process ends before. */
  printed(pattern: RegExp): Promise<RegExpExecArray>;
  /** Ends it in order; after some seconds by force. */
  stop(): Promise<void>;
}

export interface ChildOptions {
  readonly cwd: string;
  /** Receives what the process prints. */
  readonly output: (text: string) => void;
}

/** Milliseconds that a process has for its end. */
const PATIENCE = 10_000;

/** Runs a Node program. */
export function startChild(script: string, args: readonly string[], options: ChildOptions): Child {
  const child = spawn(process.execPath, [script, ...args], {
    cwd: options.cwd,
    // A shell sets it for its own folder; what the process reads in it should be where it runs.
    env: { ...process.env, PWD: options.cwd },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const listeners = new Set<(line: string) => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8");
    let rest = "";
    stream.on("data", (text: string) => {
      options.output(text);
      const lines = (rest + text).split("\n");
      rest = lines.pop()!;
      for (const line of lines) for (const listener of [...listeners]) listener(line);
    });
  }
  let isRunning = true;
  const ended = new Promise<number | null>((resolve) => {
    child.once("error", () => resolve(null));
    child.once("close", (code) => resolve(code));
  }).finally(() => {
    isRunning = false;
  });
  return {
    ended,
    get isRunning() {
      return isRunning;
    },
    printed(pattern) {
      return new Promise((resolve, reject) => {
        const listener = (line: string): void => {
          const match = pattern.exec(line);
          if (match === null) return;
          listeners.delete(listener);
          resolve(match);
        };
        listeners.add(listener);
        void ended.then((code) => reject(new Error(`the process has ended with ${code}`)));
      });
    },
    stop: () => stop(child, ended),
  };
}

async function stop(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), PATIENCE);
  await ended;
  clearTimeout(timer);
}
