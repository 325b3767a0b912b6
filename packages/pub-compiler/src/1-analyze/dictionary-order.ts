/**
 * The order in which the reference evaluates the entries of a dictionary literal: that of its hash table after the
 * keys were inserted in source order (pub-language.md §4.10).
 */
const SIZES = [3, 7, 13, 31, 61, 127, 251, 509, 1021, 2039, 4093, 8191, 16381, 32749, 65521, 131071];

function hash(key: string): number {
  let h = 5381;
  for (let index = 0; index < key.length; index++) h = (Math.imul(h, 33) ^ key.charCodeAt(index)) >>> 0;
  return h;
}

/** The distinct keys in table order. */
export function referenceOrder(keys: readonly string[]): string[] {
  let size = 0;
  let buckets: string[][] = Array.from({ length: SIZES[size] }, () => []);
  let count = 0;
  for (const key of keys) {
    count++;
    if (count >= buckets.length) {
      const old = buckets.flat();
      size++;
      buckets = Array.from({ length: SIZES[size] }, () => []);
      for (const entry of old) buckets[hash(entry) % buckets.length].unshift(entry);
    }
    buckets[hash(key) % buckets.length].unshift(key);
  }
  return buckets.flat();
}
