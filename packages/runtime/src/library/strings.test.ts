// String functions: the examples of the specification and what they do at their edges.

import { describe, expect, test } from "vitest";
import { List, type Value } from "../values/types.js";
import { stringFunctions } from "./strings.js";
import { callIn, printed, TestContext } from "./test-context.js";
import { utf8Functions } from "./utf8.js";

const functions = [...stringFunctions, ...utf8Functions];
const call = (name: string, ...args: unknown[]) => printed(callIn(functions, new TestContext(), name, ...args));

test.each<[string, unknown[], string]>([
  ["tolower", ["MiXeD \xc3\x89"], "mixed \xc3\x89"],
  ["tolower", ["ABC\0D"], "abc\0d"],
  ["toupper", ["h\xc3\xa9llo \xe9"], "H\xc3\xa9LLO \xe9"],
  ["toupper", ["stra\xc3\x9fe"], "STRA\xc3\x9fE"],
  ["strip", ["  a   b\n\tc  "], "a b c"],
  ["strip", [" \v\f\r\n"], ""],
  ["strip", ["a\xc2\xa0b "], "a\xc2\xa0b"],
  ["wss_filter", ["  a \n\t b  "], " a b "],
  ["wss_filter", [""], ""],
  ["substr", ["abcdef", 2], "cdef"],
  ["substr", ["abcdef", 2, 2], "cd"],
  ["substr", ["abcdef", -1], ""],
  ["substr", ["abcdef", 1, -1], "bcdef"],
  ["substr", ["abcdef", 6], ""],
  ["substr", ["abcdef", 4, 40], "ef"],
  ["substr", ["abcdef", 2 ** 50], ""],
  ["substr", ["h\xc3\xa9llo", 1, 3], "\xc3\xa9ll"],
  ["substr", ["\xf0\x9f\x98\x80\xf0\x9f\x98\x81", 1], "\xf0\x9f\x98\x81"],
  ["substr", ["\xe9abc", 1], "null"],
  ["substr", ["\xe9abc", -1], "null"],
  ["substr", ["ab\0cd", 1], "b"],
  ["index_of", ["h\xc3\xa9llo", "l"], "3"],
  ["index_of", ["bocboBEARbobo", "bo", 2], "3"],
  ["index_of", ["", ""], "-1"],
  ["index_of", ["abc", "", 3], "-1"],
  ["index_of", ["abc", "", 2], "2"],
  ["index_of", ["abc", "a", -1], "-1"],
  ["index_of", ["ab\0cd", "c"], "-1"],
  ["index_of", ["ab\0cd", "c", 3], "3"],
  ["utf8_fix", ["a\xe9b\xc3"], "ab"],
  ["utf8_fix", ["\xed\xa0\x80"], "\xed\xa0\x80"],
  ["utf8_fix", ["\xc0\x80"], "\xc0\x80"],
  ["utf8_fix", ["\x80\x81mid\xff\xfe!"], "mid!"],
  ["utf8_fix", ["e\xe2\x82\xc3\xa9."], "e\xc3\xa9."],
  ["utf8_fix", ["\xf8\x88\x80\x80\x80"], "\xf8\x88\x80\x80\x80"],
])("%s%j", (name, args, expected) => {
  expect(call(name, ...args)).toBe(expected);
});

describe("join", () => {
  const join = (separator: string, ...items: Value[]) => call("join", separator, new List(items));

  test("prints elements, and nothing for null and holes", () => {
    expect(join(",", 1, null, 2.5, true, "x", new List([1, "y"]), undefined)).toBe('1,,2.5,true,x,[1, "y"],');
    expect(join(",")).toBe("");
    expect(join("", "a", "b")).toBe("ab");
  });
});
