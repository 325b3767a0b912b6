// The process of the memory check: renders the page of 1,000 rows over and over. The heap must not grow, and a render
// must not allocate more than the same page of Eta.
// Usage (by the group): fork with the argument --quick and a large young generation, so that no collection falls between
// two readings; sends { cases, bars }.
import { usedHeap } from "../harness/measure.mjs";
import { bar, OURS } from "../harness/report.mjs";
import { HAND_WRITTEN, loadCase } from "./case.mjs";

const RENDERS = process.argv.includes("--quick") ? 4_000 : 100_000;
/** What the heap may grow by over all renders, in kB: the engine's own bookkeeping moves it by some hundred. */
const ALLOWED_GROWTH = 1024;

const { contestants } = await loadCase("rows");
const page = contestants.find(({ name }) => name === OURS);
for (let index = 0; index < RENDERS / 10; index++) page.run(index);
const before = usedHeap();
for (let index = 0; index < RENDERS; index++) page.run(index);
const growth = Math.max(0, usedHeap() - before) / 1024;

const cases = [single(`heap growth over ${RENDERS} renders of rows`, { [OURS]: growth }, "kB")];
const allocated = {};
for (const contestant of contestants) {
  if ([OURS, HAND_WRITTEN, "Eta"].includes(contestant.name)) allocated[contestant.name] = allocation(contestant) / 1024;
}
cases.push(single("allocated a render of rows", allocated, "kB"));
process.send({
  cases,
  bars: [
    bar("heap growth, in kB", growth, ALLOWED_GROWTH),
    bar("allocated a render: against Eta", allocated[OURS] / allocated.Eta, 1),
  ],
});

/** Bytes that a render allocates, flattening of its text included. */
function allocation({ run }) {
  const renders = 50;
  for (let index = 0; index < 500; index++) Buffer.byteLength(run(index));
  usedHeap();
  const before = process.memoryUsage().heapUsed;
  for (let index = 0; index < renders; index++) run(index);
  return (process.memoryUsage().heapUsed - before) / renders;
}

/** The record of a figure that is read once. */
function single(name, values, unit) {
  const engines = Object.entries(values).map(([engine, value]) => [engine, { median: value, low: value, high: value }]);
  const ratios = Object.fromEntries(
    Object.entries(values)
      .filter(([engine]) => engine !== OURS)
      .map(([engine, value]) => [engine, values[OURS] / value]),
  );
  return { name, unit, engines: Object.fromEntries(engines), ratios };
}
