/**
 * JSON quoting of byte strings (pub-language.md §4.9), and the UTF-8 decoder of the C library that it is defined by
 * (pub-library.md §3.8).
 */
import { replaceEach } from "./slices.js";

const NEEDS_WORK = /[^\x20\x21\x23-\x5b\x5d-\x7f]/;

const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\n": "\\n",
  "\t": "\\t",
  "\r": "\\r",
};

/** Lead bytes by sequence length: the bits that mark the lead byte, and the smallest code point of that length. */
const SEQUENCES = [
  { length: 2, mask: 0xe0, lead: 0xc0, least: 0x80 },
  { length: 3, mask: 0xf0, lead: 0xe0, least: 0x800 },
  { length: 4, mask: 0xf8, lead: 0xf0, least: 0x10000 },
  { length: 5, mask: 0xfc, lead: 0xf8, least: 0x200000 },
  { length: 6, mask: 0xfe, lead: 0xfc, least: 0x4000000 },
] as const;

/**
 * The byte string `s` as a JSON string, with its quotes. Ends at the first NUL; text that is not UTF-8 becomes `""`.
 * With `utf8Json` only `"`, `\`, LF, TAB and CR are escaped and all other bytes are kept.
 */
export function jsonQuote(s: string, utf8Json = false): string {
  if (!NEEDS_WORK.test(s)) return `"${s}"`;
  const end = s.indexOf("\0");
  const text = end < 0 ? s : s.slice(0, end);
  if (utf8Json) return `"${replaceEach(text, /["\\\n\t\r]/g, (char) => SHORT_ESCAPES[char])}"`;
  if (/[\x80-\xff]/.test(text)) return quoteUnicode(text);
  return `"${replaceEach(text, /["\\\x00-\x1f]/g, quoteControl)}"`;
}

/**
 * The number of code points of a UTF-8 byte string, or null when it is not valid. As in the C library, sequences of up to
 * six bytes (values up to 0x7fffffff) count; over-long forms and surrogates do not. A NUL byte is a code point here.
 */
export function countCodePoints(bytes: string): number | null {
  let count = 0;
  for (let position = 0; position < bytes.length; count++) {
    if (bytes.charCodeAt(position) < 0x80) {
      position++;
      continue;
    }
    const sequence = sequenceAt(bytes, position);
    if (sequence === null) return null;
    position += sequence.length;
  }
  return count;
}

/** The code point of several bytes that begins at a position, or null when there is none. */
function sequenceAt(bytes: string, position: number): { point: number; length: number } | null {
  const lead = bytes.charCodeAt(position);
  const sequence = SEQUENCES.find((candidate) => (lead & candidate.mask) === candidate.lead);
  if (sequence === undefined || position + sequence.length > bytes.length) return null;
  let point = lead & ~sequence.mask & 0xff;
  for (let offset = 1; offset < sequence.length; offset++) {
    const byte = bytes.charCodeAt(position + offset);
    if ((byte & 0xc0) !== 0x80) return null;
    point = point * 64 + (byte & 0x3f);
  }
  if (point < sequence.least || (point >= 0xd800 && point <= 0xdfff)) return null;
  return { point, length: sequence.length };
}

function quoteUnicode(text: string): string {
  if (countCodePoints(text) === null) return '""';
  const quote = (found: string): string =>
    found.length === 1 ? quoteControl(found) : quotePoint(sequenceAt(found, 0)!.point);
  return `"${replaceEach(text, /["\\\x00-\x1f]|[\xc0-\xff][\x80-\xbf]+/g, quote, isContinuation)}"`;
}

function isContinuation(byte: number): boolean {
  return (byte & 0xc0) === 0x80;
}

function quoteControl(char: string): string {
  return SHORT_ESCAPES[char] ?? unicodeEscape(char.charCodeAt(0));
}

function quotePoint(point: number): string {
  if (point <= 0xffff) return unicodeEscape(point);
  if (point > 0x10ffff) return "";
  const offset = point - 0x10000;
  return unicodeEscape(0xd800 + (offset >> 10)) + unicodeEscape(0xdc00 + (offset & 0x3ff));
}

function unicodeEscape(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, "0")}`;
}
