import { describe, expect, test } from "vitest";
import { text } from "../values/index.js";
import { List, type UInt, type Value } from "../values/types.js";
import { createRandom, randomFunctions } from "./random.js";
import { callIn, printed, TestContext } from "./test-context.js";

const words = (seed?: number | string) => {
  const random = createRandom(seed);
  return Array.from({ length: 8 }, () => random.next());
};

describe("generator", () => {
  test("repeats a seeded sequence", () => {
    expect(words(42)).toEqual(words("42"));
    expect(words(42)).not.toEqual(words(43));
  });

  test("gives 32-bit words, others each time without a seed", () => {
    for (const word of words()) expect(word).toBe(word >>> 0);
    expect(words()).not.toEqual(words());
  });

  test("uses all bits about equally often", () => {
    const random = createRandom(1);
    const counts = new Array<number>(32).fill(0);
    for (let round = 0; round < 4000; round++) {
      const word = random.next();
      for (let bit = 0; bit < 32; bit++) counts[bit]! += (word >>> bit) & 1;
    }
    for (const count of counts) expect(Math.abs(count - 2000)).toBeLessThan(200);
  });
});

describe("rand", () => {
  test.each<[bigint[], bigint, bigint, string[]]>([
    [[], 0n, 9n, []],
    [[6n], 0n, 5n, []],
    [[10n, 20n], 10n, 19n, []],
    [[1n], 0n, 0n, []],
    [[2n ** 63n - 1n], 0n, 2n ** 31n - 1n, []],
    [[5n, 3n], 5n, 14n, ["range for random must be greater than 0 (got -2)"]],
    [[0n], 0n, 9n, ["range for random must be greater than 0 (got 0)"]],
    [[2n ** 64n - 1n], 0n, 9n, ["range for random must be greater than 0 (got -1)"]],
  ])("rand(%s)", (bounds, low, high, messages) => {
    const context = new TestContext();
    const value = BigInt((callIn(randomFunctions, context, "rand", ...bounds) as UInt).value);
    expect(value >= low && value <= high).toBe(true);
    expect(context.messages).toEqual(messages);
  });
});

test("randsel gives a copy of an element and its index", () => {
  const list = new List([new List([1]), new List([1])]);
  const { items } = callIn(randomFunctions, new TestContext(), "randsel", list) as List;
  expect(text(items[0])).toBe("[1]");
  expect(list.items).not.toContain(items[0]);
  expect([0, 1]).toContain(items[1]);
  expect(callIn(randomFunctions, new TestContext(), "randsel", new List([]))).toBeNull();
});

test("shuffle permutes in place, holes included", () => {
  const list = new List([1, 2, undefined, "x"]);
  expect(callIn(randomFunctions, new TestContext(), "shuffle", list)).toBe(list);
  expect(new Set(list.items)).toEqual(new Set([1, 2, undefined, "x"]));
});

test.each<[Value[], string]>([
  [[], "shuffle() takes 1 argument"],
  [["abc"], "argument to shuffle() must be a list"],
])("shuffle(%j)", (args, message) => {
  const context = new TestContext();
  expect(printed(callIn(randomFunctions, context, "shuffle", ...args))).toBe("undef");
  expect(context.messages).toEqual([message]);
});
