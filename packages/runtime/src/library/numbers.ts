/**
 * Mathematical and bit functions (pub-library.md §4.5).
 */
import { makeFloat, makeUInt, parseUInt64 } from "../values/index.js";
import { UInt, type Value } from "../values/types.js";
import type { BuiltinDefinition, CallContext } from "./builtin.js";

const LARGEST_UINT = 2n ** 64n - 1n;

export const numberFunctions: BuiltinDefinition[] = [
  mathFunction("round", "The nearest whole number as float; halves are rounded away from zero.", roundHalfAway),
  mathFunction("ceil", "The smallest whole number that is not less than x, as float.", Math.ceil),
  mathFunction("floor", "The largest whole number that is not greater than x, as float.", Math.floor),
  mathFunction("sqrt", "The square root of x.", Math.sqrt),
  mathFunction("exp", "e to the power of x.", Math.exp),
  mathFunction("log", "The natural logarithm of x.", Math.log),
  mathFunction("sin", "The sine of x radians.", Math.sin),
  mathFunction("cos", "The cosine of x radians.", Math.cos),
  mathFunction("tan", "The tangent of x radians.", Math.tan),
  mathFunction("asin", "The arc sine of x in radians.", Math.asin, false),
  mathFunction("acos", "The arc cosine of x in radians.", Math.acos, false),
  mathFunction("atan", "The arc tangent of x in radians.", Math.atan),
  {
    name: "atan2",
    pattern: "ff",
    parameters: ["y", "x"],
    documentation: "The angle in radians of the point (x, y), seen from the origin.",
    call: (_context: CallContext, y: number, x: number): Value => makeFloat(Math.atan2(y, x), true),
  },
  {
    name: "pow",
    pattern: "ff",
    parameters: ["x", "y"],
    documentation: "x to the power of y.",
    call: (_context: CallContext, x: number, y: number): Value => makeFloat(power(x, y), true),
  },
  {
    name: "cmp_float",
    pattern: "f",
    parameters: ["x"],
    documentation: "The sign of x: 1, -1 or 0. Meant for comparators of sort, whose results are truncated to integers.",
    call: (_context: CallContext, x: number): Value => (x > 0 ? 1 : x < 0 ? -1 : 0),
  },
  {
    name: "bitwise_xor",
    pattern: "uu",
    parameters: ["a", "b"],
    documentation: "The bits that are set in one of two unsigned 64-bit integers, but not in both.",
    call: (_context: CallContext, a: bigint, b: bigint): Value => makeUInt(a ^ b),
  },
  {
    name: "bitwise_leftshift",
    pattern: "uu",
    parameters: ["a", "n"],
    documentation: "a shifted left by n modulo 64 bits; bits beyond the 64th are lost.",
    call: (_context: CallContext, a: bigint, n: bigint): Value => makeUInt(a << (n & 63n)),
  },
  {
    name: "bitwise_rightshift",
    pattern: "uu",
    parameters: ["a", "n"],
    documentation: "a shifted right by n modulo 64 bits.",
    call: (_context: CallContext, a: bigint, n: bigint): Value => makeUInt(a >> (n & 63n)),
  },
  bitFunction(
    "bitwise_or",
    "The bits that are set in any argument, two or more non-negative integers.",
    0n,
    (a, b) => a | b,
  ),
  bitFunction(
    "bitwise_and",
    "The bits that are set in every argument, two or more non-negative integers.",
    LARGEST_UINT,
    (a, b) => a & b,
  ),
];

/** `negativeNaN`: the sign of the NaN that the function gives for arguments outside its domain, as on x86-64. */
function mathFunction(
  name: string,
  documentation: string,
  compute: (x: number) => number,
  negativeNaN = true,
): BuiltinDefinition {
  return {
    name,
    pattern: "f",
    parameters: ["x"],
    documentation,
    // A NaN that comes in keeps its sign: nearly always negative, because that is what arithmetic makes.
    call: (_context: CallContext, x: number): Value => makeFloat(compute(x), negativeNaN || Number.isNaN(x)),
  };
}

/** Takes any number of arguments, stricter than the argument letter `u`: no negative integers, no floats. */
function bitFunction(
  name: string,
  documentation: string,
  start: bigint,
  combine: (a: bigint, b: bigint) => bigint,
): BuiltinDefinition {
  return {
    name,
    parameters: ["a", "b", "…"],
    documentation,
    call(context: CallContext, ...args: Value[]): Value {
      if (args.length < 2) {
        context.report(`${name}() takes 2 or more arguments`);
        return null;
      }
      const bits = args.map(bitsOf);
      for (const [index, value] of bits.entries()) {
        if (value === null) context.report(`argument ${index + 1} to ${name}() is not a positive int`);
      }
      return bits.includes(null) ? null : makeUInt((bits as bigint[]).reduce(combine, start));
    },
  };
}

function bitsOf(v: Value): bigint | null {
  if (typeof v === "boolean") return v ? 1n : 0n;
  if (typeof v === "string") return parseUInt64(v);
  const integer = v instanceof UInt ? v.value : v;
  if (typeof integer === "bigint" || (typeof integer === "number" && Number.isInteger(integer))) {
    return integer < 0 ? null : BigInt(integer);
  }
  return null;
}

function roundHalfAway(x: number): number {
  const whole = Math.trunc(x);
  return Math.abs(x - whole) >= 0.5 ? whole + Math.sign(x) : whole;
}

/** Like `Math.pow`, but 1 to the power of anything and −1 to the power of ±infinity is 1, as in C. */
function power(x: number, y: number): number {
  return x === 1 || (x === -1 && Math.abs(y) === Infinity) ? 1 : x ** y;
}
