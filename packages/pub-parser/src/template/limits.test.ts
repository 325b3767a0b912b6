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

describe("depth of expressions", () => {
  const links: [string, number][] = [
    ["1 + ", 600],
    ["1 || ", 600],
    ["1 * 2 == 3 || ", 598],
    ["a = ", 300],
    ["!", 200],
    ["1 | f || ", 596],
  ];
  it.each(links)("%s", (link, most) => {
    expect(codes(`%{${link.repeat(most)}1}`)).toEqual([]);
    expect(codes(`%{${link.repeat(most + 5)}1}`)).toEqual(["expression-too-deep"]);
  });
  it.each([
    [".a", 600],
    ["[0]", 600],
    ["()", 300],
    ["(1)", 300],
  ])("%s", (link, most) => {
    expect(codes(`%{f${link.repeat(most)}}`)).toEqual([]);
    expect(codes(`%{f${link.repeat(most + 1)}}`)).toEqual(["expression-too-deep"]);
  });
  it("of filters", () => {
    expect(codes(`%{f${" | f".repeat(150)}}`)).toEqual([]);
    expect(codes(`%{f${" | f".repeat(151)}}`)).toEqual(["expression-too-deep"]);
  });
  it.each([
    ["(", ")"],
    ["[", "]"],
    ["f(", ")"],
    ['"a%{', '}b"'],
    ["lambda() { return ", "; }"],
  ])("adds up over brackets: %s%s", (open, close) => {
    const nested = (levels: number): string => {
      let inner = "1";
      for (let i = 0; i < levels; i++) inner = `${open}${inner}${close}${" + 1".repeat(90)}`;
      return inner;
    };
    expect(codes(`%{${nested(6)}}`)).toEqual([]);
    expect(codes(`%{${nested(8)}}`)).toEqual(["expression-too-deep"]);
  });
  it("of one expression says nothing of the next ones", () => {
    const deep = (levels: number): string => `%{1${" + 1".repeat(levels)}}`;
    expect(codes(deep(500).repeat(5))).toEqual([]);
    expect(codes(deep(700) + deep(500))).toEqual(["expression-too-deep"]);
    expect(codes(`%{[${deep(550).slice(2, -1)}, ${deep(550).slice(2, -1)}]}`)).toEqual([]);
  });
  it("of `elif` branches", () => {
    const branches = (count: number): string => `{% if (a) {}${" elif (a) {}".repeat(count)} %}`;
    expect(codes(branches(999))).toEqual([]);
    expect(codes(branches(1000))).toEqual(["too-many-branches"]);
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
    ["{% x", ".a"],
    ["{% ", "x = 1; "],
    ["{% print(1", ', "a%{b}c"'],
    ["{% x = [1", ", 1"],
    ["{% x = {a:1", ", b:1"],
    ["{% if (a) {}", " elif (a) {}"],
  ])("%s%s…", (start, text) => {
    expect(parseTemplate(start + fill(text)).diagnostics.length).toBeLessThanOrEqual(100);
  });
});
