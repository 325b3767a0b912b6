/**
 * Equality and order: the examples of pub-language.md §4.7 and pub-library.md §3.5.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareScalars, equal, greater, greaterOrEqual, less, lessOrEqual, order } from "./compare.js";
import type { ErrorSink } from "./error-sink.js";
import { makeFloat, makeInt, makeUInt } from "./numbers.js";
import { Dict, List, Regex, type Value } from "./types.js";

const f = (v: number): Value => makeFloat(v);
const list = (...items: Value[]): List => new List(items);
const dict = (entries: Record<string, Value>): Dict => new Dict(new Map(Object.entries(entries)));
const MAX_UINT = makeUInt(2n ** 64n - 1n);
const SILENT: ErrorSink = { error: () => {} };

test.each<[Value, Value, boolean]>([
  ["0x10", 16, true],
  ["010", 8, true],
  ["5", "05", true],
  ["08", "8", false],
  ["1e3", "1000", false],
  [10, "10.0", false],
  [f(10), "10.0", true],
  [f(0), "abc", true],
  [f(0), "", true],
  ["", 0, false],
  ["", "", true],
  ["a", "a", true],
  [true, 1, true],
  [true, "true", false],
  [true, "1", true],
  [null, 0, false],
  [null, "", false],
  [null, undefined, true],
  [null, list(), false],
  [null, list(null), false],
  [list(null), list(undefined), true],
  [list(5), 5, true],
  [list(list(1)), 1, true],
  [list(1, 2), "[1, 2]", false],
  [dict({ a: 1 }), '{"a" : 1}', true],
  [dict({ a: 5, b: 5 }), dict({ b: 5, a: 5 }), true],
  [dict({ a: 5, b: 5 }), dict({ a: 5, b: 6 }), false],
  [list(dict({ a: 5, b: 5 })), list(dict({ b: 5, a: 5 })), true],
  [new Regex("a", "i"), "a", true],
  [-1, MAX_UINT, false],
  [makeUInt(3), 3, true],
  [Number.NaN, 5, true],
  [makeFloat(Number.NaN, true), "x", true],
  [2n ** 53n, makeInt(2n ** 53n), true],
  [2n ** 53n, 2n ** 53n + 1n, false],
])("%o == %o is %s", (a, b, expected) => {
  expect(equal(a, b)).toBe(expected);
  expect(equal(b, a)).toBe(expected);
});

/** Two values and which of `<`, `>`, `<=`, `>=` hold. */
test.each<[Value, Value, string]>([
  [1, 2, "< <="],
  [2, 2, "<= >="],
  [Number.NaN, 1, "<= >="],
  ["10", "9", "> >="],
  ["10", "9a", "< <="],
  ["b", "ab", "> >="],
  ["ab", "abc", "< <="],
  ["1.5", "1.25", "> >="],
  ["a", 1.5, "< <="],
  ["inf", 1.5, "> >="],
  [null, null, ""],
  [1, null, ""],
  [undefined, 1, ""],
  [list(5), list(1, 1), "< <="],
  [list(1, 2), list(1, 3), "< <="],
  [list(1, 2), list(1, 2), "<= >="],
  [list(1), 5, "< <="],
  [5, list(4, 4), "< <="],
  [list(), undefined, "<= >="],
  [list(), null, "< <="],
  [list(null), list(1), ""],
  [list(list(1, 2)), list(list(1, 3)), "< <="],
  [list(list(2)), list(1), "> >="],
  [-1, MAX_UINT, "< <="],
  ["-1", MAX_UINT, "< <="],
  [MAX_UINT, "-1", "> >="],
  [" 5", 5, "<= >="],
  ["5 ", 5, "> >="],
])("%o against %o: %s", (a, b, expected) => {
  const operators = { "<": less, ">": greater, "<=": lessOrEqual, ">=": greaterOrEqual };
  const holding = Object.entries(operators).filter(([, holds]) => holds(SILENT, a, b, 1));
  expect(holding.map(([name]) => name).join(" ")).toBe(expected);
});

test.each<[Value, Value, number]>([
  ["10", "9", 1],
  ["10", "9a", -1],
  ["010", 8, 0],
  ["", 0, -1],
  ["-1", "1", -1],
  [list(1, 2), list(3), 1],
  [list(1, 2), list(1, 3), -1],
  [5, list(5), 0],
  ["abc", 5, 1],
  [1.5, "1.4", 1],
  [dict({ b: 1, a: 2 }), dict({ a: 2, b: 1 }), 0],
  [null, 1, 0],
])("cmp(%o, %o) is %i", (a, b, expected) => {
  expect(order(a, b)).toBe(expected);
});

test("null operands are reported when asked for", () => {
  const reports: string[] = [];
  const sink: ErrorSink = { error: (line, message) => reports.push(`${line}: ${message}`), warnRelational: true };
  expect([less(sink, null, 1, 3), lessOrEqual(sink, list(null), list(1), 4), less(sink, 1, 2, 5)]).toEqual([
    false,
    false,
    true,
  ]);
  expect(reports).toEqual([3, 4].map((line) => `${line}: one or more relational arguments were null`));
});

describe("lists that are deep or contain themselves", () => {
  const nested = (depth: number, innermost: Value): Value => {
    let value = innermost;
    for (let level = 0; level < depth; level++) value = list(value);
    return value;
  };
  const cyclic = (...more: Value[]): List => {
    const result = list();
    result.items.push(new List(result.items, false), ...more);
    return result;
  };

  test("compare without exhausting the stack", () => {
    expect(equal(nested(50_000, 1), nested(50_000, 1))).toBe(true);
    expect(equal(nested(50_000, 1), nested(50_000, 2))).toBe(false);
    expect(order(nested(300, 1), nested(300, 2))).toBe(-1);
  });

  test("compare in finite time", () => {
    expect(equal(cyclic(), cyclic())).toBe(true);
    expect(equal(cyclic(1), cyclic(2))).toBe(false);
    expect(equal(cyclic(), 5)).toBe(true);
    expect(order(cyclic(1), cyclic(2))).toBe(0);
    expect(equal(cyclic(cyclic(), cyclic()), cyclic(cyclic(), cyclic()))).toBe(true);
  });

  test("that share their parts compare in little time", () => {
    const doubled = (): Value => {
      let value: Value = 1;
      for (let level = 0; level < 40; level++) value = list(value, value);
      return value;
    };
    expect(equal(doubled(), doubled())).toBe(true);
  });
});

test("the order of scalars is antisymmetric", () => {
  const scalarValue = fc.oneof(
    fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n).map(makeInt),
    fc.bigInt(0n, 2n ** 64n - 1n).map(makeUInt),
    fc.double().map((v) => makeFloat(v)),
    fc.string({ unit: fc.constantFrom(..."0179xaf-+ ."), maxLength: 5 }),
    fc.boolean(),
  );
  fc.assert(
    fc.property(scalarValue, scalarValue, (a: Value, b: Value) => {
      expect(compareScalars(a, b) + compareScalars(b, a)).toBe(0);
      expect(equal(a, b)).toBe(compareScalars(a, b) === 0);
    }),
  );
});
