/**
 * Tables of dictionaries, and the copying and making private of containers (pub-language.md §5.4).
 */
import { RecordTable } from "./record-table.js";
import { ReferenceTable } from "./reference-table.js";
import { Dict, type Fields, List, type Table, type Value } from "./types.js";

export { areFieldNames, isFieldName, RecordTable } from "./record-table.js";
export { ReferenceTable } from "./reference-table.js";

/** Makes an empty table in the order of dictionaries that a run uses. */
export type TableFactory = () => Table;

/** An empty table in insertion order. */
export const createMapTable: TableFactory = () => new Map<string, Value>();

/** An empty table in the order of the reference implementation (§4.10). */
export const createReferenceTable: TableFactory = () => new ReferenceTable();

/** An empty table with the same order as `table`. */
export function newTableLike(table: Table): Table {
  return table instanceof ReferenceTable ? new ReferenceTable() : new Map<string, Value>();
}

/**
 * `copy` of §5.4: a container gives a new handle that shares its content until the first write through the handle; all
 * else (regexes and functions too) is returned as it is.
 */
export function copyValue(v: Value): Value {
  if (typeof v !== "object" || v === null) return v;
  if (v instanceof List) {
    v.pristine = false;
    return new List(v.items, false);
  }
  return v instanceof Dict ? new Dict(v.table, false) : v;
}

/** A copy that can be put into a slot: undefined becomes null (§4.3). */
export function stored(v: Value): Value {
  return v === undefined ? null : copyValue(v);
}

/** The items of `list` for writing. A handle gets its private shallow copy first, in which holes are null. */
export function mutableItems(list: List): Value[] {
  if (!list.owned) {
    list.items = copiedItems(list.items);
    list.owned = true;
  }
  return list.items;
}

/** The table of `dict` for writing. A handle gets its private shallow copy first. */
export function mutableTable(dict: Dict): Table {
  if (!dict.owned) {
    dict.table = copiedTable(dict.table);
    dict.owned = true;
  }
  return dict.table;
}

/** A new array with copies of the items; holes are null. */
export function copiedItems(items: readonly Value[]): Value[] {
  const copies: Value[] = new Array(items.length);
  for (let index = 0; index < items.length; index++) copies[index] = stored(items[index]);
  return copies;
}

/** A new table of the same kind, filled in iteration order with copies of the values. */
export function copiedTable(table: Table): Table {
  if (table.fields) return new RecordTable(copiedFields(table.fields));
  const copy = newTableLike(table);
  for (const [key, value] of table) copy.set(key, copyValue(value));
  return copy;
}

function copiedFields(fields: Fields): Fields {
  const copy = { ...fields };
  for (const key in copy) {
    const value = copy[key];
    if (typeof value === "object") copy[key] = copyValue(value);
  }
  return copy;
}
