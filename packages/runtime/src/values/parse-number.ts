/**
 * Reading numbers as the C library does (pub-language.md §4.5): `strtoll` with base 0 and `strtod`, both of a whole
 * text. Ranges are checked by the callers.
 */

/** White space, sign, then hexadecimal, octal or decimal digits. */
const INTEGER = /^[\t-\r ]*([+-]?)(?:0[xX]([0-9a-fA-F]+)|(0[0-7]*)|([1-9][0-9]*))$/;
const DECIMAL = /^[\t-\r ]*[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/;
const HEXADECIMAL =
  /^[\t-\r ]*([+-]?)0[xX](?:([0-9a-fA-F]+)(?:\.([0-9a-fA-F]*))?|\.([0-9a-fA-F]+))(?:[pP]([+-]?[0-9]+))?$/;
const INFINITE = /^[\t-\r ]*([+-]?)inf(?:inity)?$/i;
const NOT_A_NUMBER = /^[\t-\r ]*[+-]?nan(?:\([0-9a-z_]*\))?$/i;

/** More significant digits than this are out of the 64-bit range in every base (octal is the longest). */
const MAX_DIGITS = 22;
const OUT_OF_RANGE = 2n ** 80n;

/**
 * The integer that the whole text is a literal of: a `number` when it is safe, else a `bigint`. Far beyond 64 bits the
 * result is only some number out of range. Null when the text is no integer literal.
 */
export function readInteger(literal: string): number | bigint | null {
  const match = INTEGER.exec(literal);
  if (match === null) return null;
  const [, sign, hexadecimal, octal, decimal] = match;
  const prefix = hexadecimal !== undefined ? "0x" : octal !== undefined ? "0o" : "";
  const digits = (hexadecimal ?? octal ?? decimal).replace(/^0+/, "");
  const magnitude = readDigits(prefix, digits);
  // 0 - n, because -n would make a negative zero
  return sign === "-" ? (typeof magnitude === "number" ? 0 - magnitude : -magnitude) : magnitude;
}

/** `strtod` of the whole text: null when it is no number; the empty text is 0. The sign of NaN is lost. */
export function parseDouble(literal: string): number | null {
  if (literal === "") return 0;
  if (DECIMAL.test(literal)) return Number(literal);
  const infinite = INFINITE.exec(literal);
  if (infinite !== null) return infinite[1] === "-" ? -Infinity : Infinity;
  if (NOT_A_NUMBER.test(literal)) return Number.NaN;
  const match = HEXADECIMAL.exec(literal);
  if (match === null) return null;
  const [, sign, whole = "", fraction = match[4] ?? "", , exponent = "0"] = match;
  const magnitude = hexadecimalDouble(whole, fraction, Number(exponent));
  return sign === "-" ? -magnitude : magnitude;
}

function readDigits(prefix: string, digits: string): number | bigint {
  if (digits.length > MAX_DIGITS) return OUT_OF_RANGE;
  const approximate = Number(prefix + (digits || "0"));
  return Number.isSafeInteger(approximate) ? approximate : BigInt(prefix + digits);
}

/** The double nearest to 0xWHOLE.FRACTION × 2^exponent, ties to even. */
function hexadecimalDouble(whole: string, fraction: string, exponent: number): number {
  const leadingZeros = /^0*/.exec(whole + fraction)![0].length;
  const digits = (whole + fraction).slice(leadingZeros);
  if (digits === "") return 0;
  // 120 bits decide the rounding, together with whether anything follows them
  const kept = digits.slice(0, 30);
  const mantissa = (BigInt(`0x${kept}`) << 1n) | (/[^0]/.test(digits.slice(30)) ? 1n : 0n);
  const scale = exponent - 4 * fraction.length + 4 * (digits.length - kept.length) - 1;
  const bits = mantissa.toString(2).length;
  const magnitude = scale + bits - 1;
  if (magnitude > 1023) return Infinity;
  if (magnitude < -1075) return 0;
  const precision = magnitude >= -1022 ? 53 : 53 - (-1022 - magnitude);
  const excess = bits - precision;
  if (excess <= 0) return Number(mantissa) * 2 ** scale;
  const quotient = mantissa >> BigInt(excess);
  const rest = mantissa - (quotient << BigInt(excess));
  const half = 1n << BigInt(excess - 1);
  const roundUp = rest > half || (rest === half && quotient % 2n === 1n);
  return scaled(Number(quotient + (roundUp ? 1n : 0n)), scale + excess);
}

/** `value` × 2^exponent; in two steps, since 2^exponent alone may be out of range while the product is not. */
function scaled(value: number, exponent: number): number {
  const first = Math.trunc(exponent / 2);
  return value * 2 ** first * 2 ** (exponent - first);
}
