// Decoding of parameters, and the files that paths name.

import { describe, expect, test } from "vitest";
import { addParameters, ParameterTooLong } from "./parameters.js";
import { siteFile } from "./site-path.js";

const decode = (text: string, filtered = false) => {
  const parameters = new Map<string, string>();
  addParameters(text, { limit: 20, escape: filtered }, parameters);
  return Object.fromEntries(parameters);
};

test.each([
  ["a=1&b=2", { a: "1", b: "2" }],
  ["a=1&a=2", { a: "2" }],
  ["a=b=c", { a: "b=c" }],
  ["a&b=", { a: "", b: "" }],
  ["=x&&", {}],
  ["a+b=c%20d", { "a b": "c d" }],
  ["a=%C3%a9%FF", { a: "\xc3\xa9\xff" }],
  ["a=%4&b=%zz&c=%", { a: "%4", b: "%zz", c: "%" }],
  ["a%00b=c%00d", { a: "c" }],
  ["__proto__=x", JSON.parse('{ "__proto__": "x" }')],
])("%s", (text, expected) => expect(decode(text)).toEqual(expected));

test("the filter escapes keys and values", () => {
  expect(decode("%3Ca%3E=%26%22%27", true)).toEqual({ "&lt;a&gt;": "&#38;&quot;&#39;" });
});

test("what is too long is refused", () => {
  expect(() => decode(`a=${"x".repeat(21)}`)).toThrow(ParameterTooLong);
  expect(() => decode(`a=${"%78".repeat(20)}`)).not.toThrow();
});

describe("paths", () => {
  test.each([
    ["/", "/index.html"],
    ["/a.html", "/a.html"],
    ["//a//b.html", "/a/b.html"],
    ["/a/", "/a/index.html"],
    ["/caf%C3%A9", "/caf\xe9"],
    ["/a%20b", "/a b"],
    ["/..", null],
    ["/a/../b", null],
    ["/a/..%2fb", null],
    ["/.git/config", null],
    ["/a/.x", null],
    ["/a%00", null],
    ["/a%5cb", null],
    ["/site.conf", null],
    ["/SITE.CONF", null],
    ["*", null],
  ])("%s names %s", (path, file) => expect(siteFile(path, "index.html")).toBe(file));
});
