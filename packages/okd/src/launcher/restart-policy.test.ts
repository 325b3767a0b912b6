// When a service is started again, and when it is given up.

import { expect, test } from "vitest";
import { type ProcessEnd, RestartPolicy } from "./restart-policy.js";

const rules = { crashWindow: 50_000, maxCrashes: 30, safeStartup: true, crashBackoff: 0 };
const crash: ProcessEnd = { code: 1, wasReady: true, isFirst: false };

test("a crash is answered soon, many crashes slower, but within a second", () => {
  const policy = new RestartPolicy(rules);
  const delays = Array.from({ length: 9 }, (_, n) => policy.decide(crash, n * 100)).map((decision) =>
    decision.action === "restart" ? decision.delay : null,
  );
  expect(delays).toEqual([100, 100, 100, 200, 400, 800, 1000, 1000, 1000]);
});

test("an ordered end is followed at once", () => {
  expect(new RestartPolicy(rules).decide({ ...crash, code: 0 }, 0)).toEqual({ action: "restart", delay: 0 });
});

test("too many ends within the window are the last ones", () => {
  const policy = new RestartPolicy(rules);
  for (let n = 0; n < 30; n++) expect(policy.decide(crash, n * 1000).action).toBe("restart");
  expect(policy.decide(crash, 30_000)).toEqual({ action: "give-up", reason: "ended 31 times within 50 s" });
});

test("ends outside of the window are forgotten", () => {
  const policy = new RestartPolicy(rules);
  for (let n = 0; n < 100; n++) expect(policy.decide(crash, n * 2000).action).toBe("restart");
});

test.each<[string, Partial<ProcessEnd>, boolean, string]>([
  ["died while starting", { isFirst: true, wasReady: false }, true, "give-up"],
  ["the same, not watched", { isFirst: true, wasReady: false }, false, "restart"],
  ["killed while starting", { isFirst: true, wasReady: false, code: null }, true, "restart"],
  ["died after it was ready", { isFirst: true }, true, "restart"],
  ["a later one died while starting", { wasReady: false }, true, "restart"],
])("%s", (_, end, safeStartup, action) => {
  expect(new RestartPolicy({ ...rules, safeStartup }).decide({ ...crash, ...end }, 0).action).toBe(action);
});

test("with a back-off, waits are a random part of a span that doubles up to its limit", () => {
  const delays = (random: number) => {
    const policy = new RestartPolicy({ ...rules, crashBackoff: 10_000 }, () => random);
    return Array.from({ length: 6 }, (_, n) => policy.decide(crash, n)).map((decision) =>
      decision.action === "restart" ? decision.delay : null,
    );
  };
  expect(delays(0.5)).toEqual([500, 1000, 2000, 4000, 5000, 5000]);
  expect(delays(0)).toEqual([0, 0, 0, 0, 0, 0]);
});
