// The lexical rules of `okws_config` (okws-server.md §2.2), one table row a rule.
import { describe, expect, test } from "vitest";
import { type Directive, parseConfig, withoutComment } from "./index.js";

const words = (directive: Directive): string[] =>
  directive.type === "include"
    ? ["<include>", directive.file.text]
    : [directive.name.text, ...directive.words.map((word) => word.text)];

const lines = (source: string) => parseConfig(source).directives.map(words);

describe("words and lines", () => {
  test.each<[rule: string, source: string, expected: string[][]]>([
    ["an empty file", "", []],
    ["blank lines", "\n \t\n\n", []],
    ["words separated by blanks and tabs", "A  b\tc \n", [["A", "b", "c"]]],
    ["a last line without line end", "A b", [["A", "b"]]],
    ["leading blanks", "  A b\n", [["A", "b"]]],
    ["CRLF lines", "A b\r\nC\r\n\r\n", [["A", "b"], ["C"]]],
    ["a carriage return elsewhere", "A b\rc\n", [["A", "b\rc"]]],
    ["a comment line", '# A b "\nC\n', [["C"]]],
    ["an indented comment line", "  \t# A b\nC\n", [["C"]]],
    ["a comment line is not continued", "# A \\\nB\n", [["B"]]],
    ["a comment on the last line", "A\n# b", [["A"]]],
    ["quotes join words", 'A "b c"\n', [["A", "b c"]]],
    ["quotes inside a word", 'A a"b c"d\n', [["A", "ab cd"]]],
    ["an empty argument", 'A "" b\n', [["A", "", "b"]]],
    ["a line end in quotes", 'A "b\nc" d\nE\n', [["A", "b\nc", "d"], ["E"]]],
    ["an escaped quote", 'A \\"b "c\\"d"\n', [["A", '"b', 'c"d']]],
    ["an escaped blank", "A b\\ c\n", [["A", "b c"]]],
    ["an escaped letter", "A \\n\\\\\n", [["A", "n\\"]]],
    ["a continuation between words", "A b \\\n c\nD\n", [["A", "b", "c"], ["D"]]],
    ["a continuation at the start of a word", "A \\\nb\n", [["A", "b"]]],
    ["a continuation inside a word", "A b\\\n  \tc d\n", [["A", "bc", "d"]]],
    ["a continuation inside quotes", 'A "b \\\n  c"\n', [["A", "b c"]]],
    ["a continuation with CRLF", "A b \\\r\n c\r\n", [["A", "b", "c"]]],
    ["a continuation to a blank line", "A b \\\n\nC\n", [["A", "b"], ["C"]]],
    ["only a continuation", "\\\n", []],
    ["bytes beyond ASCII", "A \xc3\xa9\x00\n", [["A", "\xc3\xa9\x00"]]],
    [
      "an include in any case",
      'include a\nINCLUDE "b c"\n',
      [
        ["<include>", "a"],
        ["<include>", "b c"],
      ],
    ],
    ["include elsewhere is a word", "A include b\n", [["A", "include", "b"]]],
  ])("%s", (_rule, source, expected) => {
    const result = parseConfig(source);
    expect(result.directives.map(words)).toEqual(expected);
    expect(result.diagnostics).toEqual([]);
  });
});

test("spans cover the source text", () => {
  const source = '# x\n A "b c" d\\\ne\ninclude f\n';
  const text = (span: { start: number; end: number }) => source.slice(span.start, span.end);
  const [first, second] = parseConfig(source).directives;
  expect(text(first)).toBe('A "b c" d\\\ne');
  expect(first.type === "setting" && [first.name, ...first.words].map(text)).toEqual(["A", '"b c"', "d\\\ne"]);
  expect(text(second)).toBe("include f");
});

describe("mistakes", () => {
  test.each<[rule: string, source: string, expected: [place: string, message: string][], rest: string[][]]>([
    [
      "a quote without end",
      'A "b c\nD e\n',
      [['"b c', "closing '\"' missing"]],
      [
        ["A", "b c"],
        ["D", "e"],
      ],
    ],
    [
      "a quote without end behind an escaped one",
      'A b"c \\"\nD \\"\n',
      [['"c \\"', "closing '\"' missing"]],
      [
        ["A", 'bc \\"'],
        ["D", '"'],
      ],
    ],
    ["a backslash at the end", "A b\\", [["\\", "backslash at the end of the file"]], [["A", "b"]]],
    ["include without a file", "include\nA\n", [["include", "usage: include <file>"]], [["A"]]],
    ["include at the end without a file", "include", [["include", "usage: include <file>"]], []],
    ["include with a comment", "include a #b\nA\n", [["#b", "usage: include <file>"]], [["A"]]],
    ["include with three files", "include a b c\nA\n", [["b", "usage: include <file>"]], [["A"]]],
    [
      "several mistakes",
      'include\nA b\ninclude c d e\nF\nG "h\n',
      [
        ["include", "usage: include <file>"],
        ["d", "usage: include <file>"],
        ['"h', "closing '\"' missing"],
      ],
      [["A", "b"], ["F"], ["G", "h"]],
    ],
  ])("%s", (_rule, source, expected, rest) => {
    const { directives, diagnostics } = parseConfig(source);
    expect(diagnostics.map((found) => [source.slice(found.span.start, found.span.end), found.message])).toEqual(
      expected,
    );
    expect(directives.map(words)).toEqual(rest);
  });
});

describe("trailing comments", () => {
  test.each<[rule: string, source: string, fixed: number | null, expected: string[], quoted: boolean]>([
    ["none", "A b c", 2, ["b", "c"], false],
    ["a word that begins with #", "A b #c d", 1, ["b"], false],
    ["a lone #", "A b # c", 1, ["b"], false],
    ["# inside a value is kept", "A b#c d", 1, ["b#c", "d"], false],
    ["# that begins the value is kept", "A #b", 1, ["#b"], false],
    ["a free list is cut in a word", "A b#c d", null, ["b"], false],
    ["a free list is cut before a word", "A b # c d", null, ["b"], false],
    ["a free list is cut in quotes", 'A b "c #d" e', null, ["b", "c "], true],
    ["a free list is cut at an escaped #", "A b\\#c", null, ["b"], true],
    ["a comment of several lines", 'A b # "c\nd" e \\\nf', null, ["b"], false],
  ])("%s", (_rule, source, fixed, expected, quoted) => {
    const [directive] = parseConfig(source).directives;
    const result = withoutComment(directive.type === "setting" ? directive.words : [], fixed);
    expect(result.words.map((word) => word.text)).toEqual(expected);
    expect(result.quotedHash !== null).toBe(quoted);
  });
});

test("a hostile file takes linear time and no stack", () => {
  const count = 50_000;
  expect(lines("a\n".repeat(count))).toHaveLength(count);
  expect(parseConfig('"\\"\n'.repeat(count)).diagnostics.length).toBeLessThan(2);
  expect(parseConfig("include\n".repeat(1000)).diagnostics).toHaveLength(1000);
  expect(lines(`${"\\\n".repeat(count)}a`)).toEqual([["a"]]);
});
