// Turns samples into the records of the report, and prints them as Markdown tables that documents can quote.
import { ratio, summary } from "./statistics.mjs";

/** The name under which our engine stands in every table. */
export const OURS = "pub";

/**
 * The record of a case: median and quartiles of each engine in milliseconds, and our time divided by theirs.
 *
 * @param {Map<string, number[]>} samples by engine
 */
export function caseRecord(name, samples, unit = "ms") {
  const ours = samples.get(OURS);
  const engines = {};
  const ratios = {};
  for (const [engine, values] of samples) {
    engines[engine] = summary(values);
    if (engine !== OURS && ours !== undefined) ratios[engine] = ratio(ours, values);
  }
  return { name, unit, engines, ratios };
}

/** A bar: met when the value is at most the limit. */
export function bar(name, value, limit) {
  return { name, value, limit, ok: value <= limit };
}

/** A bar of the other kind: met when the value is at least the limit. */
export function floor(name, value, limit) {
  return { name, value, limit, ok: value >= limit };
}

/** Prints one case a line block: engine, median, spread, factor to the fastest reference. */
export function printCases(title, cases) {
  const engines = [...new Set(cases.flatMap((record) => Object.keys(record.engines)))];
  console.log(`\n### ${title}\n`);
  printTable(
    ["case", ...engines],
    cases.map((record) => [
      record.name,
      ...engines.map((engine) => {
        const figures = record.engines[engine];
        if (figures === undefined) return "";
        const factor = record.ratios[engine];
        return (
          formatFigure(figures.median, record.unit) +
          (factor === undefined ? spread(figures) : ` (${factor.toFixed(2)})`)
        );
      }),
    ]),
  );
}

export function printBars(bars) {
  if (bars.length === 0) return;
  console.log("\n### Bars\n");
  printTable(
    ["bar", "value", "limit", ""],
    bars.map(({ name, value, limit, ok }) => [name, round(value), round(limit), ok ? "met" : "MISSED"]),
  );
}

function printTable(head, rows) {
  const widths = head.map((cell, column) => Math.max(cell.length, ...rows.map((row) => row[column].length)));
  const line = (cells) => `| ${cells.map((cell, column) => cell.padEnd(widths[column])).join(" | ")} |`;
  console.log(line(head));
  console.log(`|${widths.map((width) => "-".repeat(width + 2)).join("|")}|`);
  for (const row of rows) console.log(line(row));
}

function spread({ median, low, high }) {
  return ` ±${((Math.max(high - median, median - low) / median) * 100).toFixed(0)} %`;
}

function formatFigure(value, unit) {
  if (unit !== "ms") return `${round(value)} ${unit}`;
  if (value < 0.01) return `${(value * 1e6).toFixed(0)} ns`;
  if (value < 1) return `${(value * 1000).toFixed(value < 0.1 ? 1 : 0)} µs`;
  return `${value.toFixed(value < 100 ? 2 : 0)} ms`;
}

function round(value) {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
