// Names and calls resolved while compiling change nothing: a program puts out and reports the same as when
// everything is looked up while it runs, and as when it runs step by step for errors shown in the page.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { OnDemandSource, type OptimizationName, optimizationNames, optimizationsWithout, publish } from "pub-compiler";
import { afterAll, expect, test } from "vitest";
import { type Program, program } from "../generate/program.js";

const scratch = mkdtempSync(join(tmpdir(), "pub-programs-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

interface Way {
  readonly optimizations: ReadonlySet<OptimizationName>;
  readonly traced: boolean;
}

const optimized: Way = { optimizations: optimizationsWithout([]), traced: false };
const others: Way[] = [
  { optimizations: optimizationsWithout(optimizationNames), traced: false },
  { optimizations: optimizationsWithout([]), traced: true },
  ...optimizationNames.map((name) => ({ optimizations: optimizationsWithout([name]), traced: false })),
];

test.each(["insertion", "reference"] as const)("every way gives the same, dictionaries in %s order", async (order) => {
  await fc.assert(
    fc.asyncProperty(program, async (files) => {
      write(files);
      const result = await run(optimized, order);
      expect(result.log.filter((line) => line.includes("syntax error"))).toEqual([]);
      for (const way of others) expect(await run(way, order)).toEqual(result);
    }),
    { seed: 20, numRuns: 25 },
  );
});

function write(files: Program): void {
  for (const [name, source] of Object.entries(files)) {
    mkdirSync(dirname(join(scratch, name)), { recursive: true });
    writeFileSync(join(scratch, name), source, "latin1");
  }
}

async function run({ optimizations, traced }: Way, dictOrder: "insertion" | "reference") {
  const source = new OnDemandSource(scratch, { referenceOrder: dictOrder === "reference", traced, optimizations });
  const { output, log, succeeded } = await publish(source, {
    name: "main.pub",
    options: { dictOrder, seed: 1, timeZone: "UTC" },
  });
  return { output, log, succeeded };
}
