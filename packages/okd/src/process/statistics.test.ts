// What services count, and what the dispatcher believes of it.

import { expect, test } from "vitest";
import { HandOverKind } from "./messages.js";
import { readStatistics, ServiceCounters, TIME_CLASSES } from "./statistics.js";

const counters = new ServiceCounters();
for (const [status, time] of [
  [200, 0.5],
  [200, 3],
  [404, 1],
  [600, 60_000],
]) {
  counters.countRequest(status, time);
}
counters.countTraffic({ received: 10, sent: 20 });
const statistics = counters.statistics([{ received: 1, sent: 2 }]);

test("requests are counted by status and time, bytes with those of open connections", () => {
  expect(statistics).toMatchObject({ requests: { 2: 2, 4: 1, 6: 1 }, received: 11, sent: 22, connections: 1 });
  expect(statistics.times).toEqual([2, 0, 1, ...Array(TIME_CLASSES.length - 3).fill(0), 1]);
  expect(statistics.totalTime).toBeCloseTo(60.0045);
});

test("what a service sends is read back", () => {
  expect(readStatistics(JSON.stringify(statistics))).toEqual(statistics);
});

test.each([
  ["no JSON", "{"],
  ["nothing", "null"],
  ["no numbers", JSON.stringify({ ...statistics, sent: "1" })],
  ["too few times", JSON.stringify({ ...statistics, times: [1] })],
  ["labels that are none", JSON.stringify({ ...statistics, requests: { '2"} 1\nforged': 1 } })],
])("%s is not believed", (_, text) => expect(readStatistics(text)).toBeNull());

test("no two kinds of message have the same letter", () => {
  const letters = Object.values(HandOverKind);
  expect(new Set(letters).size).toBe(letters.length);
});
