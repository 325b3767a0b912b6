// Measures contestants against each other in one process: warmed up, then rounds in which each has its turn.
// A turn is a batch of calls long enough for the clock; garbage of one turn is collected before the next.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { quantile } from "./statistics.mjs";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc");

/** How long to measure; durations in milliseconds. */
export const thorough = { rounds: 11, warmUp: 400, batch: 50 };
export const quick = { rounds: 5, warmUp: 100, batch: 15 };

/**
 * Runs the contestants and returns, by name, the duration of one call in milliseconds in each round.
 * `run(index)` does the work; `index` counts the calls; what it returns must have a `length`.
 *
 * @param {{ name: string, run: (index: number) => { length: number } }[]} contestants
 */
export function measure(contestants, settings) {
  const entries = contestants.map(({ name, run }) => ({ name, run, calls: 1, index: 0, samples: [] }));
  for (const entry of entries) warmUp(entry, settings);
  for (let round = 0; round < settings.rounds; round++) {
    // Whoever begins changes, so that nobody profits from a place in the order.
    for (let turn = 0; turn < entries.length; turn++) {
      const entry = entries[(round + turn) % entries.length];
      collectGarbage();
      entry.samples.push(batch(entry, entry.calls) / entry.calls);
    }
  }
  return new Map(entries.map(({ name, samples }) => [name, samples]));
}

function warmUp(entry, settings) {
  const durations = [];
  const end = performance.now() + settings.warmUp;
  do durations.push(batch(entry, 1));
  while (performance.now() < end || durations.length < 3);
  entry.calls = Math.max(1, Math.round(settings.batch / Math.max(quantile(durations.slice(-50), 0.5), 1e-4)));
}

let consumed = 0;

/** Calls several times; the lengths of the results are used, so that no engine may skip the work. */
function batch(entry, calls) {
  const { run } = entry;
  let { index } = entry;
  const started = performance.now();
  for (let call = 0; call < calls; call++) consumed += run(index++).length;
  const duration = performance.now() - started;
  entry.index = index;
  return duration;
}

/** Heap in use after a full collection, in bytes. */
export function usedHeap() {
  collectGarbage();
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

/** How much text all batches made, in characters. */
export function charactersMade() {
  return consumed;
}
