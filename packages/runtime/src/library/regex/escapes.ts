/**
 * Backslash sequences of a pattern, inside and outside of bracket classes, and the classes that they name.
 */

import type { CharacterSet, SetParts } from "./character-set.js";
import { makeSet } from "./character-set.js";
import { isCounted, isDigit, type PatternSource } from "./source.js";
import { type CodeTest, propertyTest } from "./unicode.js";

export type Escape =
  | { type: "literal"; code: number }
  | { type: "backreference"; group: number }
  /** A letter with a meaning that depends on where it stands, such as `d`, `b`, `Q`. */
  | { type: "letter"; letter: string };

const CONTROLS: Record<string, number> = { a: 7, e: 27, f: 12, n: 10, r: 13, t: 9 };
const MEANINGFUL = "ABbCDdEGHhKkNPpQRSsVvWwXZz";

/**
 * Reads what follows a backslash. The position is behind the backslash before, behind the sequence after; the name
 * of `\p`, `\g<`, `\k<` and the like is left to the caller.
 */
export function parseEscape(source: PatternSource, inClass: boolean): Escape {
  const letter = source.peek();
  const at = source.at;
  if (letter === "") source.fail("backslashAtEnd");
  if (letter in CONTROLS) {
    source.at++;
    return { type: "literal", code: CONTROLS[letter] };
  }
  if (MEANINGFUL.includes(letter)) {
    source.at++;
    if (letter === "N" && source.peek() === "{" && !isCounted(source.text, source.at + 1)) {
      source.fail("caseEscapes", at);
    }
    return { type: "letter", letter };
  }
  if (isDigit(letter)) return parseDigits(source, inClass);
  switch (letter) {
    case "l":
    case "L":
    case "u":
    case "U":
      return source.fail("caseEscapes");
    case "g":
      if (!inClass) return parseReference(source);
      source.at++;
      return { type: "literal", code: 0x67 };
    case "x":
      return { type: "literal", code: parseHexadecimal(source) };
    case "o":
      return { type: "literal", code: parseOctal(source) };
    case "c":
      return { type: "literal", code: parseControl(source) };
  }
  if (source.options.extra && /[0-9A-Za-z]/.test(letter)) source.fail("unknownEscape");
  return { type: "literal", code: source.takeCode() };
}

/** `\1` … as a back reference, where such a group may exist; else octal. */
function parseDigits(source: PatternSource, inClass: boolean): Escape {
  const start = source.at;
  if (!inClass && source.peek() !== "0") {
    const end = /^\d+/.exec(source.text.slice(start))?.[0].length as number;
    if (Number(source.text.slice(start, start + end)) > 2147483639) source.fail("numberTooBig", start + end - 1);
    const group = source.takeNumber();
    if (group < 8 || group <= source.groupCount) return { type: "backreference", group };
    source.at = start;
  }
  if (source.peek() >= "8") return { type: "literal", code: source.takeCode() };
  let code = 0;
  for (let count = 0; count < 3 && source.peek() >= "0" && source.peek() <= "7"; count++) {
    code = code * 8 + Number(source.text[source.at++]);
  }
  if (code > 255 && !source.modes.utf) source.fail("octalTooLarge", source.at - 1);
  return { type: "literal", code };
}

/** `\g1`, `\g{-1}`, `\g{name}` as references; `\g<…>` is left to the caller as the letter `g`. */
function parseReference(source: PatternSource): Escape {
  source.at++;
  if (source.peek() === "<" || source.peek() === "'") return { type: "letter", letter: "g" };
  const braced = source.peek() === "{";
  if (braced) {
    const inner = /^[-\d]*(.?)/s.exec(source.text.slice(source.at + 1))?.[1];
    if (inner !== "" && inner !== "}") return { type: "letter", letter: "k" };
    source.at++;
  }
  const negated = source.peek() === "-";
  if (negated) source.at++;
  const start = source.at;
  while (isDigit(source.peek())) source.at++;
  const number = Number(source.text.slice(start, source.at));
  if (number > 2147483639) source.fail("numberTooBig", source.at - 1);
  if (braced && source.peek() !== "}") source.fail("referenceMalformed");
  if (braced) source.at++;
  if (number === 0) source.fail("referenceZero", source.at - 1);
  if (negated && number > source.groupCount) source.fail("noSuchGroup", source.at - 1);
  return { type: "backreference", group: negated ? source.groupCount - number + 1 : number };
}

