/**
 * Follows HTML through the pieces of a template, to tell in which context a value is printed. Not a validator: it knows
 * tags, attributes, comments, scripts and style sheets, and admits when it does not know.
 */
import type { PrintContext } from "./facts.js";

type Mode =
  | "text"
  | "unknown"
  | "tagName"
  | "tag"
  | "attributeName"
  | "afterName"
  | "beforeValue"
  | "value"
  | "comment"
  | "declaration"
  | "cdata"
  | "script"
  | "style";

/** A place in markup. Immutable; `advance` makes the next one. */
export interface Place {
  readonly mode: Mode;
  /** Lower-case name of the tag, or of the element whose raw text this is. */
  readonly tag: string;
  readonly closing: boolean;
  /** Lower-case name of the attribute. */
  readonly attribute: string;
  /** Around the attribute value, or around the string of a script; empty for none. */
  readonly quote: string;
  /** The attribute value so far; `\0` stands for an interpolation. */
  readonly value: string;
}

const START: Place = { mode: "text", tag: "", closing: false, attribute: "", quote: "", value: "" };

/** Where the content of a file or function begins. */
export function startOfMarkup(): Place {
  return START;
}

/** Stands for a value in the text of an attribute. */
const VALUE = "\0";

/** The context of a value that is printed at a place; null where none of the rules applies. */
export function contextAt(place: Place): { context: PrintContext; inQuotes: boolean } | null {
  switch (place.mode) {
    case "text":
    case "comment":
      return { context: "text", inQuotes: false };
    case "tag":
    case "attributeName":
    case "afterName":
      return { context: "tag", inQuotes: false };
    case "beforeValue":
      return { context: "unquoted", inQuotes: false };
    case "value":
      return { context: place.quote === "" ? "unquoted" : attributeContext(place), inQuotes: false };
    case "script":
      return { context: "script", inQuotes: place.quote === '"' || place.quote === "'" };
    case "style":
      return { context: "style", inQuotes: false };
    default:
      return null;
  }
}

const ADDRESS_ATTRIBUTES = new Set(["href", "src", "action", "formaction", "data", "poster", "cite", "background"]);

function attributeContext(place: Place): PrintContext {
  if (place.attribute.startsWith("on")) return "handler";
  if (place.attribute === "style") return "style";
  if (!ADDRESS_ATTRIBUTES.has(place.attribute)) return "attribute";
  if (place.value === "") return "url";
  return /[?&;][^#]*=[^&#=]*$/.test(place.value) ? "query" : "attribute";
}

/** The place behind a printed value. */
export function afterValue(place: Place): Place {
  if (place.mode === "beforeValue") return { ...place, mode: "value", quote: "", value: VALUE };
  if (place.mode === "value") return { ...place, value: place.value + VALUE };
  return place;
}

/** The place where two ways meet. */
export function merge(a: Place, b: Place): Place {
  if (a.mode !== b.mode || a.tag !== b.tag || a.attribute !== b.attribute || a.quote !== b.quote) {
    return { ...START, mode: "unknown" };
  }
  if (a.value === b.value) return a;
  return a.value === "" || b.value === "" ? { ...a, value: a.value + b.value } : a;
}

const RAW_ELEMENTS: Readonly<Record<string, Mode>> = { script: "script", style: "style" };
/** Types of scripts that are no program and no JSON: their content is markup for somebody else. */
const SCRIPT_TYPES = /javascript|ecmascript|module|json|^$/i;

/** The place behind a piece of text. */
export function advance(start: Place, text: string): Place {
  let { mode, tag, closing, attribute, quote, value } = start;
  let scriptType = "";
  let at = 0;
  const endTag = (): void => {
    mode = closing ? "text" : (RAW_ELEMENTS[tag] ?? "text");
    if (mode === "script" && !SCRIPT_TYPES.test(scriptType)) mode = "text";
    quote = "";
    attribute = "";
    value = "";
    scriptType = "";
  };
  while (at < text.length) {
    const char = text[at];
    switch (mode) {
      case "text":
      case "unknown": {
        const open = text.indexOf("<", at);
        if (open < 0) {
          at = text.length;
          continue;
        }
        at = open + 1;
        if (text.startsWith("!--", at)) mode = "comment";
        else if (text.startsWith("![CDATA[", at)) mode = "cdata";
        else if (text[at] === "!" || text[at] === "?") mode = "declaration";
        else if (/[A-Za-z/]/.test(text[at] ?? "")) {
          mode = "tagName";
          closing = text[at] === "/";
          tag = "";
          if (closing) at++;
        }
        continue;
      }
      case "cdata":
      case "comment": {
        const end = text.indexOf(mode === "cdata" ? "]]>" : "-->", at);
        at = end < 0 ? text.length : end + 3;
        if (end >= 0) mode = "text";
        continue;
      }
      case "declaration": {
        const end = text.indexOf(">", at);
        at = end < 0 ? text.length : end + 1;
        if (end >= 0) mode = "text";
        continue;
      }
      case "tagName":
        if (/[A-Za-z0-9:-]/.test(char)) tag += char.toLowerCase();
        else {
          mode = "tag";
          continue;
        }
        break;
      case "tag":
        if (char === ">") endTag();
        else if (!/[\s/]/.test(char)) {
          mode = "attributeName";
          attribute = char.toLowerCase();
        }
        break;
      case "attributeName":
        if (char === "=") mode = "beforeValue";
        else if (char === ">") endTag();
        else if (/\s/.test(char)) mode = "afterName";
        else attribute += char.toLowerCase();
        break;
      case "afterName":
        if (char === "=") mode = "beforeValue";
        else if (char === ">") endTag();
        else if (!/\s/.test(char)) {
          mode = "attributeName";
          attribute = char.toLowerCase();
        }
        break;
      case "beforeValue":
        if (char === ">") endTag();
        else if (char === '"' || char === "'") {
          mode = "value";
          quote = char;
          value = "";
        } else if (!/\s/.test(char)) {
          mode = "value";
          quote = "";
          value = char;
        }
        break;
      case "value":
        if (quote === "" && char === ">") endTag();
        else if (quote === "" ? /\s/.test(char) : char === quote) {
          if (tag === "script" && attribute === "type") scriptType = value;
          mode = "tag";
          attribute = "";
          quote = "";
          value = "";
        } else value += char;
        break;
      case "style": {
        const end = text.indexOf("</", at);
        at = end < 0 ? text.length : end;
        if (end >= 0 && closesElement(text, end, tag)) mode = "text";
        else if (end >= 0) at++;
        continue;
      }
      case "script":
        if (char === "<" && closesElement(text, at, tag)) {
          mode = "text";
          quote = "";
          continue;
        }
        if (quote === "//") {
          if (char === "\n") quote = "";
        } else if (quote === "/*") {
          if (text.startsWith("*/", at)) {
            quote = "";
            at++;
          }
        } else if (quote !== "") {
          if (char === "\\") at++;
          else if (char === quote || (char === "\n" && quote !== "`")) quote = "";
        } else if (text.startsWith("//", at) || text.startsWith("/*", at)) {
          quote = text.slice(at, at + 2);
          at++;
        } else if (char === '"' || char === "'" || char === "`") quote = char;
        break;
    }
    at++;
  }
  return { mode, tag, closing, attribute, quote, value };
}

function closesElement(text: string, at: number, element: string): boolean {
  return text.slice(at + 2, at + 2 + element.length).toLowerCase() === element && text[at + 1] === "/";
}
