import { expect, test } from "vitest";
import { mktime } from "./mktime.js";
import { zoneOf } from "./zone.js";

/** sec, min, hour, mday, mon, year and what the C library gives for isdst −1, 0 and 1. */
type Case = [
  fields: [number, number, number, number, number, number],
  automatic: bigint,
  standard: bigint,
  dst: bigint,
];

const CASES: Record<string, Case[]> = {
  "America/New_York": [
    [[0, 30, 2, 10, 2, 124], 1_710_055_800n, 1_710_055_800n, 1_710_052_200n],
    [[0, 30, 1, 3, 10, 124], 1_730_611_800n, 1_730_615_400n, 1_730_611_800n],
    [[0, 0, 12, 1, 6, 101], 994_003_200n, 994_006_800n, 994_003_200n],
    [[0, 0, 12, 1, 0, 101], 978_368_400n, 978_368_400n, 978_364_800n],
    [[61, 61, 25, 32, 12, 101], 1_012_633_321n, 1_012_633_321n, 1_012_629_721n],
    [[-1, 0, 0, 1, 0, 70], 17_999n, 17_999n, 14_399n],
  ],
  "Europe/Berlin": [
    [[0, 30, 2, 31, 2, 124], 1_711_848_600n, 1_711_848_600n, 1_711_845_000n],
    [[0, 30, 2, 27, 9, 124], 1_729_992_600n, 1_729_992_600n, 1_729_989_000n],
    [[0, 15, 2, 6, 9, 124], 1_728_173_700n, 1_728_177_300n, 1_728_173_700n],
  ],
  "Australia/Lord_Howe": [
    [[0, 15, 2, 6, 9, 124], 1_728_143_100n, 1_728_143_100n, 1_728_141_300n],
    [[0, 45, 1, 7, 3, 124], 1_712_416_500n, 1_712_416_500n, 1_712_414_700n],
    [[0, 0, 12, 1, 0, 101], 978_310_800n, 978_312_600n, 978_310_800n],
    // No daylight saving time within seven years: taken to be one hour ahead.
    [[0, 0, 12, 1, 0, 73], 94_701_600n, 94_701_600n, 94_698_000n],
  ],
  UTC: [
    [[0, 0, 0, 0, 0, 0], -2_209_075_200n, -2_209_075_200n, -2_209_078_800n],
    [[0, 0, 30, 45, 20, 101], 1_034_748_000n, 1_034_748_000n, 1_034_744_400n],
    [[0, 0, 0, 1, -1, 101], 975_628_800n, 975_628_800n, 975_625_200n],
  ],
};

for (const [name, cases] of Object.entries(CASES)) {
  test.each(cases)(`${name}: %j`, (fields, ...expected) => {
    const [sec, min, hour, mday, mon, year] = fields;
    const results = [-1, 0, 1].map((isdst) => mktime({ sec, min, hour, mday, mon, year, isdst }, zoneOf(name)));
    expect(results).toEqual(expected);
  });
}

test("a year that is out of range gives nothing", () => {
  const fields = { sec: 0, min: 0, hour: 0, mday: 1, mon: 0, year: 2 ** 31 - 1, isdst: -1 };
  expect(mktime(fields, zoneOf("UTC"))).toBe(67_768_036_160_140_800n);
  expect(mktime({ ...fields, mon: 12 }, zoneOf("UTC"))).toBeNull();
});