function parseHexadecimal(source: PatternSource): number {
  source.at++;
  if (source.peek() === "{") {
    source.at++;
    if (source.peek() === "}") source.fail("digitsMissing");
    return parseBraced(source, 16, /[0-9a-fA-F]/, "notHexadecimal");
  }
  const digits = /^[0-9a-fA-F]{0,2}/.exec(source.text.slice(source.at, source.at + 2))?.[0] as string;
  source.at += digits.length;
  return digits === "" ? 0 : Number.parseInt(digits, 16);
}

function parseOctal(source: PatternSource): number {
  const at = source.at;
  if (source.peek(1) !== "{") source.fail("octalBrace", at);
  if (source.peek(2) === "}") source.fail("digitsMissing", at);
  source.at += 2;
  return parseBraced(source, 8, /[0-7]/, "notOctal");
}

function parseBraced(
  source: PatternSource,
  base: number,
  digit: RegExp,
  otherwise: "notHexadecimal" | "notOctal",
): number {
  const limit = source.modes.utf ? 0x10ffff : 0xff;
  let code = 0;
  while (digit.test(source.peek()))
    code = Math.min(code * base + Number.parseInt(source.text[source.at++], base), 2 ** 40);
  if (code > limit) source.fail("codeTooLarge");
  if (source.peek() !== "}") source.fail(otherwise);
  if (source.modes.utf && code >= 0xd800 && code <= 0xdfff) source.fail("surrogate");
  source.at++;
  return code;
}

function parseControl(source: PatternSource): number {
  source.at++;
  const byte = source.peek();
  if (byte === "") source.fail("controlAtEnd");
  if (byte > "\x7f") source.fail("controlNotAscii");
  source.at++;
  return byte.toUpperCase().charCodeAt(0) ^ 0x40;
}

const ranges = (...pairs: [number, number][]): CodeTest => {
  return (code) => pairs.some(([from, to]) => code >= from && code <= to);
};

const ASCII_CLASSES: Record<string, CodeTest> = {
  d: ranges([0x30, 0x39]),
  s: ranges([9, 13], [32, 32]),
  w: ranges([0x30, 0x39], [0x41, 0x5a], [0x5f, 0x5f], [0x61, 0x7a]),
  h: ranges(
    [9, 9],
    [32, 32],
    [0xa0, 0xa0],
    [0x1680, 0x1680],
    [0x180e, 0x180e],
    [0x2000, 0x200a],
    [0x202f, 0x202f],
    [0x205f, 0x205f],
    [0x3000, 0x3000],
  ),
  v: ranges([10, 13], [0x85, 0x85], [0x2028, 0x2029]),
};

/** The class that `\d`, `\S`, … names; `undefined` for other letters. */
export function escapeClass(source: PatternSource, letter: string): CodeTest | undefined {
  const lower = letter.toLowerCase();
  let test: CodeTest | undefined = ASCII_CLASSES[lower];
  if (!test) return undefined;
  if (source.modes.ucp && "dsw".includes(lower)) {
    test = propertyTest({ d: "Nd", s: "Xsp", w: "Xwd" }[lower as "d" | "s" | "w"]) as CodeTest;
  }
  return letter === lower ? test : not(test);
}

/** Reads the name of `\p` or `\P`; the position is behind that letter. */
export function parseProperty(source: PatternSource, letter: string): CodeTest {
  let negated = letter === "P";
  let name = source.peek();
  if (name === "") source.fail("propertyMalformed");
  source.at++;
  if (name === "{") {
    if (source.peek() === "^") {
      negated = !negated;
      source.at++;
    }
    const end = source.text.indexOf("}", source.at);
    if (end < 0 || end - source.at > 48)
      source.fail("propertyMalformed", end < 0 ? source.text.length : source.at + 49);
    name = source.text.slice(source.at, end);
    source.at = end + 1;
  }
  const test = name.startsWith("posix") ? null : propertyTest(name);
  if (!test) return source.fail("propertyUnknown", source.at - 1);
  return negated ? not(test) : test;
}

export function not(test: CodeTest): CodeTest {
  return (code) => !test(code);
}

/** A set that takes no notice of case. */
export function classSet(source: PatternSource, parts: Partial<SetParts>): CharacterSet {
  return makeSet({ ranges: [], tests: [], negated: false, ...parts }, { utf: source.modes.utf, caseless: false });
}
