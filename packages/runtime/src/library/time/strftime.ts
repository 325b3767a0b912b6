/**
 * Time formatting like glibc's `strftime`: conversions, flags `_ - 0 ^ #`, widths and the modifiers `E` and `O`
 * (pub-library.md §4.11).
 */
import { type BrokenDownTime, isLeapYear, modulo } from "./calendar.js";
import { COMBINED_FORMATS, MONTHS, WEEKDAYS } from "./names.js";

/** Size of the reference's buffer, with room for a final NUL: longer results fail. */
const BUFFER_SIZE = 1024;

/**
 * The formatted time; null when the result is empty or does not fit 1023 bytes.
 * The format ends at its first NUL. What is no conversion is copied.
 */
export function strftime(format: string, time: BrokenDownTime): string | null {
  const end = format.indexOf("\0");
  const text = expand(end === -1 ? format : format.slice(0, end), time);
  return text === "" ? null : text;
}

/** A number: its least count of digits and value, and the modifiers that it does not take. */
interface NumberConversion {
  readonly digits: number;
  readonly value: (time: BrokenDownTime) => number | bigint;
  /** Filled with spaces unless a flag says otherwise. */
  readonly spaces?: boolean;
  /** A width does not ask for more digits. */
  readonly fixedDigits?: boolean;
  readonly refuses: "" | "E" | "O";
}

const NUMBERS: Readonly<Record<string, NumberConversion>> = {
  C: { digits: 1, value: (time) => Math.floor((time.year + 1900) / 100), refuses: "" },
  d: { digits: 2, value: (time) => time.mday, refuses: "E" },
  e: { digits: 2, value: (time) => time.mday, spaces: true, refuses: "E" },
  g: { digits: 2, value: (time) => modulo(isoWeek(time).year, 100), refuses: "E" },
  G: { digits: 1, value: (time) => isoWeek(time).year, refuses: "E" },
  H: { digits: 2, value: (time) => time.hour, refuses: "E" },
  I: { digits: 2, value: (time) => twelveHour(time), refuses: "E" },
  j: { digits: 3, value: (time) => time.yday + 1, refuses: "E" },
  k: { digits: 2, value: (time) => time.hour, spaces: true, refuses: "E" },
  l: { digits: 2, value: (time) => twelveHour(time), spaces: true, refuses: "E" },
  m: { digits: 2, value: (time) => time.mon + 1, refuses: "E" },
  M: { digits: 2, value: (time) => time.min, refuses: "E" },
  s: { digits: 1, value: (time) => time.epoch, fixedDigits: true, refuses: "" },
  S: { digits: 2, value: (time) => time.sec, refuses: "E" },
  u: { digits: 1, value: (time) => modulo(time.wday - 1, 7) + 1, refuses: "" },
  U: { digits: 2, value: (time) => Math.floor((time.yday - time.wday + 7) / 7), refuses: "E" },
  V: { digits: 2, value: (time) => isoWeek(time).week, refuses: "E" },
  w: { digits: 1, value: (time) => time.wday, refuses: "E" },
  W: { digits: 2, value: (time) => Math.floor((time.yday - modulo(time.wday - 1, 7) + 7) / 7), refuses: "E" },
  y: { digits: 2, value: (time) => modulo(time.year, 100), refuses: "" },
  Y: { digits: 1, value: (time) => time.year + 1900, refuses: "O" },
};

/** A text: its value, what the flag `#` does to it, and the modifiers that it does not take. */
interface TextConversion {
  readonly value: (time: BrokenDownTime) => string;
  readonly changedCase: "upper" | "lower" | "none";
  /** Written in small letters always. */
  readonly small?: boolean;
  readonly refuses: "" | "E" | "EO";
}

const TEXTS: Readonly<Record<string, TextConversion>> = {
  "%": { value: () => "%", changedCase: "none", refuses: "EO" },
  a: { value: (time) => WEEKDAYS[time.wday]!.slice(0, 3), changedCase: "upper", refuses: "EO" },
  A: { value: (time) => WEEKDAYS[time.wday]!, changedCase: "upper", refuses: "EO" },
  b: { value: (time) => MONTHS[time.mon]!.slice(0, 3), changedCase: "upper", refuses: "E" },
  B: { value: (time) => MONTHS[time.mon]!, changedCase: "upper", refuses: "E" },
  h: { value: (time) => MONTHS[time.mon]!.slice(0, 3), changedCase: "upper", refuses: "E" },
  n: { value: () => "\n", changedCase: "none", refuses: "" },
  p: { value: (time) => (time.hour < 12 ? "AM" : "PM"), changedCase: "lower", refuses: "" },
  P: { value: (time) => (time.hour < 12 ? "AM" : "PM"), changedCase: "lower", small: true, refuses: "" },
  t: { value: () => "\t", changedCase: "none", refuses: "" },
  Z: { value: (time) => time.abbreviation, changedCase: "lower", refuses: "" },
};

