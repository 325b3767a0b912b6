/**
 * Conversions between types (pub-language.md §4.1, §4.4, §4.5, §4.11, §14.1): text to numbers as the C library reads
 * them, scalars to integers and doubles, arguments of built-in functions, truth.
 */
import {
  floatValue,
  formatFloat,
  integerOf,
  isFloat,
  MAX_INT,
  MAX_UINT,
  MIN_INT,
  makeInt,
  truncateToInt,
} from "./numbers.js";
import { parseDouble, readInteger } from "./parse-number.js";
import { sortedText, text } from "./text.js";
import { Dict, Func, List, Regex, UInt, type Value } from "./types.js";

export { parseDouble } from "./parse-number.js";

/** Name of the type as `type()` tells it (§4.1). */
export function typeName(v: Value): string {
  if (v === undefined) return "undef";
  if (v === null) return "null";
  if (typeof v === "boolean") return "bool";
  if (typeof v === "string") return "str";
  if (typeof v === "bigint") return "int";
  if (typeof v === "number") return Number.isInteger(v) ? "int" : "float";
  if (v instanceof List) return "list";
  if (v instanceof Dict) return "dict";
  if (v instanceof UInt) return "uint";
  if (v instanceof Regex) return "regex";
  return v instanceof Func ? "object" : "float";
}

/** Whether a condition holds for `v` (§4.4). Regexes and built-in functions are false, NaN is true. */
export function truth(v: Value): boolean {
  if (typeof v === "boolean") return v;
  if (typeof v === "number") return v !== 0;
  if (typeof v === "string") return v.length !== 0;
  if (v === undefined || v === null) return false;
  if (typeof v === "bigint") return true;
  if (v instanceof List) return v.items.length !== 0;
  if (v instanceof Dict) return v.table.size !== 0;
  if (v instanceof UInt) return v.value !== 0;
  if (v instanceof Regex) return false;
  return v instanceof Func ? !v.isBuiltin() : v.value !== 0;
}

/** The scalar of a value (§4.5): booleans are 0 or 1; lists, dictionaries, regexes and functions are their text. */
export function scalar(v: Value): Value {
  if (typeof v === "boolean") return v ? 1 : 0;
  if (v instanceof List || v instanceof Dict || v instanceof Regex || v instanceof Func) return sortedText(v);
  return v;
}

/** `strtoll` with base 0 of the whole text; null when it is no integer literal or out of the signed range. */
export function parseInt64(literal: string): bigint | null {
  const value = signedLiteral(literal);
  return value === null ? null : BigInt(value);
}

/** Like `parseInt64`, but clamps to the signed range instead of failing. */
export function parseInt64Clamped(literal: string): bigint | null {
  const value = readInteger(literal);
  if (value === null) return null;
  if (value > MAX_INT) return MAX_INT;
  return value < MIN_INT ? MIN_INT : BigInt(value);
}

/** `strtoull` with base 0 of the whole text; null for no literal, out of range, or a text beginning with `-`. */
export function parseUInt64(literal: string): bigint | null {
  const value = unsignedLiteral(literal);
  return value === null ? null : BigInt(value);
}

/** A scalar as signed 64-bit integer (§4.5); null when it does not convert. Floats never do. */
export function toInt64(v: Value): bigint | null {
  const value = signedOf(v);
  return value === null ? null : BigInt(value);
}

/** A scalar as unsigned 64-bit integer (§4.5); null when it does not convert. A float is read in its printed form. */
export function toUInt64(v: Value): bigint | null {
  const value = isFloat(v) ? unsignedLiteral(formatFloat(v)) : unsignedOf(v);
  return value === null ? null : BigInt(value);
}

/** A scalar as double (§4.5); text that is not a number is 0. */
export function toDouble(v: Value): number {
  if (isFloat(v)) return floatValue(v);
  const integer = integerOf(v);
  if (integer !== undefined) return Number(integer);
  if (typeof v === "string") return parseDouble(v) ?? 0;
  return v === undefined || v === null ? 0 : toDouble(scalar(v));
}

/** `toInt64` without the cost of a `bigint` for safe integers. */
export function signedOf(v: Value): number | bigint | null {
  if (typeof v === "string") return signedLiteral(v);
  const integer = integerOf(v);
  if (integer !== undefined) return integer <= MAX_INT ? integer : null;
  return isTextual(v) ? signedOf(scalar(v)) : null;
}

/** `toUInt64` of what is not a float, without the cost of a `bigint` for safe integers. */
export function unsignedOf(v: Value): number | bigint | null {
  if (typeof v === "string") return unsignedLiteral(v);
  const integer = integerOf(v);
  if (integer !== undefined) return integer >= 0 ? integer : null;
  return isTextual(v) ? unsignedOf(scalar(v)) : null;
}

/** An argument of pattern letter `i` (pub-library.md §2.3) as int; null when it is refused. */
export function toIntegerArgument(v: Value): number | bigint | null {
  if (typeof v === "number") return Number.isInteger(v) ? v : truncateToInt(v);
  if (typeof v === "boolean") return v ? 1 : 0;
  if (isFloat(v)) return truncateToInt(floatValue(v));
  const exact = typeof v === "string" || v instanceof UInt || typeof v === "bigint" ? signedOf(v) : null;
  if (exact !== null) return exact;
  const clamped = parseInt64Clamped(text(v));
  return clamped === null ? null : makeInt(clamped);
}

/** An argument of pattern letter `u` (pub-library.md §2.3), 0 … 2^64 − 1; negative numbers wrap; null when refused. */
export function toUnsignedArgument(v: Value): bigint | null {
  if (typeof v === "boolean") return v ? 1n : 0n;
  const exact = isFloat(v) ? null : unsignedOf(v);
  if (exact !== null) return BigInt(exact);
  const clamped = parseInt64Clamped(text(v));
  return clamped === null ? null : BigInt.asUintN(64, clamped);
}

/** An argument of pattern letter `f` (pub-library.md §2.3) as double; null when it is refused. */
export function toFloatArgument(v: Value): number | null {
  if (typeof v === "number") return v;
  if (isFloat(v)) return floatValue(v);
  if (v instanceof UInt) return Number(v.value);
  if (typeof v !== "boolean" && typeof v !== "string" && typeof v !== "bigint") return null;
  const integer = toIntegerArgument(v);
  return integer === null ? null : Number(integer);
}

/** An index into a list (§4.11) as integral double; null when `v` is none. */
export function toListIndex(v: Value): number | null {
  if (typeof v === "number") return Number.isInteger(v) ? v : Number(truncateToInt(v));
  if (typeof v === "boolean") return v ? 1 : 0;
  if (isFloat(v)) return Number(truncateToInt(floatValue(v)));
  if (typeof v !== "string" && typeof v !== "bigint" && !(v instanceof UInt)) return null;
  const index = signedOf(v);
  return index === null ? null : Number(index);
}

function signedLiteral(literal: string): number | bigint | null {
  const value = readInteger(literal);
  return value !== null && value >= MIN_INT && value <= MAX_INT ? value : null;
}

function unsignedLiteral(literal: string): number | bigint | null {
  const value = literal.startsWith("-") ? null : readInteger(literal);
  if (value === null || value > MAX_UINT || value < -MAX_UINT) return null;
  // A minus sign behind white space gets through and wraps, as in `strtoull`.
  return value >= 0 ? value : BigInt.asUintN(64, BigInt(value));
}

function isTextual(v: Value): boolean {
  return typeof v === "boolean" || (typeof v === "object" && v !== null && !isFloat(v));
}
