/**
 * Text of values (pub-language.md §4.8): plain form, quoted form, and the forms that operators see.
 */
import { containerText, quotedElement } from "./container-text.js";
import { formatFloat } from "./numbers.js";
import { Dict, Float, Func, List, Regex, UInt, type Value } from "./types.js";

export { hasCycle } from "./container-text.js";
export { countCodePoints, jsonQuote } from "./quoting.js";

/**
 * The plain form of `v`. Where a container contains itself, `null` is written and `onCycle` is called (once for each
 * text made, however many cycles there are).
 */
export function text(v: Value, utf8Json = false, onCycle?: () => void): string {
  if (typeof v === "string") return v;
  if (typeof v === "number") return Number.isInteger(v) ? String(v) : formatFloat(v);
  if (v instanceof List || v instanceof Dict) return containerText(v, utf8Json, false, onCycle);
  return otherText(v);
}

/** The form that `v` has inside of containers: text is JSON-quoted, integers of 2^52 and more are in quotes. */
export function quotedText(v: Value, utf8Json = false, onCycle?: () => void): string {
  return quotedElement(v, utf8Json) ?? containerText(v as List | Dict, utf8Json, false, onCycle);
}

/** The plain form of the scalar of `v` (§4.5), as concatenation and comparison use it: booleans are `1` or `0`. */
export function scalarText(v: Value): string {
  if (typeof v === "string") return v;
  if (typeof v === "boolean") return v ? "1" : "0";
  return sortedText(v);
}

/** The plain form with the keys of all dictionaries in byte order. */
export function sortedText(v: Value): string {
  return v instanceof List || v instanceof Dict ? containerText(v, false, true) : text(v);
}

function otherText(v: Exclude<Value, string | number | List | Dict>): string {
  if (v === undefined) return "";
  if (v instanceof Float) return formatFloat(v);
  if (v instanceof UInt) return String(v.value);
  if (v instanceof Regex) return v.pattern;
  if (v instanceof Func) return v.text();
  return String(v);
}
