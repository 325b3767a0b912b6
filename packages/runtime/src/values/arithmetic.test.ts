/**
 * The operators `+ - * / %`: the examples of pub-language.md §4.6, and integers against a 64-bit model.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { add, divide, modulo, multiply, retype, subtract } from "./arithmetic.js";
import { createReferenceTable } from "./containers.js";
import { typeName } from "./convert.js";
import type { ErrorSink } from "./error-sink.js";
import { makeFloat, makeInt, makeUInt } from "./numbers.js";
import { text } from "./text.js";
import { Dict, Func, List, Regex, type UInt, type Value } from "./types.js";

class BuiltinFunction extends Func {
  override text(): string {
    return "<compiled function> rfn3:len";
  }
}

const OPERATORS = { "+": add, "-": subtract, "*": multiply, "/": divide, "%": modulo };
type Operator = keyof typeof OPERATORS;

/** The result, and the messages that were reported. */
function calculate(a: Value, operator: Operator, b: Value): { result: Value; errors: string[] } {
  const errors: string[] = [];
  const sink: ErrorSink = { error: (line, message) => errors.push(`${line}: ${message}`) };
  return { result: OPERATORS[operator](sink, a, b, 7), errors };
}

const f = (v: number): Value => makeFloat(v);
const MAX_UINT = makeUInt(2n ** 64n - 1n);
const MIN = -(2n ** 63n);
const len = new BuiltinFunction();
const list = (...items: Value[]): List => new List(items);
const dict = (entries: Record<string, Value>): Dict => {
  const table = createReferenceTable();
  for (const [key, value] of Object.entries(entries)) table.set(key, value);
  return new Dict(table);
};

test.each<[Value, Operator, Value, string, string]>([
  [7, "/", 2, "3", "int"],
  [-7, "/", 2, "-3", "int"],
  [7, "/", -2, "-3", "int"],
  [-7, "%", 3, "-1", "int"],
  [7, "%", -3, "1", "int"],
  [-4, "%", 2, "0", "int"],
  [0, "*", -5, "0", "int"],
  [0, "/", -5, "0", "int"],
  [f(7), "/", 2, "3.5", "float"],
  [7.5, "%", 2, "1.5", "float"],
  [-5.5, "%", 2, "-1.5", "float"],
  [7.5, "%", -2, "1.5", "float"],
  [1, "+", 1.5, "2.5", "float"],
  [0.1, "+", 0.2, "0.3", "float"],
  [true, "+", 1, "2", "int"],
  [true, "-", false, "1", "int"],
  [true, "%", 2, "1", "int"],
  ["1", "+", "2", "12", "int"],
  ["0x1", "+", "0", "16", "int"],
  ["0", "+", "10", "8", "int"],
  ["", "+", "", "0", "float"],
  ["", "+", 5, "5", "int"],
  ["1", "+", ".", "1", "float"],
  ["1", "+", ".50", "1.5", "float"],
  ["1e", "+", "5", "100000", "float"],
  ["in", "+", "f", "inf", "float"],
  ["na", "+", "n", "nan", "float"],
  ["-na", "+", "n", "-nan", "float"],
  ["nan(", "+", ")", "nan", "float"],
  [" ", "+", "5", "5", "int"],
  ["5 ", "+", "", "5 ", "str"],
  [" ", "+", "", " ", "str"],
  ["0", "+", "x", "0x", "str"],
  ["-", "+", "7", "-7", "int"],
  ["+", "+", "7", "7", "int"],
  ["-", "+", "0", "0", "int"],
  ["1844674407370955161", "+", "5", "18446744073709551615", "uint"],
  ["1844674407370955161", "+", "6", "1.844674407e+19", "float"],
  [1, "+", "a", "1a", "str"],
  ["a", "+", 1, "a1", "str"],
  [true, "+", "a", "1a", "str"],
  ["a", "+", len, "a<compiled function> rfn3:len", "str"],
  [new Regex("1", ""), "+", 1, "11", "int"],
  ["5", "-", 3, "", "str"],
  ["a", "-", "a", "", "str"],
  ["3", "*", 3, "333", "int"],
  ["ab", "*", 2, "abab", "str"],
  ["a", "*", "3", "aaa", "str"],
  ["ab", "*", true, "ab", "str"],
  ["ab", "*", 0, "0", "float"],
  ["ab", "*", -1, "0", "float"],
  [list(1), "*", 2, "[1, 1]", "list"],
  [list(1), "*", 0, "[]", "list"],
  [list(1), "*", -1, "[]", "list"],
  [list(1), "*", "2", "[1, 1]", "list"],
  [list(0), "*", 2.9, "[0, 0]", "list"],
  [list(0), "*", true, "[0]", "list"],
  [1.5, "*", 2, "3", "uint"],
  [-1.5, "*", 2, "-3", "float"],
  [0.5, "-", 0.5, "0", "uint"],
  [makeUInt(3), "/", 2, "1", "int"],
  [f(-3), "/", 2, "-1.5", "float"],
  [1234567890.4, "*", 1, "1234567890", "uint"],
  [9999999999.4, "*", 1, "9999999999", "uint"],
  [f(9999999999), "+", 1, "1e+10", "float"],
  [0.99999999999, "*", 1, "1", "uint"],
  [f(0), "*", -1, "-0", "float"],
  [f(1), "/", 2, "0.5", "float"],
  [2n ** 63n - 1n, "+", 1, "-9223372036854775808", "int"],
  [MIN, "-", 1, "9223372036854775807", "int"],
  [2n ** 63n - 1n, "*", 2, "-2", "int"],
  [MIN, "/", -1, "-9223372036854775808", "int"],
  [MIN, "%", -1, "0", "int"],
  [MAX_UINT, "+", 1, "0", "int"],
  [MAX_UINT, "+", -1, "-2", "int"],
  [MAX_UINT, "-", 1, "-2", "int"],
  [MAX_UINT, "*", 2, "18446744073709551614", "uint"],
  [MAX_UINT, "*", -1, "1", "int"],
  [MAX_UINT, "/", 2, "9223372036854775807", "int"],
  [MAX_UINT, "/", -1, "1", "int"],
  [MAX_UINT, "%", 10, "5", "int"],
  [dict({ a: 1 }), "+", dict({ b: 2, a: 3 }), '{"b" : 2, "a" : 3}', "dict"],
  [dict({ a: 1, b: 2 }), "-", dict({ a: 9 }), '{"b" : 2}', "dict"],
  [list(1), "+", list(2), "[1, 2]", "list"],
  [list(1, undefined), "+", list(), "[1, null]", "list"],
])("%o %s %o is %s (%s)", (a, operator, b, printed, type) => {
  const { result, errors } = calculate(a, operator, b);
  expect(errors).toEqual([]);
  expect(text(result)).toBe(printed);
  expect(typeName(result)).toBe(type);
});

