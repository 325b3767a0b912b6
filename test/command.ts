// Runs the built commands in tests and collects what they put out, as bytes.
import { spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the repository. */
export const root = join(dirname(fileURLToPath(import.meta.url)), "..");

export interface Outcome {
  code: number | null;
  /** Bytes, one character (U+0000..U+00FF) each. */
  stdout: string;
  stderr: string;
}

/** Runs `pubc` with the given arguments, in UTC, and waits for its end. */
export function pubc(
  args: string[],
  options: { cwd?: string; input?: string; env?: Record<string, string> } = {},
): Promise<Outcome> {
  const child = spawn(process.execPath, [join(root, "packages/pub-compiler/bin/pubc.js"), ...args], {
    cwd: options.cwd ?? root,
    env: { ...process.env, TZ: "UTC", LANG: "en_US.UTF-8", NO_COLOR: "1", ...options.env },
  });
  child.stdin.end(options.input ?? "", "latin1");
  const outcome: Outcome = { code: null, stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream].setEncoding("latin1");
    child[stream].on("data", (chunk: string) => {
      outcome[stream] += chunk;
    });
  }
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ ...outcome, code }));
  });
}