/** Modifiers that a combined format does not take. */
const COMBINED_REFUSES: Readonly<Record<string, string>> = { c: "O", x: "O", X: "O", D: "EO", F: "EO" };

const CONVERSION = /%([_\-0^#]*)(\d*)([EO]?)([\s\S]?)/g;

function expand(format: string, time: BrokenDownTime): string | null {
  let out = "";
  let position = 0;
  for (const match of format.matchAll(CONVERSION)) {
    const piece = convert(match, time);
    out += format.slice(position, match.index) + (piece ?? "");
    position = match.index + match[0].length;
    if (piece === null || out.length >= BUFFER_SIZE) return null;
  }
  out += format.slice(position);
  return out.length >= BUFFER_SIZE ? null : out;
}

/** One conversion; null when it does not fit the buffer. */
function convert([source, flags, digits, modifier, letter]: RegExpMatchArray, time: BrokenDownTime): string | null {
  const width = Number(digits);
  if (width >= BUFFER_SIZE) return null;
  let fill = "";
  let upper = false;
  let changeCase = false;
  for (const flag of flags!) {
    if (flag === "^") upper = true;
    else if (flag === "#") changeCase = true;
    else fill = flag;
  }

  const refused = (refuses: string) => modifier !== "" && refuses.includes(modifier!);
  const number = Object.hasOwn(NUMBERS, letter!) ? NUMBERS[letter!] : undefined;
  if (number !== undefined && !refused(number.refuses)) {
    const fillOfNumber = fill === "" && number.spaces ? "_" : fill;
    const places = number.fixedDigits ? number.digits : Math.max(number.digits, width);
    return padded(numeral(number.value(time), places, fillOfNumber), width, fillOfNumber);
  }
  if (letter === "z") return zoneOffset(time.offset, width, fill);
  const combined = Object.hasOwn(COMBINED_FORMATS, letter!) ? COMBINED_FORMATS[letter!] : undefined;
  if (combined !== undefined && !refused(COMBINED_REFUSES[letter!] ?? "")) {
    const text = expand(combined, time)!;
    return padded(upper ? upperCase(text) : text, width, fill);
  }
  const text = Object.hasOwn(TEXTS, letter!) ? TEXTS[letter!] : undefined;
  if (text === undefined) return padded(upper ? upperCase(source!) : source!, width, fill);
  if (changeCase && text.changedCase === "upper" && !(modifier !== "" && text.refuses === "EO")) upper = true;
  // What is refused is copied from the last percent sign on.
  const value = refused(text.refuses) ? (letter === "%" ? "%" : source!) : text.value(time);
  const lower = !refused(text.refuses) && (text.small || (changeCase && text.changedCase === "lower"));
  return padded(lower ? lowerCase(value) : upper ? upperCase(value) : value, width, fill);
}

/** The digits of a number with their sign, filled up to `digits` places (sign included). */
function numeral(value: number | bigint, digits: number, fill: string): string {
  const text = String(value);
  if (fill === "-") return text;
  if (fill === "_") return text.padStart(digits, " ");
  return text.startsWith("-") ? `-${text.slice(1).padStart(digits - 1, "0")}` : text.padStart(digits, "0");
}

/** `%z`: sign and digits are two fields for glibc, so a width counts for each. */
function zoneOffset(offset: number, width: number, fill: string): string {
  const minutes = Math.floor(Math.abs(offset) / 60);
  const value = Math.floor(minutes / 60) * 100 + (minutes % 60);
  return padded(offset < 0 ? "-" : "+", width, fill) + padded(numeral(value, Math.max(4, width), fill), width, fill);
}

function padded(text: string, width: number, fill: string): string {
  return text.padStart(width, fill === "0" ? "0" : " ");
}

function twelveHour(time: BrokenDownTime): number {
  return modulo(time.hour - 1, 12) + 1;
}

/** Year and number of the ISO 8601 week. */
function isoWeek(time: BrokenDownTime): { year: number; week: number } {
  const year = time.year + 1900;
  // The week belongs to the year that its Thursday is in.
  const thursday = time.yday - modulo(time.wday - 1, 7) + 3;
  const daysInYear = isLeapYear(year) ? 366 : 365;
  if (thursday < 0)
    return { year: year - 1, week: Math.floor((thursday + (isLeapYear(year - 1) ? 366 : 365)) / 7) + 1 };
  if (thursday >= daysInYear) return { year: year + 1, week: 1 };
  return { year, week: Math.floor(thursday / 7) + 1 };
}

/** ASCII only: the rest of a byte string stays as it is. */
function upperCase(text: string): string {
  return text.replace(/[a-z]+/g, (letters) => letters.toUpperCase());
}

function lowerCase(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
