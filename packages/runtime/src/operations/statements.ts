/**
 * What compiled statements do at run time: loops, switch keys, heredocs (pub-language.md §6).
 */
import { Closure } from "../calls/functions.js";
import { Output } from "../output/output.js";
import type { Context } from "../scope/context.js";
import type { Layer } from "../scope/layer.js";
import { copyValue, mutableItems, text } from "../values/index.js";
import { List, type Value } from "../values/types.js";
import { type Content, NO_PLACE } from "./access.js";

/**
 * The items that a `for` runs over, or null when its list expression is no list; that is an error unless the loop has
 * an `empty` part (§6.5).
 */
export function loopItems(context: Context, list: Content, line: number, hasEmpty: boolean): Value[] | null {
  if (list instanceof List) {
    list.pristine = false;
    return mutableItems(list);
  }
  return reportNoList(context, line, hasEmpty);
}

/**
 * Item `index` of a loop, re-evaluated in the layer outside of the loop as §6.5 says; `undefined` for a hole, which is
 * reported.
 */
export function loopItem(context: Context, outer: Layer | null, items: Value[], index: number, line: number): Value {
  const value = items[index];
  return value instanceof Closure ? value.recreate(outer) : loopValue(context, items, index, line);
}

/**
 * The list that a loop which only reads its elements runs over, or null as for `loopItems`. While it is pristine, nothing
 * else can tell whether its elements were wrapped.
 */
export function loopList(context: Context, list: Content, line: number, hasEmpty: boolean): List | null {
  if (list instanceof List) {
    mutableItems(list);
    return list;
  }
  return reportNoList(context, line, hasEmpty);
}

/**
 * The items of a list for a loop in which nothing happens but reading; none for what is no list, which is an error unless
 * the loop has an `empty` part. Each item is made the copy that the loop leaves in the list (§6.5), except in a pristine
 * list, where nobody can tell.
 */
export function readItems(context: Context, list: Content, line: number, hasEmpty: boolean): readonly Value[] {
  if (!(list instanceof List)) return reportNoList(context, line, hasEmpty) ?? NO_ITEMS;
  const items = mutableItems(list);
  if (list.pristine) return items;
  for (let index = 0; index < items.length; index++) {
    const value = items[index];
    if (typeof value === "object") items[index] = copyValue(value);
  }
  return items;
}

const NO_ITEMS: readonly Value[] = [];

function reportNoList(context: Context, line: number, hasEmpty: boolean): null {
  if (!hasEmpty) context.error(line, "for: second argument is not an iterable vector");
  return null;
}

/** Reports an element of a loop's list that does not exist. */
export function reportHole(context: Context, index: number, line: number): void {
  context.error(line, `for: row ${index} is undefined!`);
}

/** An item for a loop that only reads. */
export function readItem(context: Context, list: List, index: number, line: number): Value {
  const value = list.items[index];
  return list.pristine && value !== undefined ? value : loopValue(context, list.items, index, line);
}

/** `loopItem` where functions among the items are kept or re-created by the caller. */
export function loopValue(context: Context, items: Value[], index: number, line: number): Value {
  const value = items[index];
  if (typeof value !== "object" || value === null) {
    if (value === undefined) reportHole(context, index, line);
    return value;
  }
  return copyValue(value);
}

/** The text that a `switch` compares with its labels; `undefined` for an undefined key (§6.6). */
export function switchKey(value: Value): string | undefined {
  return value === undefined ? undefined : text(value);
}

/** No case of a `switch` was selected. */
export function noCase(context: Context, key: string | undefined, line: number): void {
  context.warning(line, `no case found for key ='${key ?? "(null)"}'`);
}

/**
 * Runs the body of a heredoc and returns what it printed (§6.11); null when the body returned false because an include
 * failed in it.
 */
export function heredoc(context: Context, body: () => boolean): string | null {
  const leave = enterHeredoc(context);
  return leave(body());
}

/** `heredoc` for a body that may wait. */
export async function heredocAsync(context: Context, body: () => Promise<boolean>): Promise<string | null> {
  const leave = enterHeredoc(context);
  return leave(await body());
}

function enterHeredoc(context: Context): (succeeded: boolean) => string | null {
  const { output, muted } = context;
  const collector = new Output(output.strippingEnabled, false);
  context.output = collector;
  context.muted = false;
  return (succeeded) => {
    context.output = output;
    context.muted = muted;
    return succeeded ? collector.take() : null;
  };
}

/** The content of a place where a missing one counts as undefined. */
export function placeValue(content: Content): Value {
  return content === NO_PLACE ? undefined : (content as Value);
}

/** The content of a place as a stored value: an empty or missing place is null (§4.3). */
export function storedContent(content: Content): Value {
  return content === undefined || content === NO_PLACE ? null : (content as Value);
}
