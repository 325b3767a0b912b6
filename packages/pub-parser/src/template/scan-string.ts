// String mode of the scanner (pub-language.md §2.5): a literal without interpolation becomes one token, others a sequence
// of chunks and interpolations. Any kind of quote may be nested in any other.

import type { StringText } from "../ast.js";
import { readUnicodeEscape } from "../utf8.js";
import { skipTranslatorMark } from "./scan-text.js";
import { type Mode, type Scanner, stringEndMessage } from "./scanner-state.js";
import { InterpolationOpen, StringChunk, StringClose, StringConstant, StringOpen } from "./tokens.js";

const run = /[^\\%"'\n[\]]+/y;
const byteEscape = /\\x[0-9A-Fa-f]{2}/y;

/** Why `readPieces` stopped. */
type Stop = "quote" | "interpolation" | "illegal-escape" | "bracket" | "end";

/** Scans a literal from its opening quote, at the present position. */
export function scanStringStart(scanner: Scanner): void {
  const { source, position: start } = scanner;
  const quote = source[start];
  const pieces: StringText[] = [];
  scanner.position = start + 1;
  const stop = readPieces(scanner, quote, pieces);
  if (stop === "quote") {
    scanner.position++;
    scanner.push(StringConstant, start, scanner.position, fitted(pieces));
    return;
  }
  const textEnd = scanner.position;
  scanner.open(StringOpen, "string", start, start + 1, quote);
  if (scanner.mode.start !== start) return;
  pushChunk(scanner, pieces, textEnd);
  if (stop === "end") endInsideString(scanner);
  else afterChunk(scanner, stop);
}

/** Goes on in a literal, behind an interpolation or an illegal piece. */
export function scanString(scanner: Scanner, mode: Mode): void {
  const pieces: StringText[] = [];
  const stop = readPieces(scanner, mode.quote, pieces);
  pushChunk(scanner, pieces, scanner.position);
  if (stop !== "end") afterChunk(scanner, stop);
}

/** A copy without the room that an array keeps for growing: most strings have one piece, and there are many strings. */
const fitted = (pieces: StringText[]): StringText[] => pieces.slice();

function pushChunk(scanner: Scanner, pieces: StringText[], end: number): void {
  if (pieces.length > 0) scanner.push(StringChunk, pieces[0].start, end, fitted(pieces));
}

function afterChunk(scanner: Scanner, stop: Exclude<Stop, "end">): void {
  const { source, position: at } = scanner;
  if (stop === "quote") {
    scanner.position = at + 1;
    scanner.close(StringClose, at, at + 1);
  } else if (stop === "interpolation") {
    scanner.position = at + 2;
    scanner.open(InterpolationOpen, "interpolation", at, at + 2);
  } else if (stop === "illegal-escape") {
    scanner.log("illegal token found in string", at + 2);
    scanner.invalid(at, at + 2, "illegal-escape", undefined, at + 2);
    scanner.position = at + 2;
  } else {
    const mark = /^\\?(?:\[+|\]\])/.exec(source.slice(at, at + 6))![0];
    scanner.invalid(at, at + mark.length, "string-bracket", { values: { found: `\`${mark}\`` } });
    scanner.position = at + mark.length;
  }
}

/**
 * The file ends in the literal, and no interpolation has begun: goes on behind the line in which the literal began, so
 * that the rest of the file is checked too. Only once a file, which keeps the time linear.
 */
function endInsideString(scanner: Scanner): void {
  const { source } = scanner;
  if (scanner.resumed) return;
  scanner.resumed = true;
  const { start } = scanner.modes.pop()!;
  scanner.tokens.removeAfter(start);
  resumeBehindLine(scanner, start, "unterminated-string", stringEndMessage(source, start));
}

/** Replaces a literal without end by an `Invalid` token that covers the rest of its line. */
export function resumeBehindLine(
  scanner: Scanner,
  start: number,
  code: "unterminated-string" | "unterminated-regex",
  message: string,
): void {
  const { source } = scanner;
  const newline = source.indexOf("\n", start);
  const end = newline < 0 ? source.length : newline;
  scanner.log(message, source.length);
  scanner.invalid(start, end, code, undefined, source.length);
  scanner.position = end;
  scanner.translatorBrackets.length = 0;
  scanner.endExplained = true;
}

function readPieces(scanner: Scanner, quote: string, pieces: StringText[]): Stop {
  const { source } = scanner;
  const length = source.length;
  for (;;) {
    const at = scanner.position;
    if (at >= length) return "end";
    const character = source[at];
    switch (character) {
      case quote:
        return "quote";
      case "\\": {
        if (at + 1 >= length) {
          scanner.position = length;
          return "end";
        }
        if (source[at + 1] === "\n") return "illegal-escape";
        if (source.startsWith("[[", at + 1)) return "bracket";
        readEscape(scanner, at, pieces);
        break;
      }
      case "%":
        if (source[at + 1] === "{") return "interpolation";
        special(scanner, at, pieces);
        break;
      case "[":
        if (source[at + 1] === "[") scanner.position = skipTranslatorMark(scanner, at);
        else special(scanner, at, pieces);
        break;
      case "]":
        if (source[at + 1] !== "]") special(scanner, at, pieces);
        else if (scanner.translatorBrackets.length > 0) scanner.position = skipTranslatorMark(scanner, at);
        else return "bracket";
        break;
      case '"':
      case "'":
      case "\n":
        special(scanner, at, pieces);
        break;
      default:
        run.lastIndex = at;
        run.exec(source);
        scanner.position = run.lastIndex;
        pieces.push({
          type: "StringText",
          kind: "run",
          value: source.slice(at, run.lastIndex),
          start: at,
          end: run.lastIndex,
        });
    }
  }
}

function special(scanner: Scanner, at: number, pieces: StringText[], end = at + 1, value = scanner.source[at]): void {
  pieces.push({ type: "StringText", kind: "special", value, start: at, end });
  scanner.position = end;
}

const simpleEscapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r" };

function readEscape(scanner: Scanner, at: number, pieces: StringText[]): void {
  const { source } = scanner;
  byteEscape.lastIndex = at;
  if (byteEscape.test(source)) {
    const value = String.fromCharCode(Number.parseInt(source.slice(at + 2, at + 4), 16));
    special(scanner, at, pieces, at + 4, value);
    return;
  }
  const unicode = readUnicodeEscape(source, at);
  if (unicode !== null) {
    special(scanner, at, pieces, unicode.end, unicode.value);
    return;
  }
  const letter = source[at + 1];
  special(scanner, at, pieces, at + 2, simpleEscapes[letter] ?? letter);
}
