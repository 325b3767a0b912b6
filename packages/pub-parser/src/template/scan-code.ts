// Code mode of the scanner (pub-language.md §2.4, §2.6): names, numbers, operators, comments, regular expressions.

import type { TokenType } from "chevrotain";
import { resumeBehindLine, scanStringStart } from "./scan-string.js";
import { lineOf, type Scanner } from "./scanner-state.js";
import * as T from "./tokens.js";

const space = /[ \t\r\n]+/y;
const word = /[A-Za-z_][A-Za-z_0-9]*/y;
const float = /-?[0-9]*\.[0-9]+/y;
const integer = /0x[0-9A-Fa-f]+|-?[0-9]+/y;
const options = /[A-Za-z]*/y;

/** Opening delimiter of a regular expression → closing one. */
const regexDelimiters: ReadonlyMap<string, string> = new Map([
  ["#", "#"],
  ["/", "/"],
  ["!", "!"],
  ["@", "@"],
  ["%", "%"],
  ["{", "}"],
  ["<", ">"],
]);

/** Tokens of fixed text without effect on modes; of two that fit, the longer one comes first. */
const fixedTokens: readonly (readonly [text: string, type: TokenType])[] = [
  ["==", T.Operator],
  ["=>", T.Assign],
  ["!=", T.Operator],
  ["<=", T.Operator],
  [">=", T.Operator],
  ["&&", T.Operator],
  ["||", T.Operator],
  ["=", T.Assign],
  ["!", T.Bang],
  ["<", T.Operator],
  [">", T.Operator],
  ["|", T.Bar],
  ["+", T.Operator],
  ["-", T.Operator],
  ["*", T.Operator],
  ["/", T.Operator],
  ["%", T.Operator],
  [".", T.Dot],
  [",", T.Comma],
  [":", T.Colon],
  [";", T.Semicolon],
];

/** First character → the fixed tokens that begin with it. */
const fixedByFirst: ReadonlyMap<string, readonly (readonly [string, TokenType])[]> = new Map(
  fixedTokens.map(([first]) => [first[0], fixedTokens.filter(([text]) => text[0] === first[0])]),
);

/** Spellings of the boolean literals. */
const booleans: ReadonlyMap<string, TokenType> = new Map([
  ["true", T.True],
  ["True", T.True],
  ["false", T.False],
  ["False", T.False],
]);

/** Scans white space, comments and tokens until the mode changes or the file ends. */
export function scanCode(scanner: Scanner): void {
  const { source } = scanner;
  const depth = scanner.modes.length;
  while (scanner.modes.length === depth && scanner.position < source.length && !scanner.stopped) scanToken(scanner);
}

function scanToken(scanner: Scanner): void {
  if (scanModeChange(scanner) || scanNumber(scanner) || scanWord(scanner) || scanFixed(scanner)) return;
  const { source, position: at } = scanner;
  const end = at + characterLength(source, at);
  scanner.log("illegal token in Pub v3 environment", at + 1);
  scanner.invalid(at, end, "illegal-character", {
    values: { found: displayed(source, at) },
    hint: illegalHints[source[at]],
  });
  scanner.position = end;
}

/** White space, comments, strings, regular expressions, brackets. Returns whether there was one. */
function scanModeChange(scanner: Scanner): boolean {
  const { source, position: at } = scanner;
  const next = source[at + 1];
  switch (source[at]) {
    case " ":
    case "\t":
    case "\r":
    case "\n":
      scanner.position = endOf(space, source, at);
      return true;
    case '"':
    case "'":
      scanStringStart(scanner);
      return true;
    case "/":
      return (next === "/" || next === "*") && scanComment(scanner, next);
    case "r":
      return regexDelimiters.has(next) && scanRegex(scanner, regexDelimiters.get(next)!);
    case "{":
      return next === "{" ? open(scanner, T.HtmlOpen, "html", 2) : open(scanner, T.BraceOpen, "brace", 1);
    case "=":
      if (next !== "{") return false;
      if (source[at + 2] === "{") return open(scanner, T.HtmlHeredocOpen, "html", 3);
      return open(scanner, T.CodeHeredocOpen, "heredoc", 2);
    case "}":
      return closeBrace(scanner);
    case "%":
      return next === "}" && closeZone(scanner);
    case "(":
      return next === "*" ? openBracket(scanner, T.BlockingOpen, 2) : openBracket(scanner, T.ParenOpen, 1);
    case "*":
      return next === ")" && closeBracket(scanner, T.BlockingClose, 2);
    case ")":
      return closeBracket(scanner, T.ParenClose, 1);
    case "[":
      return openBracket(scanner, T.BracketOpen, 1);
    case "]":
      return closeBracket(scanner, T.BracketClose, 1);
    default:
      return false;
  }
}

/** What the author of an illegal character probably wanted. */
const illegalHints: Readonly<Record<string, string>> = {
  "?": "there is no `?:` operator; use `if` and `else`",
  "&": "the logical operator is `&&`; for bits there are functions such as `bitwise_and`",
  $: "variables have no `$`; interpolation is written `%{name}`",
  "#": "a comment begins with `//`",
  "`": "strings are written in \"...\" or '...'; both may contain newlines and `%{...}`",
};

function endOf(pattern: RegExp, source: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(source) ? pattern.lastIndex : at;
}

function open(scanner: Scanner, type: TokenType, kind: "html" | "heredoc" | "brace", width: number): true {
  const at = scanner.position;
  scanner.position = at + width;
  scanner.open(type, kind, at, at + width);
  return true;
}

function openBracket(scanner: Scanner, type: TokenType, width: number): true {
  const at = scanner.position;
  scanner.position = at + width;
  scanner.openBracket(type, at, at + width);
  return true;
}

