/**
 * Built-ins that compiled code calls directly while nothing hides their names: text in, text out.
 */
import { hiddenEscape, htmlEscape, urlEscape } from "../library/escaping.js";
import { strip, toLower, toUpper } from "../library/strings.js";
import type { Context } from "../scope/context.js";
import { readUnbound } from "../scope/names.js";
import { type Slot, UNBOUND } from "../scope/slot.js";
import { text } from "../values/index.js";
import type { Value } from "../values/types.js";
import { call } from "./expressions.js";

const direct = {
  hidden_escape: hiddenEscape,
  html_escape: htmlEscape,
  strip,
  tolower: toLower,
  toupper: toUpper,
  url_escape: urlEscape,
} as const;

/** Names of the built-ins that `callDirect` knows. */
export const directBuiltins: ReadonlySet<string> = new Set(Object.keys(direct));

/**
 * A call of such a built-in through its plain name. `place` is what the name means here; when it is bound, or something
 * outside of globals hides the built-in, the call goes the general way.
 */
export function callDirect(
  context: Context,
  line: number,
  place: Slot,
  name: keyof typeof direct,
  value: Value,
): Value | Promise<Value> {
  if (place.value === UNBOUND && !context.run.hidesBuiltins) {
    return direct[name](typeof value === "string" ? value : value === null ? "" : text(value));
  }
  const callee = place.value === UNBOUND ? readUnbound(context, name) : (place.value as Value);
  return call(context, line, callee, name, [value]);
}
