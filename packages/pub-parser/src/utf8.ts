// UTF-8 for byte strings: what `\uHHHH` escapes stand for, in templates and in JSON.

/** The UTF-8 bytes of a code point, as a byte string. */
export function encodeUtf8(codePoint: number): string {
  if (codePoint < 0x80) return String.fromCharCode(codePoint);
  const tail = (shift: number): number => 0x80 | ((codePoint >> shift) & 0x3f);
  if (codePoint < 0x800) return String.fromCharCode(0xc0 | (codePoint >> 6), tail(0));
  if (codePoint < 0x10000) return String.fromCharCode(0xe0 | (codePoint >> 12), tail(6), tail(0));
  return String.fromCharCode(0xf0 | (codePoint >> 18), tail(12), tail(6), tail(0));
}

/** The code point whose UTF-8 bytes these are; `bytes` is one character. */
export function decodeUtf8(bytes: string): number {
  const lead = bytes.charCodeAt(0);
  if (bytes.length === 1) return lead;
  let codePoint = lead & (0xff >> (bytes.length + 1));
  for (let at = 1; at < bytes.length; at++) codePoint = (codePoint << 6) | (bytes.charCodeAt(at) & 0x3f);
  return codePoint;
}

const unicodeEscape = /\\u[0-9A-Fa-f]{4}/y;

/**
 * Reads the `\uHHHH` at an offset, or a pair of them that stands for one code point. A surrogate without its partner
 * stands for nothing. Returns `null` where there is no such escape.
 */
export function readUnicodeEscape(source: string, at: number): { value: string; end: number } | null {
  const unit = codeUnitAt(source, at);
  if (unit === null) return null;
  const low = isHighSurrogate(unit) ? codeUnitAt(source, at + 6) : null;
  if (low !== null && isLowSurrogate(low)) {
    return { value: encodeUtf8(0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00)), end: at + 12 };
  }
  return { value: isHighSurrogate(unit) || isLowSurrogate(unit) ? "" : encodeUtf8(unit), end: at + 6 };
}

function codeUnitAt(source: string, at: number): number | null {
  unicodeEscape.lastIndex = at;
  return unicodeEscape.test(source) ? Number.parseInt(source.slice(at + 2, at + 6), 16) : null;
}

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit < 0xdc00;
const isLowSurrogate = (unit: number): boolean => unit >= 0xdc00 && unit < 0xe000;
