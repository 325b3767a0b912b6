import { describe, expect, test } from "vitest";
import { createReferenceTable, makeFloat, text } from "../values/index.js";
import { Dict, List, type Value } from "../values/types.js";
import { LONGEST_RANGE, listFunctions } from "./lists.js";
import { callIn, printed, TestContext } from "./test-context.js";

const list = (...items: Value[]) => new List(items);
const dict = (entries: Record<string, Value>) => {
  const table = createReferenceTable();
  for (const [key, value] of Object.entries(entries)) table.set(key, value);
  return new Dict(table);
};
const numbers = (...items: number[]) => list(...items);

describe("results", () => {
  test.each<[string, unknown[], string]>([
    ["append", [list(1), 2, list(3)], "[1, 2, [3]]"],
    ["append", [list(1), undefined, null], "[1, null, null]"],
    ["pop_front", [list(7, 8)], "7"],
    ["pop_front", [list()], "null"],
    ["pop_front", [list(undefined)], "null"],
    ["reverse", [list(1, "two", list(3), null)], '[null, [3], "two", 1]'],
    ["splice", [numbers(0, 1, 2, 3, 4, 5, 6, 7, 8, 9), 3, 5, "dog", "cat"], '[0, 1, 2, "dog", "cat", 8, 9]'],
    ["splice", [numbers(1, 2, 3), 10, 1, "x"], '[1, 2, 3, "x"]'],
    ["splice", [numbers(1, 2, 3), -1, 1], "[1, 2, 3, 1, 2, 3]"],
    ["splice", [numbers(1, 2, 3), -1, 0, "x"], '[1, 2, 3, "x"]'],
    ["splice", [numbers(1, 2, 3), 1, -1, "x"], '[1, "x", 1, 2, 3]'],
    ["splice", [numbers(1, 2, 3), "1", 3.9], "[1]"],
    ["splice", [numbers(1, 2), 2n ** 63n - 1n, 2n ** 63n - 1n, 9], "[1, 2, 9]"],
    ["slice", [numbers(1, 2, 3, 4), -2], "[3, 4]"],
    ["slice", [numbers(1, 2, 3, 4), 0, -1], "[1, 2, 3]"],
    ["slice", [numbers(1, 2, 3, 4), 0, -10], "[]"],
    ["slice", [numbers(1, 2, 3, 4), -10, 2], "[1, 2]"],
    ["slice", [numbers(1, 2, 3, 4), 0, 4_294_967_298], "[1, 2]"],
    ["slice", [list(1, undefined), 0], "[1, null]"],
    ["range", [4], "[0, 1, 2, 3]"],
    ["range", [-2], "[]"],
    ["range", [1, 10, 3], "[1, 4, 7]"],
    ["range", [-2, 2], "[-2, -1, 0, 1]"],
    ["range", [5, 0, -1], "[]"],
    ["range", [2n ** 63n - 3n, 2n ** 63n - 1n], '["9223372036854775805", "9223372036854775806"]'],
    ["range", [0, 2n ** 63n - 1n, 2n ** 62n], '[0, "4611686018427387904"]'],
    ["enumerate", [list("a", undefined)], '[[0, "a"], [1, null]]'],
    ["enumerate", [list()], "[]"],
    [
      "decorate",
      [list(dict({ a: 1 }), 3)],
      '[{"odd" : false, "first" : true, "count" : 2, "last" : false, "even" : true, "iter" : 0, "a" : 1}, null]',
    ],
    ["list", [dict({ only: "one" })], '[["only", "one"]]'],
    ["list", ["ab\0c"], '["a", "b"]'],
    ["list", ["\xc3\xa9"], '["", ""]'],
    ["list", [-12], '["-", "1", "2"]'],
    ["list", [null], '["n", "u", "l", "l"]'],
    ["contains", [list(1, 2), "2"], "true"],
    ["contains", [list(list(1)), 1], "true"],
    ["contains", [list(null), null], "true"],
    ["contains", [list(undefined), null], "false"],
    ["contains", [list(8), "010"], "true"],
    ["contains", [dict({ name: null }), "name"], "true"],
    ["contains", [dict({ "5": 1 }), 5], "true"],
    ["contains", [dict({ null: 1 }), null], "false"],
    ["contains", ["haystack", "hay"], "false"],
    ["contains", [makeFloat(1), 1], "false"],
    ["reserve", [list(1), 100n], "undef"],
  ])("%s %o", (name, args, expected) => {
    const context = new TestContext();
    expect(printed(callIn(listFunctions, context, name, ...args) as Value)).toBe(expected);
    expect(context.messages).toEqual([]);
  });
});

