// json2pub, cgi2pub and sha1: values made of text, and what is reported.

import { expect, test } from "vitest";
import { Float, UInt } from "../values/types.js";
import { cgiFunctions } from "./cgi.js";
import { hashingFunctions } from "./hashing.js";
import { jsonFunctions } from "./json.js";
import { callIn, printed, TestContext } from "./test-context.js";

const functions = [...jsonFunctions, ...cgiFunctions, ...hashingFunctions];
const call = (name: string, ...args: unknown[]) => printed(callIn(functions, new TestContext(), name, ...args));

test.each<[string, string, string]>([
  ["json2pub", "[1,-2,3.5,-0.25,.5,0x1f,010,true,null,'q',{}]", '[1, -2, 3.5, -0.25, 0.5, 31, 8, true, null, "q", {}]'],
  ["json2pub", '{"zeta":1,"alpha":2,"zeta":3}', '{"alpha" : 2, "zeta" : 3}'],
  ["json2pub", '"\\u00e9\\u4e2d\\ud83d\\ude00\\f"', "\xc3\xa9\xe4\xb8\xad\xf0\x9f\x98\x80\f"],
  ["json2pub", "1e5", "100000"],
  ["json2pub", "null", "null"],
  ["json2pub", "[1,]", "undef"],
  ["json2pub", "", "undef"],
  [
    "cgi2pub",
    "a=1&b=2&a=3&c&d=&=x&e=%3Cb%3E+z",
    '{"a" : ["1", "3"], "c" : [], "b" : ["2"], "e" : ["&lt;b&gt; z"], "d" : [""]}',
  ],
  ["cgi2pub", "a=%&b=%4", '{"a" : ["%"], "b" : [""]}'],
  ["cgi2pub", "?a=b=c", '{"?a" : ["b=c"]}'],
  ["cgi2pub", "a;b=1", '{"a;b" : ["1"]}'],
  ["cgi2pub", "", "undef"],
  ["cgi2pub", "&=", "undef"],
  ["sha1", "abc", "a9993e364706816aba3e25717850c26c9cd0d89d"],
  ["sha1", "", "da39a3ee5e6b4b0d3255bfef95601890afd80709"],
  ["sha1", "\xff", "85e53271e14006f0265921d02d4d736cdc580b0b"],
])("%s %j", (name, text, expected) => {
  expect(call(name, text)).toBe(expected);
});

test("numbers of JSON have the type that their notation says", () => {
  const value = (text: string) => callIn(functions, new TestContext(), "json2pub", text);
  expect(value("1.0")).toEqual(new Float(1));
  expect(value("9223372036854775807")).toBe(9223372036854775807n);
  expect(value("9223372036854775808")).toEqual(new UInt(9223372036854775808n));
});

test.each([
  ["{a:1}", "{a:1}\n<json>:1: illegal token ('a'=97) in JSON environment\n<json>:1: syntax error\n"],
  ["", "\n"],
  ["null", "null\n"],
])("json2pub reports what is wrong with %j if it is asked to", (text, message) => {
  const context = new TestContext();
  callIn(functions, context, "json2pub", text, true);
  expect(context.messages).toEqual([`Invalid JSON: ${message}`]);
  const silent = new TestContext();
  callIn(functions, silent, "json2pub", text);
  expect(silent.messages).toEqual([]);
});

test("FilterCGI below 2 leaves queries raw", () => {
  const context = new TestContext({ filterCgi: 0 });
  expect(printed(callIn(functions, context, "cgi2pub", "%3C=%22"))).toBe('{"<" : ["\\""]}');
});
