/**
 * Escaping for HTML, JavaScript, JSON and URLs (pub-library.md §4.3). The plain functions are exported beside the
 * built-ins, because compiled pages call them directly. All work on byte strings.
 */
import { jsonQuote } from "../values/index.js";
import { replaceEach } from "../values/slices.js";
import type { Regex, Value } from "../values/types.js";
import type { BuiltinDefinition, CallContext } from "./builtin.js";
import { type CompiledRegex, compileRegex, regexOf } from "./regex/index.js";

/** `html_escape`: text for element content and quoted attributes. */
export function htmlEscape(s: string): string {
  return escapeBytes(s, HTML_SPECIAL, HTML_ENTITIES);
}

/** `hidden_escape`: the same with other entities for `&` and `'`. */
export function hiddenEscape(s: string): string {
  return escapeBytes(s, HTML_SPECIAL, HIDDEN_ENTITIES);
}

/**
 * `tag_escape`: HTML escaping that leaves the tags that `allowed` matches and a few entities. Unlike the reference,
 * what follows a double quote is escaped too.
 */
export function tagEscape(s: string, allowed: CompiledRegex = defaultTags()): string {
  const text = upToNul(s);
  let out = "";
  let copied = 0;
  let afterQuote = -1;
  for (let at = nextSpecial(text, 0); at < text.length; at = nextSpecial(text, at)) {
    out += text.slice(copied, at);
    const kept = keptAt(text, at, allowed);
    if (text[at] === '"' && at !== afterQuote) afterQuote = at + 1;
    out += kept || TAG_ENTITIES[text[at]];
    at += kept.length || 1;
    copied = at;
  }
  // The reference copies the byte after a quote as it is; after a final quote that is the end mark of the text.
  return out + text.slice(copied) + (afterQuote === text.length && text !== "" ? "\0" : "");
}

