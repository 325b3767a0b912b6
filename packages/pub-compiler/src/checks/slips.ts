/**
 * Names that were probably meant instead of a misspelt variable.
 */
import { nearest } from "pub-parser";

/** How many edits away another name may be for this one to be a slip: none for short names, which differ by little anyway. */
function slipLimit(name: string): number {
  return name.length < 4 ? 0 : name.length < 8 ? 1 : 2;
}

/** Another of the names that this one is a slip of, or null. */
export function otherName(name: string, names: Iterable<string>): string | null {
  const others = [...names].filter((other) => other !== name);
  return nearest(name, others, slipLimit(name)) ?? null;
}
