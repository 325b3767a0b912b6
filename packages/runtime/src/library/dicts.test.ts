import { describe, expect, test } from "vitest";
import { createReferenceTable, makeFloat, text } from "../values/index.js";
import { Dict, List, Regex, type Value } from "../values/types.js";
import { dictFunctions } from "./dicts.js";
import { callIn, printed, TestContext } from "./test-context.js";

const dict = (entries: Record<string, Value>) => {
  const table = createReferenceTable();
  for (const [key, value] of Object.entries(entries)) table.set(key, value);
  return new Dict(table);
};
const list = (...items: Value[]) => new List(items);
const call = (name: string, ...args: unknown[]) => printed(callIn(dictFunctions, new TestContext(), name, ...args));

test.each<[string, Value, string]>([
  ["keys", dict({ a: 1 }), '["a"]'],
  ["values", dict({ a: list(1) }), "[[1]]"],
  ["values", dict({ a: undefined }), "[null]"],
  ["items", dict({ a: list(1) }), '[["a", [1]]]'],
  ["items", dict({}), "[]"],
])("%s", (name, source, expected) => {
  expect(call(name, source)).toBe(expected);
});

test("values and items are copies", () => {
  const inner = list(1);
  for (const name of ["values", "items"]) {
    const result = callIn(dictFunctions, new TestContext(), name, dict({ inner })) as List;
    expect([result.items[0], (result.items[0] as List).items[1]]).not.toContain(inner);
  }
});

test("remove", () => {
  const source = dict({ a: 1, b: null });
  expect(call("remove", source, "b")).toBe("true");
  expect(call("remove", source, "b")).toBe("false");
  expect(text(source)).toBe('{"a" : 1}');
});

describe("map", () => {
  const codes = dict({ a: 1, b: 2, c: list(3), "1": "one", null: "nothing", true: "yes", "1.5": "more" });

  test.each<[Value, string]>([
    ["a", "1"],
    ["zz", "null"],
    [1, "one"],
    [null, "nothing"],
    [true, "yes"],
    [1.5, "more"],
    [makeFloat(1), "one"],
    [new Regex("a", ""), "1"],
    [list("a", "b", list("c", "e")), "[1, 2, [[3], null]]"],
    [list(undefined), '["nothing"]'],
    [list(), "[]"],
    [dict({ x: "a" }), '{"x" : 1}'],
  ])("%j", (x, expected) => {
    expect(call("map", codes, x)).toBe(expected);
  });

  test("gives copies", () => {
    const [inner] = [codes.table.get("c")];
    expect(callIn(dictFunctions, new TestContext(), "map", codes, "c")).not.toBe(inner);
  });

  test("is not afraid of depth", () => {
    let deep = list("a");
    for (let level = 0; level < 100_000; level++) deep = list(deep);
    expect(call("map", codes, deep)).toBe(`${"[".repeat(100_001)}1${"]".repeat(100_001)}`);
  });

  test("reports a list that contains itself", () => {
    const own = list("a");
    own.items.push(own);
    const context = new TestContext();
    expect(printed(callIn(dictFunctions, context, "map", codes, own))).toBe("[1, null]");
    expect(context.messages).toEqual(["map: argument 2 contains itself"]);
  });
});
