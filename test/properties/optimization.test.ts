// Names and calls resolved while compiling change nothing: a program puts out and reports the same as when
// everything is looked up while it runs, and as when it runs step by step for errors shown in the page.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { OnDemandSource, publish } from "pub-compiler";
import { afterAll, describe, expect, test } from "vitest";
import { type Program, program } from "../generate/program.js";

const scratch = mkdtempSync(join(tmpdir(), "pub-programs-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

interface Way {
  readonly optimize: boolean;
  readonly traced: boolean;
}

const optimized: Way = { optimize: true, traced: false };
const others: [string, Way][] = [
  ["names looked up", { optimize: false, traced: false }],
  ["step by step", { optimize: true, traced: true }],
];

describe.each(["insertion", "reference"] as const)("dictionaries in %s order", (dictOrder) => {
  test.each(others)("optimised and %s", async (_, way) => {
    await fc.assert(
      fc.asyncProperty(program, async (files) => {
        write(files);
        expect(await run(way, dictOrder)).toEqual(await run(optimized, dictOrder));
      }),
      { seed: 20, numRuns: 150, endOnFailure: false },
    );
  });
});

function write(files: Program): void {
  for (const [name, source] of Object.entries(files)) {
    mkdirSync(dirname(join(scratch, name)), { recursive: true });
    writeFileSync(join(scratch, name), source, "latin1");
  }
}

async function run({ optimize, traced }: Way, dictOrder: "insertion" | "reference") {
  const source = new OnDemandSource(scratch, { referenceOrder: dictOrder === "reference", traced, optimize });
  const { output, log, succeeded } = await publish(source, {
    name: "main.pub",
    options: { dictOrder, seed: 1, timeZone: "UTC" },
  });
  return { output, log, succeeded };
}
