/**
 * Conversions between types, as the tables of pub-language.md §4.4, §4.5 and pub-library.md §2.3 give them.
 */
import { describe, expect, test } from "vitest";
import {
  parseDouble,
  parseInt64,
  parseInt64Clamped,
  parseUInt64,
  scalar,
  toDouble,
  toFloatArgument,
  toInt64,
  toIntegerArgument,
  toListIndex,
  toUInt64,
  toUnsignedArgument,
  truth,
  typeName,
} from "./convert.js";
import { makeFloat, makeUInt } from "./numbers.js";
import { Dict, Func, List, Regex, type Value } from "./types.js";

class UserFunction extends Func {
  override text(): string {
    return "<f @ t.pub:1>";
  }
}

class BuiltinFunction extends Func {
  override text(): string {
    return "<compiled function> rfn3:len";
  }
  override isBuiltin(): boolean {
    return true;
  }
}

const MAX_UINT = 2n ** 64n - 1n;
const uint = (v: number | bigint): Value => makeUInt(v);
const float = (v: number): Value => makeFloat(v);
const dict = (entries: Record<string, Value>): Dict => new Dict(new Map(Object.entries(entries)));

test.each<[Value, string, boolean]>([
  [undefined, "undef", false],
  [null, "null", false],
  [false, "bool", false],
  [true, "bool", true],
  [0, "int", false],
  [5, "int", true],
  [2n ** 60n, "int", true],
  [uint(0), "uint", false],
  [uint(MAX_UINT), "uint", true],
  [float(0), "float", false],
  [float(-0), "float", false],
  [1.5, "float", true],
  [Number.NaN, "float", true],
  ["", "str", false],
  ["0", "str", true],
  ["false", "str", true],
  [new List([]), "list", false],
  [new List([0]), "list", true],
  [dict({}), "dict", false],
  [dict({ a: null }), "dict", true],
  [new Regex("a", ""), "regex", false],
  [new UserFunction(), "object", true],
  [new BuiltinFunction(), "object", false],
])("%o is of type %s, its truth is %s", (value, name, isTrue) => {
  expect(typeName(value)).toBe(name);
  expect(truth(value)).toBe(isTrue);
});

describe("integers in text", () => {
  test.each<[string, bigint | null, bigint | null, bigint | null]>([
    ["12", 12n, 12n, 12n],
    ["0x1f", 31n, 31n, 31n],
    ["0X1F", 31n, 31n, 31n],
    ["010", 8n, 8n, 8n],
    ["08", null, null, null],
    [" \t\n\v\f\r12", 12n, 12n, 12n],
    ["12 ", null, null, null],
    ["+5", 5n, 5n, 5n],
    ["-5", -5n, -5n, null],
    ["-0", 0n, 0n, null],
    ["-0x10", -16n, -16n, null],
    [" -5", -5n, -5n, MAX_UINT - 4n],
    ["", null, null, null],
    [" ", null, null, null],
    ["+", null, null, null],
    ["0x", null, null, null],
    ["1e3", null, null, null],
    ["12abc", null, null, null],
    ["12.5", null, null, null],
    ["12\0", null, null, null],
    ["9223372036854775807", 2n ** 63n - 1n, 2n ** 63n - 1n, 2n ** 63n - 1n],
    ["9223372036854775808", null, 2n ** 63n - 1n, 2n ** 63n],
    ["-9223372036854775809", null, -(2n ** 63n), null],
    ["18446744073709551615", null, 2n ** 63n - 1n, MAX_UINT],
    ["18446744073709551616", null, 2n ** 63n - 1n, null],
    ["0".repeat(100), 0n, 0n, 0n],
    ["9".repeat(1000), null, 2n ** 63n - 1n, null],
  ])("%j", (literal, signed, clamped, unsigned) => {
    expect(parseInt64(literal)).toBe(signed);
    expect(parseInt64Clamped(literal)).toBe(clamped);
    expect(parseUInt64(literal)).toBe(unsigned);
  });
});

