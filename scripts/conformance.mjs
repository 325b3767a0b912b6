#!/usr/bin/env node
// `npm run conformance`: runs the conformance corpus through the built compiler and reports by group.
// Usage: npm run conformance -- [--only ID-PREFIX] [--verbose] [--dict-order reference|insertion] [--by-name] [--record]
// --by-name looks all names up at run time, as pages do that cannot be optimised.
// --record writes what the exempt cases put out into `exempt.json`, for a reviewer of the diff to read line by line.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { renderAll, renderAllByName } from "./conformance/batch.mjs";
import { fitsOrder, loadCases, loadExempt, saveExempt } from "./conformance/cases.mjs";
import { judge } from "./conformance/judge.mjs";

const { values } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    verbose: { type: "boolean", default: false },
    "by-name": { type: "boolean", default: false },
    record: { type: "boolean", default: false },
    "dict-order": { type: "string", default: "reference" },
  },
});

const scratch = mkdtempSync(join(tmpdir(), "pub-conformance-"));
try {
  const exempt = loadExempt();
  const order = values["dict-order"];
  const cases = loadCases(scratch).filter(
    (testCase) => testCase.id.startsWith(values.only) && fitsOrder(testCase, order),
  );
  const answers = await (values["by-name"] ? renderAllByName : renderAll)(cases, { dictOrder: order });
  const results = cases.map((testCase) => {
    const answer = answers.get(testCase.id);
    return { testCase, answer, ...judge(testCase, answer, exempt[testCase.id]) };
  });
  if (values.record) record(results, exempt);
  for (const result of results) if (result.verdict === "failed") reportFailure(result);
  reportGroups(results);
  process.exitCode = results.some(({ verdict }) => verdict === "failed") ? 1 : 0;
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

function record(results, exempt) {
  for (const result of results) {
    const exemption = exempt[result.testCase.id];
    if (!exemption || exemption.varies || !result.answer || result.verdict === "exempt but equal") continue;
    exemption.instead = result.answer;
    result.verdict = "exempt";
  }
  saveExempt(exempt);
}

function reportFailure({ testCase, answer, differences }) {
  console.log(`FAILED ${testCase.id}: ${differences.join(", ")}`);
  if (!values.verbose || !answer) return;
  for (const stream of ["stdout", "stderr"]) {
    if (!differences.includes(stream)) continue;
    console.log(`  expected ${stream}:\n${indent(testCase.expected[stream])}\n  got:\n${indent(answer[stream])}`);
  }
}

function reportGroups(results) {
  const columns = ["passed", "failed", "exempt", "exempt but equal"];
  console.log(`\n${"".padEnd(22)}${columns.map((name) => name.padStart(18)).join("")}`);
  const topics = new Map();
  for (const result of results) {
    const name = result.testCase.id.split("/").slice(0, -1).join("/");
    const key = name === "fuzz" ? `fuzz (${result.testCase.tags[0]})` : name;
    topics.set(key, [...(topics.get(key) ?? []), result]);
  }
  const row = (name, rows) => {
    const counts = columns.map((verdict) => rows.filter((result) => result.verdict === verdict).length);
    console.log(name.padEnd(22) + counts.map((count) => String(count || "").padStart(18)).join(""));
  };
  for (const [name, rows] of topics) row(name, rows);
  row("total", results);
  const named = results.filter(({ verdict }) => verdict === "exempt but equal").map(({ testCase }) => testCase.id);
  if (named.length > 0) console.log(`\nexempt but equal: ${named.join(" ")}`);
  const lines = results.filter(({ lineDiffers }) => lineDiffers).map(({ testCase }) => testCase.id);
  console.log(`\nline differs: ${lines.length}${values.verbose ? ` ${lines.join(" ")}` : ""}`);
}

/** Text on a terminal: what is not printable is shown as an escape, so that a difference can be seen. */
function indent(text) {
  const visible = text.replace(/[^\n -~]/g, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}`);
  return visible.replace(/^/gm, "    ");
}
