import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { breakDown } from "./calendar.js";
import { mktime } from "./mktime.js";
import { processTimeZone, zoneOf } from "./zone.js";

const NEW_YORK = "America/New_York";
const BERLIN = "Europe/Berlin";
const LORD_HOWE = "Australia/Lord_Howe";

describe("state", () => {
  test.each<[zone: string, epoch: bigint, offset: number, isDst: boolean, abbreviation: string]>([
    ["UTC", -2_191_708_800n, 0, false, "UTC"],
    ["UTC", 4_086_000_000n, 0, false, "UTC"],
    ["", 0n, 0, false, "UTC"],
    ["GMT", 0n, 0, false, "GMT"],
    [NEW_YORK, -5_000_000_000n, -17_762, false, "LMT"],
    [NEW_YORK, -2_191_708_800n, -18_000, false, "EST"],
    [NEW_YORK, -1_000_000_000n, -14_400, true, "EDT"],
    [NEW_YORK, 0n, -18_000, false, "EST"],
    [NEW_YORK, 15_552_000n, -14_400, true, "EDT"],
    [NEW_YORK, 1_710_053_999n, -18_000, false, "EST"],
    [NEW_YORK, 1_710_054_000n, -14_400, true, "EDT"],
    [NEW_YORK, 4_086_000_000n, -14_400, true, "EDT"],
    [BERLIN, -2_191_708_800n, 3600, false, "CET"],
    [BERLIN, 15_552_000n, 3600, false, "CET"],
    [BERLIN, 482_198_400n, 7200, true, "CEST"],
    [BERLIN, 1_729_990_799n, 7200, true, "CEST"],
    [BERLIN, 1_729_990_800n, 3600, false, "CET"],
    ["Asia/Kolkata", 1_000_000_000n, 19_800, false, "IST"],
    [LORD_HOWE, 0n, 36_000, false, "AEST"],
    [LORD_HOWE, 482_198_400n, 37_800, false, "+1030"],
    [LORD_HOWE, 1_704_067_200n, 39_600, true, "+11"],
    ["Europe/London", 1_719_792_000n, 3600, true, "BST"],
    ["Europe/Jersey", 1_719_792_000n, 3600, true, "BST"],
    ["Europe/Dublin", 1_719_792_000n, 3600, false, "IST"],
    ["Europe/Dublin", 1_704_067_200n, 0, true, "GMT"],
    ["Asia/Tokyo", 0n, 32_400, false, "JST"],
    ["America/Sao_Paulo", 1_704_067_200n, -10_800, false, "-03"],
    ["Asia/Kathmandu", 1_704_067_200n, 20_700, false, "+0545"],
    ["Africa/Casablanca", 1_704_067_200n, 3600, false, "+01"],
    ["EST5EDT,M3.2.0,M11.1.0", 1_710_053_999n, -18_000, false, "EST"],
    ["EST5EDT,M3.2.0,M11.1.0", 1_710_054_000n, -14_400, true, "EDT"],
    ["AEST-10AEDT,M10.1.0,M4.1.0/3", 1_704_067_200n, 39_600, true, "AEDT"],
    ["AEST-10AEDT,M10.1.0,M4.1.0/3", 1_719_792_000n, 36_000, false, "AEST"],
    ["CET-1CEST,M3.5.0,M10.5.0/3", 1_729_990_799n, 7200, true, "CEST"],
    ["CET-1CEST,M3.5.0,M10.5.0/3", 1_729_990_800n, 3600, false, "CET"],
    ["XST5XDT,J60/0,300/0", 1_709_269_200n, -14_400, true, "XDT"],
    ["XST5XDT,J60/0,300/0", 1_709_269_199n, -18_000, false, "XST"],
    ["<+0330>-3:30", 0n, 12_600, false, "+0330"],
    [":Asia/Tokyo", 0n, 32_400, false, "JST"],
    ["Nowhere/Town", 0n, 0, false, "Nowhere"],
    ["+03:00", 0n, 0, false, "UTC"],
  ])("%s at %s", (zone, epoch, offset, isDst, abbreviation) => {
    expect(zoneOf(zone).at(epoch)).toEqual({ offset, isDst, abbreviation });
  });

  test("rules hold in any future", () => {
    const zone = zoneOf(NEW_YORK);
    const cycle = 146_097n * 86_400n;
    for (const moment of [1_710_053_999n, 1_710_054_000n]) {
      expect(zone.at(moment + 5000n * cycle)).toEqual(zone.at(moment + cycle));
    }
  });

  test("the process has a zone that exists", () => {
    expect(zoneOf(processTimeZone()).at(0n).abbreviation).not.toBe("");
  });
});

describe("broken-down time", () => {
  test.each<[epoch: bigint, fields: number[] | null]>([
    [0n, [1970, 0, 1, 0, 0, 0, 4, 0]],
    [-1n, [1969, 11, 31, 23, 59, 59, 3, 364]],
    [951_868_799n, [2000, 1, 29, 23, 59, 59, 2, 59]],
    [-2_203_891_200n, [1900, 2, 1, 0, 0, 0, 4, 59]],
    [4_107_542_400n, [2100, 2, 1, 0, 0, 0, 1, 59]],
    [253_402_300_800n, [10_000, 0, 1, 0, 0, 0, 6, 0]],
    [-62_167_219_201n, [-1, 11, 31, 23, 59, 59, 5, 364]],
    [67_768_036_191_676_799n, [2_147_485_547, 11, 31, 23, 59, 59, 3, 364]],
    [67_768_036_191_676_800n, null],
    [-67_768_040_609_740_800n, [-2_147_481_748, 0, 1, 0, 0, 0, 4, 0]],
    [-67_768_040_609_740_801n, null],
    [2n ** 63n - 1n, null],
    [-(2n ** 63n), null],
  ])("%s", (epoch, expected) => {
    const time = breakDown(epoch, zoneOf("UTC"));
    expect(
      time && [time.year + 1900, time.mon, time.mday, time.hour, time.min, time.sec, time.wday, time.yday],
    ).toEqual(expected);
  });

  test.each(["UTC", NEW_YORK, BERLIN, "Asia/Kolkata", LORD_HOWE])("mktime inverts it in %s, 1900 to 2100", (name) => {
    const zone = zoneOf(name);
    fc.assert(
      fc.property(fc.bigInt(-2_208_988_800n, 4_133_980_800n), (epoch) => {
        expect(mktime(breakDown(epoch, zone)!, zone)).toBe(epoch);
      }),
      { numRuns: 300 },
    );
  });
});
