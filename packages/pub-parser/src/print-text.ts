// Escaping of text and of strings, for printing.

import { decodeUtf8 } from "./utf8.js";

/** A comment to translators without content: keeps two things apart in text and strings, and vanishes. */
export const translatorSeparator = "[[[]]]";

const markup = /%\{|\{%|\}\}|\[{2,4}|\]\]|<(?=\/?(?:script|pre|textarea))/gi;

/** Text as it must be written to be read as `value`: of backslashes before a mark, the last one escapes. */
export function escapeText(value: string): string {
  return value.replace(markup, (mark) => (mark === "<" ? mark + translatorSeparator : `\\${mark}`));
}

/** What must stand between a text and the mark that follows it, so that its last character does not become part of the mark. */
export function textSeparator(value: string, follows: string): string {
  const last = value.at(-1);
  const joins =
    (last === "{" && follows === "%{") || (last === "%" && follows === "{%") || (last === "}" && follows === "}}");
  return joins ? translatorSeparator : "";
}

const letters: Readonly<Record<string, string>> = { "\n": "n", "\t": "t", "\r": "r" };

/**
 * A string's text as written between quotes. With `special`, the text is one special piece (§2.5) and must be read as one
 * again.
 */
export function escapeString(value: string, special = false): string {
  if (special) return escapeSpecial(value);
  return value.replace(/[\\"'%[\]\n]/g, escapeSpecial);
}

function escapeSpecial(value: string): string {
  if (value in letters) return `\\${letters[value]}`;
  if (/^[\\"'%[\]]$/.test(value)) return `\\${value}`;
  if (value.length === 1) return `\\x${hex(value.charCodeAt(0), 2)}`;
  if (value === "") return "\\ud800";
  const codePoint = decodeUtf8(value);
  if (codePoint < 0x10000) return `\\u${hex(codePoint, 4)}`;
  const above = codePoint - 0x10000;
  return `\\u${hex(0xd800 + (above >> 10), 4)}\\u${hex(0xdc00 + (above & 0x3ff), 4)}`;
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, "0");
}
