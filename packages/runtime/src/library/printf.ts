/**
 * C's `snprintf` with one number (pub-library.md §4.6). Where C would read memory that is not there (`%s`, `%n`, `*`,
 * a second conversion) the specification is copied as it stands; a conversion of the other class converts the number.
 */
import { exponentDigits, fixedDigits, hexadecimalFloat } from "./decimal.js";

/** The argument: a signed 32-bit integer or a double. */
export type FormatArgument = { integer: number } | { float: number };

/** Bytes that the buffer holds. */
const LONGEST_OUTPUT = 1023;
/** Widths and precisions beyond this change nothing that is left after the cut. */
const LARGEST_COUNT = 4096;

/** Formats; the result ends at the first NUL and after 1023 bytes. */
export function formatNumber(format: string, argument: FormatArgument): string {
  const specification = /%([-+ #0']*)(\d*)(?:\.(-?\d*))?(hh|h|ll|l|L|q|j|z|t)?([a-zA-Z%])/g;
  let used = false;
  const out = upToNul(format).replace(
    specification,
    (all, flags: string, width: string, precision: string | undefined, size: string | undefined, letter: string) => {
      if (letter === "%") return "%";
      const convert = CONVERSIONS[letter];
      if (used || convert === undefined) return all;
      used = true;
      const count = precision === undefined || precision.startsWith("-") ? undefined : clamp(precision);
      return convert({ letter, flags, width: clamp(width), precision: count, size: size ?? "" }, argument);
    },
  );
  return upToNul(out).slice(0, LONGEST_OUTPUT);
}

interface Specification {
  letter: string;
  flags: string;
  width: number;
  precision: number | undefined;
  size: string;
}

type Conversion = (specification: Specification, argument: FormatArgument) => string;

const CONVERSIONS: Record<string, Conversion | undefined> = {
  d: signed,
  i: signed,
  u: unsigned,
  x: unsigned,
  X: unsigned,
  o: unsigned,
  c: character,
  f: float,
  F: float,
  e: float,
  E: float,
  g: float,
  G: float,
  a: float,
  A: float,
};

function signed(specification: Specification, argument: FormatArgument): string {
  const value = resize(integerOf(argument), specification.size);
  return pad(specification, signOf(value < 0, specification), integerDigits(Math.abs(value), 10, specification), true);
}

function unsigned(specification: Specification, argument: FormatArgument): string {
  const { letter, flags, size } = specification;
  const bits = size === "hh" ? 0xff : size === "h" ? 0xffff : 0xffffffff;
  const value = (integerOf(argument) & bits) >>> 0;
  const base = letter === "u" ? 10 : letter === "o" ? 8 : 16;
  let digits = integerDigits(value, base, specification);
  if (flags.includes("#") && letter === "o" && !digits.startsWith("0")) digits = `0${digits}`;
  if (letter === "X") digits = digits.toUpperCase();
  const prefix = flags.includes("#") && base === 16 && value !== 0 ? `0${letter}` : "";
  return pad(specification, prefix, digits, true);
}

function character(specification: Specification, argument: FormatArgument): string {
  const byte = String.fromCharCode(integerOf(argument) & 0xff);
  return pad({ ...specification, flags: specification.flags.replaceAll("0", "") }, "", byte, false);
}

function float(specification: Specification, argument: FormatArgument): string {
  const value = "float" in argument ? argument.float : argument.integer;
  const { letter } = specification;
  const upper = letter < "a";
  const sign = signOf(value < 0 || Object.is(value, -0), specification);
  if (!Number.isFinite(value)) {
    const word = Number.isNaN(value) ? "nan" : "inf";
    const plain = { ...specification, flags: specification.flags.replaceAll("0", "") };
    return pad(plain, sign, upper ? word.toUpperCase() : word, false);
  }
  const magnitude = Math.abs(value);
  const alternate = specification.flags.includes("#");
  let digits: string;
  let prefix = sign;
  switch (letter.toLowerCase()) {
    case "f":
      digits = fixedDigits(magnitude, specification.precision ?? 6, alternate);
      break;
    case "e":
      digits = scientific(magnitude, specification.precision ?? 6, alternate);
      break;
    case "g":
      digits = general(magnitude, specification.precision ?? 6, alternate);
      break;
    default:
      prefix += upper ? "0X" : "0x";
      digits = hexadecimalFloat(magnitude, specification.precision, alternate);
  }
  return pad(specification, prefix, upper ? digits.toUpperCase() : digits, false);
}

function scientific(value: number, precision: number, point: boolean): string {
  const { digits, exponent } = exponentDigits(value, precision + 1);
  const fraction = digits.length > 1 || point ? `.${digits.slice(1)}` : "";
  return `${digits[0]}${fraction}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

function general(value: number, precision: number, alternate: boolean): string {
  const significant = Math.max(precision, 1);
  const { exponent } = exponentDigits(value, significant);
  const text =
    exponent < -4 || exponent >= significant
      ? scientific(value, significant - 1, alternate)
      : fixedDigits(value, significant - 1 - exponent, alternate);
  return alternate ? text : text.replace(/\.?0*(?=e|$)/, (zeros) => (text.includes(".") ? "" : zeros));
}

function integerDigits(value: number, base: number, { precision }: Specification): string {
  if (value === 0 && precision === 0) return "";
  return value.toString(base).padStart(precision ?? 1, "0");
}

function signOf(negative: boolean, { flags }: Specification): string {
  if (negative) return "-";
  return flags.includes("+") ? "+" : flags.includes(" ") ? " " : "";
}

function pad({ flags, width, precision }: Specification, prefix: string, digits: string, integer: boolean): string {
  const missing = width - prefix.length - digits.length;
  if (missing <= 0) return prefix + digits;
  if (flags.includes("-")) return prefix + digits + " ".repeat(missing);
  const zeros = flags.includes("0") && !(integer && precision !== undefined);
  return zeros ? prefix + "0".repeat(missing) + digits : " ".repeat(missing) + prefix + digits;
}

function integerOf(argument: FormatArgument): number {
  return "integer" in argument ? argument.integer : Math.trunc(argument.float) | 0;
}

function resize(value: number, size: string): number {
  if (size === "hh") return (value << 24) >> 24;
  return size === "h" ? (value << 16) >> 16 : value;
}

function clamp(digits: string): number {
  return Math.min(Number(digits), LARGEST_COUNT);
}

function upToNul(s: string): string {
  const end = s.indexOf("\0");
  return end < 0 ? s : s.slice(0, end);
}
