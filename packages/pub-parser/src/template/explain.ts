// From a grammar error to a diagnostic that helps: what was expected, what was found, which bracket is open, and what the
// author probably meant.

import { EOF, type TokenType } from "chevrotain";
import type { Span } from "../ast.js";
import { makeDiagnostic } from "../catalogue.js";
import type { Diagnostic } from "../diagnostic.js";
import { expected } from "./expected.js";
import { findHint } from "./hints.js";
import type { FileText, Situation } from "./situation.js";
import type { TokenList } from "./token-list.js";
import * as T from "./tokens.js";
import { describeToken, type Token } from "./tokens.js";

const closers: ReadonlyMap<TokenType, TokenType> = new Map([
  [T.ZoneOpen, T.ZoneClose],
  [T.InlineOpen, T.BraceClose],
  [T.InterpolationOpen, T.BraceClose],
  [T.HtmlOpen, T.HtmlClose],
  [T.HtmlHeredocOpen, T.HtmlClose],
  [T.CodeHeredocOpen, T.BraceClose],
  [T.BraceOpen, T.BraceClose],
  [T.ParenOpen, T.ParenClose],
  [T.BlockingOpen, T.BlockingClose],
  [T.BracketOpen, T.BracketClose],
  [T.StringOpen, T.StringClose],
]);

const closingTypes: ReadonlySet<TokenType> = new Set(closers.values());

/** Makes the diagnostic for a token that the grammar did not accept. */
export function explainSyntaxError(file: FileText, found: Token, expectation: string): Diagnostic {
  const { tokens } = file;
  const previous = tokens.at(found.index - 1) ?? found;
  const opener = innermostOpener(tokens, found.index);
  const situation: Situation = { ...file, found, expected: expectation, previous, opener };
  const comment = hidingComment(situation);
  if (comment !== null) return makeDiagnostic("comment-hides-end", comment);
  const hint = findHint(situation);
  const here = spanOf(found);

  if (opener !== null && endsEarly(found, opener)) {
    const related =
      found.tokenType === EOF ? undefined : [{ span: here, message: "the code zone around it ends here" }];
    return makeDiagnostic("unclosed", spanOf(opener), { values: { opener: `\`${opener.image}\`` }, hint, related });
  }
  if (expectation === expected.separator) {
    return makeDiagnostic("missing-semicolon", here, { values: { found: describeToken(found) }, hint });
  }
  if (closingTypes.has(found.tokenType) && (expectation === expected.statement || opener === null)) {
    return makeDiagnostic("unexpected-closer", here, { values: { found: describeToken(found) }, hint });
  }
  const expectedType = opener && closers.get(opener.tokenType);
  const related =
    opener && expectedType?.LABEL === expectation
      ? [{ span: spanOf(opener), message: `to close this ${opener.tokenType.LABEL}` }]
      : undefined;
  const values = { expected: expectation, found: describeToken(found) };
  return makeDiagnostic("unexpected-token", here, { values, hint, related });
}

/** Whether a bracket stays open because the file or the zone ends: the bracket is the news then, not the end. */
function endsEarly(found: Token, opener: Token): boolean {
  if (found.tokenType === EOF) return true;
  return found.tokenType === T.ZoneClose && opener.tokenType !== T.ZoneOpen;
}

/**
 * The `%}` in a line comment that the author took for the end of the zone: the comment stands directly before the error (or
 * the file ends), and what follows is the text of a page, not code.
 */
function hidingComment({ source, tokens, comments, previous, found, opener }: Situation): Span | null {
  const from = found.tokenType === EOF && opener ? opener.startOffset : previous.end;
  for (const { kind, start, end } of comments) {
    if (kind !== "line" || start < from || end > found.startOffset) continue;
    const mark = source.slice(start, end).indexOf("%}");
    if (mark >= 0 && readsLikeText(tokens, found)) return { start: start + mark, end: start + mark + 2 };
  }
  return null;
}

/** Whether markup, the end of the file or the `{%` of another zone comes before the next `%}`. */
function readsLikeText(tokens: TokenList, found: Token): boolean {
  if (found.image === "<") return true;
  for (let at = found.index; tokens.typeAt(at) !== T.ZoneClose; at++) {
    if (tokens.typeAt(at) === EOF) return true;
    if (tokens.typeAt(at) === T.BraceOpen && tokens.at(at + 1)!.image === "%") return true;
  }
  return false;
}

function innermostOpener(tokens: TokenList, before: number): Token | null {
  let closed = 0;
  for (let at = before - 1; at >= 0; at--) {
    const type = tokens.typeAt(at);
    if (closingTypes.has(type)) closed++;
    else if (closers.has(type) && --closed < 0) return tokens.at(at)!;
  }
  return null;
}

function spanOf(token: Token): Span {
  return { start: token.startOffset, end: token.end };
}
