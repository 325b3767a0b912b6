/**
 * Comments that describe pages.
 */
import { parseTemplate } from "pub-parser";
import { expect, test } from "vitest";
import { readDocumentation } from "./documentation.js";

const read = (source: string) => readDocumentation(source, parseTemplate(source).template);
const types = (source: string) => read(source)?.variables.map(({ name, type }) => `${name}: ${type}`);

test("text and variables", () => {
  expect(
    read(`{% /**
 * One book.
 *
 * With reviews.
 * @param {{ title: string, cents: number }[]} books - what to show,
 *   in this order
 * @param {string} [q=""] the query
 * @see nothing
 */ %}`),
  ).toEqual({
    text: "One book.\n\nWith reviews.",
    variables: [
      {
        name: "books",
        optional: false,
        type: "{ title: string, cents: number }[]",
        text: "what to show,\n  in this order",
      },
      { name: "q", optional: true, type: "string", text: "the query" },
    ],
  });
});

test.each<[source: string]>([
  ["{% /* no documentation */ %}"],
  ["{% /** Adds. */ def add(a, b) { return a + b; } %}"],
  ["{% /**/ %}"],
  ["/** text of the page */"],
])("none in %s", (source) => expect(read(source)).toBeNull());

test.each<[type: string, kept: string | null]>([
  ["string | null", "string | null"],
  ["import('./book').Book", "import('./book').Book"],
  ['"a" | "b"', '"a" | "b"'],
  ["(x: number) => string", "(x: number) => string"],
  ["{ a: 1; b: 2 }", "{ a: 1; b: 2 }"],
  ["Map<string, number[]>", "Map<string, number[]>"],
  ["number; evil", null],
  ["number]", null],
  ["Array<number", null],
  ["`x`", null],
])("the type %s", (type, kept) => expect(types(`{% /** @param {${type}} x */ %}`)).toEqual([`x: ${kept}`]));
