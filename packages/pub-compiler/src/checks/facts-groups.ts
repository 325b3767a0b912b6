/**
 * Puts the calls and printed values of a file together that the rules of the site cannot tell apart: most of a page is
 * repetition, and less is kept and looked at.
 */
import { type Frame, isSynchronous } from "./collect/frames.js";
import type { CallFact, PrintContext, PrintFact } from "./facts.js";

/** One call. */
export interface FileCall extends Omit<CallFact, "starts" | "synchronous"> {
  readonly start: number;
  /** Where it stands; null for a call with asterisks. */
  readonly frame: Frame | null;
}

/** One printed value. */
export interface FilePrint {
  readonly context: PrintContext;
  readonly inQuotes: boolean;
  readonly filters: readonly string[];
  readonly sources: readonly string[];
  /** A variable or member as text; null for anything else. */
  readonly key: string | null;
  readonly start: number;
  readonly end: number;
}

/** Groups the calls of a file that has been walked. */
export function groupCalls(calls: readonly FileCall[]): CallFact[] {
  const groups = new Map<string, (CallFact & { starts: number[] })[]>();
  for (const { name, start, count, filter, frame, printed, atTop } of calls) {
    const synchronous = frame !== null && isSynchronous(frame);
    const same = groups.get(name) ?? [];
    if (same.length === 0) groups.set(name, same);
    const group = same.find(
      (each) =>
        each.count === count &&
        each.filter === filter &&
        each.synchronous === synchronous &&
        each.printed === printed &&
        each.atTop === atTop,
    );
    if (group !== undefined) group.starts.push(start);
    else same.push({ name, starts: [start], count, filter, synchronous, printed, atTop });
  }
  return [...groups.values()].flat();
}

/** Groups the printed values of a file; those of which no rule could say anything are left out. */
export function groupPrints(prints: readonly FilePrint[]): PrintFact[] {
  const contested = contestedKeys(prints);
  const groups = new Map<string, PrintFact & { places: number[] }>();
  for (const print of prints) {
    const { context, inQuotes, filters, sources, start, end } = print;
    const key = print.key !== null && contested.has(print.key) ? print.key : null;
    if (filters.length === 0 && sources.length === 0 && key === null) continue;
    const text = `${context} ${inQuotes} ${filters.join()} ${sources.join()} ${key}`;
    const group = groups.get(text);
    if (group !== undefined) group.places.push(start, end);
    else groups.set(text, { context, inQuotes, places: [start, end], filters, sources, key });
  }
  return [...groups.values()];
}

/** Variables and members that are printed both as they are and through one function. */
function contestedKeys(prints: readonly FilePrint[]): Set<string> {
  const plain = new Set<string>();
  const filtered = new Set<string>();
  for (const { key, filters } of prints) {
    if (key === null) continue;
    if (filters.length === 0) plain.add(key);
    else if (filters.length === 1) filtered.add(key);
  }
  for (const key of plain) if (!filtered.has(key)) plain.delete(key);
  return plain;
}
