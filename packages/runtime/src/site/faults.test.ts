/**
 * Reading stacks, as V8 writes them.
 */
import { expect, test } from "vitest";
import { faultText, stackPlaces, templatePlaces } from "./faults.js";

function errorWith(...lines: string[]): Error {
  const error = new Error("no luck");
  error.stack = ["Error: no luck", ...lines.map((line) => `    at ${line}`)].join("\n");
  return error;
}

test.each([
  ["render (/site/dist/a.cjs:3:7)", "/site/dist/a.cjs"],
  ["/site/dist/a.cjs:3:7", "/site/dist/a.cjs"],
  ["async render (/site/dist/a.cjs:3:7)", "/site/dist/a.cjs"],
  ["Object.<anonymous> (/my site (old)/a.cjs:3:7)", "/my site (old)/a.cjs"],
  ["new Page (file:///site/a.mjs:3:7)", "/site/a.mjs"],
  ["render (pub:parts/a.html:3:7)", "pub:parts/a.html"],
])("%s", (line, file) => {
  expect(stackPlaces(errorWith(line))).toEqual([{ file, line: 3, column: 7 }]);
});

test.each([["native"], ["<anonymous>"], ["Array.map (<anonymous>)"]])("%s is no place", (line) => {
  expect(stackPlaces(errorWith(line))).toEqual([]);
});

test("places in templates: no repetition, not too many", () => {
  const once = errorWith("a (x:1:1)", "b (x:1:1)", "c (other:1:1)", "d (x:2:1)");
  const locate = (file: string, line: number, column: number) =>
    file === "x" ? { file: "/p.html", line, column } : null;
  const places = templatePlaces(once, locate);
  expect(faultText(once, places)).toBe("no luck (at /p.html:1:1, from /p.html:2:1)");
  const deep = errorWith(...Array.from({ length: 50 }, (_, line) => `f (x:${line + 1}:1)`));
  expect(templatePlaces(deep, locate)).toHaveLength(8);
});

test.each([
  [new Error("é €"), "\xc3\xa9 \xe2\x82\xac"],
  ["thrown text", "thrown text"],
  [undefined, "undefined"],
])("what is thrown may be anything: %s", (thrown, text) => {
  expect(
    faultText(
      thrown,
      templatePlaces(thrown, () => null),
    ),
  ).toBe(text);
});
