/**
 * Plain and quoted forms of values, JSON quoting, and structures that are deep or contain themselves.
 */
import { describe, expect, test } from "vitest";
import { makeFloat, makeUInt } from "./numbers.js";
import { hasCycle, jsonQuote, quotedText, scalarText, sortedText, text } from "./text.js";
import { Dict, Func, List, Regex, type Value } from "./types.js";

class UserFunction extends Func {
  override text(): string {
    return "<f @ t.pub:1>";
  }
}

const dict = (entries: Record<string, Value>): Dict => new Dict(new Map(Object.entries(entries)));

test.each<[Value, string, string]>([
  [undefined, "", "null"],
  [null, "null", "null"],
  [true, "true", "true"],
  [-5, "-5", "-5"],
  [4503599627370495, "4503599627370495", "4503599627370495"],
  [4503599627370496, "4503599627370496", '"4503599627370496"'],
  [-4503599627370496, "-4503599627370496", '"-4503599627370496"'],
  [2n ** 62n, "4611686018427387904", '"4611686018427387904"'],
  [makeUInt(3), "3", "3"],
  [makeUInt(2n ** 64n - 1n), "18446744073709551615", '"18446744073709551615"'],
  [makeFloat(1), "1", "1"],
  [makeFloat(-0), "-0", "-0"],
  [0.1 + 0.2, "0.3", "0.3"],
  [makeFloat(1e10), "1e+10", "1e+10"],
  [makeFloat(Number.NaN, true), "-nan", "-nan"],
  ['a"b', 'a"b', '"a\\"b"'],
  [new Regex('ab"c', "i"), 'ab"c', '"ab\\"c"'],
  [new UserFunction(), "<f @ t.pub:1>", '"<f @ t.pub:1>"'],
  [new List([]), "[]", "[]"],
  [dict({}), "{}", "{}"],
  [
    new List(["a", 1, 1.5, true, null, new List([]), dict({}), dict({ k: "v" })]),
    '["a", 1, 1.5, true, null, [], {}, {"k" : "v"}]',
    '["a", 1, 1.5, true, null, [], {}, {"k" : "v"}]',
  ],
  [dict({ a: undefined, b: 2 }), '{"a" : null, "b" : 2}', '{"a" : null, "b" : 2}'],
])("forms of %o", (value, plain, quoted) => {
  expect(text(value)).toBe(plain);
  expect(quotedText(value)).toBe(quoted);
});

test("booleans are 1 and 0 where operators see them", () => {
  expect([scalarText(true), scalarText(false), scalarText(5)]).toEqual(["1", "0", "5"]);
  expect(scalarText(new List([true]))).toBe("[true]");
});

test("holes print as null", () => {
  const items: Value[] = [1];
  items[3] = 4;
  expect(text(new List(items))).toBe("[1, null, null, 4]");
});

test("sorted text orders keys by bytes at all depths", () => {
  expect(sortedText(dict({ b: 1, "\xc3\xa9": 1, B: new List([dict({ z: 1, y: 2 })]) }))).toBe(
    '{"B" : [{"y" : 2, "z" : 1}], "b" : 1, "\\u00e9" : 1}',
  );
});

describe("JSON quoting", () => {
  test.each<[string, string, string]>([
    ["plain", '"plain"', '"plain"'],
    ["a\"b\\c\nd\te\rf/g<h>'&\x7f", '"a\\"b\\\\c\\nd\\te\\rf/g<h>\'&\x7f"', '"a\\"b\\\\c\\nd\\te\\rf/g<h>\'&\x7f"'],
    ["\x01\b\f", '"\\u0001\\u0008\\u000c"', '"\x01\b\f"'],
    ["\xc3\xa9", '"\\u00e9"', '"\xc3\xa9"'],
    ["\xf0\x9d\x92\xb3", '"\\ud835\\udcb3"', '"\xf0\x9d\x92\xb3"'],
    ["\x80", '""', '"\x80"'],
    ["\xc3", '""', '"\xc3"'],
    ["\xc0\x80", '""', '"\xc0\x80"'],
    ["\xed\xa0\x80", '""', '"\xed\xa0\x80"'],
    ["\xfe", '""', '"\xfe"'],
    ["a\xf8\x88\x80\x80\x80b", '"ab"', '"a\xf8\x88\x80\x80\x80b"'],
    ["ab\0\x80", '"ab"', '"ab"'],
    ["\xc3\xa9\0\x80", '"\\u00e9"', '"\xc3\xa9"'],
  ])("%j", (bytes, quoted, utf8) => {
    expect(jsonQuote(bytes)).toBe(quoted);
    expect(jsonQuote(bytes, true)).toBe(utf8);
  });

  test("the UTF-8 option reaches keys and values", () => {
    expect(text(dict({ "\xc3\xa9": "\xc3\xa9" }), true)).toBe('{"\xc3\xa9" : "\xc3\xa9"}');
  });
});

describe("structures that contain themselves", () => {
  const selfContaining = (): List => {
    const list = new List([1]);
    list.items.push(new List(list.items, false));
    return list;
  };

  test("print null at the cycle and tell so once", () => {
    let reports = 0;
    const list = selfContaining();
    expect(text(list, false, () => reports++)).toBe("[1, null]");
    expect(text(dict({ a: list, b: list }), false, () => reports++)).toBe('{"a" : [1, null], "b" : [1, null]}');
    expect(reports).toBe(2);
  });

  test("are found", () => {
    const shared = new List([1]);
    expect(hasCycle(selfContaining())).toBe(true);
    expect(hasCycle(dict({ a: new List([selfContaining()]) }))).toBe(true);
    expect(hasCycle(new List([shared, shared, new List([shared])]))).toBe(false);
    expect(hasCycle("a")).toBe(false);
  });

  test("with many branches print in little time", () => {
    const list = new List([]);
    for (let count = 0; count < 10; count++) list.items.push(list);
    expect(text(list)).toBe(`[${new Array(10).fill("null").join(", ")}]`);
  });
});

test("lists nested 100,000 deep print", () => {
  const depth = 100_000;
  let nested: Value = new List([]);
  for (let level = 1; level < depth; level++) nested = level % 2 ? dict({ k: nested }) : new List([nested]);
  const printed = text(nested);
  expect(printed.startsWith('{"k" : [{"k" : [')).toBe(true);
  expect(printed.endsWith("]}]}")).toBe(true);
  expect(hasCycle(nested)).toBe(false);
});