test.each<[Value, Operator, Value, string]>([
  [null, "+", 1, "left-hand term of addition evaluates to null"],
  [undefined, "+", null, "left-hand term of addition evaluates to null"],
  [1, "+", undefined, "right-hand term of addition evaluates to null"],
  ["a", "+", null, "right-hand term of addition evaluates to null"],
  [null, "-", 1, "left-hand term of subtraction evaluates to null"],
  [1, "-", null, "right-hand term of subtraction evaluates to null"],
  [list(1), "+", 2, "addition on lists only works with 2 lists"],
  [2, "+", list(1), "addition on lists only works with 2 lists"],
  [dict({}), "+", list(1), "addition on lists only works with 2 lists"],
  [dict({}), "+", 1, "addition on dicts only work with 2 dicts"],
  [1, "+", dict({}), "addition on dicts only work with 2 dicts"],
  [dict({}), "-", "a", "addition on dicts only work with 2 dicts"],
  [list(1), "-", list(1), "cannot subtract lists"],
  [null, "*", 1, "mult: left-hand factor was NULL"],
  [1, "*", null, "mult: right-hand factor was NULL"],
  [dict({}), "*", 2, "cannot multiply dictionaries"],
  [list(1), "*", dict({}), "cannot multiply dictionaries"],
  [list(1), "*", list(2), "can only multiply lists by small integers"],
  [2, "*", list(1), "can only multiply lists by small integers"],
  [list(1), "*", 256, "can only multiply lists by small integers"],
  [list(1), "*", "x", "can only multiply lists by small integers"],
  [3, "*", "foo", "mult: no plausible evaluation found!"],
  ["ab", "*", 1.5, "mult: no plausible evaluation found!"],
  ["ab", "*", 256, "mult: no plausible evaluation found!"],
  [null, "/", 1, "division: numerator was NULL"],
  [1, "/", null, "division: denominator was NULL"],
  [null, "%", 1, "modulo: numerator was NULL"],
  [1, "%", null, "modulo: denominator was NULL"],
  ["6", "/", 2, "can't perform division on strings"],
  [list(4), "%", 2, "can't perform modulo on strings"],
  [dict({ a: 1 }), "/", 2, "can't perform division on strings"],
  [new Regex("6", ""), "/", 2, "can't perform division on strings"],
  [1, "/", 0, "division by zero"],
  [1, "%", 0, "modulo by zero"],
  [1.5, "/", 0, "division by zero"],
  [1, "/", f(0), "division by zero"],
  [1, "/", f(-0), "division by zero"],
  [1.5, "%", false, "modulo by zero"],
])("%o %s %o fails: %s", (a, operator, b, message) => {
  expect(calculate(a, operator, b)).toEqual({ result: undefined, errors: [`7: ${message}`] });
});

