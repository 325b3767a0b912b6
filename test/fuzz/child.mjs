// The process that runs inputs: parses, prints and parses again, renders in two ways, and tells its parent how far it got.
// What it does not survive, its parent sees.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { OnDemandSource, optimizationNames, optimizationsWithout, publish } from "pub-compiler";
import { parseTemplate, printTemplate } from "pub-parser";

const site = mkdtempSync(join(tmpdir(), "pub-fuzz-"));
process.on("disconnect", () => process.exit());
process.on("exit", () => rmSync(site, { recursive: true, force: true }));

/** Milliseconds after which a page that waits is left alone: mutations make `sleep` longer. */
const patience = 500;

process.on("message", async (input) => {
  process.send({ ...(await examine(input)), stage: "done" });
});
process.send({ stage: "ready" });

/** @returns {Promise<{problem?: string, detail?: string, parseMs: number, accepted: boolean, waits?: boolean}>} */
async function examine({ files, main }) {
  const started = performance.now();
  const parsed = attempt(() => parseTemplate(files[main]));
  const result = { parseMs: performance.now() - started, accepted: false };
  if (parsed.error) return { ...result, problem: "parser throws", detail: parsed.error };
  process.send({ stage: "parsed" });
  result.accepted = parsed.value.log.length === 0;
  if (result.accepted) {
    const printed = attempt(() => printAgain(parsed.value.template));
    if (printed.error) return { ...result, problem: "printed program differs", detail: printed.error };
  }
  writeSite(files);
  process.send({ stage: "renders" });
  const optimized = await render(main, true);
  if (optimized === null) return { ...result, waits: true };
  if (optimized.fault) return { ...result, problem: `fault: ${kindOf(optimized.fault)}`, detail: optimized.fault };
  const plain = await render(main, false);
  if (plain === null) return { ...result, waits: true };
  const difference = compare(optimized, plain);
  return difference ? { ...result, problem: "optimised page differs", detail: difference } : result;
}

function attempt(action) {
  try {
    return { value: action() };
  } catch (error) {
    return { error: String(error?.stack ?? error) };
  }
}

/** Throws when the printed tree is not accepted or gives another tree. */
function printAgain(template) {
  const printed = printTemplate(template);
  const again = parseTemplate(printed);
  if (again.log.length > 0) throw new Error(`${again.log[0].line}: ${again.log[0].text}\n${printed}`);
  if (shape(again.template) !== shape(template)) throw new Error(`another tree\n${printed}`);
}

const positions = new Set(["start", "end", "nameSpan", "operatorSpan", "comments"]);

function shape(template) {
  return JSON.stringify(template, (key, value) => {
    if (positions.has(key)) return undefined;
    return typeof value === "bigint" ? `${value}n` : value;
  });
}

/** What the folder of the site holds, by name: most inputs differ from the one before in few files. */
let written = {};

function writeSite(files) {
  for (const name of Object.keys(written)) if (files[name] === undefined) rmSync(join(site, name), { force: true });
  for (const [name, text] of Object.entries(files)) {
    if (written[name] === text) continue;
    mkdirSync(dirname(join(site, name)), { recursive: true });
    writeFileSync(join(site, name), text, "latin1");
  }
  written = files;
}

/** What the page puts out and logs; null when it is still waiting after a while. */
async function render(main, optimize) {
  const faults = [];
  const source = new OnDemandSource(site, {
    referenceOrder: true,
    traced: false,
    optimizations: optimizationsWithout(optimize ? [] : optimizationNames),
  });
  const options = { dictOrder: "reference", seed: 1, now: 1_000_000_000, timeZone: "UTC" };
  const describeFault = (fault) => {
    faults.push(String(fault?.stack ?? fault));
    return "fault";
  };
  const page = await Promise.race([publish(source, { name: main, options, describeFault }), giveUp()]);
  if (page === null) return null;
  const own = faults.filter((fault) => !/Invalid (string|array) length/.test(fault));
  return { output: page.output, log: page.log, fault: own[0] };
}

function giveUp() {
  return new Promise((resolve) => setTimeout(resolve, patience, null).unref());
}

/** The message of a fault without what differs between inputs. */
function kindOf(fault) {
  return fault.split("\n")[0].replace(/\d+/g, "#").slice(0, 120);
}

function compare(one, other) {
  if (one.output !== other.output) return `output\n${show(one.output)}\n${show(other.output)}`;
  if (one.log.join("\n") !== other.log.join("\n"))
    return `log\n${show(one.log.join("\n"))}\n${show(other.log.join("\n"))}`;
  return "";
}

function show(text) {
  return JSON.stringify(text).slice(0, 2000);
}
