// Places and code frames.

import { describe, expect, it } from "vitest";
import { catalogue, makeDiagnostic } from "./catalogue.js";
import { formatDiagnostic, lineIndex } from "./diagnostic.js";
import { parseTemplate } from "./template/parse.js";

const utf8 = (text: string): string => Buffer.from(text, "utf8").toString("latin1");

describe("lineIndex", () => {
  const source = utf8("a\nbé€x\n\n");
  const index = lineIndex(source);
  it.each([
    [0, 1, 1],
    [1, 1, 2],
    [2, 2, 1],
    [5, 2, 3],
    [8, 2, 4],
    [10, 3, 1],
    [11, 4, 1],
  ])("offset %i is line %i, column %i", (offset, line, column) => {
    expect(index.positionAt(offset)).toEqual({ line, column });
  });
  it("knows the lines", () => {
    expect(index.lineCount).toBe(4);
    expect(index.lineSpan(2)).toEqual({ start: 2, end: 9 });
    expect(index.lineSpan(4)).toEqual({ start: 11, end: 11 });
  });
});

describe("formatDiagnostic", () => {
  const print = (source: string, color = false): string =>
    parseTemplate(source)
      .diagnostics.map((diagnostic) => formatDiagnostic(diagnostic, source, "page.pub", { color }))
      .join("");

  it("shows the line before, marks the place, adds hint and related places", () => {
    expect(print(utf8('{% if (a) {\n\tx = "é"; %}'))).toBe(
      utf8(
        [
          "page.pub:1:11: error: `{` is never closed [unclosed]",
          "  1 | {% if (a) {",
          "    |           ^",
          "  page.pub:2:11: the code zone around it ends here",
          "  1 | {% if (a) {",
          '  2 |   x = "é"; %}',
          "    |            ^^",
          "  hint: a block cannot reach over several zones; put the text between `{{` and `}}`",
          "",
        ].join("\n"),
      ),
    );
  });

  it("cuts long lines", () => {
    const printed = print(`${"a".repeat(500)}%{}${"b".repeat(500)}`);
    expect(printed).toContain("page.pub:1:503: error:");
    for (const line of printed.split("\n")) expect(line.length).toBeLessThan(180);
    const [, frame, marks] = printed.split("\n");
    expect(frame[marks.indexOf("^")]).toBe("}");
  });

  it("paints", () => {
    expect(print("%{}", true)).toContain("\x1b[31merror\x1b[0m");
  });

  it("stands at the end of a file too", () => {
    expect(print("%{1")).toContain("page.pub:1:1: error: `%{` is never closed");
    const atEnd = makeDiagnostic("unexpected-token", { start: 2, end: 2 }, { values: { expected: "x", found: "y" } });
    expect(formatDiagnostic(atEnd, "a\n", "f")).toBe(
      "f:2:1: error: Expected x, found y [unexpected-token]\n  1 | a\n  2 | \n    | ^\n",
    );
  });
});

it("every catalogue entry explains itself", () => {
  for (const entry of Object.values(catalogue)) expect(entry.explanation.length).toBeGreaterThan(20);
});
