/**
 * Numbers: their representation and the printed form of floats, against what C `printf("%.10g")` prints.
 */
import { expect, test } from "vitest";
import { parseDouble } from "./convert.js";
import {
  formatFloat,
  integerLiteral,
  isFloat,
  isInt,
  isIntegerValue,
  makeFloat,
  makeInt,
  makeUInt,
  truncateToInt,
} from "./numbers.js";
import { Float, UInt } from "./types.js";

/** Text of a double, and the output of C for it. */
const PRINTED: readonly (readonly [string, string])[] = [
  ["0.1", "0.1"],
  ["0.30000000000000004", "0.3"],
  ["1", "1"],
  ["1.0", "1"],
  ["-0.0", "-0"],
  ["0.0", "0"],
  ["1e10", "1e+10"],
  ["9999999999", "9999999999"],
  ["10000000000", "1e+10"],
  ["123456789.123456789", "123456789.1"],
  ["1e-5", "1e-05"],
  ["1e-4", "0.0001"],
  ["0.00012345678901234", "0.000123456789"],
  ["5e-324", "4.940656458e-324"],
  ["2.2250738585072014e-308", "2.225073859e-308"],
  ["1.7976931348623157e308", "1.797693135e+308"],
  ["2.5", "2.5"],
  ["99999999999.5", "1e+11"],
  ["9999999999.5", "1e+10"],
  ["9999999998.5", "9999999998"],
  ["-0.00001234567890123", "-1.23456789e-05"],
  ["12345678901.5", "1.23456789e+10"],
  ["10000000000.5", "1e+10"],
  ["1000000000.5", "1000000000"],
  ["1000000001.5", "1000000002"],
  ["1000000002.5", "1000000002"],
  ["1234567890.5", "1234567890"],
  ["1234567891.5", "1234567892"],
  ["1234567890.25", "1234567890"],
  ["123456789.25", "123456789.2"],
  ["100000000.25", "100000000.2"],
  ["100000000.75", "100000000.8"],
  ["100000000.05", "100000000"],
  ["12345678.125", "12345678.12"],
  ["1.5", "1.5"],
  ["3.3333333333333335", "3.333333333"],
  ["0.6666666666666666", "0.6666666667"],
  ["1e100", "1e+100"],
  ["1e21", "1e+21"],
  ["1e22", "1e+22"],
  ["123456789012345680", "1.23456789e+17"],
  ["-1.5", "-1.5"],
  ["-1234567890.5", "-1234567890"],
  ["inf", "inf"],
  ["-inf", "-inf"],
  ["nan", "nan"],
  ["3.141592653589793", "3.141592654"],
  ["2.718281828459045", "2.718281828"],
  ["1e-6", "1e-06"],
  ["1e-7", "1e-07"],
  ["0.001", "0.001"],
  ["0.0001", "0.0001"],
  ["0.00009999999999", "9.999999999e-05"],
  ["0.000099999999995", "0.0001"],
  ["0.99999999999", "1"],
  ["0.999999999949", "0.9999999999"],
  ["0.99999999995", "0.9999999999"],
  ["1.00000000005", "1"],
  ["4294967296.5", "4294967296"],
  ["4294967297.5", "4294967298"],
  ["0.000030517578125", "3.051757812e-05"],
  ["0.0000152587890625", "1.525878906e-05"],
  ["7.62939453125e-06", "7.629394531e-06"],
  ["3.814697265625e-06", "3.814697266e-06"],
  ["9.5367431640625e-07", "9.536743164e-07"],
  ["512.00000005", "512.0000001"],
  ["72057594037927936", "7.205759404e+16"],
  ["-123456.789", "-123456.789"],
  ["6.02214076e23", "6.02214076e+23"],
  ["1.602176634e-19", "1.602176634e-19"],
  ["999999999950000000000", "9.999999999e+20"],
  ["8589934592.5", "8589934592"],
  ["4.6566128730773926e-10", "4.656612873e-10"],
  ["123456.78905", "123456.7891"],
];

test.each(PRINTED)("%s prints as %s", (source, printed) => {
  expect(formatFloat(makeFloat(parseDouble(source)!))).toBe(printed);
});

test("a NaN keeps its sign", () => {
  expect(formatFloat(makeFloat(Number.NaN, true))).toBe("-nan");
  expect(formatFloat(makeFloat(1.5, true))).toBe("1.5");
});

test("ints wrap to signed 64 bits and are numbers when safe", () => {
  expect(makeInt(5n)).toBe(5);
  expect(makeInt(2n ** 53n - 1n)).toBe(2 ** 53 - 1);
  expect(makeInt(2n ** 53n)).toBe(2n ** 53n);
  expect(makeInt(2n ** 63n)).toBe(-(2n ** 63n));
  expect(makeInt(2n ** 64n + 3n)).toBe(3);
});

test("uints wrap to unsigned 64 bits and hold numbers when safe", () => {
  expect(makeUInt(3)).toEqual(new UInt(3));
  expect(makeUInt(-1)).toEqual(new UInt(2n ** 64n - 1n));
  expect(makeUInt(2n ** 64n + 7n)).toEqual(new UInt(7));
  expect(Object.is(makeUInt(-0).value, 0)).toBe(true);
});

test("floats are boxed when they would read as ints", () => {
  expect(makeFloat(1.5)).toBe(1.5);
  expect(makeFloat(Infinity)).toBe(Infinity);
  expect(makeFloat(2)).toEqual(new Float(2));
  expect(makeFloat(1e300)).toEqual(new Float(1e300));
  expect(Object.is((makeFloat(-0) as Float).value, -0)).toBe(true);
});

test("literals are ints up to 2^63 − 1, then uints", () => {
  expect(integerLiteral(255n)).toBe(255);
  expect(integerLiteral(2n ** 63n - 1n)).toBe(2n ** 63n - 1n);
  expect(integerLiteral(2n ** 63n)).toEqual(new UInt(2n ** 63n));
});

test("kinds of numbers are told apart", () => {
  const samples = [1, 2n ** 60n, new UInt(1), 1.5, Number.NaN, new Float(1), "1", null];
  expect(samples.map(isInt)).toEqual([true, true, false, false, false, false, false, false]);
  expect(samples.map(isIntegerValue)).toEqual([true, true, true, false, false, false, false, false]);
  expect(samples.map(isFloat)).toEqual([false, false, false, true, true, true, false, false]);
});

test("doubles truncate to ints as C casts them", () => {
  expect([2.9, -2.9, -0.5].map(truncateToInt)).toEqual([2, -2, 0]);
  expect(truncateToInt(2 ** 60)).toBe(2n ** 60n);
  expect([2 ** 63, -(2 ** 64), Number.NaN, Infinity].map(truncateToInt)).toEqual(new Array(4).fill(-(2n ** 63n)));
});
