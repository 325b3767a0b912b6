// C number formats: what glibc's snprintf writes.

import { describe, expect, test } from "vitest";
import { formattingFunctions } from "./formatting.js";
import { formatNumber } from "./printf.js";
import { callIn, printed, TestContext } from "./test-context.js";

const call = (name: string, ...args: unknown[]) =>
  printed(callIn(formattingFunctions, new TestContext(), name, ...args));

describe("format_int", () => {
  test.each<[string, number | bigint, string]>([
    ["%d", 4294967296, "0"],
    ["%d", 2147483648, "-2147483648"],
    ["%d", -2147483649n, "2147483647"],
    ["%x", 81985529216486895n, "89abcdef"],
    ["%u", -1, "4294967295"],
    ["%x", -1, "ffffffff"],
    ["%#x", 255, "0xff"],
    ["%#X", 255, "0XFF"],
    ["%#x", 0, "0"],
    ["%#o", 8, "010"],
    ["%#.3o", 8, "010"],
    ["%05d", 7, "00007"],
    ["%-5d|", 42, "42   |"],
    ["%-05d|", 42, "42   |"],
    ["%05d", -7, "-0007"],
    ["%+d", 42, "+42"],
    ["% d", 42, " 42"],
    ["%8.3d", 5, "     005"],
    ["%08.3d", 5, "     005"],
    ["%.0d|", 0, "|"],
    ["%.d|", 0, "|"],
    ["%'d", 1234567, "1234567"],
    ["%hd", 65535, "-1"],
    ["%hhu", 300, "44"],
    ["%ld", 5, "5"],
    ["%c", 65, "A"],
    ["%5c|", 65, "    A|"],
    ["a%cb", 0, "a"],
    ["%%", 1, "%"],
    ["item #%03d of 100%%", 7, "item #007 of 100%"],
    ["plain", 1, "plain"],
    ["", 5, ""],
  ])("%j of %s", (format, value, expected) => {
    expect(call("format_int", format, value)).toBe(expected);
  });
});

describe("format_float", () => {
  test.each<[string, number, string]>([
    ["%0.3g", 71.9304, "71.9"],
    ["%.0f", 2.5, "2"],
    ["%.0f", 0.5, "0"],
    ["%.0f", 1.5, "2"],
    ["%#.0f", 3, "3."],
    ["%.2f", 2.345, "2.35"],
    ["%.20f", 0.1, "0.10000000000000000555"],
    ["%f", 1e22, "10000000000000000000000.000000"],
    ["%08.2f", -3.5, "-0003.50"],
    ["%e", 12345.678, "1.234568e+04"],
    ["%.20e", 1e-7, "9.99999999999999954748e-08"],
    ["%.0e", 9.5, "1e+01"],
    ["%#.0e", 1, "1.e+00"],
    ["%e", 0, "0.000000e+00"],
    ["%g", 1000000, "1e+06"],
    ["%g", 0.0001, "0.0001"],
    ["%G", 1e-8, "1E-08"],
    ["%#g", 1, "1.00000"],
    ["%.0g", 123, "1e+02"],
    ["%a", 1, "0x1p+0"],
    ["%a", 0.1, "0x1.999999999999ap-4"],
    ["%.2A", 1.999, "0X2.00P+0"],
    ["%a", 0, "0x0p+0"],
    ["%a", 5e-324, "0x0.0000000000001p-1022"],
    ["%+.1f", -0, "-0.0"],
    ["%5.1f|", Number.POSITIVE_INFINITY, "  inf|"],
    ["%05f", Number.NEGATIVE_INFINITY, " -inf"],
    ["%F", Number.NaN, "NAN"],
  ])("%j of %s", (format, value, expected) => {
    expect(call("format_float", format, value)).toBe(expected);
  });

  test("output is cut to 1023 bytes", () => {
    expect(formatNumber("%.1100f", { float: 1.5 })).toBe(`1.5${"0".repeat(1020)}`);
    expect(formatNumber("%1500d", { integer: 7 })).toBe(" ".repeat(1023));
    expect(formatNumber("%99999999999999d", { integer: 7 })).toBe(" ".repeat(1023));
    expect(formatNumber("%.99999999999999f", { float: 1 })).toHaveLength(1023);
  });
});

test.each([
  ["%d %d", "7 %d"],
  ["%s|%n|%*d", "%s|%n|%*d"],
  ["%f", "7.000000"],
  ["%y %", "%y %"],
])("what C leaves undefined is harmless: %j", (format, expected) => {
  expect(formatNumber(format, { integer: 7 })).toBe(expected);
});
