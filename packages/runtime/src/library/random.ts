/**
 * Random numbers: the generator, and `rand`, `randsel`, `shuffle` (pub-library.md §4.7).
 */
import { createHash, randomBytes } from "node:crypto";
import { makeUInt, mutableItems, stored } from "../values/index.js";
import { List, type Value } from "../values/types.js";
import type { BuiltinDefinition, CallContext, RandomSource } from "./builtin.js";

/**
 * A generator of random words. With a seed (a number and its decimal text are the same) the sequence is always the same;
 * without, it begins at a place that nobody can guess. Not for secrets: the state follows from enough output.
 */
export function createRandom(seed?: number | string): RandomSource {
  const bytes = seed === undefined ? randomBytes(16) : createHash("sha256").update(String(seed)).digest();
  return new Xoshiro128(bytes.readUInt32LE(0), bytes.readUInt32LE(4), bytes.readUInt32LE(8), bytes.readUInt32LE(12));
}

export const randomFunctions: BuiltinDefinition[] = [
  {
    name: "rand",
    pattern: "|uu",
    parameters: ["a", "b"],
    documentation: "A random unsigned integer: from 0 to 9, from 0 to a - 1, or from a to b - 1.",
    call(context: CallContext, ...bounds: bigint[]): Value {
      const [low, high] = bounds.length === 2 ? [bounds[0]!, bounds[1]!] : [0n, bounds[0] ?? 10n];
      let range = BigInt.asIntN(64, high - low);
      if (range <= 0n) {
        context.report(`range for random must be greater than 0 (got ${range})`);
        range = 10n;
      }
      return makeUInt(low + (BigInt(context.run.random.next() >>> 1) % range));
    },
  },
  {
    name: "randsel",
    pattern: "l",
    parameters: ["list"],
    documentation: "A randomly chosen element of a list and its index, as a list of two; null for an empty list.",
    call(context: CallContext, list: List): Value {
      const { items } = list;
      if (items.length === 0) return null;
      const index = context.run.random.next() % items.length;
      return new List([stored(items[index]), index]);
    },
  },
  {
    name: "shuffle",
    parameters: ["list"],
    documentation: "Brings the elements of a list into random order, in place, and returns the list.",
    call(context: CallContext, ...args: Value[]): Value {
      const [list] = args;
      if (args.length !== 1) {
        context.report("shuffle() takes 1 argument");
        return undefined;
      }
      if (!(list instanceof List)) {
        context.report("argument to shuffle() must be a list");
        return undefined;
      }
      const items = mutableItems(list);
      for (let index = items.length - 1; index >= 0; index--) {
        const other = context.run.random.next() % (index + 1);
        const item = items[index];
        items[index] = items[other];
        items[other] = item;
      }
      return list;
    },
  },
];

/** Blackman and Vigna's xoshiro128**. The state must not be all zero. */
class Xoshiro128 implements RandomSource {
  constructor(
    private a: number,
    private b: number,
    private c: number,
    private d: number,
  ) {
    if ((a | b | c | d) === 0) this.a = 1;
  }

  next(): number {
    const result = Math.imul(rotate(Math.imul(this.b, 5), 7), 9) >>> 0;
    const shifted = this.b << 9;
    this.c ^= this.a;
    this.d ^= this.b;
    this.b ^= this.c;
    this.a ^= this.d;
    this.c ^= shifted;
    this.d = rotate(this.d, 11);
    return result;
  }
}

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}
