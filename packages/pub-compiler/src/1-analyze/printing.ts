/**
 * Which functions may print when they are called, so that text collected before a call must be written out first, and which
 * only read their arguments. Like the analysis of waiting these are analyses of names.
 */
import type { BodyReference, WaitingIndex } from "./waiting.js";

/** What prints, in terms of names. */
export interface Printing {
  /** Names whose calls print because some function of that name does. */
  readonly names: ReadonlySet<string>;
  /** A function that prints is used as a value: any call of a variable may reach it. */
  readonly stored: boolean;
}

/** Finds what prints. `worksOnNames` says that some file can call any function by a computed name. */
export function findPrinting(index: WaitingIndex, worksOnNames: boolean): Printing {
  const names = new Set<string>();
  const found = new Set<BodyReference>();
  const pending = [...index.printers];
  let stored = false;
  for (let body = pending.pop(); body !== undefined; body = pending.pop()) {
    if (found.has(body)) continue;
    found.add(body);
    const { name, isLambda } = body.facts;
    if (name !== null && !names.has(name)) {
      names.add(name);
      for (const caller of index.callers.get(name)) if (caller.facts.printingCalls.includes(name)) pending.push(caller);
    }
    const isStored = isLambda || (name !== null && (worksOnNames || index.values.has(name)));
    if (!isStored || stored) continue;
    stored = true;
    // Any variable may be the function now.
    pending.push(...index.printUnknown);
    for (const bound of index.bound.names()) pending.push(...index.callers.get(bound));
  }
  return { names, stored };
}

/** The names of functions that only read their arguments and return scalars. */
export function findReaders(index: WaitingIndex): ReadonlySet<string> {
  // Taken for readers until something says otherwise, because they may call each other.
  const readers = new Set([...index.definitions.names()].filter((name) => !index.bound.has(name)));
  for (let changed = true; changed; ) {
    changed = false;
    for (const name of readers) {
      const bodies = [...index.definitions.get(name)];
      if (bodies.every(({ facts }) => facts.readsIf?.every((needed) => readers.has(needed)) ?? false)) continue;
      readers.delete(name);
      changed = true;
    }
  }
  return readers;
}
