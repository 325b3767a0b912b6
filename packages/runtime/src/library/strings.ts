/**
 * String functions (pub-library.md §4.2): `tolower`, `toupper`, `strip`, `wss_filter`, `substr`, `index_of`, `join`.
 */
import { text } from "../values/index.js";
import { countCodePoints } from "../values/quoting.js";
import { replaceEach } from "../values/slices.js";
import type { List, Value } from "../values/types.js";
import type { BuiltinDefinition, CallContext } from "./builtin.js";
import { sequenceWidth } from "./utf8.js";

const NON_ASCII = /[\x80-\xff]/;
const NEEDS_STRIPPING = /^ | $| {2}|[\t-\r]/;
const SPACE_RUN = /[ \t-\r]+/g;

/** `tolower`: ASCII letters only, as bytes beyond may be parts of characters. */
export function toLower(s: string): string {
  return NON_ASCII.test(s) ? s.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()) : s.toLowerCase();
}

/** `toupper`: ASCII letters only. */
export function toUpper(s: string): string {
  return NON_ASCII.test(s) ? s.replace(/[a-z]+/g, (letters) => letters.toUpperCase()) : s.toUpperCase();
}

/** `strip`: without white space at the ends, and with one space for each run of it inside. */
export function strip(s: string): string {
  if (!NEEDS_STRIPPING.test(s)) return s;
  const collapsed = collapseSpace(s);
  const start = collapsed.startsWith(" ") ? 1 : 0;
  return collapsed.slice(start, collapsed.length > start && collapsed.endsWith(" ") ? -1 : undefined);
}

/** `wss_filter`: with one space for each run of white space. */
export function collapseSpace(s: string): string {
  return replaceEach(s, SPACE_RUN, () => " ", isSpace);
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
}

/**
 * `substr`: from code point `start` on, `count` code points. A negative start is beyond every end, a negative count
 * goes to the end. Null when the text is not UTF-8.
 */
export function substring(s: string, start: number, count?: number): string | null {
  const nul = s.indexOf("\0");
  const whole = nul < 0 ? s : s.slice(0, nul);
  const ascii = !NON_ASCII.test(whole);
  if (!ascii && countCodePoints(whole) === null) return null;
  if (start < 0) return "";
  const length = count === undefined || count < 0 ? Number.POSITIVE_INFINITY : count;
  if (ascii) return whole.slice(start, start + length);
  const from = skipCodePoints(whole, 0, start);
  return whole.slice(from, skipCodePoints(whole, from, length));
}

/** `index_of`: byte offset of `needle` at or after byte `start`; −1 when there is none or `start` is not inside. */
export function indexOf(s: string, needle: string, start = 0): number {
  if (start < 0 || start >= s.length) return -1;
  const nul = s.indexOf("\0", start);
  const found = s.slice(0, nul < 0 ? undefined : nul).indexOf(upToNul(needle), start);
  return found;
}

/** `join`: text forms with a separator; null and holes are empty. */
export function join(separator: string, items: readonly Value[]): string {
  let joined = "";
  for (let index = 0; index < items.length; index++) {
    const item = items[index];
    if (index > 0) joined += separator;
    joined += typeof item === "string" ? item : item === null || item === undefined ? "" : text(item);
  }
  return joined;
}

export const stringFunctions: BuiltinDefinition[] = [
  {
    name: "tolower",
    pattern: "s",
    parameters: ["text"],
    documentation: "The text with ASCII letters in lower case.",
    call: (_context: CallContext, s: string): Value => toLower(s),
  },
  {
    name: "toupper",
    pattern: "s",
    parameters: ["text"],
    documentation: "The text with ASCII letters in upper case.",
    call: (_context: CallContext, s: string): Value => toUpper(s),
  },
  {
    name: "strip",
    pattern: "s",
    parameters: ["text"],
    documentation: "The text without white space at its ends and with one space for each run of it inside.",
    call: (_context: CallContext, s: string): Value => strip(s),
  },
  {
    name: "wss_filter",
    pattern: "s",
    parameters: ["text"],
    documentation: "The text with one space for each run of white space, also at its ends.",
    call: (_context: CallContext, s: string): Value => collapseSpace(s),
  },
  {
    name: "substr",
    pattern: "si|i",
    parameters: ["text", "start", "count"],
    documentation:
      "Part of a text from character start (0 is the first), count characters or up to the end. Null when the text is not UTF-8.",
    call: (_context: CallContext, s: string, start: number | bigint, count?: number | bigint): Value =>
      substring(s, Number(start), count === undefined ? undefined : Number(count)),
  },
  {
    name: "index_of",
    pattern: "ss|i",
    parameters: ["text", "needle", "start"],
    documentation: "Byte offset of the first occurrence of needle at or after byte start; -1 when there is none.",
    call: (_context: CallContext, s: string, needle: string, start?: number | bigint): Value =>
      indexOf(s, needle, start === undefined ? 0 : Number(start)),
  },
  {
    name: "join",
    pattern: "sl",
    parameters: ["separator", "list"],
    documentation: "The texts of all elements of a list with the separator between them.",
    call: (_context: CallContext, separator: string, list: List): Value => join(separator, list.items),
  },
];

/** The offset behind so many code points of valid text, at most its end. */
function skipCodePoints(s: string, from: number, count: number): number {
  let at = from;
  for (let skipped = 0; skipped < count && at < s.length; skipped++) at += sequenceWidth(s.charCodeAt(at));
  return at;
}

function upToNul(s: string): string {
  const nul = s.indexOf("\0");
  return nul < 0 ? s : s.slice(0, nul);
}
