/**
 * Copying on write: handles, private copies, and snapshots that begin with the first write.
 */
import { expect, test } from "vitest";
import { copyValue, createMapTable, createReferenceTable, mutableItems, mutableTable, stored } from "./containers.js";
import { ReferenceTable } from "./reference-table.js";
import { text } from "./text.js";
import { Dict, List, Regex, type Value } from "./types.js";

test("what is no container is its own copy", () => {
  const regex = new Regex("a", "");
  for (const value of [null, true, 5, 2n ** 60n, "a", regex] as Value[]) expect(copyValue(value)).toBe(value);
  expect(stored(undefined)).toBeNull();
});

test("a handle shows the writes of the owner until it is written itself", () => {
  const list = new List([1, 2]);
  list.items[0] = 5;
  const copy = copyValue(list) as List;
  mutableItems(list)[0] = 7;
  expect([text(list), text(copy)]).toEqual(["[7, 2]", "[7, 2]"]);
  mutableItems(copy)[1] = 0;
  mutableItems(list)[0] = 8;
  expect([text(list), text(copy)]).toEqual(["[8, 2]", "[7, 0]"]);
});

test("a private copy is shallow: its containers are handles", () => {
  const inner = new List([1]);
  const copy = copyValue(new List([inner, undefined])) as List;
  const items = mutableItems(copy);
  expect(text(copy)).toBe("[[1], null]");
  expect(items[1]).toBeNull();
  mutableItems(items[0] as List)[0] = 2;
  expect([text(inner), text(copy)]).toEqual(["[1]", "[[2], null]"]);
});

test("a handle on a handle refers to what that refers to", () => {
  const original = new List([1]);
  const first = copyValue(original) as List;
  const second = copyValue(first) as List;
  mutableItems(first)[0] = 2;
  expect([text(original), text(second)]).toEqual(["[1]", "[1]"]);
  const third = copyValue(first) as List;
  mutableItems(first)[0] = 3;
  expect(text(third)).toBe("[3]");
});

test.each([createMapTable, createReferenceTable])("a dictionary keeps the kind of its table", (newTable) => {
  const dict = new Dict(newTable());
  dict.table.set("a", 1);
  dict.table.set("b", undefined);
  const copy = copyValue(dict) as Dict;
  const table = mutableTable(copy);
  expect(table).not.toBe(dict.table);
  expect(table instanceof ReferenceTable).toBe(dict.table instanceof ReferenceTable);
  expect(mutableTable(copy)).toBe(table);
  expect(table.has("b")).toBe(true);
  expect(table.get("b")).toBeUndefined();
});

test("a copy in reference order is filled in iteration order", () => {
  const dict = new Dict(createReferenceTable());
  dict.table.set("a", 10);
  dict.table.set("b", 20);
  const copy = copyValue(dict) as Dict;
  expect(text(copy)).toBe('{"b" : 20, "a" : 10}');
  mutableTable(copy);
  expect(text(copy)).toBe('{"a" : 10, "b" : 20}');
});
