/**
 * UTF-8 text in byte strings (pub-library.md §3.8): code points for `substr` and `len`, and `utf8_fix`.
 */
import type { Value } from "../values/types.js";
import type { BuiltinDefinition, CallContext } from "./builtin.js";

/** Bytes of a sequence by its lead byte; 0 for bytes that cannot lead. */
export function sequenceWidth(lead: number): number {
  if (lead < 0x80) return 1;
  if (lead < 0xc0) return 0;
  if (lead < 0xe0) return 2;
  if (lead < 0xf0) return 3;
  if (lead < 0xf8) return 4;
  if (lead < 0xfc) return 5;
  return lead < 0xfe ? 6 : 0;
}

/** `utf8_fix`: drops bytes that are not part of a complete sequence. Over-long forms and surrogates stay. */
export function utf8Fix(s: string): string {
  if (!/[\x80-\xff]/.test(s)) return s;
  let out = "";
  for (let at = 0; at < s.length; ) {
    const width = sequenceWidth(s.charCodeAt(at));
    let end = at + 1;
    while (end < at + width && (s.charCodeAt(end) & 0xc0) === 0x80) end++;
    if (end === at + width) out += s.slice(at, end);
    at = end;
  }
  return out;
}

export const utf8Functions: BuiltinDefinition[] = [
  {
    name: "utf8_fix",
    pattern: "s",
    parameters: ["text"],
    documentation: "Removes bytes that are not part of a complete UTF-8 sequence.",
    call: (_context: CallContext, s: string): Value => utf8Fix(s),
  },
];
