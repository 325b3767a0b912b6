/**
 * Values that cross between services and templates.
 */
import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { createMapTable, createReferenceTable } from "./containers.js";
import { decodeUtf8, encodeUtf8, fromHost, toHost } from "./host.js";
import { makeFloat, makeUInt } from "./numbers.js";
import { ReferenceTable } from "./reference-table.js";
import { text } from "./text.js";
import { Dict, List, Regex, type Value } from "./types.js";

/** A list as `fromHost` makes it: nothing else refers to its elements. */
function hostList(items: Value[]): List {
  const list = new List(items);
  list.pristine = true;
  return list;
}

test.each<[unknown, Value]>([
  [undefined, null],
  [null, null],
  [true, true],
  [5, 5],
  [1.5, 1.5],
  [2 ** 60, 2n ** 60n],
  [1e300, makeFloat(1e300)],
  [-(2 ** 63), -(2n ** 63n)],
  [2 ** 63, makeFloat(2 ** 63)],
  [Infinity, Infinity],
  [5n, 5],
  [-(2n ** 63n), -(2n ** 63n)],
  [2n ** 64n - 1n, makeUInt(2n ** 64n - 1n)],
  ["é€", "\xc3\xa9\xe2\x82\xac"],
  [new Uint8Array([0x80, 0x41]), "\x80A"],
  [new Date(1_500_000_000_999), makeUInt(1_500_000_000)],
  [[1, [undefined]], hostList([1, hostList([null])])],
  [makeFloat(1), makeFloat(1)],
])("%o becomes %o", (host, value) => {
  expect(fromHost(host, createMapTable)).toEqual(value);
});

test("a negative zero is the int 0", () => {
  expect(Object.is(fromHost(-0, createMapTable), 0)).toBe(true);
});

test("objects and maps become dictionaries of the kind that is wanted", () => {
  const host = { b: 1, é: new Map<unknown, unknown>([[1, "x"]]), none: undefined };
  expect(text(fromHost(host, createMapTable))).toBe('{"b" : 1, "\\u00e9" : {"1" : "x"}, "none" : null}');
  expect((fromHost(host, createReferenceTable) as Dict).table).toBeInstanceOf(ReferenceTable);
  expect(text(fromHost(runInNewContext("({ a: 1 })"), createMapTable))).toBe('{"a" : 1}');
  expect(text(fromHost(Object.assign(Object.create(null), { a: 1 }), createMapTable))).toBe('{"a" : 1}');
});

test("what occurs twice without containing itself is fine", () => {
  const shared = { a: 1 };
  expect(text(fromHost([shared, shared], createMapTable))).toBe('[{"a" : 1}, {"a" : 1}]');
});

describe("refusals name the path", () => {
  const cyclic: { list: unknown[] } = { list: [] };
  cyclic.list.push(0, cyclic);
  test.each<[unknown, string]>([
    [cyclic, "value.list[1] contains itself"],
    [{ f: () => 1 }, "value.f is a function, which templates cannot use"],
    [[Symbol("x")], "value[0] is a symbol, which templates cannot use"],
    [new Set([1]), "value is an object of class Set, which templates cannot use"],
    [{ n: 2n ** 64n }, "value.n does not fit into 64 bits"],
    [{ at: new Date(Number.NaN) }, "value.at is an invalid date"],
  ])("%#", (host, message) => {
    expect(() => fromHost(host, createMapTable)).toThrow(new TypeError(message));
  });
});

test.each<[Value, unknown]>([
  [undefined, undefined],
  [null, null],
  [true, true],
  [5, 5],
  [2n ** 60n, 2n ** 60n],
  [makeUInt(3), 3],
  [makeUInt(2n ** 64n - 1n), 2n ** 64n - 1n],
  [makeFloat(2), 2],
  ["\xc3\xa9\xff", "é\ufffd"],
  [new Regex("a+", "i"), "a+"],
  [new List([1, undefined]), [1, null]],
])("%o goes out as %o", (value, host) => {
  expect(toHost(value)).toEqual(host);
});

test("dictionaries go out as objects without prototype", () => {
  const dict = new Dict(
    new Map<string, Value>([
      ["__proto__", 1],
      ["\xc3\xa9", new List([2])],
    ]),
  );
  const host = toHost(dict) as Record<string, unknown>;
  expect(Object.getPrototypeOf(host)).toBeNull();
  expect(Object.entries(host)).toEqual([
    ["__proto__", 1],
    ["é", [2]],
  ]);
});

test("a list inside of itself goes out as null", () => {
  const list = new List([1]);
  list.items.push(list);
  expect(toHost(list)).toEqual([1, null]);
});

test("text survives the way there and back; what is no Unicode is replaced", () => {
  for (const sample of ["plain", "é", "𝒳", "\0", "\ufeffa"]) expect(decodeUtf8(encodeUtf8(sample))).toBe(sample);
  expect(encodeUtf8("\ud800")).toBe("\xef\xbf\xbd");
});
