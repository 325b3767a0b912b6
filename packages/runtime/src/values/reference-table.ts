/**
 * A dictionary table in the order of the reference implementation (pub-language.md §4.10): a chained hash table whose
 * chains grow at the front. Entries are found through a `Map`; the chains only give the order.
 */
import type { Table, Value } from "./types.js";

/** Bucket counts: 3, then the largest prime below each power of two. */
const BUCKET_COUNTS: readonly number[] = [
  3, 7, 13, 31, 61, 127, 251, 509, 1021, 2039, 4093, 8191, 16381, 32749, 65521, 131071, 262139, 524287, 1048573,
  2097143, 4194301, 8388593, 16777213, 33554393,
];

interface Entry {
  readonly key: string;
  readonly hash: number;
  value: Value;
  next: Entry | undefined;
}

/** A `Table` with the order of §4.10. Removing never shrinks it; copies are made by inserting in iteration order. */
export class ReferenceTable implements Table {
  readonly #entries = new Map<string, Entry>();
  #buckets: (Entry | undefined)[] = new Array(BUCKET_COUNTS[0]).fill(undefined);
  #growth = 0;

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): Value {
    return this.#entries.get(key)?.value;
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  /** Replaces the value in place, or puts a new entry in front of its bucket after growing if need be. */
  set(key: string, value: Value): this {
    const present = this.#entries.get(key);
    if (present !== undefined) {
      present.value = value;
      return this;
    }
    if (this.#entries.size + 1 >= this.#buckets.length) this.#grow();
    const entry: Entry = { key, hash: hashOf(key), value, next: undefined };
    this.#entries.set(key, entry);
    this.#pushFront(entry);
    return this;
  }

  delete(key: string): boolean {
    const entry = this.#entries.get(key);
    if (entry === undefined) return false;
    this.#entries.delete(key);
    const bucket = entry.hash % this.#buckets.length;
    let before = this.#buckets[bucket];
    if (before === entry) {
      this.#buckets[bucket] = entry.next;
      return true;
    }
    while (before !== undefined && before.next !== entry) before = before.next;
    before!.next = entry.next;
    return true;
  }

  *keys(): IterableIterator<string> {
    for (const entry of this.#inOrder()) yield entry.key;
  }

  *values(): IterableIterator<Value> {
    for (const entry of this.#inOrder()) yield entry.value;
  }

  *entries(): IterableIterator<[string, Value]> {
    for (const entry of this.#inOrder()) yield [entry.key, entry.value];
  }

  [Symbol.iterator](): IterableIterator<[string, Value]> {
    return this.entries();
  }

  #grow(): void {
    const count = BUCKET_COUNTS[this.#growth + 1];
    // Beyond the last count the chains just get longer: `Map` has its own limit before that matters.
    if (count === undefined) return;
    const entries = [...this.#inOrder()];
    this.#growth++;
    this.#buckets = new Array(count).fill(undefined);
    for (const entry of entries) this.#pushFront(entry);
  }

  #pushFront(entry: Entry): void {
    const bucket = entry.hash % this.#buckets.length;
    entry.next = this.#buckets[bucket];
    this.#buckets[bucket] = entry;
  }

  *#inOrder(): Generator<Entry> {
    for (const first of this.#buckets) {
      for (let entry = first; entry !== undefined; entry = entry.next) yield entry;
    }
  }
}

function hashOf(key: string): number {
  let hash = 5381;
  for (let index = 0; index < key.length; index++) hash = Math.imul(hash, 33) ^ key.charCodeAt(index);
  return hash >>> 0;
}
