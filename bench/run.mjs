#!/usr/bin/env node
// The benchmarks. Usage:
//   npm run bench -- [render|compile|serve|services] [CASE…] [--quick] [--json FILE]   measures a group, or all of them
//   node bench/run.mjs code CASE [FILE]       prints what the compiler makes of a page, or of a file that it includes
//   node bench/run.mjs profile CASE [ENGINE]  prints where the time of a page goes
// Prints tables, writes bench/results.json (or FILE); exits with 1 when a bar is missed.
import { existsSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { printBars, printCases } from "./harness/report.mjs";

const folder = dirname(fileURLToPath(import.meta.url));
/** A group is a folder with an `index.mjs` that exports `title` and `run({ isQuick, only })`. */
const groups = ["render", "compile", "serve", "services"].filter((name) => existsSync(join(folder, name, "index.mjs")));

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: "boolean" }, json: { type: "string" } },
});
const [command, ...names] = positionals;

if (command === "code" || command === "profile") {
  const { printCode, printProfile } = await import("./render/inspect.mjs");
  await (command === "code" ? printCode : printProfile)(...names);
} else if (command === undefined || groups.includes(command)) {
  process.exitCode = await measureGroups(command === undefined ? groups : [command]);
} else {
  console.error(`there is no group ${command}; groups are ${groups.join(", ")}`);
  process.exitCode = 2;
}

async function measureGroups(selected) {
  const report = { node: process.version, processor: cpus()[0].model, cores: cpus().length, cases: [], bars: [] };
  for (const name of selected) {
    const group = await import(pathToFileURL(join(folder, name, "index.mjs")).href);
    const { cases, bars } = await group.run({ isQuick: values.quick === true, only: names });
    printCases(group.title, cases);
    report.cases.push(...cases.map((record) => ({ group: name, ...record })));
    report.bars.push(...bars.map((record) => ({ group: name, ...record })));
  }
  printBars(report.bars);
  writeFileSync(values.json ?? join(folder, "results.json"), `${JSON.stringify(report, null, 2)}\n`);
  return report.bars.every(({ ok }) => ok) ? 0 : 1;
}
