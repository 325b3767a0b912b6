// Functions on regular expressions: the examples of the specification, errors, and replacing functions.

import { describe, expect, test } from "vitest";
import { Regex, type Value } from "../values/types.js";
import { regexFunctions } from "./regex-functions.js";
import { callIn, HostFunction, printed, TestContext } from "./test-context.js";

const call = (name: string, ...args: unknown[]) => printed(callIn(regexFunctions, new TestContext(), name, ...args));
const r = (pattern: string, options = "") => new Regex(pattern, options);

test.each<[string, unknown[], string]>([
  ["match", ["a|ab", "ab"], "false"],
  ["match", ["ab|a", "ab"], "true"],
  ["match", ["a$", "a\n"], "false"],
  ["match", ["abc", "ABC", "i"], "true"],
  ["match", ["(a)(b)", "ab", "iT"], '["ab", "a", "b"]'],
  ["match", ["z", "abc", "T"], "[]"],
  ["match", ["", ""], "true"],
  ["match", [".", "\xc3\xa9"], "false"],
  ["match", [".", "\xc3\xa9", "8"], "true"],
  ["search", ["(b)(x)?(c)", "abc", "T"], '["bc", "b"]'],
  ["search", ["(x*)(b)", "abc", "T"], '["b", "", "b"]'],
  ["search", ["b", "ab", "^"], "false"],
  ["search", ["(a)|(b)(c)", "bc", "T"], '["bc"]'],
])("%s%j", (name, args, expected) => {
  expect(call(name, ...args)).toBe(expected);
});

test.each<[string, Regex, string, string]>([
  ["split", r("-"), "dog-cat--bar", '["dog", "cat", "", "bar"]'],
  ["split", r("-"), "a-b-", '["a", "b"]'],
  ["split", r("-"), "-a", '["", "a"]'],
  ["split", r("-"), "", "[]"],
  ["split", r("x?"), "abc", '["", "", ""]'],
  ["split", r("^a"), "aab", '["", "", "b"]'],
  ["split", r("A", "i"), "xaya", '["x", "y"]'],
  ["split", r("(?<=a)b"), "abab", '["a", "a"]'],
  ["split2", r("\\."), "a.b.", '["a", ".", "b", "."]'],
  ["split2", r("(\\.)(x)?"), "a.b.c", '["a", ".", "b", ".", "c"]'],
  ["split2", r(""), "abc", '["", "", "", "", "", ""]'],
])("%s %s %j", (name, regex, text, expected) => {
  expect(call(name, regex, text)).toBe(expected);
});

describe("replace", () => {
  test.each<[string, Regex, Value, boolean, string]>([
    ["Jam-aA--pickle", r("-+[Aa]+-+"), " ", true, "Jam pickle"],
    ["cat foo.edu", r("[a-z.]+\\.(edu|net|com)"), "$1:$0", true, "cat edu:foo.edu"],
    ["abc", r("b"), "$$0 $ $x $", true, "a$0 $ $x $c"],
    ["abc", r("b"), "[$0]", false, "a[$0]c"],
    ["abc", r("(b)(x)?"), "[$1|$2|$9]", true, "a[b||]c"],
    ["abc", r("x*"), "-", true, "---"],
    ["abc", r("(?=c)"), "-", true, "ab--"],
    ["aaa", r("^a"), "b", true, "bbb"],
    ["abc", r("$"), "-", true, "abc-"],
    ["", r("x*"), "-", true, ""],
    ["abc", r("b"), null, true, "anullc"],
    ["abc", r("b"), 5, true, "a5c"],
    ["FOO foo", r("foo", "i"), "x", true, "x x"],
  ])("%j %s", (text, regex, replacement, useCaptures, expected) => {
    expect(call("replace", text, regex, replacement, useCaptures)).toBe(expected);
  });

  const callbacks: [string, Regex, (groups: Value) => Value, string][] = [
    ["abc", r("b"), (groups) => groups, 'a["b"]c'],
    ["abc", r("(x?)(b)"), (groups) => groups, 'a["b", "b"]c'],
    ["abc", r("(a)(x)?(b)"), (groups) => groups, '["ab", "a"]c'],
    ["abc", r("b"), () => null, "anullc"],
    ["abc", r("b"), () => undefined, "ac"],
  ];
  test.each(callbacks)("%j %s with a function", (text, regex, body, expected) => {
    expect(call("replace", text, regex, new HostFunction(body))).toBe(expected);
  });

  test("waits for functions that wait, one after the other", async () => {
    let running = 0;
    const slow = new HostFunction(async () => {
      expect(++running).toBe(1);
      await null;
      return running--;
    });
    expect(await callIn(regexFunctions, new TestContext(), "replace", "a-b-c", r("-"), slow)).toBe("a1b1c");
  });
});

test("a wrong pattern is reported", () => {
  const context = new TestContext();
  expect(callIn(regexFunctions, context, "match", "(", "a", "T")).toBeUndefined();
  expect(context.messages).toEqual([
    "Cannot compile regex '(' with options '': Invalid regular expression:\n   (\n    ^\nmissing ).\n\n",
    "cannot parse regular expression",
  ]);
});

test("errors while matching go to the log", () => {
  const lines: string[] = [];
  const context = new TestContext();
  Object.assign(context.run, { log: (line: string) => lines.push(line) });
  const results = [
    callIn(regexFunctions, context, "search", "a", "a\xff", "8"),
    callIn(regexFunctions, context, "split", r("(*UTF8),"), "a,\xff"),
    callIn(regexFunctions, context, "replace", "a\xff", r("(*UTF8)a"), "z"),
  ];
  expect(results.map((result) => printed(result))).toEqual(["false", "[]", "null"]);
  expect(lines).toEqual([
    "rxx/pcre_exec error -10",
    "rxx/pcre_exec error -10",
    "rxx/pcre_exec error -10",
    "XX regex execution failed",
  ]);
});
