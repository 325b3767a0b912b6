/**
 * The conformance programs that the reference runs without a message contain nothing that the checker calls an error.
 */
import { existsSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { checkTree } from "./tree.js";

const corpus = fileURLToPath(new URL("../../../../fixtures/conformance", import.meta.url));

/** What is rightly called an error there, with the reason why the reference does not complain. */
const KNOWN: Readonly<Record<string, string>> = {
  "library/async/shotgun-called-synchronously argument-type": "the reference skips the call, which is never right",
  "library/async/shotgun-called-synchronously argument-count": "the reference skips the call, which is never right",
  "library/async/sleep-called-synchronously argument-type": "the reference skips the call, which is never right",
  "library/async/sleep-called-synchronously argument-count": "the reference skips the call, which is never right",
  "library/files/raw-includes-text unexpected-token": "the file with the mistake is read, but never run",
};

function programs(folder: string): string[] {
  if (existsSync(join(folder, "main.pub"))) return [folder];
  const folders = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders.flatMap(({ name }) => programs(join(folder, name)));
}

test("nothing is called an error in programs that run without a message", async () => {
  const sound = programs(corpus).filter((folder) => !existsSync(join(folder, "expected.err")));
  const found = new Set<string>();
  for (const folder of sound) {
    for (const { diagnostic } of await checkTree(folder)) {
      if (diagnostic.severity === "error") found.add(`${relative(corpus, folder)} ${diagnostic.code}`);
    }
  }
  expect(sound.length).toBeGreaterThan(500);
  expect([...found].sort()).toEqual(Object.keys(KNOWN).sort());
});
