/**
 * Between the bytes of a request and the Unicode texts of TypeScript, and the escaping of server specification §4.4.
 */

/** Escapes the five characters of §4.4. */
export { htmlEscape as escapeHtml } from "../library/escaping.js";

/** The Unicode text of UTF-8 bytes (a byte string); invalid bytes become U+FFFD. */
export function decodeText(bytes: string): string {
  return /[^\0-\x7f]/.test(bytes) ? Buffer.from(bytes, "latin1").toString("utf8") : bytes;
}

/** The UTF-8 bytes of a Unicode text, as byte string. */
export function encodeText(text: string): string {
  return /[^\0-\x7f]/.test(text) ? Buffer.from(text, "utf8").toString("latin1") : text;
}

/** `+` is a blank, `%XX` a byte; an invalid escape stays as it is. Takes and gives byte strings. */
export function decodeUrl(text: string): string {
  return decodePercent(text.replaceAll("+", " "));
}

/** `%XX` is a byte; an invalid escape stays as it is. */
export function decodePercent(text: string): string {
  if (!text.includes("%")) return text;
  return text.replace(/%([0-9A-Fa-f]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
}

/** URL encoding of §4.7: letters, digits, `-._` stay, a blank is `+`, other bytes are `%xx` in lower case. */
export function encodeUrl(text: string): string {
  return encodeText(text).replace(/[^A-Za-z0-9\-._]/g, (byte) =>
    byte === " " ? "+" : `%${byte.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
}

/** The text before its first NUL. */
export function cutAtNul(text: string): string {
  const end = text.indexOf("\0");
  return end < 0 ? text : text.slice(0, end);
}
