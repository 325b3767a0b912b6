// Hostile files: nothing throws, and every limit has its diagnostic.

import { describe, expect, it } from "vitest";
import { NESTING_LIMIT } from "./limits.js";
import { parseTemplate } from "./parse.js";

const codes = (source: string): string[] => parseTemplate(source).diagnostics.map(({ code }) => code);

describe("nesting", () => {
  const shapes: [string, string, string][] = [
    ["(", "1", ")"],
    ["[", "1", "]"],
    ["f(", "1", ")"],
    ["x[", "1", "]"],
    ["{a:", "1", "}"],
    ["lambda() { return ", "1", "; }"],
    ['"%{', "1", '}"'],
    ["={ if (1) { x; } x = ", "1", "; }"],
    ["={{ %{", "1", "} }}"],
  ];
  it.each(shapes)("%s", (open, middle, close) => {
    const nested = (levels: number): string => `%{${open.repeat(levels)}${middle}${close.repeat(levels)}}`;
    expect(codes(nested(Math.floor(NESTING_LIMIT / 3)))).toEqual([]);
    expect(codes(nested(NESTING_LIMIT + 1))).toEqual(["nesting-too-deep"]);
  });
  it("of statements", () => {
    const nested = (levels: number): string => `{% ${"if (1) { ".repeat(levels)}${"} ".repeat(levels)} %}`;
    expect(codes(nested(NESTING_LIMIT - 2))).toEqual([]);
    expect(codes(nested(NESTING_LIMIT))).toEqual(["nesting-too-deep"]);
  });
  it("is logged as a syntax error", () => {
    expect(parseTemplate(`%{\n${"(".repeat(1000)}`).log).toEqual([{ line: 2, text: "syntax error" }]);
  });
});

describe("chains", () => {
  it.each(["1 + ", "a = ", "!", "1 | f || "])("%s", (link) => {
    expect(codes(`%{${link.repeat(1000)}1}`)).toEqual([]);
    expect(codes(`%{${link.repeat(6000)}1}`)).toEqual(["chain-too-long"]);
  });
  it.each([".a", "[0]", "()"])("%s", (link) => {
    expect(codes(`%{f${link.repeat(1000)}}`)).toEqual([]);
    expect(codes(`%{f${link.repeat(6000)}}`)).toEqual(["chain-too-long"]);
  });
});

describe("large files", () => {
  const size = 200_000;
  const fill = (text: string): string => text.repeat(Math.ceil(size / text.length));
  it.each([
    ["", "{{"],
    ["", "[["],
    ["", "]]"],
    ["", "\\"],
    ["", "%{"],
    ["", "%{%}"],
    ["", "%{?}"],
    ["", "{% {{ "],
    ["", "<pre"],
    ["{% ", "("],
    ["{% ", "{{"],
    ["{% ", "{a:"],
    ["{% ", '"%{'],
    ["{% ", '"\n'],
    ["{% ", "r/\n"],
    ["{% ", "/* "],
    ["{% ", "? "],
    ["{% ", ") ; "],
    ["{% ", "} "],
    ["{% ", "if "],
    ["{% ", "x = ; "],
    ["{% x = '", "]]"],
    ["{% x = '", "\\\n"],
    ["{% x = ", "9"],
    ["{% x = 1", "|1"],
    ["{% ", "for (a) {} "],
  ])("%s%s…", (start, text) => {
    expect(parseTemplate(start + fill(text)).diagnostics.length).toBeLessThanOrEqual(100);
  });
});
