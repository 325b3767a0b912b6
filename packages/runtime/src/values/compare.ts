/**
 * Equality and order of values (pub-language.md §4.7, pub-library.md §3.5).
 */

import { scalar, signedOf, toDouble, unsignedOf } from "./convert.js";
import type { ErrorSink } from "./error-sink.js";
import { integerOf, isFloat } from "./numbers.js";
import { scalarText } from "./text.js";
import { List, type Value } from "./types.js";

/** Nesting of lists up to which equality recurses; beyond, pairs that were compared are remembered. */
const RECURSION_LIMIT = 16;

/** The order of operands of which one is null: all of `<`, `>`, `<=`, `>=` are false. */
const INCOMPARABLE = Number.NaN;

/** `a == b`. */
export function equal(a: Value, b: Value): boolean {
  // NaN equals every number.
  if (typeof a === "number" && typeof b === "number") return a === b || Number.isNaN(a) || Number.isNaN(b);
  if (typeof a === "string" && typeof b === "string") return a === b || compareTexts(a, b) === 0;
  return nestedEqual(a, b, 0) ?? deepEqual(a, b);
}

/** `a < b`; a null operand is reported when the sink asks for it (option `WARN_RELARG_NULL`). */
export function less(sink: ErrorSink, a: Value, b: Value, line: number): boolean {
  if (typeof a === "number" && typeof b === "number") return a < b;
  return relation(sink, a, b, line) < 0;
}

/** `a > b`, see `less`. */
export function greater(sink: ErrorSink, a: Value, b: Value, line: number): boolean {
  if (typeof a === "number" && typeof b === "number") return a > b;
  return relation(sink, a, b, line) > 0;
}

/** `a <= b`, see `less`. */
export function lessOrEqual(sink: ErrorSink, a: Value, b: Value, line: number): boolean {
  if (typeof a === "number" && typeof b === "number") return !(a > b);
  return relation(sink, a, b, line) <= 0;
}

/** `a >= b`, see `less`. */
export function greaterOrEqual(sink: ErrorSink, a: Value, b: Value, line: number): boolean {
  if (typeof a === "number" && typeof b === "number") return !(a < b);
  return relation(sink, a, b, line) >= 0;
}

/** The built-in comparator `cmp`: the order of any two values; 0 when one is null or they are equal. */
export function order(a: Value, b: Value): -1 | 0 | 1 {
  const result = typeof a === "number" && typeof b === "number" ? sign(a, b) : valueOrder(a, b);
  return result < 0 ? -1 : result > 0 ? 1 : 0;
}

/** Order of two values that are neither null nor lists, by their scalars (§4.7): −1, 0 or 1. */
export function compareScalars(a: Value, b: Value): number {
  if (typeof a === "string" && typeof b === "string") return compareTexts(a, b);
  const left = scalar(a);
  const right = scalar(b);
  if (isFloat(left) || isFloat(right)) return sign(toDouble(left), toDouble(right));
  const leftInteger = integerOf(left);
  const rightInteger = integerOf(right);
  if (leftInteger !== undefined && rightInteger !== undefined) return sign(leftInteger, rightInteger);
  return compareAsIntegers(left, right) ?? sign(scalarText(left), scalarText(right));
}

function sign<T extends string | number | bigint>(a: T, b: T): -1 | 0 | 1 {
  return a < b ? -1 : a > b ? 1 : 0;
}

function compareTexts(a: string, b: string): number {
  if (mayBeInteger(a) && mayBeInteger(b)) return compareAsIntegers(a, b) ?? sign(a, b);
  return sign(a, b);
}

/** Whether the first character is one that integer literals begin with. */
function mayBeInteger(text: string): boolean {
  const code = text.charCodeAt(0);
  return code <= 0x39 && (code >= 0x30 || code === 0x2b || code === 0x2d || code === 0x20 || (code >= 9 && code <= 13));
}

/** Rules 2 to 4 of the scalar order; undefined when they do not apply. */
function compareAsIntegers(a: Value, b: Value): number | undefined {
  const unsignedA = unsignedOf(a);
  const unsignedB = unsignedOf(b);
  if (unsignedA !== null && unsignedB !== null) return sign(unsignedA, unsignedB);
  const signedA = signedOf(a);
  const signedB = signedOf(b);
  if (signedA !== null && signedB !== null) return sign(signedA, signedB);
  if (unsignedA !== null && signedB !== null) return 1;
  return signedA !== null && unsignedB !== null ? -1 : undefined;
}

