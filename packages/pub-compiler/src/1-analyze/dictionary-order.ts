/**
 * The order in which the reference evaluates the entries of a dictionary literal: that of its hash table after the
 * keys were inserted in source order (pub-language.md §4.10).
 */
import { createReferenceTable } from "pub-runtime";

/** The distinct keys in table order. */
export function referenceOrder(keys: readonly string[]): string[] {
  const table = createReferenceTable();
  for (const key of keys) table.set(key, null);
  return [...table.keys()];
}
