/**
 * The order of the reference implementation, against the examples of the specification and a plain simulation.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { copiedTable } from "./containers.js";
import { ReferenceTable } from "./reference-table.js";

const tableOf = (keys: readonly string[]): ReferenceTable => {
  const table = new ReferenceTable();
  for (const key of keys) table.set(key, key);
  return table;
};

const NUMBERS = "one two three four five six seven eight nine ten".split(" ");
const GREEK = "alpha beta gamma delta epsilon zeta eta theta iota".split(" ");

test.each<[string[], string, string | undefined]>([
  [["a", "b", "c"], "a c b", undefined],
  [["c", "b", "a"], "a c b", undefined],
  [["a", "b"], "b a", "a b"],
  [GREEK, "iota theta delta gamma eta zeta beta epsilon alpha", "iota theta delta gamma beta eta zeta epsilon alpha"],
  [NUMBERS, "seven ten nine six two three eight four one five", "seven ten nine six two three eight five one four"],
  [Array.from({ length: 14 }, (_, index) => `k${index}`), "k8 k9 k6 k7 k4 k5 k2 k3 k13 k0 k12 k1 k11 k10", undefined],
])("order of %j, and after a copy", (keys, order, copied) => {
  const table = tableOf(keys);
  expect([...table.keys()].join(" ")).toBe(order);
  if (copied !== undefined) expect([...copiedTable(table).keys()].join(" ")).toBe(copied);
});

test("removing keeps the number of buckets, inserting again goes to the front", () => {
  const table = tableOf(["c", "b", "a", "z"]);
  expect(table.delete("b")).toBe(true);
  expect(table.delete("b")).toBe(false);
  table.set("b", 5);
  expect([...table.keys()]).toEqual(["a", "c", "b", "z"]);
  expect(table.size).toBe(4);
});

/** The rules of the specification word by word: an array of chains, each an array. */
class Simulation {
  static readonly counts = [3, 7, 13, 31, 61, 127, 251, 509];
  buckets: [string, number][][] = Simulation.empty(3);
  size = 0;

  static empty(count: number): [string, number][][] {
    return Array.from({ length: count }, () => []);
  }

  static hash(key: string): number {
    let h = 5381n;
    for (const char of key) h = ((h * 33n) % 2n ** 32n) ^ BigInt(char.charCodeAt(0));
    return Number(h);
  }

  chain(key: string): [string, number][] {
    return this.buckets[Simulation.hash(key) % this.buckets.length];
  }

  set(key: string, value: number): void {
    const present = this.chain(key).find((entry) => entry[0] === key);
    if (present) {
      present[1] = value;
      return;
    }
    this.size += 1;
    if (this.size >= this.buckets.length) {
      const old = this.buckets.flat();
      this.buckets = Simulation.empty(Simulation.counts[Simulation.counts.indexOf(this.buckets.length) + 1]);
      for (const entry of old) this.chain(entry[0]).unshift(entry);
    }
    this.chain(key).unshift([key, value]);
  }

  delete(key: string): void {
    const index = this.chain(key).findIndex((entry) => entry[0] === key);
    if (index < 0) return;
    this.chain(key).splice(index, 1);
    this.size -= 1;
  }
}

test("behaves as the rules say for any sequence of operations", () => {
  const key = fc.oneof(
    fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)), maxLength: 6 }),
    fc.integer({ min: 0, max: 80 }).map((number) => `k${number}`),
  );
  const operation = fc.record({ key, value: fc.nat(), remove: fc.boolean() });
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 200 }), fc.boolean(), (operations, growing) => {
      const table = new ReferenceTable();
      const simulation = new Simulation();
      for (const { key, value, remove } of operations) {
        if (remove && !growing) {
          table.delete(key);
          simulation.delete(key);
        } else {
          table.set(key, value);
          simulation.set(key, value);
        }
        expect(table.get(key)).toBe(remove && !growing ? undefined : value);
      }
      expect([...table]).toEqual(simulation.buckets.flat());
      expect([...table.values()]).toEqual(simulation.buckets.flat().map((entry) => entry[1]));
      expect(table.size).toBe(simulation.size);
    }),
  );
});
