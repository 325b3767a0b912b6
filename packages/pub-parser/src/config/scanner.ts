// Cuts the text of an `okws_config` into words and line ends (okws-server.md §2.2).
// Written by hand: quotes, backslashes and continuations change what a byte means in the middle of a word.
import { createToken, createTokenInstance, type IToken, type TokenType } from "chevrotain";
import type { Diagnostic } from "../diagnostic.js";
import type { ConfigWord } from "./ast.js";
import { configDiagnostic } from "./messages.js";

export const Word = createToken({ name: "Word" });
/** A first word that reads `include` in any case. */
export const Include = createToken({ name: "Include" });
export const EndOfLine = createToken({ name: "EndOfLine" });

export interface WordToken extends IToken {
  payload: ConfigWord;
}

/**
 * Scans a whole file. The last line always ends in an `EndOfLine`, written or not.
 *
 * Mistakes: a quote that is never closed is taken to end with its line, so that the lines after it are still read.
 */
export function scanConfig(source: string): { tokens: IToken[]; diagnostics: Diagnostic[] } {
  const tokens: IToken[] = [];
  const diagnostics: Diagnostic[] = [];
  let offset = 0;
  let lineHasWords = false;

  const endLine = (end: number) => {
    tokens.push(tokenAt(EndOfLine, "", offset, end));
    lineHasWords = false;
  };

  while (offset < source.length) {
    const blanks = skipBlanks(source, offset);
    if (blanks > offset) {
      offset = blanks;
    } else if (source[offset] === "\n") {
      endLine(offset + 1);
      offset++;
    } else if (source[offset] === "#" && !lineHasWords) {
      offset = lineEnd(source, offset);
    } else {
      const word = scanWord(source, offset, diagnostics);
      const type = !lineHasWords && word.text.toLowerCase() === "include" ? Include : Word;
      tokens.push(Object.assign(tokenAt(type, word.text, word.start, word.end), { payload: word }));
      lineHasWords = true;
      offset = word.end;
    }
  }
  endLine(offset);
  return { tokens, diagnostics };
}

/** Reads the word that begins at `start`, which is neither blank nor line end. */
function scanWord(source: string, start: number, diagnostics: Diagnostic[]): ConfigWord {
  let text = "";
  let hash: ConfigWord["hash"] = null;
  /** Offset of the quote that is open, or -1, and the length of the text before it. */
  let openQuote = -1;
  let textBeforeQuote = 0;
  let offset = start;

  while (offset < source.length) {
    const char = source[offset];
    const quoted = openQuote >= 0;
    if (!quoted && endsWord(source, offset)) {
      break;
    }
    if (char === '"') {
      openQuote = quoted ? -1 : offset;
      textBeforeQuote = text.length;
      offset++;
    } else if (char === "\\") {
      const continued = afterContinuation(source, offset);
      if (continued > offset) {
        offset = continued;
        continue;
      }
      if (offset + 1 === source.length) {
        diagnostics.push(configDiagnostic("config-backslash", { start: offset, end: offset + 1 }));
        offset++;
        continue;
      }
      if (source[offset + 1] === "#") {
        hash ??= { index: text.length, offset: offset + 1, quoted: true };
      }
      text += source[offset + 1];
      offset += 2;
    } else {
      if (char === "#") {
        hash ??= { index: text.length, offset, quoted };
      }
      text += char;
      offset++;
    }
  }
  if (openQuote >= 0) {
    const end = lineEnd(source, openQuote);
    diagnostics.push(configDiagnostic("config-quote", { start: openQuote, end }));
    return { start, end, text: text.slice(0, textBeforeQuote) + source.slice(openQuote + 1, end), hash: null };
  }
  return { start, end: offset, text, hash };
}

function endsWord(source: string, offset: number): boolean {
  return isBlank(source, offset) || source[offset] === "\n";
}

/** Blanks, tabs, and a carriage return before a line end, so that files with CRLF lines read the same. */
function isBlank(source: string, offset: number): boolean {
  const char = source[offset];
  return char === " " || char === "\t" || (char === "\r" && source[offset + 1] === "\n");
}

/** The offset behind blanks and continuations that begin at `offset`. */
function skipBlanks(source: string, offset: number): number {
  for (;;) {
    if (isBlank(source, offset)) {
      offset++;
    } else {
      const continued = afterContinuation(source, offset);
      if (continued === offset) {
        return offset;
      }
      offset = continued;
    }
  }
}

/** The offset behind a backslash, line end and the blanks that follow; `offset` itself if there is no backslash-newline. */
function afterContinuation(source: string, offset: number): number {
  if (source[offset] !== "\\") {
    return offset;
  }
  let next = offset + 1;
  if (source[next] === "\r" && source[next + 1] === "\n") {
    next++;
  }
  if (source[next] !== "\n") {
    return offset;
  }
  next++;
  while (next < source.length && isBlank(source, next)) {
    next++;
  }
  return next;
}

function lineEnd(source: string, offset: number): number {
  const end = source.indexOf("\n", offset);
  return end < 0 ? source.length : end;
}

function tokenAt(type: TokenType, image: string, start: number, end: number): IToken {
  return createTokenInstance(type, image, start, end - 1, Number.NaN, Number.NaN, Number.NaN, Number.NaN);
}
