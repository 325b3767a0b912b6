import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { makeUInt, text } from "../values/index.js";
import { List, type Value } from "../values/types.js";
import { sortFunctions } from "./sort.js";
import { callIn, HostFunction, printed, TestContext } from "./test-context.js";

const sort = (items: Value[], compare?: (a: Value, b: Value) => Value | Promise<Value>) =>
  callIn(sortFunctions, new TestContext(), "sort", new List(items), compare && new HostFunction(compare as never));
const nested = (...lists: Value[][]) => lists.map((items) => new List(items));

test.each<[Value[], string]>([
  [[3, 1, 2], "[1, 2, 3]"],
  [["b", "a", "10", "9"], '["9", "10", "a", "b"]'],
  [nested([2, 1], [1], [1, 5], [3]), "[[1], [3], [1, 5], [2, 1]]"],
  [[null, 3, 1], "[null, 1, 3]"],
  [[undefined, 1], "[null, 1]"],
  [[true, false], "[false, true]"],
  [[], "[]"],
])("default order of %j", (items, expected) => {
  expect(printed(sort(items))).toBe(expected);
});

test.each<[string, Value, string]>([
  ["undefined keeps the order", undefined, "[3, 1, 2]"],
  ["null keeps the order", null, "[3, 1, 2]"],
  ["a fraction is no difference", 0.9, "[3, 1, 2]"],
  ["a multiple of 2^32 is no difference", 2 ** 32, "[3, 1, 2]"],
  ["2^31 is negative", 2 ** 31, "[3, 1, 2]"],
  ["text that is no integer", "x", "[3, 1, 2]"],
  ["text that is one", "1", "[2, 1, 3]"],
  ["true is 1", true, "[2, 1, 3]"],
  ["uint", makeUInt(1), "[2, 1, 3]"],
])("comparator results: %s", (_case, result, expected) => {
  expect(printed(sort([3, 1, 2], () => result))).toBe(expected);
});

describe("algorithm", () => {
  test("compares the pairs that the C library compares", () => {
    const calls: string[] = [];
    sort([5, 3, 4, 1, 2], (a, b) => {
      calls.push(`${a}${b}`);
      return (a as number) - (b as number);
    });
    expect(calls.join(" ")).toBe("53 12 41 42 31 32 34 54");
  });

  test("is stable and changes only its result", () => {
    const words = ["kiwi", "fig", "plum", "pea", "oat", "lime", "yam", "date"];
    const result = sort(words, (a, b) => (a as string).length - (b as string).length) as List;
    expect(result.items).toEqual(["fig", "pea", "oat", "yam", "kiwi", "plum", "lime", "date"]);
    expect(words[0]).toBe("kiwi");
  });

  test("any list comes out like from a stable sort", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer())), (pairs) => {
        const rows = pairs.map((pair) => new List([...pair]));
        const first = (row: Value) => (row as List).items[0] as number;
        const sorted = sort(rows, (a, b) => first(a) - first(b)) as List;
        expect(sorted.items).toEqual(rows.toSorted((a, b) => first(a) - first(b)));
      }),
    );
  });

  test("sorts inside a comparator", () => {
    const result = sort([2, 3, 1], (a, b) => {
      sort([9, 8, 7]);
      return (a as number) - (b as number);
    });
    expect(printed(result)).toBe("[1, 2, 3]");
  });
});

describe("waiting comparators", () => {
  test("give a promise", async () => {
    const result = sort([3, 1, 2], async (a, b) => (b as number) - (a as number));
    expect(result).toBeInstanceOf(Promise);
    expect(text(await result)).toBe("[3, 2, 1]");
  });

  test("may wait now and then", async () => {
    const items = Array.from({ length: 500 }, (_, index) => (index * 7919) % 500);
    const result = await sort(items, (a, b) => {
      const difference = (a as number) - (b as number);
      return difference % 3 === 0 ? Promise.resolve(difference) : difference;
    });
    expect((result as List).items).toEqual(items.toSorted((a, b) => a - b));
  });

  test("hand on their failure", async () => {
    await expect(sort([2, 1], () => Promise.reject(new Error("gone")))).rejects.toThrow("gone");
  });
});

test.each<[Value, Value, number]>([
  ["10", "9", 1],
  ["10", "9a", -1],
  ["010", 8, 0],
  [null, 5, 0],
  [new List([1, 2]), new List([3]), 1],
])("cmp(%j, %j)", (a, b, expected) => {
  expect(callIn(sortFunctions, new TestContext(), "cmp", a, b)).toBe(expected);
});
