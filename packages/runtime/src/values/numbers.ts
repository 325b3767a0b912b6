/**
 * Making, telling apart and printing numbers (pub-language.md §4.1, §4.2, §4.8): the only place that decides which
 * representation a number gets (see `types.ts`).
 */
import { Float, UInt, type Value } from "./types.js";

/** The largest signed 64-bit integer. */
export const MAX_INT = 2n ** 63n - 1n;
/** The smallest signed 64-bit integer. */
export const MIN_INT = -(2n ** 63n);
/** The largest unsigned 64-bit integer. */
export const MAX_UINT = 2n ** 64n - 1n;

const MAX_SAFE = BigInt(Number.MAX_SAFE_INTEGER);

/** The int `v`, wrapped to signed 64 bits. */
export function makeInt(v: bigint): number | bigint {
  return compact(BigInt.asIntN(64, v));
}

/** The uint `v`, wrapped to unsigned 64 bits; a `number` must be integral. */
export function makeUInt(v: number | bigint): UInt {
  if (typeof v === "number" && v >= 0 && Number.isSafeInteger(v)) return new UInt(v + 0);
  return new UInt(compact(BigInt.asUintN(64, BigInt(v))));
}

/** The float `v`; `negativeNaN` matters for NaN only, which then prints as `-nan`. */
export function makeFloat(v: number, negativeNaN = false): number | Float {
  if (Number.isInteger(v)) return new Float(v);
  return negativeNaN && Number.isNaN(v) ? new Float(v, true) : v;
}

/** The value of a non-negative integer literal, or of an unsigned result: int up to 2^63 − 1, else uint (§4.2). */
export function integerLiteral(v: bigint): Value {
  return v <= MAX_INT ? makeInt(v) : makeUInt(v);
}

/** Whether `v` is a float. */
export function isFloat(v: Value): v is number | Float {
  return typeof v === "number" ? !Number.isInteger(v) : v instanceof Float;
}

/** Whether `v` is an int (signed). */
export function isInt(v: Value): v is number | bigint {
  return typeof v === "number" ? Number.isInteger(v) : typeof v === "bigint";
}

/** Whether `v` is an int or a uint. */
export function isIntegerValue(v: Value): v is number | bigint | UInt {
  return isInt(v) || v instanceof UInt;
}

/** The mathematical value of an int or uint: a `number` when it is a safe integer. `undefined` for all else. */
export function integerOf(v: Value): number | bigint | undefined {
  if (typeof v === "number") return Number.isInteger(v) ? v : undefined;
  if (typeof v === "bigint") return v;
  return v instanceof UInt ? v.value : undefined;
}

/** The double that a float stands for. */
export function floatValue(v: number | Float): number {
  return typeof v === "number" ? v : v.value;
}

/** Whether the float is a NaN with a negative sign. */
export function isNegativeNaN(v: Value): boolean {
  return v instanceof Float && v.negativeNaN;
}

/** The int that C makes of a double: truncated toward zero; NaN and what is out of range become −2^63. */
export function truncateToInt(v: number): number | bigint {
  const truncated = Math.trunc(v);
  if (Number.isSafeInteger(truncated)) return truncated + 0;
  return truncated >= -(2 ** 63) && truncated < 2 ** 63 ? BigInt(truncated) : MIN_INT;
}

/** A float as C `printf("%.10g")` writes it (§4.8): `3`, `0.3`, `1e+10`, `1e-05`, `-0`, `inf`, `-inf`, `nan`, `-nan`. */
export function formatFloat(v: number | Float): string {
  const value = floatValue(v);
  const magnitude = Math.abs(value);
  if (magnitude >= 1e-4 && magnitude < 1e10) {
    // At most ten digits and a point: the shortest form that JavaScript writes is the rounded one already.
    const shortest = String(value);
    if (shortest.length <= 11) return shortest;
  }
  if (Number.isNaN(value)) return isNegativeNaN(v) ? "-nan" : "nan";
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  if (value === 0) return `${sign}0`;
  if (magnitude === Infinity) return `${sign}inf`;
  return sign + formatPositive(magnitude);
}

function formatPositive(value: number): string {
  const [mantissa, exponentText] = roundHalfEven(value).split("e");
  const exponent = Number(exponentText);
  const digits = mantissa.replace(".", "").replace(/0+$/, "");
  if (exponent < -4 || exponent >= 10) {
    const fraction = digits.length > 1 ? `.${digits.slice(1)}` : "";
    return `${digits[0]}${fraction}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
  }
  if (exponent < 0) return `0.${"0".repeat(-exponent - 1)}${digits}`;
  if (digits.length <= exponent + 1) return digits.padEnd(exponent + 1, "0");
  return `${digits.slice(0, exponent + 1)}.${digits.slice(exponent + 1)}`;
}

/** Ten significant digits as `d.ddddddddde±x`. `toExponential` rounds exact ties up, C rounds them to even. */
function roundHalfEven(value: number): string {
  const rounded = value.toExponential(9);
  const elevenDigits = value.toExponential(10);
  const [mantissa, exponent] = elevenDigits.split("e");
  // Twelve characters are d.dddddddddd: a tie has a 5 as last digit and nothing behind it.
  if (!mantissa.endsWith("5") || !/^\d\.\d{10}0*e/.test(value.toExponential(100))) return rounded;
  const lowerDigit = mantissa.charCodeAt(mantissa.length - 2);
  return lowerDigit % 2 === 0 ? `${mantissa.slice(0, -1)}e${exponent}` : rounded;
}

function compact(v: bigint): number | bigint {
  return v >= -MAX_SAFE && v <= MAX_SAFE ? Number(v) : v;
}
