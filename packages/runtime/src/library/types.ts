/**
 * Conversion and measuring functions: `int`, `uint`, `str`, `len`, `copy`, `documentation` (pub-library.md §4.1).
 */
import { Builtin } from "../calls/functions.js";
import {
  copyValue,
  countCodePoints,
  floatValue,
  integerOf,
  isFloat,
  MAX_INT,
  makeInt,
  makeUInt,
  parseInt64,
  parseUInt64,
  text,
  truncateToInt,
} from "../values/index.js";
import { Dict, List, UInt, type Value } from "../values/types.js";
import type { BuiltinDefinition, CallContext } from "./builtin.js";

export const typeFunctions: BuiltinDefinition[] = [
  {
    name: "int",
    pattern: "O",
    parameters: ["x"],
    documentation:
      "x as signed integer: floats are truncated, booleans are 0 or 1, strings count when they are a whole integer literal. Everything else is 0.",
    call: (_context: CallContext, x: Value): Value => toInt(x),
  },
  {
    name: "uint",
    pattern: "O",
    parameters: ["x"],
    documentation: "x as unsigned integer; negative numbers wrap around modulo 2^64. What does not convert is 0.",
    call: (_context: CallContext, x: Value): Value => toUInt(x),
  },
  {
    name: "str",
    pattern: "O",
    parameters: ["x"],
    documentation: "The text of x, as print shows it. For lists and dictionaries this is JSON.",
    call: (_context: CallContext, x: Value): Value => text(x),
  },
  {
    name: "len",
    pattern: "O",
    parameters: ["x"],
    documentation: "The number of characters of a string, of elements of a list, of keys of a dictionary.",
    call(context: CallContext, x: Value): Value {
      if (typeof x === "string") return codePointCount(x);
      if (x instanceof List) return x.items.length;
      if (x instanceof Dict) return x.table.size;
      context.report("object doesn't support the len() call");
      return -1;
    },
  },
  {
    name: "copy",
    pattern: "O",
    parameters: ["x"],
    documentation:
      "A copy of a list or dictionary that can be changed without changing x. Other values are returned as they are.",
    call: (_context: CallContext, x: Value): Value => copyValue(x),
  },
  {
    name: "documentation",
    pattern: "O",
    parameters: ["x"],
    documentation: "The description of a built-in function, or of the whole library rfn3; null for everything else.",
    call: (_context: CallContext, x: Value): Value => documentationOf(x),
  },
];

/** The int that `int(x)` gives: never an error. */
export function toInt(x: Value): number | bigint {
  if (typeof x === "number") return Number.isInteger(x) ? x : truncateToInt(x);
  if (typeof x === "bigint") return x;
  if (typeof x === "boolean") return x ? 1 : 0;
  if (typeof x === "string") return makeInt(parseInt64(x) ?? 0n);
  // What x86-64 makes of an unsigned integer that does not fit.
  if (x instanceof UInt) return x.value <= MAX_INT ? x.value : -(2 ** 31);
  return isFloat(x) ? truncateToInt(floatValue(x)) : 0;
}

function toUInt(x: Value): UInt {
  if (x instanceof UInt) return x;
  if (typeof x === "string") return makeUInt(parseUInt64(x) ?? 0n);
  if (isFloat(x)) return doubleToUInt(floatValue(x));
  const integer = integerOf(x) ?? (x === true ? 1 : 0);
  // Negative ones go through a double, so that large ones lose bits.
  return integer < 0 ? doubleToUInt(Number(integer)) : makeUInt(integer);
}

/** Truncated modulo 2^64; what is no number becomes 2^63, as on x86-64. */
function doubleToUInt(value: number): UInt {
  if (Number.isFinite(value)) return makeUInt(BigInt(Math.trunc(value)));
  return makeUInt(value === Infinity ? 0n : 2n ** 63n);
}

/** Code points before the first NUL; 0 when the string is not UTF-8 (§3.8). */
function codePointCount(bytes: string): number {
  const end = bytes.indexOf("\0");
  const content = end === -1 ? bytes : bytes.slice(0, end);
  return /[\x80-\xff]/.test(content) ? (countCodePoints(content) ?? 0) : content.length;
}

function documentationOf(x: Value): string | null {
  if (x instanceof Builtin) return signature(x);
  // The library is the dictionary that has this function under its own name.
  if (!(x instanceof Dict && isNamed(x.table.get("documentation"), "documentation"))) return null;
  const texts: string[] = [];
  for (const entry of x.table.values()) if (entry instanceof Builtin) texts.push(signature(entry));
  return texts.sort().join("\n");
}

function isNamed(value: Value, name: string): boolean {
  return value instanceof Builtin && value.definition.name === name;
}

function signature({ definition: { name, parameters, documentation } }: Builtin): string {
  return `${name}(${parameters.join(", ")}): ${documentation}`;
}
