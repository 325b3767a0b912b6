import { expect, test } from "vitest";
import { Builtin } from "../calls/functions.js";
import { createMapTable, makeFloat, makeUInt, text, typeName } from "../values/index.js";
import { Dict, List, Regex, type Value } from "../values/types.js";
import { callIn, HostFunction, printed, TestContext } from "./test-context.js";
import { typeFunctions } from "./types.js";

const call = (name: string, x: Value) => callIn(typeFunctions, new TestContext(), name, x) as Value;

test.each<[Value, string]>([
  ["12", "12"],
  ["0x1f", "31"],
  ["010", "8"],
  [" 12", "12"],
  ["+5", "5"],
  ["12abc", "0"],
  ["12 ", "0"],
  ["12.5", "0"],
  ["1e3", "0"],
  ["", "0"],
  ["9223372036854775807", "9223372036854775807"],
  ["9223372036854775808", "0"],
  [-12.9, "-12"],
  [makeFloat(-0.2), "0"],
  [makeFloat(1e20), "-9223372036854775808"],
  [-Infinity, "-9223372036854775808"],
  [Number.NaN, "-9223372036854775808"],
  [true, "1"],
  [null, "0"],
  [makeUInt(7), "7"],
  [makeUInt(2n ** 63n - 1n), "9223372036854775807"],
  [makeUInt(2n ** 64n - 1n), "-2147483648"],
  [new List([7]), "0"],
  [new Regex("12", ""), "0"],
])("int %o", (x, expected) => {
  expect(text(call("int", x))).toBe(expected);
  expect(typeName(call("int", x))).toBe("int");
});

test.each<[Value, string]>([
  [5, "5"],
  [-5, "18446744073709551611"],
  [-(2n ** 63n) + 1n, "9223372036854775808"],
  [1844674407370955161n, "1844674407370955161"],
  [12.9, "12"],
  [-1.5, "18446744073709551615"],
  [makeFloat(1e20), "7766279631452241920"],
  ["-5", "0"],
  ["18446744073709551615", "18446744073709551615"],
  ["99999999999999999999", "0"],
  ["2.5", "0"],
  [true, "1"],
  [null, "0"],
  [new List([]), "0"],
])("uint %o", (x, expected) => {
  expect(text(call("uint", x))).toBe(expected);
  expect(typeName(call("uint", x))).toBe("uint");
});

test.each<[Value, string]>([
  [null, "null"],
  [1.5, "1.5"],
  [new List(["a", null]), '["a", null]'],
])("str %o", (x, expected) => {
  expect(call("str", x)).toBe(expected);
});

test.each<[Value, number]>([
  ["h\xc3\xa9llo", 5],
  ["h\xe9llo", 0],
  ["a\0b", 1],
  ["", 0],
  [new List([1, undefined]), 2],
  [new Dict(new Map([["a", 1]])), 1],
])("len %o", (x, expected) => {
  expect(call("len", x)).toBe(expected);
});

test("len of what has none", () => {
  const context = new TestContext();
  expect(callIn(typeFunctions, context, "len", 5)).toBe(-1);
  expect(context.messages).toEqual(["object doesn't support the len() call"]);
});

test("copy detaches containers", () => {
  const list = new List([1]);
  const copy = call("copy", list);
  expect(copy).not.toBe(list);
  expect(text(copy)).toBe("[1]");
  expect(call("copy", 5)).toBe(5);
});

test("documentation", () => {
  const builtins = typeFunctions.map((definition) => new Builtin(definition, "rfn3"));
  const table = createMapTable();
  for (const builtin of builtins) table.set(builtin.definition.name, builtin);
  expect(printed(call("documentation", builtins[0]))).toMatch(/^int\(x\): x as signed integer/);
  expect(printed(call("documentation", new Dict(table)))).toMatch(/^copy\(x\): .*\n.*\nint\(x\): /);
  for (const other of [5, null, "len", new Dict(createMapTable()), new HostFunction(() => null)]) {
    expect(call("documentation", other)).toBeNull();
  }
});
