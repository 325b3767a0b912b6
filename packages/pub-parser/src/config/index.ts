// The parser of configuration files: text of an `okws_config` in, directives and mistakes out.
// It reads no other file: includes are returned as they stand.
import type { Span } from "../ast.js";
import type { Diagnostic } from "../diagnostic.js";
import type { ConfigWord, Directive } from "./ast.js";
import { ConfigParser } from "./grammar.js";
import { configDiagnostic } from "./messages.js";
import { scanConfig } from "./scanner.js";

export type { Span } from "../ast.js";
export { type Diagnostic, formatDiagnostic, type LineIndex, lineIndex } from "../diagnostic.js";
export type { ConfigWord, Directive, HashSign, IncludeDirective, SettingDirective } from "./ast.js";

let parser: ConfigParser | undefined;

/**
 * Parses the text of one configuration file (okws-server.md §2.2).
 *
 * @param source byte string
 * @returns the directives in file order, whatever mistakes there are, and all mistakes in file order
 */
export function parseConfig(source: string): { directives: Directive[]; diagnostics: Diagnostic[] } {
  const { tokens, diagnostics } = scanConfig(source);
  parser ??= new ConfigParser();
  const { directives, wrongIncludes } = parser.parse(tokens);
  for (const { start, end } of wrongIncludes) {
    diagnostics.push(configDiagnostic("config-include", { start, end }));
  }
  diagnostics.sort((left, right) => left.span.start - right.span.start);
  return { directives, diagnostics };
}

/**
 * Takes the trailing comment off a directive's words (§2.2).
 *
 * Directives with a free list of arguments lose everything from the first `#` in any word on, even inside quotes.
 * Those with a fixed number keep a `#` in their values; a comment is what follows them and begins with `#`.
 *
 * @param fixed number of arguments, or null for a free list
 * @returns the words left, and where the comment begins if a quoted `#` began it
 */
export function withoutComment(
  words: readonly ConfigWord[],
  fixed: number | null,
): { words: ConfigWord[]; quotedHash: Span | null } {
  const first = words.findIndex((word, index) =>
    fixed === null ? word.hash : index >= fixed && word.hash?.index === 0,
  );
  if (first < 0) {
    return { words: [...words], quotedHash: null };
  }
  const kept = words.slice(0, first);
  const cut = words[first];
  const hash = cut.hash!;
  if (hash.index > 0) {
    kept.push({ start: cut.start, end: hash.offset, text: cut.text.slice(0, hash.index), hash: null });
  }
  return { words: kept, quotedHash: hash.quoted ? { start: hash.offset, end: hash.offset + 1 } : null };
}
