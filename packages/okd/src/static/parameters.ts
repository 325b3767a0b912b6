// Request parameters: decoding of URL-encoded text (server specification §3.7) and the filter of §4.4.
// Everything is byte strings.

import { escapeHtml } from "pub-runtime/service";

export interface ParameterRules {
  /** Bytes of the longest decoded key or value. */
  limit: number;
  /** Escape the five HTML characters in keys and values. */
  escape: boolean;
}

/** A key or value is longer than the limit. */
export class ParameterTooLong extends Error {}

/**
 * Adds the pairs of URL-encoded text to `into`; the last value of a key wins. A key without `=` has an empty value,
 * empty keys are ignored, and text ends at its first NUL byte. Throws `ParameterTooLong`.
 */
export function addParameters(text: string, rules: ParameterRules, into: Map<string, string>): void {
  if (text === "") return;
  for (const pair of text.split("&")) {
    const equals = pair.indexOf("=");
    const key = decode(equals === -1 ? pair : pair.slice(0, equals), rules);
    if (key !== "") into.set(key, equals === -1 ? "" : decode(pair.slice(equals + 1), rules));
  }
}

/** `+` is a blank, `%XX` a byte; an invalid escape stays as it is. */
export function decodePercent(text: string): string {
  if (!text.includes("%")) return text;
  return text.replace(/%([0-9A-Fa-f]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
}

function decode(text: string, rules: ParameterRules): string {
  const decoded = decodePercent(text.replaceAll("+", " "));
  if (decoded.length > rules.limit) throw new ParameterTooLong();
  const end = decoded.indexOf("\0");
  const value = end === -1 ? decoded : decoded.slice(0, end);
  return rules.escape ? escapeHtml(value) : value;
}
