/**
 * Joining texts with `+` (pub-language.md §4.6): a result that looks like a number becomes one. Pages are built this
 * way, so what evidently is no number must cost next to nothing.
 */
import { parseDouble, signedOf, unsignedOf } from "./convert.js";
import { makeFloat, makeUInt } from "./numbers.js";
import type { Value } from "./types.js";

/** Longer second operands are not searched for characters that no number has. */
const SEARCH_LIMIT = 64;

/** `a + b` of two texts. */
export function concatenate(a: string, b: string): Value {
  // The engine keeps a + b as a pair until a character of it is read, so the short tail is looked at first: reading
  // the head in a loop that appends would copy the whole text each time.
  if (b.length !== 0 && b.length <= SEARCH_LIMIT && !mayEndNumber(b)) return a + b;
  return retype(a + b);
}

/** A text result of an operator: a number when it is written like one (the empty text is the float 0), else itself. */
export function retype(s: string): Value {
  if (s.length === 0) return makeFloat(0);
  return mayBeginNumber(s.charCodeAt(0)) ? numberOrText(s) : s;
}

/** Digits, white space, signs, the point, and the first letters of `inf` and `nan`. */
function mayBeginNumber(code: number): boolean {
  if (code <= 0x39) {
    return (
      code >= 0x30 || code === 0x20 || code === 0x2b || code === 0x2d || code === 0x2e || (code >= 9 && code <= 13)
    );
  }
  return code === 0x69 || code === 0x6e || code === 0x49 || code === 0x4e;
}

/** Whether a text ending in `tail` can be a number: in any notation, `infinity`, or `nan(…)`. */
function mayEndNumber(tail: string): boolean {
  return /^[\t-\r +\-.0-9a-finptxy]*$/i.test(tail) || tail.endsWith(")");
}

/** The conversions of §4.6 in their order: int64, uint64, double, text. */
function numberOrText(s: string): Value {
  const signed = signedOf(s);
  if (signed !== null) return signed;
  const unsigned = unsignedOf(s);
  if (unsigned !== null) return makeUInt(unsigned);
  const double = parseDouble(s);
  return double === null ? s : makeFloat(double, /^[\t-\r ]*-/.test(s));
}