/** `js_escape`: a JavaScript string with its double quotes, safe inside a script element. */
export function jsEscape(s: string, utf8Json = false): string {
  return replaceEach(jsonQuote(s, utf8Json), /<\/|'/g, (found) => (found === "'" ? "\\'" : "<\\/"), isSlash);
}

function isSlash(byte: number): boolean {
  return byte === 0x2f;
}

/** `url_escape`: text as a part of a URL query. */
export function urlEscape(s: string): string {
  return replaceEach(s, /[^A-Za-z0-9\-._]/g, (byte) => URL_FORMS[byte.charCodeAt(0)]);
}

/**
 * Decodes `+` and `%XY` in `s` from `start` to `end`. What is not a complete escape stays; at the end of `s` itself
 * (not of the part) it is dropped.
 */
export function urlDecode(s: string, start = 0, end = s.length): string {
  const part = s.slice(start, end).replaceAll("+", " ");
  if (!part.includes("%")) return part;
  return part.replace(/%([0-9A-Fa-f]{2})|%[0-9A-Fa-f]?$/g, (found, digits?: string) => {
    if (digits) return String.fromCharCode(Number.parseInt(digits, 16));
    return end === s.length ? "" : found;
  });
}

/** Decoded data of this length and more is refused by `url_unescape`. */
const LONGEST_DECODED = 524288;

export const escapingFunctions: BuiltinDefinition[] = [
  {
    name: "html_escape",
    pattern: "s",
    parameters: ["text"],
    documentation: "Escapes <, >, &, double and single quotes for HTML.",
    call: (_context: CallContext, s: string): Value => htmlEscape(s),
  },
  {
    name: "hidden_escape",
    pattern: "s",
    parameters: ["text"],
    documentation: "Escapes text for the value of a hidden form field.",
    call: (_context: CallContext, s: string): Value => hiddenEscape(s),
  },
  {
    name: "tag_escape",
    pattern: "s|r",
    parameters: ["text", "allowed"],
    documentation:
      "Escapes HTML but leaves the tags that the regex allowed matches; without it b, br, i and p. The entities &lt; &gt; &amp; &#35; &quot; are left as well.",
    call: (_context: CallContext, s: string, allowed?: Regex): Value => tagEscape(s, allowed && regexOf(allowed)),
  },
  {
    name: "json_escape",
    pattern: "s",
    parameters: ["text"],
    documentation: "The text as a JSON string, with its double quotes.",
    call: (context: CallContext, s: string): Value => jsonQuote(s, context.run.utf8Json),
  },
  {
    name: "js_escape",
    pattern: "s",
    parameters: ["text"],
    documentation: "The text as a JavaScript string with its double quotes, for use inside a script element.",
    call: (context: CallContext, s: string): Value => jsEscape(s, context.run.utf8Json),
  },
  {
    name: "url_escape",
    pattern: "s",
    parameters: ["text"],
    documentation: "Escapes text for use in a URL query; a space becomes +.",
    call: (_context: CallContext, s: string): Value => urlEscape(s),
  },
  {
    name: "url_unescape",
    pattern: "s",
    parameters: ["text"],
    documentation:
      "Decodes %XY and + of a URL; at FilterCGI level 2 the result is HTML-escaped. Null when it is longer than half a megabyte.",
    call(context: CallContext, s: string): Value {
      const decoded = urlDecode(s);
      if (decoded.length >= LONGEST_DECODED) return null;
      return context.run.filterCgi === 2 ? htmlEscape(decoded) : decoded;
    },
  },
];

const HTML_SPECIAL = /[<>&"']/;
const HTML_ENTITIES = entityTable({ "<": "&lt;", ">": "&gt;", "&": "&#38;", '"': "&quot;", "'": "&#39;" });
const HIDDEN_ENTITIES = entityTable({ "<": "&lt;", ">": "&gt;", "&": "&amp;", '"': "&quot;", "'": "&#039;" });

const TAG_ENTITIES: Record<string, string> = { "<": "&lt;", "&": "&amp;", "#": "&#35;", '"': "&quot;" };
const KEPT_ENTITY = /&(?:lt|gt|amp|#35|quot);/y;

const URL_FORMS = Array.from({ length: 256 }, (_, code) =>
  code === 0x20 ? "+" : `%${code.toString(16).padStart(2, "0")}`,
);

function entityTable(entities: Record<string, string>): (string | undefined)[] {
  const table: (string | undefined)[] = new Array(64).fill(undefined);
  for (const [byte, entity] of Object.entries(entities)) table[byte.charCodeAt(0)] = entity;
  return table;
}

/** Text without special bytes is returned as it is. */
function escapeBytes(s: string, special: RegExp, entities: readonly (string | undefined)[]): string {
  const first = s.search(special);
  if (first < 0) return s;
  let out = "";
  let copied = 0;
  for (let at = first; at < s.length; at++) {
    const code = s.charCodeAt(at);
    if (code >= 64) continue;
    const entity = entities[code];
    if (entity === undefined) continue;
    out += s.slice(copied, at) + entity;
    copied = at + 1;
  }
  return out + s.slice(copied);
}

function nextSpecial(text: string, from: number): number {
  TAG_SPECIAL.lastIndex = from;
  return TAG_SPECIAL.test(text) ? TAG_SPECIAL.lastIndex - 1 : text.length;
}

const TAG_SPECIAL = /[<&#"]/g;

/** The tag or entity at a position that stays as it is; empty when there is none. */
function keptAt(text: string, at: number, allowed: CompiledRegex): string {
  if (text[at] === "&") {
    KEPT_ENTITY.lastIndex = at;
    return KEPT_ENTITY.exec(text)?.[0] ?? "";
  }
  if (text[at] !== "<") return "";
  const match = allowed.matchAt(text, at);
  return match === null || typeof match === "number" ? "" : text.slice(match.start, match.end);
}

function defaultTags(): CompiledRegex {
  const result = compileRegex("<[\\/\\s]*(b|br|i|p)[\\/\\s]*>", "i");
  if (!result.ok) throw new Error(result.message);
  return result.regex;
}

function upToNul(s: string): string {
  const end = s.indexOf("\0");
  return end < 0 ? s : s.slice(0, end);
}
