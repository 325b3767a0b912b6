#!/usr/bin/env node
// `npm run fuzz`: mutated programs through the built parser and renderer; findings go to `.pub-cache/fuzz`.
// Usage: npm run fuzz -- [--count N] [--seed N] [--minutes M] [--first N]
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { parseTemplate } from "pub-parser";
import { runCampaign } from "../test/fuzz/campaign.mjs";
import { hostileFiles } from "../test/fuzz/hostile.mjs";

const { values } = parseArgs({
  options: {
    count: { type: "string", default: "10000" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    minutes: { type: "string" },
    first: { type: "string", default: "0" },
  },
});
const folder = join(dirname(fileURLToPath(import.meta.url)), "../.pub-cache/fuzz");
const seed = Number(values.seed);

reportHostileFiles();
const report = await runCampaign({
  count: Number(values.count),
  seed,
  first: Number(values.first),
  deadline: values.minutes === undefined ? undefined : Date.now() + Number(values.minutes) * 60_000,
  found: save,
  progress: ({ count, findings }) => console.log(`${count} inputs, ${findings.length} findings`),
});
console.log(`
seed ${seed}: ${report.count} inputs, ${report.accepted} of them without syntax errors
longest parse: ${report.longestParse.toFixed(0)} ms
pages that loop or grow without end by themselves: ${report.endless}; that wait: ${report.waiting}
findings: ${report.findings.length}`);
process.exitCode = report.findings.length > 0 ? 1 : 0;

/** The longest parse of a hostile file of 1 MB. */
function reportHostileFiles() {
  let longest = { name: "", ms: 0 };
  for (const { name, source } of hostileFiles(1_000_000)) {
    const started = performance.now();
    parseTemplate(source);
    const ms = performance.now() - started;
    if (ms > longest.ms) longest = { name, ms };
  }
  console.log(`longest parse of a hostile file of 1 MB: ${longest.ms.toFixed(0)} ms (${JSON.stringify(longest.name)})`);
}

function save({ number, id, main, files, problem, detail }) {
  const path = join(folder, `${seed}-${number}`);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), text, "latin1");
  }
  writeFileSync(
    join(path, "finding.txt"),
    `${problem}\nfrom ${id}, page ${main}, seed ${seed}, input ${number}\n\n${detail}\n`,
  );
  console.log(`FOUND ${problem}: ${path}\n${JSON.stringify(files[main]).slice(0, 500)}`);
}