function relation(sink: ErrorSink, a: Value, b: Value, line: number): number {
  const result = valueOrder(a, b);
  if (Number.isNaN(result) && sink.warnRelational) sink.error(line, "one or more relational arguments were null");
  return result;
}

/** Order of any two values: −1, 0, 1, or `INCOMPARABLE`. */
function valueOrder(a: Value, b: Value): number {
  if (a instanceof List || b instanceof List) return listOrder(a, b);
  if (a === undefined || a === null || b === undefined || b === null) return INCOMPARABLE;
  return compareScalars(a, b);
}

/** Order of two values of which one is a list: by length, then by the first unequal pair, however deep. */
function listOrder(a: Value, b: Value): number {
  let left = a;
  let right = b;
  const seen = new PairSet();
  while (left instanceof List || right instanceof List) {
    const leftItems = itemsOf(left);
    const rightItems = itemsOf(right);
    if (leftItems.length !== rightItems.length) return sign(leftItems.length, rightItems.length);
    const decisive = leftItems.findIndex((item, index) => !equal(item, rightItems[index]));
    // Lists that contain themselves may lead back to where we were: then nothing tells them apart.
    if (decisive < 0 || !seen.add(left, right)) return 0;
    left = leftItems[decisive];
    right = rightItems[decisive];
  }
  return valueOrder(left, right);
}

/** The operand as list: what is no list is wrapped, undefined is an empty list. */
function itemsOf(v: Value): readonly Value[] {
  if (v instanceof List) return v.items;
  return v === undefined ? [] : [v];
}

/** Equality by recursion; undefined when the lists are nested too deep for it. */
function nestedEqual(a: Value, b: Value, depth: number): boolean | undefined {
  const flat = flatEqual(a, b);
  if (flat !== undefined) return flat;
  if (depth > RECURSION_LIMIT) return undefined;
  const left = itemsOf(a);
  const right = itemsOf(b);
  for (let index = 0; index < left.length; index++) {
    const result = nestedEqual(left[index], right[index], depth + 1);
    if (!result) return result;
  }
  return true;
}

/** Equality with an own stack; pairs met again are not compared again. */
function deepEqual(a: Value, b: Value): boolean {
  const seen = new PairSet();
  const pending: [Value, Value][] = [[a, b]];
  for (let pair = pending.pop(); pair !== undefined; pair = pending.pop()) {
    const flat = flatEqual(pair[0], pair[1]);
    if (flat === false) return false;
    if (flat) continue;
    const left = itemsOf(pair[0]);
    const right = itemsOf(pair[1]);
    if (!seen.add(pair[0], pair[1])) continue;
    for (let index = 0; index < left.length; index++) pending.push([left[index], right[index]]);
  }
  return true;
}

/** Equality as far as it does not depend on list items; undefined for lists of equal length. */
function flatEqual(a: Value, b: Value): boolean | undefined {
  const aIsNull = a === undefined || a === null;
  const bIsNull = b === undefined || b === null;
  if (aIsNull || bIsNull) return aIsNull && bIsNull;
  if (a instanceof List || b instanceof List) {
    const left = itemsOf(a);
    const right = itemsOf(b);
    // A list equals itself, whatever it contains.
    if (left === right) return true;
    return left.length === right.length ? undefined : false;
  }
  return compareScalars(a, b) === 0;
}

/** Pairs of operands; lists that share their items count as the same. */
class PairSet {
  readonly #partners = new Map<unknown, Set<unknown>>();

  /** Adds the pair; false when it is there already. */
  add(a: Value, b: Value): boolean {
    const left = a instanceof List ? a.items : a;
    const right = b instanceof List ? b.items : b;
    const partners = this.#partners.get(left);
    if (partners === undefined) {
      this.#partners.set(left, new Set([right]));
      return true;
    }
    if (partners.has(right)) return false;
    partners.add(right);
    return true;
  }
}