describe("errors", () => {
  test.each<[string, unknown[], string]>([
    ["append", [list(1)], "append() takes 2 or more arguments"],
    ["append", [null, 1], "first argument to append() must be a list"],
    ["pop_front", [list(), 1], "pop_front() takes one argument"],
    ["pop_front", [undefined], "first argument to pop_front() must be non-null"],
    ["pop_front", [null], "first argument to pop_front() must be a list"],
    ["reverse", [], "reverse() takes 1 argument"],
    ["reverse", ["abc"], "argument to reverse() must be a list"],
    ["splice", [list(1), 0], "splice() takes 3 or more arguments"],
    ["splice", ["abc", 0, 1], "first argument to splice() must be a list"],
    ["splice", [list(1), list(), dict({})], "second argument to splice() must be an int"],
    ["splice", [list(1), 0, null], "third argument to splice() must be an int"],
    ["range", [0, 1, 0], "range: step must be positive"],
    ["range", [1, 2, -1], "range: step must be positive"],
    ["range", [LONGEST_RANGE + 1], "range: 10000001 elements are too many (at most 10000000)"],
  ])("%s %o", (name, args, message) => {
    const context = new TestContext();
    expect(printed(callIn(listFunctions, context, name, ...args) as Value)).toBe("undef");
    expect(context.messages).toEqual([message]);
  });
});

describe("sharing", () => {
  const context = new TestContext();

  test("append adds handles: changes by the owner show until the handle is written", () => {
    const inner = list(1);
    const outer = list();
    callIn(listFunctions, context, "append", outer, inner);
    callIn(listFunctions, context, "append", inner, 2);
    expect(text(outer)).toBe("[[1, 2]]");
    callIn(listFunctions, context, "append", outer.items[0], 9);
    callIn(listFunctions, context, "append", inner, 3);
    expect(text(outer)).toBe("[[1, 2, 9]]");
    expect(text(inner)).toBe("[1, 2, 3]");
  });

  test("append to a handle leaves the original alone", () => {
    const original = list(1);
    const handle = new List(original.items, false);
    callIn(listFunctions, context, "append", handle, handle);
    expect(text(handle)).toBe("[1, [1]]");
    expect(text(original)).toBe("[1]");
  });

  test("a list may contain itself", () => {
    const own = list(1);
    callIn(listFunctions, context, "append", own, own);
    expect(text(own)).toBe("[1, null]");
  });

  test("slice shares elements, splice and enumerate copy them", () => {
    const source = list(list(1));
    expect((callIn(listFunctions, context, "slice", source) as List).items[0]).toBe(source.items[0]);
    expect((callIn(listFunctions, context, "splice", source, 0, 0) as List).items[0]).not.toBe(source.items[0]);
    const [[, copy]] = (callIn(listFunctions, context, "enumerate", source) as List).items.map(
      (row) => (row as List).items,
    ) as [Value[]];
    expect(copy).not.toBe(source.items[0]);
  });

  test("pop_front gives the element itself, list() the list itself", () => {
    const inner = list(1);
    const queue = list(inner);
    expect(callIn(listFunctions, context, "list", queue)).toBe(queue);
    expect(callIn(listFunctions, context, "pop_front", queue)).toBe(inner);
  });

  test("decorate does not change the rows", () => {
    const row = dict({ a: 1 });
    callIn(listFunctions, context, "decorate", list(row));
    expect(text(row)).toBe('{"a" : 1}');
  });
});
