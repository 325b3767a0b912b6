/**
 * Members and elements as values and as places (pub-language.md §4.11, §5.3). A place is evaluated to its content;
 * `NO_PLACE` says that an error was reported and there is no place.
 */
import type { Context } from "../scope/context.js";
import { mutableItems, mutableTable, text, toListIndex } from "../values/index.js";
import { Dict, List, type Value } from "../values/types.js";

/** The content of a place that does not exist. */
export class NoPlace {
  readonly kind = "no place";
}
export const NO_PLACE = new NoPlace();
export type Content = Value | NoPlace;

/** `object.name` as a value. */
export function member(context: Context, object: Value, name: string, line: number): Value {
  if (object instanceof Dict) return object.table.get(name);
  context.error(
    line,
    object === undefined ? "failed to evaluate expression (as a dictionary)" : "can't coerce value to dictionary",
  );
  return undefined;
}

/** `object[key]` as a value. */
export function element(context: Context, object: Value, key: Value, line: number): Value {
  if (object instanceof List && typeof key === "number" && Number.isInteger(key)) return item(object, key);
  if (object === undefined || object === null) return failed(context, line, "container evaluates to null");
  if (key === undefined || key === null) return failed(context, line, "cannot evaluate key for lookup");
  if (object instanceof Dict) return object.table.get(text(key));
  if (object instanceof List) {
    const position = toListIndex(key);
    return position === null ? failed(context, line, "indices into lists must be integers") : item(object, position);
  }
  return failed(context, line, "[]-reference into an object not a dict or list");
}

function item(list: List, position: number): Value {
  const { items } = list;
  const value = items[position < 0 ? items.length + position : position];
  if (typeof value === "object") list.pristine = false;
  return value;
}

function writableItem(list: List, position: number): Value {
  mutableItems(list);
  return item(list, position);
}

function failed(context: Context, line: number, message: string): undefined {
  context.error(line, message);
  return undefined;
}

function noPlace(context: Context, line: number, message: string): NoPlace {
  context.error(line, message);
  return NO_PLACE;
}

/** The dictionary in the place `base`, made writable; null after an error. */
function writableDict(context: Context, base: Content, line: number): Dict | null {
  if (base instanceof Dict) return base;
  noPlace(
    context,
    line,
    base === NO_PLACE
      ? "failed to evaluate dictionary"
      : base === undefined
        ? "the dictionary referred to was null"
        : "can't coerce value to dictionary",
  );
  return null;
}

/** The content of the place `base.name`. */
export function placeMember(context: Context, base: Content, name: string, line: number): Content {
  const dict = writableDict(context, base, line);
  return dict === null ? NO_PLACE : mutableTable(dict).get(name);
}

/** The content of the place `base[key]`. */
export function placeElement(context: Context, base: Content, key: Value, line: number): Content {
  const target = elementTarget(context, base, key, line);
  if (target === null) return NO_PLACE;
  return target instanceof Dict ? mutableTable(target).get(text(key)) : writableItem(target, toListIndex(key) ?? 0);
}

/** The container of the place `base[key]` when the key fits it; null after an error. */
function elementTarget(context: Context, base: Content, key: Value, line: number): Dict | List | null {
  if (base === NO_PLACE || base === undefined) {
    noPlace(context, line, "container evaluates to null");
  } else if (key === undefined) {
    noPlace(context, line, "cannot evaluate key for lookup");
  } else if (base instanceof Dict) {
    return base;
  } else if (base instanceof List) {
    if (toListIndex(key) !== null) return base;
    noPlace(context, line, "indices into lists must be integers");
  } else {
    noPlace(context, line, "[]-reference into an object not a dict or list");
  }
  return null;
}

/** `base.name = value`; the value is a stored one. The result is the content of the place. */
export function setMember(context: Context, value: Value, base: Content, name: string, line: number): Value {
  const dict = writableDict(context, base, line);
  if (dict === null) return noTarget(context, line);
  mutableTable(dict).set(name, value);
  return value;
}

/** `base[key] = value`; lists grow as §5.3 says. */
export function setElement(context: Context, value: Value, base: Content, key: Value, line: number): Value {
  const target = elementTarget(context, base, key, line);
  if (target === null) return noTarget(context, line);
  if (target instanceof Dict) mutableTable(target).set(text(key), value);
  else if (!setItem(mutableItems(target), toListIndex(key) ?? 0, value)) return failed(context, line, INDEX_TOO_LARGE);
  return value;
}

/** Lists beyond this length are refused: one assignment must not exhaust the memory of a process. */
const MAXIMUM_LENGTH = 0x1000000;
const INDEX_TOO_LARGE = `list index is too large (maximum ${MAXIMUM_LENGTH})`;

function setItem(items: Value[], position: number, value: Value): boolean {
  const index = Math.max(0, position < 0 ? items.length + position : position);
  if (index >= MAXIMUM_LENGTH) return false;
  while (items.length < index) items.push(undefined);
  items[index] = value;
  return true;
}

/** An assignment whose left side gave no place. */
export function noTarget(context: Context, line: number): undefined {
  context.error(line, "error in assignment: LHS evaluates to null");
  return undefined;
}

/** An assignment whose left side cannot be written. */
export function invalidTarget(context: Context, line: number): undefined {
  context.error(line, "error in assignment: invalid LHS");
  return undefined;
}
