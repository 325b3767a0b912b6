/**
 * Functions that make, change and search lists (pub-library.md §4.8). `sort` and `cmp` are in `sort.ts`.
 */
import {
  copyValue,
  equal,
  makeInt,
  makeUInt,
  mutableItems,
  mutableTable,
  stored,
  text,
  toIntegerArgument,
} from "../values/index.js";
import { Dict, List, type Value } from "../values/types.js";
import type { BuiltinDefinition, CallContext } from "./builtin.js";

/** Bound of the lists that `range` makes: a page has no use for more, and memory is not endless. */
export const LONGEST_RANGE = 10_000_000;

export const listFunctions: BuiltinDefinition[] = [
  {
    name: "append",
    parameters: ["list", "x", "…"],
    documentation: "Adds copies of all further arguments to the end of a list, in place, and returns the list.",
    call(context: CallContext, ...args: Value[]): Value {
      if (args.length < 2) return failed(context, "append() takes 2 or more arguments");
      const [list, ...added] = args;
      if (!(list instanceof List)) return failed(context, "first argument to append() must be a list");
      // Copied before the list becomes private, in case it is appended to itself.
      const copies = added.map(stored);
      const items = mutableItems(list);
      for (const copy of copies) items.push(copy);
      return list;
    },
  },
  {
    name: "pop_front",
    parameters: ["list"],
    documentation: "Removes the first element of a list, in place, and returns it; null when the list is empty.",
    call(context: CallContext, ...args: Value[]): Value {
      const [list] = args;
      if (args.length !== 1) return failed(context, "pop_front() takes one argument");
      if (list === undefined) return failed(context, "first argument to pop_front() must be non-null");
      if (!(list instanceof List)) return failed(context, "first argument to pop_front() must be a list");
      return mutableItems(list).shift() ?? null;
    },
  },
  {
    name: "reverse",
    parameters: ["list"],
    documentation: "Reverses a list, in place, and returns it.",
    call(context: CallContext, ...args: Value[]): Value {
      const [list] = args;
      if (args.length !== 1) return failed(context, "reverse() takes 1 argument");
      if (!(list instanceof List)) return failed(context, "argument to reverse() must be a list");
      mutableItems(list).reverse();
      return list;
    },
  },
  {
    name: "splice",
    parameters: ["list", "index", "count", "x", "…"],
    documentation:
      "A new list: the elements of the list with count elements from index on replaced by the further arguments. The list itself is not changed.",
    call(context: CallContext, ...args: Value[]): Value {
      if (args.length < 3) return failed(context, "splice() takes 3 or more arguments");
      const [list, first, second, ...inserted] = args;
      if (!(list instanceof List)) return failed(context, "first argument to splice() must be a list");
      const index = toIntegerArgument(first ?? null);
      if (index === null) return failed(context, "second argument to splice() must be an int");
      const count = toIntegerArgument(second ?? null);
      if (count === null) return failed(context, "third argument to splice() must be an int");
      return splice(mutableItems(list), BigInt(index), BigInt(count), inserted);
    },
  },
  {
    name: "slice",
    pattern: "l|ii",
    parameters: ["list", "start", "end"],
    documentation:
      "A new list of the elements from start up to but not including end. Negative numbers count from the end of the list.",
    call(_context: CallContext, { items }: List, start: number | bigint = 0, end?: number | bigint): Value {
      const from = wrap32(start);
      const to = end === undefined ? items.length : wrap32(end);
      return new List(items.slice(from, to).map(nullForHole));
    },
  },
  {
    name: "range",
    pattern: "i|ii",
    parameters: ["low", "high", "step"],
    documentation:
      "The integers from low (0 when only one argument is given: that is high then) up to but not including high, in steps of step (1).",
    call(context: CallContext, ...args: (number | bigint)[]): Value {
      const [low, high] = args.length === 1 ? [0, args[0]!] : [args[0]!, args[1]!];
      return range(context, BigInt(low), BigInt(high), BigInt(args[2] ?? 1));
    },
  },
  {
    name: "enumerate",
    pattern: "l",
    parameters: ["list"],
    documentation: "The elements of a list with their indexes: [[0, first], [1, second], …].",
    call: (_context: CallContext, { items }: List): Value =>
      new List(Array.from(items, (item, index) => new List([makeUInt(index), stored(item)]))),
  },
  {
    name: "decorate",
    pattern: "l",
    parameters: ["list"],
    documentation:
      "Copies of the dictionaries in a list with the keys iter, odd, even, count, first and last added; other elements become null.",
    call: (_context: CallContext, { items }: List): Value =>
      new List(Array.from(items, (item, index) => decorate(item, index, items.length))),
  },
  {
    name: "list",
    pattern: "O",
    parameters: ["x"],
    documentation:
      "A list itself, a dictionary as list of [key, value], anything else as list of the bytes of its text.",
    call(_context: CallContext, x: Value): Value {
      if (x instanceof List) return x;
      if (x instanceof Dict) return new List(Array.from(x.table, ([key, value]) => new List([key, stored(value)])));
      const bytes = text(x);
      const end = bytes.indexOf("\0");
      return new List((end === -1 ? bytes : bytes.slice(0, end)).split(""));
    },
  },
  {
    name: "contains",
    pattern: "OO",
    parameters: ["haystack", "needle"],
    documentation:
      "Whether a list has an element that equals needle, or a dictionary has the key needle. False for everything else, strings included.",
    call(_context: CallContext, haystack: Value, needle: Value): Value {
      if (haystack instanceof List) return haystack.items.some((item) => item !== undefined && equal(item, needle));
      return haystack instanceof Dict && needle !== null && haystack.table.has(text(needle));
    },
  },
  {
    name: "reserve",
    pattern: "lu",
    parameters: ["list", "n"],
    documentation: "A hint how long the list will become. It has no effect here.",
    call: (): Value => undefined,
  },
];