test.each<[Value, Operator, Value, string]>([
  [Infinity, "-", Infinity, "-nan"],
  [Infinity, "*", 0, "-nan"],
  [Infinity, "%", 2, "-nan"],
  [Number.NaN, "+", 1, "nan"],
  [1, "+", Number.NaN, "nan"],
  [makeFloat(Number.NaN, true), "*", 2, "-nan"],
  [Infinity, "+", 1, "inf"],
])("%o %s %o is %s", (a, operator, b, printed) => {
  expect(text(calculate(a, operator, b).result)).toBe(printed);
});

describe("texts joined in a loop", () => {
  test.each<[string[], Value]>([
    [["", "a", "1"], "a1"],
    [["-", "1", "2"], -12],
    [["1", "e", "2"], makeFloat(100)],
    [["infinit", "y"], Infinity],
    [["x".repeat(100), "5"], `${"x".repeat(100)}5`],
    [["1", "0".repeat(100)], makeFloat(1e100)],
    [["1", `${"0".repeat(100)}<`], `1${"0".repeat(100)}<`],
  ])("%j", (parts, expected) => {
    expect(parts.reduce<Value>((joined, part) => calculate(joined, "+", part).result, parts.shift())).toEqual(expected);
  });
});

test("joining is the same as reading the whole as a number", () => {
  const part = fc.string({ unit: fc.constantFrom(..."0189xXaAfFpPeE+-. \tinfINFty()_<é"), maxLength: 5 });
  fc.assert(
    fc.property(part, part, (a, b) => {
      expect(calculate(a, "+", b).result).toEqual(retype(a + b));
    }),
    { numRuns: 2000 },
  );
});

/** The integer operators on mathematical integers −2^63 … 2^64 − 1, as the specification words them. */
function model(operator: Operator, x: bigint, y: bigint): bigint {
  const bothSigned = x < 2n ** 63n && y < 2n ** 63n;
  const bothUnsigned = x >= 0n && y >= 0n;
  const [unsignedX, unsignedY] = [BigInt.asUintN(64, x), BigInt.asUintN(64, y)];
  switch (operator) {
    case "+":
      return !bothSigned && bothUnsigned ? BigInt.asUintN(64, x + y) : BigInt.asIntN(64, x + y);
    case "-":
      return BigInt.asIntN(64, x - y);
    case "*":
      return !bothSigned && bothUnsigned ? BigInt.asUintN(64, x * y) : BigInt.asIntN(64, x * y);
    case "/":
      return bothSigned ? BigInt.asIntN(64, x / y) : unsignedX / unsignedY;
    case "%":
      return bothSigned ? x % y : unsignedX % unsignedY;
  }
}

test("integers agree with the 64-bit model", () => {
  const edges = [0n, 1n, 2n ** 31n, 2n ** 32n, 2n ** 53n, 2n ** 62n, 2n ** 63n, 2n ** 64n];
  const edge = fc
    .tuple(fc.constantFrom(...edges), fc.bigInt(-3n, 3n), fc.boolean())
    .map(([base, offset, negative]) => (negative ? -base : base) + offset);
  const integer = fc
    .oneof(edge, fc.bigInt(-(2n ** 63n), 2n ** 64n - 1n), fc.bigInt(-1000n, 1000n))
    .filter((v) => v >= -(2n ** 63n) && v < 2n ** 64n);
  const integerValue = (v: bigint, asUInt: boolean): Value =>
    v >= 2n ** 63n || (asUInt && v >= 0n) ? makeUInt(v) : makeInt(v);
  const operator = fc.constantFrom<Operator>("+", "-", "*", "/", "%");
  fc.assert(
    fc.property(integer, integer, operator, fc.boolean(), fc.boolean(), (x, y, name, uintX, uintY) => {
      fc.pre(y !== 0n || (name !== "/" && name !== "%"));
      const expected = model(name, x, y);
      const { result } = calculate(integerValue(x, uintX), name, integerValue(y, uintY));
      expect(text(result)).toBe(String(expected));
      expect(typeName(result)).toBe(expected >= 2n ** 63n ? "uint" : "int");
      const plain = typeName(result) === "uint" ? (result as UInt).value : result;
      expect(typeof plain).toBe(Number.isSafeInteger(Number(expected)) ? "number" : "bigint");
      expect(Object.is(plain, -0)).toBe(false);
    }),
    { numRuns: 5000 },
  );
});

test("a sum of containers does not write through to its terms", () => {
  const inner = list(1);
  const sum = calculate(list(inner), "+", list()).result as List;
  expect(sum.owned).toBe(true);
  expect(sum.items[0]).toBe(inner);
  expect(text(sum)).toBe("[[1]]");
});
