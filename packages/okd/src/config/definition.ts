// What the table of directives says about each of them: how it is read, written back and documented.
import type { Draft, Line } from "./draft.js";
import type { Settings } from "./settings.js";
import type { ValueRule } from "./values.js";

interface DefinitionBase {
  /** Proper spelling. */
  name: string;
  /** Other accepted spellings. */
  synonyms?: string[];
  /** Accepted for compatibility: without any effect here; a warning says so. */
  withoutEffect?: string;
  /** Sections of the server specification that explain it. */
  see: string;
  /** For the documentation: one or two sentences. */
  text: string;
}

/** A directive with one value that is one setting; the last one in the files wins. */
export interface ValueDefinition extends DefinitionBase {
  value: ValueRule;
}

/** A directive with a form of its own. */
export interface LineDefinition extends DefinitionBase {
  /** What to write behind the name. */
  usage: string;
  /** Words a complete line has at least, or null for a free list, which a `#` ends anywhere (§2.2). */
  fixed: number | null;
  /** Default for the documentation; empty for none. */
  standard: string;
  read(line: Line, draft: Draft): void;
  /** What to write behind the name for these settings, one element a line. */
  write(settings: Settings): string[];
}

export type Definition = ValueDefinition | LineDefinition;

export interface DirectiveGroup {
  title: string;
  directives: Definition[];
}

/** A word as it must be written to be read back: quotes and backslashes only where needed. */
export function quoteWord(word: string): string {
  if (/^[^\s"\\#]+$/.test(word)) {
    return word;
  }
  return `"${word.replace(/["\\]/g, "\\$&")}"`;
}

/** Words as one line, quoted where needed. */
export function quoteWords(words: readonly (string | number)[]): string {
  return words.map((word) => quoteWord(String(word))).join(" ");
}
