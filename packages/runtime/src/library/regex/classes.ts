/**
 * Bracket classes: `[a-z]`, `[^\d]`, `[[:alpha:]_]`.
 */
import { type CharacterSet, makeSet, type SetParts } from "./character-set.js";
import { type Escape, escapeClass, not, parseEscape, parseProperty } from "./escapes.js";
import type { PatternSource } from "./source.js";
import { type CodeTest, propertyTest } from "./unicode.js";

const POSIX_CLASSES: Record<string, RegExp> = {
  alpha: /[A-Za-z]/,
  lower: /[a-z]/,
  upper: /[A-Z]/,
  alnum: /[A-Za-z0-9]/,
  ascii: /[\x00-\x7f]/,
  blank: /[\t ]/,
  cntrl: /[\x00-\x1f\x7f]/,
  digit: /[0-9]/,
  graph: /[!-~]/,
  print: /[ -~]/,
  punct: /[!-/:-@[-`{-~]/,
  space: /[\t-\r ]/,
  word: /\w/,
  xdigit: /[0-9A-Fa-f]/,
};

/** What POSIX classes mean under `(*UCP)`. */
const UNICODE_CLASSES: Record<string, string> = {
  alpha: "L",
  lower: "Ll",
  upper: "Lu",
  alnum: "Xan",
  digit: "Nd",
  space: "Xps",
  word: "Xwd",
  graph: "posix-graph",
  print: "posix-print",
  punct: "posix-punct",
};

/** Reads a class; the position is at `[` before and behind `]` after. */
export function parseClass(source: PatternSource): CharacterSet {
  if (posixEnd(source) >= 0) source.fail(source.peek(1) === ":" ? "posixOutsideClass" : "posixCollating");
  const parts: SetParts = { ranges: [], tests: [], negated: false };
  source.at++;
  for (;;) {
    if (source.startsWith("\\E")) source.at += 2;
    else if (source.startsWith("\\Q\\E")) source.at += 4;
    else if (!parts.negated && source.peek() === "^") {
      parts.negated = true;
      source.at++;
    } else break;
  }
  do parseMember(source, parts);
  while (source.peek() !== "" && (source.peek() !== "]" || source.quoting));
  if (source.peek() === "") source.fail("classUnterminated");
  source.at++;
  return makeSet(parts, source.setMode);
}

/** One character, range, escape or POSIX class. */
function parseMember(source: PatternSource, parts: SetParts): void {
  if (source.peek() === "") return;
  const end = source.quoting ? -1 : posixEnd(source);
  if (end >= 0) {
    if (source.peek(1) !== ":") source.fail("posixCollating");
    source.at += 2;
    parts.tests.push(parsePosixName(source, end));
    source.at = end + 2;
  } else if (source.quoting && source.startsWith("\\E")) {
    source.quoting = false;
    source.at += 2;
  } else if (source.quoting || source.peek() !== "\\") {
    addCharacter(source, parts, source.takeCode());
  } else {
    source.at++;
    addEscape(source, parts, parseEscape(source, true));
  }
}

function addEscape(source: PatternSource, parts: SetParts, sequence: Escape): void {
  if (sequence.type === "literal") addCharacter(source, parts, sequence.code);
  if (sequence.type !== "letter") return;
  const { letter } = sequence;
  switch (letter) {
    case "E":
      return;
    case "Q":
      if (source.startsWith("\\E")) source.at += 2;
      else source.quoting = true;
      return;
    case "b":
      addCharacter(source, parts, 8);
      return;
    case "N":
      source.fail("notNewlineInClass", source.at - 1);
  }
  const test = letter === "p" || letter === "P" ? parseProperty(source, letter) : escapeClass(source, letter);
  if (test) parts.tests.push(test);
  else {
    if (source.options.extra) source.fail("classEscape", source.at - 1);
    addCharacter(source, parts, letter.charCodeAt(0));
  }
}

/** Adds a character that was read, or the range that it starts. */
function addCharacter(source: PatternSource, parts: SetParts, from: number): void {
  while (source.startsWith("\\E")) {
    source.quoting = false;
    source.at += 2;
  }
  const to = !source.quoting && source.peek() === "-" ? parseRangeEnd(source, from) : from;
  parts.ranges.push([from, to]);
}

function parseRangeEnd(source: PatternSource, from: number): number {
  const hyphen = source.at;
  source.at++;
  while (source.startsWith("\\E")) source.at += 2;
  while (source.startsWith("\\Q")) {
    source.at += 2;
    if (!source.startsWith("\\E")) {
      source.quoting = true;
      break;
    }
    source.at += 2;
  }
  if (source.peek() === "" || (!source.quoting && source.peek() === "]")) {
    source.at = hyphen;
    return from;
  }
  let last = source.at;
  let to: number;
  if (!source.quoting && source.peek() === "\\") {
    source.at++;
    const sequence = parseEscape(source, true);
    last = source.at - 1;
    if (sequence.type === "literal") to = sequence.code;
    else if (sequence.type === "letter" && sequence.letter === "b") to = 8;
    else return source.fail("classRange", last);
  } else {
    if (!source.quoting && posixEnd(source) >= 0) source.fail("classRange");
    to = source.takeCode();
    last = source.at - 1;
  }
  if (to < from) source.fail("rangeOrder", last);
  return to;
}

function parsePosixName(source: PatternSource, end: number): CodeTest {
  const negated = source.peek() === "^";
  if (negated) source.at++;
  let name = source.text.slice(source.at, end);
  if (!Object.hasOwn(POSIX_CLASSES, name)) source.fail("unknownPosixClass");
  if (source.options.caseless && (name === "lower" || name === "upper")) name = "alpha";
  const expression = POSIX_CLASSES[name];
  const test =
    source.modes.ucp && Object.hasOwn(UNICODE_CLASSES, name)
      ? (propertyTest(UNICODE_CLASSES[name]) as CodeTest)
      : (code: number) => code < 128 && expression.test(String.fromCharCode(code));
  return negated ? not(test) : test;
}

/** Offset of the `:]` that ends a POSIX class starting at the position, −1 when there is none. */
function posixEnd(source: PatternSource): number {
  const { text, at } = source;
  const terminator = text.charAt(at + 1);
  if (text[at] !== "[" || terminator === "" || !":.=".includes(terminator)) return -1;
  for (let end = at + 2; end < text.length; end++) {
    const byte = text[end];
    const next = text[end + 1];
    if (byte === "\\" && (next === "]" || next === "\\")) end++;
    else if ((byte === "[" && next === terminator) || byte === "]") return -1;
    else if (byte === terminator && next === "]") return end;
  }
  return -1;
}
