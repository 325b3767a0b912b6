// Escaping: the tables of the specification, and that plain text comes back as it is.

import fc from "fast-check";
import { expect, test } from "vitest";
import { Regex } from "../values/types.js";
import { escapingFunctions, htmlEscape, urlDecode, urlEscape } from "./escaping.js";
import { callIn, printed, TestContext } from "./test-context.js";

const call = (name: string, ...args: unknown[]) => printed(callIn(escapingFunctions, new TestContext(), name, ...args));

test.each<[string, string, string]>([
  ["html_escape", `<a href="x">it's & more</a>\0`, "&lt;a href=&quot;x&quot;&gt;it&#39;s &#38; more&lt;/a&gt;\0"],
  ["html_escape", "&amp;", "&#38;amp;"],
  ["html_escape", "\xc3\xa9", "\xc3\xa9"],
  ["hidden_escape", `foo <bar> "hi" & 'bye'`, "foo &lt;bar&gt; &quot;hi&quot; &amp; &#039;bye&#039;"],
  ["json_escape", "\xc3\xa9", '"\\u00e9"'],
  ["json_escape", "a\xff", '""'],
  ["js_escape", `it's </b> "q"`, `"it\\'s <\\/b> \\"q\\""`],
  ["js_escape", "<a>", '"<a>"'],
  ["url_escape", "a b/c?d=e&f_-.~\xc3\xa9+%", "a+b%2fc%3fd%3de%26f_-.%7e%c3%a9%2b%25"],
  ["url_unescape", "%3Cb%3e", "&lt;b&gt;"],
  ["url_unescape", "a&b=c;d", "a&#38;b=c;d"],
  ["url_unescape", "a+b%2Fc%3d%zz%4", "a b/c=%zz"],
  ["url_unescape", "%4z%%41%", "%4z%A"],
  ["url_unescape", "a%00b", "a\0b"],
  [
    "tag_escape",
    `<B>x</b><br/><script>&lt;&amp;&#35;&quot;&#38;&nbsp; # '>`,
    "<B>x</b><br/>&lt;script>&lt;&amp;&#35;&quot;&amp;&#35;38;&amp;nbsp; &#35; '>",
  ],
  ["tag_escape", "a & b; c &lt d; &lt;", "a &amp; b; c &amp;lt d; &lt;"],
  ["tag_escape", '"<script>"', "&quot;&lt;script>&quot;\0"],
  ["tag_escape", 'a "b" c', "a &quot;b&quot; c"],
  ["tag_escape", '""', "&quot;&quot;"],
  ["tag_escape", "<b>\0<b>", "<b>"],
  ["tag_escape", "<<b>", "&lt;<b>"],
])("%s %j", (name, text, expected) => {
  expect(call(name, text)).toBe(expected);
});

test("url_unescape refuses half a megabyte", () => {
  expect(call("url_unescape", "+".repeat(524287))).toHaveLength(524287);
  expect(call("url_unescape", "+".repeat(524288))).toBe("null");
});

test("tag_escape with allowed tags", () => {
  expect(call("tag_escape", "<div><b>", new Regex("<div>", ""))).toBe("<div>&lt;b>");
  expect(call("tag_escape", "<b>", new Regex("x*", ""))).toBe("&lt;b>");
});

test("FilterCGI below 2 leaves decoded data raw", () => {
  const context = new TestContext({ filterCgi: 1 });
  expect(callIn(escapingFunctions, context, "url_unescape", "%3Cb%3e")).toBe("<b>");
});

test("the UTF-8 option keeps text in JSON", () => {
  const context = new TestContext({ utf8Json: true });
  expect(callIn(escapingFunctions, context, "json_escape", "\xc3\xa9")).toBe('"\xc3\xa9"');
});

const bytes = fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)) });

test("URL escapes decode to what they were made of", () => {
  fc.assert(fc.property(bytes, (text) => urlDecode(urlEscape(text)) === text));
});

test("escaped HTML has no special bytes left, and reads as the text", () => {
  const entities: Record<string, string> = { "&lt;": "<", "&gt;": ">", "&#38;": "&", "&quot;": '"', "&#39;": "'" };
  const property = fc.property(bytes, (text) => {
    const escaped = htmlEscape(text);
    expect(escaped).not.toMatch(/[<>"']/);
    expect(escaped.replace(/&.*?;/g, (entity) => entities[entity])).toBe(text);
  });
  fc.assert(property);
});
