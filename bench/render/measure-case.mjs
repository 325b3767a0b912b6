// The process of one case: all engines of the case in one process, apart from those of the other cases, so that what
// the engine learned from one page does not colour the figures of the next.
// Usage (by the group): fork with the arguments NAME and --quick; sends { cases, bars }.
import { measure, quick, thorough } from "../harness/measure.mjs";
import { bar, caseRecord, OURS } from "../harness/report.mjs";
import { HAND_WRITTEN, loadCase, WITH_CONVERSION } from "./case.mjs";

/** What every page must reach: close to hand-written JavaScript. */
const PAGE_BARS = [
  { against: HAND_WRITTEN, limit: 1.1 },
  { against: "fastest peer", limit: 1 },
];

const [name, mode] = process.argv.slice(2);
const settings = mode === "--quick" ? quick : thorough;
const loaded = await loadCase(name);
const { definition } = loaded;
const text = caseRecord(name, measure(loaded.contestants, settings));
const cases = [text];
const bars = (definition.bars ?? PAGE_BARS).map((expectation) => judge(text, expectation));
if (!definition.isProgram) {
  for (const unicode of definition.hasFixedData ? [true] : [false, true]) {
    const { contestants } = await loadCase(name, { unicode });
    const variant = `${name}, to bytes${unicode ? ", not Latin-1" : ""}`;
    const record = caseRecord(variant, measure(toBytes(contestants), settings));
    cases.push(record);
    bars.push(bar(`${record.name}: against Eta`, record.ratios.Eta, 1));
  }
}
process.send({ cases, bars });

/** The contestants of the byte tables, with the encoding that a server would add. */
function toBytes(contestants) {
  const compared = [HAND_WRITTEN, OURS, WITH_CONVERSION, "Eta"];
  return contestants
    .filter((contestant) => compared.includes(contestant.name))
    .map(({ name, run, isBytes }) => ({
      name,
      run: isBytes ? (index) => Buffer.from(run(index), "latin1") : (index) => Buffer.from(run(index), "utf8"),
    }));
}

function judge(record, { against, limit, milliseconds, text: description }) {
  if (milliseconds !== undefined) {
    return bar(`${name}: ${description}, in ms`, record.engines[OURS].median, milliseconds);
  }
  if (against !== "fastest peer") return bar(`${name}: against ${against}`, record.ratios[against], limit);
  const [fastest] = Object.entries(record.engines)
    .filter(([engine]) => ![OURS, HAND_WRITTEN, WITH_CONVERSION].includes(engine))
    .sort(([, a], [, b]) => a.median - b.median)[0];
  return bar(`${name}: against the fastest peer (${fastest})`, record.ratios[fastest], limit);
}
