/**
 * Built-ins that compiled code calls directly while nothing hides their names. Each is a function of its own, so that the
 * engine learns what it is called with. `place` is what the name means here.
 */
import { call1, call2 } from "../calls/call.js";
import { hiddenEscape, htmlEscape, urlEscape } from "../library/escaping.js";
import { join, strip, toLower, toUpper } from "../library/strings.js";
import type { Context } from "../scope/context.js";
import { readUnbound } from "../scope/names.js";
import { type Slot, UNBOUND } from "../scope/slot.js";
import { mutableItems, order, stored, text } from "../values/index.js";
import { Dict, List, type Value } from "../values/types.js";

type Result = Value | Promise<Value>;

/** The built-ins that can be called directly, with the number of arguments for which that is so. */
export const directBuiltins: ReadonlyMap<string, number> = new Map([
  ["append", 2],
  ["cmp", 2],
  ["hidden_escape", 1],
  ["html_escape", 1],
  ["join", 2],
  ["len", 1],
  ["strip", 1],
  ["tolower", 1],
  ["toupper", 1],
  ["url_escape", 1],
]);

/** Also notes the line of the call, which messages of what it does show. */
function isHidden(context: Context, line: number, place: Slot): boolean {
  context.frame.line = line;
  return place.value !== UNBOUND || context.run.hidesBuiltins;
}

function hiding(context: Context, place: Slot, name: string): Value {
  return place.value === UNBOUND ? readUnbound(context, name) : (place.value as Value);
}

/** The argument as pattern letter `s` converts it. */
function textArgument(value: Value): string {
  return typeof value === "string" ? value : value === null ? "" : text(value);
}

export function call_html_escape(context: Context, line: number, place: Slot, value: Value): Result {
  if (isHidden(context, line, place))
    return call1(context, line, hiding(context, place, "html_escape"), "html_escape", value);
  // Numbers have nothing to escape.
  return typeof value === "number" ? text(value) : htmlEscape(textArgument(value));
}

export function call_hidden_escape(context: Context, line: number, place: Slot, value: Value): Result {
  if (isHidden(context, line, place)) {
    return call1(context, line, hiding(context, place, "hidden_escape"), "hidden_escape", value);
  }
  return typeof value === "number" ? text(value) : hiddenEscape(textArgument(value));
}

export function call_url_escape(context: Context, line: number, place: Slot, value: Value): Result {
  if (isHidden(context, line, place))
    return call1(context, line, hiding(context, place, "url_escape"), "url_escape", value);
  return urlEscape(textArgument(value));
}

export function call_strip(context: Context, line: number, place: Slot, value: Value): Result {
  if (isHidden(context, line, place)) return call1(context, line, hiding(context, place, "strip"), "strip", value);
  return strip(textArgument(value));
}

export function call_tolower(context: Context, line: number, place: Slot, value: Value): Result {
  if (isHidden(context, line, place)) return call1(context, line, hiding(context, place, "tolower"), "tolower", value);
  return toLower(textArgument(value));
}

export function call_toupper(context: Context, line: number, place: Slot, value: Value): Result {
  if (isHidden(context, line, place)) return call1(context, line, hiding(context, place, "toupper"), "toupper", value);
  return toUpper(textArgument(value));
}

export function call_len(context: Context, line: number, place: Slot, value: Value): Result {
  if (!isHidden(context, line, place)) {
    if (value instanceof List) return value.items.length;
    if (value instanceof Dict) return value.table.size;
  }
  return call1(context, line, hiding(context, place, "len"), "len", value);
}

export function call_join(context: Context, line: number, place: Slot, separator: Value, list: Value): Result {
  if (typeof separator === "string" && list instanceof List && !isHidden(context, line, place)) {
    return join(separator, mutableItems(list));
  }
  return call2(context, line, hiding(context, place, "join"), "join", separator, list);
}

export function call_cmp(context: Context, line: number, place: Slot, a: Value, b: Value): Result {
  if (isHidden(context, line, place)) return call2(context, line, hiding(context, place, "cmp"), "cmp", a, b);
  return order(a, b);
}

export function call_append(context: Context, line: number, place: Slot, list: Value, value: Value): Result {
  if (list instanceof List && !isHidden(context, line, place)) {
    list.pristine = false;
    // Copied before the list becomes private, in case it is appended to itself.
    const copy = stored(value);
    mutableItems(list).push(copy);
    return list;
  }
  return call2(context, line, hiding(context, place, "append"), "append", list, value);
}
