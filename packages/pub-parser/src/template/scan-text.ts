// Text mode of the scanner (pub-language.md §2.1, §2.3): literal text up to the next zone, interpolation, boundary tag or
// closing `}}`, with escapes resolved and translator markup removed.

import type { Scanner } from "./scanner-state.js";
import { BoundaryTag, HtmlClose, InlineOpen, Text, ZoneOpen } from "./tokens.js";

/** The next place that may be more than literal text. */
const special = /[{%}\\<[\]]/g;
const backslashes = /\\+/y;
/** What a single backslash makes literal; `%{` and `{%` are literal behind a whole run of them. */
const escapable = /%\{|\{%|\}\}|\[{2,4}|\]\]/y;
const boundaryTag = /<\/?(?:script|pre|textarea)/iy;

/** Scans from the present position to the end of the text run and the token behind it. */
export function scanText(scanner: Scanner): void {
  const { source } = scanner;
  const inBlock = scanner.mode.kind === "html";
  const start = scanner.position;
  let value = "";
  /** Literal text from here on is not yet in `value`. */
  let literal = start;

  const flush = (end: number): void => {
    value += source.slice(literal, end);
    if (value !== "") scanner.push(Text, start, end, value);
  };

  let at = start;
  for (;;) {
    special.lastIndex = at;
    const found = special.exec(source);
    if (found === null) {
      flush(source.length);
      scanner.position = source.length;
      return;
    }
    at = found.index;
    const two = source.slice(at, at + 2);
    if (two === "{%" || two === "%{") {
      flush(at);
      scanner.position = at + 2;
      if (two === "{%") scanner.open(ZoneOpen, "zone", at, at + 2);
      else scanner.open(InlineOpen, "inline", at, at + 2);
      return;
    }
    if (two === "}}" && inBlock) {
      flush(at);
      scanner.position = at + 2;
      scanner.close(HtmlClose, at, at + 2);
      return;
    }
    if (found[0] === "<") {
      boundaryTag.lastIndex = at;
      const tag = boundaryTag.exec(source);
      if (tag !== null) {
        flush(at);
        scanner.position = at + tag[0].length;
        scanner.push(BoundaryTag, at, scanner.position, tag[0]);
        return;
      }
      at++;
    } else if (found[0] === "\\") {
      backslashes.lastIndex = at;
      backslashes.test(source);
      const behind = backslashes.lastIndex;
      escapable.lastIndex = behind;
      const escaped = escapable.exec(source);
      if (escaped === null) {
        at = behind;
      } else {
        value += source.slice(literal, behind - 1) + escaped[0];
        at = behind + escaped[0].length;
        literal = at;
      }
    } else if (two === "[[" || (two === "]]" && scanner.translatorBrackets.length > 0)) {
      value += source.slice(literal, at);
      at = skipTranslatorMark(scanner, at);
      literal = at;
    } else {
      at += two === "]]" || two === "}}" ? 2 : 1;
    }
  }
}

const commentMark = /\\\[{2,}|\[\[|\]\]/g;

/**
 * Takes the translator bracket at `at`, with the comment that it may begin (§2.3).
 * Returns the offset behind; at the end of the file inside a comment, complains and returns the length of the source.
 */
export function skipTranslatorMark(scanner: Scanner, at: number): number {
  const { source, translatorBrackets: open } = scanner;
  if (source.startsWith("]]", at)) {
    open.pop();
    return at + 2;
  }
  const before = open.length;
  const width = source.startsWith("[[[[", at) ? 4 : source.startsWith("[[[", at) ? 3 : 2;
  open.push(at);
  if (width === 4) open.push(at);
  const end =
    width === 3 && before === 0
      ? endOfTripleComment(scanner, at + width)
      : open.length > 1
        ? endOfComment(scanner, at + width)
        : at + width;
  if (end > at + width) scanner.comments.push({ kind: "translator", start: at, end });
  return end;
}

function endOfTripleComment(scanner: Scanner, from: number): number {
  const close = scanner.source.indexOf("]]]", from);
  if (close < 0) {
    scanner.checkTranslation();
    return scanner.source.length;
  }
  scanner.translatorBrackets.pop();
  return close + 3;
}

function endOfComment(scanner: Scanner, from: number): number {
  const { source, translatorBrackets: open } = scanner;
  commentMark.lastIndex = from;
  for (let mark = commentMark.exec(source); mark !== null; mark = commentMark.exec(source)) {
    if (mark[0] === "[[") {
      open.push(mark.index);
    } else if (mark[0] === "]]") {
      open.pop();
      if (open.length <= 1) return commentMark.lastIndex;
    }
  }
  scanner.checkTranslation();
  return source.length;
}
