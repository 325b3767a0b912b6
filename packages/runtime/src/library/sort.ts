/**
 * `sort` and `cmp` (pub-library.md §4.8).
 */
import { order } from "../values/index.js";
import { type Func, List, type Value } from "../values/types.js";
import type { BuiltinDefinition, CallContext } from "./builtin.js";
import { toInt } from "./types.js";

export const sortFunctions: BuiltinDefinition[] = [
  {
    name: "cmp",
    pattern: "OO",
    parameters: ["a", "b"],
    documentation: "The order of two values: -1 if a is less than b, 1 if it is greater, else 0; 0 when one is null.",
    call: (_context: CallContext, a: Value, b: Value): Value => order(a, b),
  },
  {
    name: "sort",
    pattern: "l|F",
    parameters: ["list", "cmp"],
    documentation:
      "A new list with the elements in ascending order. The comparator gets two elements and returns a negative integer, 0 or a positive one; elements that it calls equal keep their order.",
    call(context: CallContext, { items }: List, comparator?: Func): Value | Promise<Value> {
      const compare =
        comparator === undefined
          ? order
          : (a: Value, b: Value) => {
              const result = context.call(comparator, [a, b]);
              return result instanceof Promise ? result.then(comparison) : comparison(result);
            };
      const copy = items.map((item) => (item === undefined ? null : item));
      const sorting = mergeSort(copy, compare);
      const step = sorting.next();
      return step.done ? step.value : finish(sorting, step.value);
    },
  },
];

/** What a comparator's result says; 0 or less keeps the order. The result is reduced to 32 bits. */
function comparison(result: Value): number {
  if (typeof result === "number" && (result | 0) === result) return result;
  return result === undefined ? -1 : Number(BigInt.asIntN(32, BigInt(toInt(result))));
}

type Sorting = Generator<Promise<number>, List, number>;

/** The result of a sort that has to wait for comparisons. */
async function finish(sorting: Sorting, first: Promise<number>): Promise<Value> {
  let step = sorting.next(await first);
  while (!step.done) step = sorting.next(await step.value);
  return step.value;
}

/**
 * Sorts in place by merging, comparing the same pairs in the same order as the C library: the first half is sorted, then
 * the second, then both are merged. Yields comparisons that wait and is given their results.
 */
function* mergeSort(items: Value[], compare: (a: Value, b: Value) => number | Promise<number>): Sorting {
  const left: Value[] = [];
  // Ranges that are still to do, as triples: start, length, and whether both halves are sorted already.
  const pending: number[] = [0, items.length, 0];
  while (pending.length > 0) {
    const halvesSorted = pending.pop()!;
    const length = pending.pop()!;
    const start = pending.pop()!;
    if (length <= 1) continue;
    const leftLength = length >> 1;
    if (halvesSorted === 0) {
      pending.push(start, length, 1, start + leftLength, length - leftLength, 0, start, leftLength, 0);
      continue;
    }
    for (let index = 0; index < leftLength; index++) left[index] = items[start + index];
    let [fromLeft, fromRight, to] = [0, start + leftLength, start];
    while (fromLeft < leftLength && fromRight < start + length) {
      let order = compare(left[fromLeft], items[fromRight]);
      if (typeof order !== "number") order = yield order;
      items[to++] = order <= 0 ? left[fromLeft++] : items[fromRight++];
    }
    while (fromLeft < leftLength) items[to++] = left[fromLeft++];
  }
  return new List(items);
}