test.each<[string, number | null]>([
  ["", 0],
  [" ", null],
  ["1", 1],
  ["1.", 1],
  [".5", 0.5],
  [".", null],
  ["1e3", 1000],
  ["1e", null],
  [" 1.5", 1.5],
  ["1.5 ", null],
  ["-1.5E-2", -0.015],
  ["0x1p3", 8],
  ["0x.8", 0.5],
  ["0x1.fffffffffffff8p0", 2],
  ["0x1.00000000000008p0", 1],
  ["0x1.000000000000081p0", 1.0000000000000002],
  ["0x1p-1074", 5e-324],
  ["0x1p-1075", 0],
  ["0x1.8p-1075", 5e-324],
  ["0x1p1024", Infinity],
  ["inf", Infinity],
  ["-Infinity", -Infinity],
  ["nan", Number.NaN],
  ["NaN(a_1)", Number.NaN],
  ["nano", null],
  ["1e999", Infinity],
  ["abc", null],
])("%j as double is %s", (literal, expected) => {
  expect(parseDouble(literal)).toBe(expected);
});

test("a long text that nearly is a number is refused in linear time", () => {
  const digits = "1".repeat(200_000);
  expect(parseDouble(`${digits}x`)).toBeNull();
  expect(parseInt64(`${digits}x`)).toBeNull();
});

test.each<[Value, bigint | null, bigint | null, number]>([
  [5, 5n, 5n, 5],
  [-5, -5n, null, -5],
  [2n ** 60n, 2n ** 60n, 2n ** 60n, 2 ** 60],
  [uint(7), 7n, 7n, 7],
  [uint(MAX_UINT), null, MAX_UINT, 2 ** 64],
  [1.5, null, null, 1.5],
  [float(3), null, 3n, 3],
  [float(1234567890.4), null, 1234567890n, 1234567890.4],
  [float(1e10), null, null, 1e10],
  [true, 1n, 1n, 1],
  ["0x10", 16n, 16n, 0x10],
  ["abc", null, null, 0],
  ["", null, null, 0],
  [new Regex("12", ""), 12n, 12n, 12],
  [null, null, null, 0],
])("scalar conversions of %o", (value, signed, unsigned, double) => {
  expect(toInt64(value)).toBe(signed);
  expect(toUInt64(value)).toBe(unsigned);
  expect(toDouble(value)).toBe(double);
});

test("scalars of containers are their text with sorted keys", () => {
  expect(scalar(true)).toBe(1);
  expect(scalar(new List([1, "a"]))).toBe('[1, "a"]');
  expect(scalar(dict({ b: 1, a: dict({ d: 1, c: 2 }) }))).toBe('{"a" : {"c" : 2, "d" : 1}, "b" : 1}');
  expect(scalar(new UserFunction())).toBe("<f @ t.pub:1>");
});

/** Value, and what the pattern letters i, u, f and list indexes make of it. */
test.each<[Value, number | bigint | null, bigint | null, number | null, number | null]>([
  [2, 2, 2n, 2, 2],
  [-1, -1, MAX_UINT, -1, -1],
  [2.9, 2, null, 2.9, 2],
  [-12.9, -12, null, -12.9, -12],
  [float(3), 3, 3n, 3, 3],
  [true, 1, 1n, 1, 1],
  [uint(7), 7, 7n, 7, 7],
  [uint(MAX_UINT), 2n ** 63n - 1n, MAX_UINT, 2 ** 64, null],
  ["0x3", 3, 3n, 3, 3],
  ["010", 8, 8n, 8, 8],
  ["-2", -2, MAX_UINT - 1n, -2, -2],
  ["12 ", null, null, null, null],
  ["1.5", null, null, null, null],
  ["", null, null, null, null],
  ["99999999999999999999", 2n ** 63n - 1n, 2n ** 63n - 1n, 2 ** 63, null],
  [new Regex("12", ""), 12, 12n, null, null],
  [new List([1]), null, null, null, null],
  [null, null, null, null, null],
  [undefined, null, null, null, null],
])("arguments made of %o", (value, integer, unsigned, double, index) => {
  expect(toIntegerArgument(value)).toBe(integer);
  expect(toUnsignedArgument(value)).toBe(unsigned);
  expect(toFloatArgument(value)).toBe(double);
  expect(toListIndex(value)).toBe(index);
});
