// The JSON dialect of json2pub: values, and the reference's messages.

import { describe, expect, it } from "vitest";
import { type JsonBuilder, parseJson } from "./index.js";

/** Values as JavaScript values; floats as `{float}` to tell them from integers. */
const plain: JsonBuilder<unknown> = {
  null: () => null,
  boolean: (value) => value,
  integer: (value) => value,
  float: (value) => ({ float: value }),
  string: (value) => value,
  list: (items) => items,
  dict: (entries) => entries,
};

describe("values", () => {
  const cases: [string, unknown][] = [
    ["1", 1n],
    ["-17", -17n],
    ["  7\r\n\t ", 7n],
    ["-0", 0n],
    ["0x1f", 31n],
    ["017", 15n],
    ["9223372036854775808", 9223372036854775808n],
    ["-99999999999999999999", -9223372036854775808n],
    ["2.5", { float: 2.5 }],
    ["-.25", { float: -0.25 }],
    ["1e5", { float: 1e5 }],
    ["-1.5E-2", { float: -0.015 }],
    ["true", true],
    ["false", false],
    ["null", null],
    ["[]", []],
    ["{}", []],
    ['[1,"a",[null]]', [1n, "a", [null]]],
    [
      '{"a":1,\'b\':[true],"a":2}',
      [
        ["a", 1n],
        ["b", [true]],
        ["a", 2n],
      ],
    ],
    [String.raw`"a\"b\\c\/d\b\f\n\r\t"`, 'a"b\\c/d\b\f\n\r\t'],
    ["'rock\\'n'", 'rock"n'],
    ["'say \"hi\"'", 'say "hi"'],
    ['"raw\n\x01"', "raw\n\x01"],
    [String.raw`"\u0041\u00e9\u20ac\ud83d\ude00|\ud800|\u0000"`, "A\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80||\x00"],
  ];
  it.each(cases)("%s", (source, value) => {
    expect(parseJson(source, plain)).toEqual({ ok: true, value });
  });
});

describe("errors", () => {
  const cases: [string, string[]][] = [
    ["", []],
    [" \n", []],
    ["{a:1}", ["1: illegal token ('a'=97) in JSON environment", "1: syntax error"]],
    ["[1,", ["1: syntax error"]],
    ["[1,]", ["1: syntax error"]],
    ["[1,\n2\n", ["3: syntax error"]],
    ["[1,\n?]", ["2: illegal token ('?'=63) in JSON environment", "2: syntax error"]],
    ["nul", ["1: illegal token ('n'=110) in JSON environment"]],
    ["[1] 2", ["1: syntax error"]],
    ["[1] x", ["1: illegal token ('x'=120) in JSON environment"]],
    ["[\xe9]", ["1: illegal token ('\xe9'=-23) in JSON environment", "1: syntax error"]],
    ['{"a" 1}', ["1: syntax error"]],
    ['{"a":1,}', ["1: syntax error"]],
    ["{1:2}", ["1: syntax error"]],
    ["]", ["1: syntax error"]],
    ["1.", ["1: illegal token ('.'=46) in JSON environment"]],
    ['"x', ["1: EOF on JSON string started on line 0"]],
    ['"x\\', ["1: EOF on JSON string started on line 0"]],
    ['"\n\\q"', ["2: illegal escape sequence in string ('\\q')"]],
    ["'x\\\"y'", ["1: illegal escape sequence in string ('\\\"')"]],
    ["08", ["1: Cannot convert '08' to unsigned int"]],
    ["[18446744073709551616, 1]", ["1: Cannot convert '18446744073709551616' to unsigned int"]],
  ];
  it.each(cases)("%s", (source, messages) => {
    expect(parseJson(source, plain)).toEqual({ ok: false, messages: messages.map((text) => `<json>:${text}`) });
  });
});

describe("hostile text", () => {
  const depth = 100_000;
  it("reads deep nesting without recursion", () => {
    let value: unknown = null;
    const result = parseJson(`${"[".repeat(depth)}${"]".repeat(depth)}`, plain);
    if (result.ok) value = result.value;
    let levels = 0;
    for (let list = value; Array.isArray(list); list = list[0]) levels++;
    expect(levels).toBe(depth);
  });
  it("ends on unclosed brackets", () => {
    expect(parseJson('{"a":['.repeat(depth), plain).ok).toBe(false);
  });
});
