// The process of the escapers: 100 kB of text without and with characters to escape, through each escaper of the
// library, against fast-escape-html. Ours are called from a page, with what that costs.
// Usage (by the group): fork with the argument --quick; sends { cases, bars }.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { escapeHTML } from "fast-escape-html";
import { measure, quick, thorough } from "../harness/measure.mjs";
import { bar, caseRecord, OURS } from "../harness/report.mjs";
import { escapeHtml } from "./escape.mjs";
import { givenData, openPage } from "./ours.mjs";

const LENGTH = 100_000;
const CLEAN = "The quiet lantern keeps a narrow ledger of the harbour; ";
const DIRTY = `The <em>quiet</em> lantern's ledger & "harbour" keeps `;

/**
 * Escapers of the library: a text without characters that they escape, and the JavaScript function that does the same,
 * where there is one, to check them against and to report.
 */
const ESCAPERS = {
  html_escape: { clean: CLEAN, same: { name: "hand-written", run: escapeHtml } },
  hidden_escape: { clean: CLEAN },
  tag_escape: { clean: CLEAN },
  json_escape: { clean: CLEAN, same: { name: "JSON.stringify", run: JSON.stringify } },
  js_escape: { clean: CLEAN },
  url_escape: { clean: CLEAN.replace(/\W/g, "_") },
};

const settings = process.argv.includes("--quick") ? quick : thorough;
const folder = join(dirname(fileURLToPath(import.meta.url)), "../.work/escape");
mkdirSync(folder, { recursive: true });
const cases = [];
const bars = [];
for (const [escaper, { clean, same }] of Object.entries(ESCAPERS)) {
  writeFileSync(join(folder, `${escaper}.pub`), `%{given.text | ${escaper}}`);
  const page = openPage(folder, `${escaper}.pub`);
  for (const [kind, sentence] of Object.entries({ clean, "to escape": DIRTY })) {
    const text = fill(sentence);
    const globals = givenData({ given: { text } });
    const output = page.check(globals).text;
    if (same !== undefined && output !== same.run(text)) throw new Error(`${escaper} escapes ${kind} text wrongly`);
    const contestants = [
      { name: "fast-escape-html", run: () => escapeHTML(text) },
      { name: OURS, run: () => page.render(globals) },
      ...(same === undefined ? [] : [{ name: same.name, run: () => same.run(text) }]),
    ];
    const record = caseRecord(`${escaper}, 100 kB ${kind}`, measure(contestants, settings));
    cases.push(record);
    bars.push(bar(`${record.name}: against fast-escape-html`, record.ratios["fast-escape-html"], 1));
  }
}
process.send({ cases, bars });

function fill(sentence) {
  return Buffer.from(sentence.repeat(Math.ceil(LENGTH / sentence.length)).slice(0, LENGTH)).toString("latin1");
}