function failed(context: CallContext, message: string): Value {
  context.report(message);
  return undefined;
}

function nullForHole(item: Value): Value {
  return item === undefined ? null : item;
}

function wrap32(v: number | bigint): number {
  return Number(BigInt.asIntN(32, BigInt(v)));
}

function splice(items: readonly Value[], index: bigint, count: bigint, inserted: readonly Value[]): List {
  const { length } = items;
  // Positions are unsigned: a negative one is behind the end.
  const position = (value: bigint) => Number(value < 0n || value > BigInt(length) ? BigInt(length) : value);
  const result: Value[] = [];
  const addCopies = (values: readonly Value[], from: number, to: number) => {
    for (let at = from; at < to; at++) result.push(stored(values[at]));
  };
  addCopies(items, 0, position(index));
  addCopies(inserted, 0, inserted.length);
  addCopies(items, position(BigInt.asIntN(64, index + count)), length);
  return new List(result);
}

function range(context: CallContext, low: bigint, high: bigint, step: bigint): Value {
  if (low >= high) return new List([]);
  if (step <= 0n) return failed(context, "range: step must be positive");
  const count = Number((high - low + step - 1n) / step);
  if (count > LONGEST_RANGE) {
    return failed(context, `range: ${count} elements are too many (at most ${LONGEST_RANGE})`);
  }
  const items: Value[] = [];
  const last = makeInt(low + BigInt(count - 1) * step);
  const first = makeInt(low);
  if (typeof first === "number" && typeof last === "number") {
    for (let value = first, add = Number(step); items.length < count; value += add) items.push(value);
  } else {
    for (let value = low; items.length < count; value += step) items.push(makeInt(value));
  }
  return new List(items);
}

function decorate(item: Value, index: number, count: number): Value {
  if (!(item instanceof Dict)) return null;
  const copy = copyValue(item) as Dict;
  const table = mutableTable(copy);
  table.set("iter", index);
  table.set("odd", index % 2 === 1);
  table.set("even", index % 2 === 0);
  table.set("count", count);
  table.set("first", index === 0);
  table.set("last", index === count - 1);
  return copy;
}