function closeBracket(scanner: Scanner, type: TokenType, width: number): true {
  const at = scanner.position;
  scanner.position = at + width;
  scanner.closeBracket(type, at, at + width);
  return true;
}

/** `%}` leaves the code zone from whatever stands open in it; outside of a zone it is an error (§2.4). */
function closeZone(scanner: Scanner): true {
  const at = scanner.position;
  scanner.position = at + 2;
  if (scanner.leaveZone()) {
    scanner.push(T.ZoneClose, at, at + 2);
  } else {
    scanner.log("Unbalanced '{%' Pub3 tag at EOF\n", at + 2);
    scanner.invalid(at, at + 2, "unbalanced-zone-end", { hint: "an interpolation `%{` is closed by `}`" });
    scanner.leaveAll();
  }
  return true;
}

/** `}` closes any mode but a zone; there it is a token that no rule accepts. */
function closeBrace(scanner: Scanner): true {
  const at = scanner.position;
  scanner.position = at + 1;
  if (scanner.mode.kind === "zone") scanner.push(T.BraceClose, at, at + 1);
  else scanner.close(T.BraceClose, at, at + 1);
  return true;
}

function scanComment(scanner: Scanner, kind: "/" | "*"): true {
  const { source, position: at } = scanner;
  if (kind === "/") {
    const newline = source.indexOf("\n", at);
    scanner.position = newline < 0 ? source.length : newline;
    scanner.comments.push({ kind: "line", start: at, end: scanner.position });
    return true;
  }
  const close = source.indexOf("*/", at + 2);
  scanner.position = close < 0 ? source.length : close + 2;
  scanner.comments.push({ kind: "block", start: at, end: scanner.position });
  if (close < 0) {
    scanner.complain("unterminated-comment", at, at + 2);
    scanner.endExplained = true;
  }
  return true;
}

function scanWord(scanner: Scanner): boolean {
  const { source, position: at } = scanner;
  let end = endOf(word, source, at);
  if (end === at) return false;
  const text = source.slice(at, end);
  let type = T.keywords.get(text) ?? booleans.get(text) ?? T.Name;
  if ((text === "globals" || text === "universals") && source.startsWith("::", end)) {
    type = T.ScopePrefix;
    end += 2;
  }
  scanner.position = end;
  scanner.push(type, at, end);
  return true;
}

function scanNumber(scanner: Scanner): boolean {
  const { source, position: at } = scanner;
  const code = source.charCodeAt(at);
  const numeric = (code >= 48 && code <= 57) || code === 45 || code === 46;
  if (!numeric) return false;
  const floatEnd = endOf(float, source, at);
  const integerEnd = endOf(integer, source, at);
  const end = Math.max(floatEnd, integerEnd);
  if (end === at) return false;
  const negative = code === 45;
  scanner.position = end;
  if (floatEnd > integerEnd) scanner.push(negative ? T.NegativeFloat : T.Float, at, end);
  else scanner.push(negative ? T.NegativeInteger : T.Integer, at, end);
  return true;
}

function scanFixed(scanner: Scanner): boolean {
  const { source, position: at } = scanner;
  for (const [text, type] of fixedByFirst.get(source[at]) ?? []) {
    if (source.startsWith(text, at)) {
      scanner.position = at + text.length;
      scanner.push(type, at, scanner.position);
      return true;
    }
  }
  return false;
}

function scanRegex(scanner: Scanner, close: string): true {
  const { source, position: start } = scanner;
  let at = start + 2;
  let pattern = "";
  let literal = at;
  for (;;) {
    const found = source.indexOf(close, at);
    if (found < 0) {
      endInsideRegex(scanner);
      return true;
    }
    if (found === start + 2 || source[found - 1] !== "\\") {
      pattern += source.slice(literal, found);
      at = found + 1;
      break;
    }
    pattern += source.slice(literal, found - 1);
    literal = found;
    at = found + 1;
  }
  const end = endOf(options, source, at);
  scanner.position = end;
  scanner.push(T.Regex, start, end, pattern);
  checkOptions(scanner, pattern, source.slice(at, end), at);
  return true;
}

function endInsideRegex(scanner: Scanner): void {
  const { source, position: start } = scanner;
  const message = `Found EOF when looking for end of regex, started on line ${lineOf(source, start)}\n`;
  if (!scanner.resumed) {
    scanner.resumed = true;
    resumeBehindLine(scanner, start, "unterminated-regex", message);
    return;
  }
  scanner.log(message, source.length);
  scanner.complain("unterminated-regex", start, start + 2);
  scanner.position = source.length;
  scanner.endExplained = true;
}

function checkOptions(scanner: Scanner, pattern: string, letters: string, at: number): void {
  const wrong = /[^ismxUXS]/.exec(letters);
  if (wrong === null) return;
  scanner.logLast(
    `Cannot compile regex '${pattern}' with options '${letters}': invalid regular expression option '${wrong[0]}'\n\n`,
  );
  scanner.complain("regex-option", at + wrong.index, at + wrong.index + 1, { values: { found: wrong[0] } });
}

/** Bytes of the UTF-8 character at an offset. */
function characterLength(source: string, at: number): number {
  let end = at + 1;
  if (source.charCodeAt(at) >= 0xc0) while (end < at + 4 && (source.charCodeAt(end) & 0xc0) === 0x80) end++;
  return end - at;
}

function displayed(source: string, at: number): string {
  const code = source.charCodeAt(at);
  if (code < 0x20 || code === 0x7f) return `0x${code.toString(16).padStart(2, "0")}`;
  return `\`${source.slice(at, at + characterLength(source, at))}\``;
}
