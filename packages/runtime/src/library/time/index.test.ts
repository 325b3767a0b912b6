import { expect, test } from "vitest";
import { createMapTable } from "../../values/index.js";
import { Dict, type Value } from "../../values/types.js";
import { callIn, printed, TestContext } from "../test-context.js";
import { timeFunctions } from "./index.js";

const dict = (entries: Record<string, Value>) => {
  const table = createMapTable();
  for (const [key, value] of Object.entries(entries)) table.set(key, value);
  return new Dict(table);
};

/** The clock of the test context stands at 1000000000. */
test.each<[zone: string, name: string, args: unknown[], expected: string, messages: string[]]>([
  ["UTC", "now", [], "1000000000", []],
  ["UTC", "days_from_now", [-2], "999827200", []],
  ["UTC", "days_from_now", [30_000], "3592000000", []],
  ["UTC", "time_from_now", [], "1000000000", []],
  ["UTC", "time_from_now", [1, 2, 3, 4], "1000093784", []],
  ["UTC", "time_from_now", [30_000], "18446744073006584320", []],
  ["UTC", "time_format", [1_000_000_000n, "%Y-%m-%d %H:%M:%S"], "2001-09-09 01:46:40", []],
  ["America/New_York", "time_format", [0n, "%F %T %Z %z"], "2001-09-08 21:46:40 EDT -0400", []],
  ["UTC", "time_format", [2n ** 64n - 1n, "%Y"], "1969", []],
  ["UTC", "time_format", [1n, ""], "<time-error>", ["bad time format given"]],
  ["UTC", "time_format", [1n, "%1100d"], "<time-error>", ["format '%1100d' failed"]],
  ["UTC", "time_format", [2n ** 63n - 1n, "%F"], "<time-error>", ["cannot convert '9223372036854775807' to time"]],
  ["UTC", "localtime", [1_000_000_000n], "[2001, 9, 9, 1, 46, 40, 0, 251]", []],
  ["Asia/Kolkata", "localtime", [], "[2001, 9, 9, 7, 16, 40, 0, 251]", []],
  ["UTC", "localtime", [2n ** 63n - 1n], "undef", ["cannot convert '9223372036854775807' to time"]],
  [
    "UTC",
    "localtime_raw",
    [1_000_000_000n],
    '{"min" : 46, "mon" : 8, "wday" : 0, "mday" : 9, "year" : 101, "isdst" : 0, "yday" : 251, "sec" : 40, "hour" : 1}',
    [],
  ],
  ["UTC", "mktime", [dict({})], "-2209075200", []],
  ["UTC", "mktime", [dict({ year: 101, mon: 20, mday: 45, hour: 30 })], "1034748000", []],
  ["UTC", "mktime", [dict({ year: "70", mon: "0", mday: "2" })], "86400", []],
  ["UTC", "mktime", [dict({ year: 70, mday: 2.5 })], "-86400", []],
  ["UTC", "mktime", [dict({ year: "0x46", mday: 1, hour: null, min: "junk", sec: true })], "-2208988800", []],
  ["UTC", "mktime", [dict({ year: 70, mday: 1, sec: 2 ** 40 })], "0", []],
  ["UTC", "mktime", [dict({ year: 2 ** 31 - 1, mon: 12, mday: 1 })], "-1", []],
  ["America/New_York", "mktime", [dict({ year: 101, mon: 6, mday: 1 })], "993963600", []],
  ["America/New_York", "mktime", [dict({ year: 101, mon: 6, mday: 1, isdst: -1 })], "993960000", []],
  ["America/New_York", "strptime", ["2001-07-01"], "993960000", []],
  ["UTC", "strptime", ["01:46", "%H:%M"], "-2209068840", []],
  ["UTC", "strptime", ["never"], "null", []],
])("%s: %s", (timeZone, name, args, expected, messages) => {
  const context = new TestContext({ timeZone });
  expect(printed(callIn(timeFunctions, context, name, ...args))).toBe(expected);
  expect(context.messages).toEqual(messages);
});
