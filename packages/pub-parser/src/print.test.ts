// Printing: parse → print → parse gives the same tree, and some prints as they look.

import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Template } from "./ast.js";
import { printTemplate } from "./print.js";
import { DEPTH_LIMIT, WEIGHTS } from "./template/limits.js";
import { parseTemplate } from "./template/parse.js";

const accepted: { name: string; source: string }[] = JSON.parse(
  readFileSync(new URL("./template/fixtures/accepted.json", import.meta.url), "utf8"),
);

/** A tree without spans and comments. */
function shape(template: Template): string {
  const ignored = new Set(["start", "end", "nameSpan", "operatorSpan", "comments"]);
  return JSON.stringify(template, (key, value) =>
    ignored.has(key) ? undefined : typeof value === "bigint" ? `${value}n` : value,
  );
}

function roundTrip(source: string): void {
  const { template } = parseTemplate(source);
  const printed = printTemplate(template);
  const again = parseTemplate(printed);
  expect(again.log, printed).toEqual([]);
  expect(shape(again.template), printed).toBe(shape(template));
}

describe("how it looks", () => {
  const cases: [string, string][] = [
    ["a %{x} b", "a %{x} b"],
    ["%{{a:1}}", "%{ {a: 1} }"],
    ["{%x=1;y = {a,'b c'=2};%}", '{% x = 1 ; y = {a, "b c": 2} ; %}'],
    ["{%if(a){{b}}elif(c){d}else{}%}", "{% if (a) {{b}} elif (c) { d } else { } %}"],
    ["%{x-1}", "%{x - 1}"],
    ["\\%{ \\}} \\[[ \\]]", "\\%{ \\}} \\[[ \\]]"],
    ["%{'a\\tb\\u20ac%{c}'}", "%{'a\\tb\\u20ac%{c}'}"],
  ];
  it.each(cases)("%s", (source, printed) => {
    expect(printTemplate(parseTemplate(source).template)).toBe(printed);
  });
});

describe("traps", () => {
  it.each([
    "{[[[x]]]%{1}",
    "%[[[x]]]{% %}",
    "{% {{ }[[[x]]]}} %}",
    "<[[[x]]]pre> <pre> </TextArea",
    "\\\\\\%{ \\\\}} \\\\\\{%",
    "[[a]]b]] \\[[[[ \\[[[",
    "%{'a[[x]]b' + \"[[[[c]]]]\"}",
    "%{'\\ud800\\udc00\\ud800' + '\\x41\\x00\\u0041\\n\\\"'}",
    "%{! ={ x } == !!-1}",
    "%{r{a\\}b}i.x[r/a\\/b/](r<a\\>>)}",
    "{% r = 1; print r %}",
    "{% print x -1 print (1)(2) %}",
    "{% x = 5 -3 - -2 -.5; %}",
    "{% f(* *) g(* 1, a *); %}",
    "{% def f(a, b | c) {{ }} g = lambda(|x) { return; }; %}",
    "{% switch (x) { case (010) { } case ('a\"b') {{}} case (null) { } case (True) { } case { } } %}",
    "{% for x, {a} { } empty {{}} for (y, z) { break continue exit } %}",
    "{% locals ({a = 1, 'b'}) include 'f' load ('g', {a}) globals { x } universals { y : globals::x } %}",
    "%{a = b => c || d | e(1)}",
    "{% {{ {{ }} }} %}",
  ])("%s", roundTrip);

  it.each([
    `%{1${" + a".repeat(DEPTH_LIMIT)}}`,
    `%{a${".b".repeat(DEPTH_LIMIT)}}`,
    `%{${"a = ".repeat(DEPTH_LIMIT / WEIGHTS["="])}1}`,
    `%{${"!".repeat(DEPTH_LIMIT / WEIGHTS["!"])}1}`,
  ])("prints the longest chains", (source) => {
    expect(printTemplate(parseTemplate(source).template)).toBe(source);
  });
});

describe("accepted templates", () => {
  it.each(accepted.map(({ name, source }): [string, string] => [name, source]))("%s", (_name, source) => {
    roundTrip(source);
  });
});

describe("generated templates", () => {
  const atom = fc.constantFrom(
    ..."x r 5 -5 010 0xfF .5 -.5 1.50 true null globals::x r/a\\/b/i r{a} {} {a:1,'b c'} [] [1,'x'] ={p(r)} ={{a}} len 'a' \"\"".split(
      " ",
    ),
  );
  const text = fc
    .array(
      fc.constantFrom("{", "}", "%", "\\", "[", "]", "[[", "]]", "<", "pre", "/", "a", " ", "\n", "\xe9", "script"),
    )
    .map((parts) => parts.join(""));
  const { expression } = fc.letrec<{ expression: string; string: string }>((tie) => ({
    string: fc
      .tuple(
        fc.constantFrom('"', "'"),
        fc.array(
          fc.oneof(
            fc.constantFrom("a", "\\x41", "\\u20ac", "\\n", "\n", "%", "[", "\\[", "[[b]]", "\\\\", "'", '"'),
            tie("expression").map((inner) => `%{${inner}}`),
          ),
          { maxLength: 5 },
        ),
      )
      .map(([quote, parts]) => quote + parts.join("").replaceAll(quote, `\\${quote}`) + quote),
    expression: fc.oneof(
      { maxDepth: 4 },
      atom,
      tie("string"),
      fc
        .tuple(
          tie("expression"),
          fc.constantFrom(" + ", "-", " / ", "==", "||", " | f(1)==", " = ", " % "),
          tie("expression"),
        )
        .map((parts) => parts.join("")),
      tie("expression").map((inner) => `(${inner})`),
      tie("expression").map((inner) => `!${inner}`),
      tie("expression").map((inner) => `[${inner}].a(${inner})[0](* *)`),
      tie("expression").map((inner) => `lambda(a|b) { return ${inner}; }`),
      tie("expression").map((inner) => `{k : ${inner}}`),
    ),
  }));
  const statement = fc.oneof(
    expression.map((value) => `${value};`),
    expression.map((value) => `if (${value}) {{ a%{${value}} }} elif (1) { x } else { }`),
    expression.map((value) => `print(${value}, 1) for (i, ${value}) { print i } empty {{}}`),
    expression.map((value) => `locals {a : ${value}, b} switch (${value}) { case (-1) { } case {{ d }} }`),
    text.map((inner) => `{{${inner}}}`),
  );
  const zone = fc.oneof(
    text,
    expression.map((value) => `%{ ${value} }`),
    fc.array(statement, { maxLength: 4 }).map((list) => `{% ${list.join(" ")} %}`),
  );
  it("round trip", () => {
    let tried = 0;
    fc.assert(
      fc.property(fc.array(zone, { maxLength: 6 }), (zones) => {
        const source = zones.join("");
        if (parseTemplate(source).log.length > 0) return;
        tried++;
        roundTrip(source);
      }),
      { numRuns: 1500, seed: 1 },
    );
    expect(tried).toBeGreaterThan(300);
  });
});
