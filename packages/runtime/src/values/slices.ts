// Global replacements in very long strings. V8 ends the whole process when one replacement has more than 2^26 matches, so
// longer texts are worked on in slices.

/** Bytes of a slice: few enough matches, whatever the pattern. */
const SLICE = 1 << 24;

/**
 * `text.replace(pattern, replacement)` for a global pattern that matches the same in any part of the text that holds the
 * whole match.
 *
 * @param continues whether a byte may belong to a match that began before it; needed when matches are longer than a byte
 */
export function replaceEach(
  text: string,
  pattern: RegExp,
  replacement: (match: string) => string,
  continues: (byte: number) => boolean = () => false,
): string {
  if (text.length <= SLICE) return text.replace(pattern, replacement);
  let result = "";
  for (let start = 0; start < text.length; ) {
    let end = Math.min(start + SLICE, text.length);
    while (end < text.length && continues(text.charCodeAt(end))) end++;
    result += text.slice(start, end).replace(pattern, replacement);
    start = end;
  }
  return result;
}
