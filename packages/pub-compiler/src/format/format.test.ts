// What formatted templates look like: each case is a template and its layout; laying out again must change nothing.
import { describe, expect, test } from "vitest";
import { formatTemplate } from "./format.js";

function layOut(source: string): string {
  const once = formatTemplate(source).text;
  expect(formatTemplate(once).text).toBe(once);
  return once;
}

/** The statements of a file that is one code zone. */
function layOutCode(source: string): string {
  const text = layOut(`{%\n${source}\n%}`);
  return text.slice("{%\n".length, -"\n%}".length);
}

describe("tokens", () => {
  test.each([
    ["spaces around operators", "x=1+2*3;", "x = 1 + 2 * 3;"],
    ["a variable r is no regex", "r = r /2; y = r <3;", "r = r / 2;\ny = r < 3;"],
    ["a subtraction is no negative number", "x -1; x- -1;", "x - 1;\nx - -1;"],
    ["a heredoc behind a not is no comparison", "a = ! ={ print 1 };", "a = ! ={ print 1; };"],
    ["dictionaries are no heredocs", "a= {b:1}; c =  ={{x}};", "a = {b : 1};\nc = ={{x}};"],
    ["signs of entries stay", "a = {b:1, c=2, d =>3, e};", "a = {b : 1, c = 2, d => 3, e};"],
    ["blocking calls", "f(*a,b*); g(**);", "f(* a, b *);\ng(* *);"],
    ["strings stay as written", `a = 'x"\\x41%{ f( 1 ) }';`, `a = 'x"\\x41%{ f( 1 ) }';`],
    ["regexes stay as written", "a = r{ b\\} }i;", "a = r{ b\\} }i;"],
    ["spellings of literals stay", "a = True; b = 0xfF; c = 010;", "a = True;\nb = 0xfF;\nc = 010;"],
    ["parentheses stay", "a = ((b));", "a = ((b));"],
    ["scoped names", "globals:: x = universals::y;", "globals::x = universals::y;"],
    ["optional parameters", "def f(|a){} def g(a|b,c){}", "def f(| a) { }\ndef g(a | b, c) { }"],
  ])("%s", (_, source, expected) => {
    expect(layOutCode(source)).toBe(expected);
  });
});

describe("statements", () => {
  test.each([
    ["one a line", "a = 1; b = 2;", "a = 1;\nb = 2;"],
    [
      "no `;` behind blocks, one behind the rest",
      "if (a) { b };; print c include('x')",
      "if (a) { b; }\nprint c;\ninclude('x');",
    ],
    ["declarations", "locals ({a,b:1}); c = 2", "locals { a, b : 1 }\nc = 2;"],
    ["at most one blank line", "a = 1;\n\n\n\nb = 2;", "a = 1;\n\nb = 2;"],
    ["a block on one line stays there", "while(true){break}", "while (true) { break; }"],
    ["a block on lines gets lines", "def f(){ a = 1;\nb = 2 }", "def f() {\n  a = 1;\n  b = 2;\n}"],
    ["else follows a block of lines", "if (a) {\nb }\nelse{ c }", "if (a) {\n  b;\n} else { c; }"],
    ["else stays below a block on one line", "if (a) { b }\nelif(c) { d }", "if (a) { b; }\nelif (c) { d; }"],
    ["cases", "switch(a){case(1){b}\ncase{c}}", "switch (a) {\n  case (1) { b; }\n  case { c; }\n}"],
    ["loops", "for x,[1,2]{{ %{x} }} empty{print 0}", "for x, [1, 2] {{ %{x} }} empty { print 0; }"],
    ["empty text blocks stay empty", "switch (a) { case (1) {{}} }", "switch (a) { case (1) {{}} }"],
    ["returns", "def f() { return  a ; }", "def f() { return a; }"],
  ])("%s", (_, source, expected) => {
    expect(layOutCode(source)).toBe(expected);
  });
});

const long = (name: string): string => `${name}_${"x".repeat(24)}`;
const [a, b, c, d] = ["a", "b", "c", "d"].map(long);

describe("long lines", () => {
  test.each([
    ["arguments", `f(${a},${b},${c},${d});`, `f(\n  ${a},\n  ${b},\n  ${c},\n  ${d}\n);`],
    ["short elements fill lines", `x = [${a},${b},${c},${d}];`, `x = [\n  ${a}, ${b}, ${c},\n  ${d}\n];`],
    ["entries", `x = {${a},${b},${c},${d}};`, `x = {\n  ${a},\n  ${b},\n  ${c},\n  ${d}\n};`],
    ["operators", `x = ${a} + ${b} - ${c} + ${d};`, `x =\n  ${a} +\n  ${b} -\n  ${c} +\n  ${d};`],
    [
      "conditions",
      `if (${a} && ${b} && ${c} && ${d}) { e }`,
      `if (\n  ${a} &&\n  ${b} &&\n  ${c} &&\n  ${d}\n) { e; }`,
    ],
    ["a dictionary at the end", `f(1, {${a},${b},${c},${d}});`, `f(1, {\n  ${a},\n  ${b},\n  ${c},\n  ${d}\n});`],
    [
      "a function in the middle",
      `f(sort(x, lambda(a, b) { return ${a} - ${b} + ${c}; }), 0, 3);`,
      `f(sort(x, lambda (a, b) {\n  return ${a} - ${b} + ${c};\n}), 0, 3);`,
    ],
    ["lines of a list stay lines", "x = [1, 2,\n3];", "x = [\n  1, 2,\n  3\n];"],
    ["lines of entries stay lines", "x = {a : 1, b : 2,\n\n c : 3};", "x = {\n  a : 1, b : 2,\n\n  c : 3\n};"],
    ["lines of arguments do not", "f(1,\n2);", "f(1, 2);"],
    ["columns are characters", `f("${"\xc3\xa9".repeat(80)}", 1);`, `f("${"\xc3\xa9".repeat(80)}", 1);`],
  ])("%s", (_, source, expected) => {
    expect(layOutCode(source)).toBe(expected);
  });
});

describe("comments", () => {
  test.each([
    ["behind a statement", "a = 1;   // one\nb = 2;", "a = 1; // one\nb = 2;"],
    ["before the semicolon", "a = 1 // one\n; b = 2;", "a = 1; // one\nb = 2;"],
    ["above a statement", "  // one\n  a = 1;", "// one\na = 1;"],
    ["behind what opens a block", "def f() { // does\na = 1; }", "def f() { // does\n  a = 1;\n}"],
    ["alone in a block", "def f() {\n// nothing\n}", "def f() {\n  // nothing\n}"],
    ["before else", "if (a) { b }\n// no\nelse { c }", "if (a) { b; }\n// no\nelse { c; }"],
    ["in a list", "x = [1, // one\n2, /* two */ 3];", "x = [\n  1, // one\n  2, /* two */ 3\n];"],
    ["in an expression: as written", "x = a  /* b */+c;", "x = a  /* b */+c;"],
    ["in a head: as written", "if /* x */ (a) { b }", "if /* x */ (a) { b; }"],
    ["of several lines", "if (a) {\n/*\n* b\n*/\nc }", "if (a) {\n  /*\n   * b\n   */\n  c;\n}"],
    ["of several lines, moved as a whole", "if (a) {\n/* b\n   c */\nd }", "if (a) {\n  /* b\n     c */\n  d;\n}"],
  ])("%s", (_, source, expected) => {
    expect(layOutCode(source)).toBe(expected);
  });
});

describe("zones", () => {
  test.each([
    ["text stays", "  a \n\t<b>  %}  {{ [[x]] \\%{ ", "  a \n\t<b>  %}  {{ [[x]] \\%{ "],
    ["interpolations", "%{ a|f } %{ {b:1} }", "%{a | f} %{ {b : 1} }"],
    ["a zone on one line stays there", "a{%if(b){{ c }}else{{d}}%}", "a{% if (b) {{ c }} else {{d}} %}"],
    ["statements of a zone on lines", "a\n  {% b;\n c; %}\n", "a\n  {%\n    b;\n    c;\n  %}\n"],
    ["a single statement stays at its zone", "a\n{% for(x,l){\nf(x)} %}", "a\n{% for (x, l) {\n  f(x);\n} %}"],
    ["the zone of a whole file is not indented", "{% a;\nb; %}\n", "{%\na;\nb;\n%}\n"],
    ["tabs where the page has tabs", "<a>\n\t<b>\n\t{% c;\nd; %}\n", "<a>\n\t<b>\n\t{%\n\t\tc;\n\t\td;\n\t%}\n"],
    [
      "zones in blocks begin at the line they stand on",
      "{%\nif(a){{\n  b\n    {% c;\nd; %}\n}} %}",
      "{%\nif (a) {{\n  b\n    {%\n      c;\n      d;\n    %}\n}}\n%}",
    ],
    ["zones without statements", "a{%%}{%/* b */%}", "a{% %}{% /* b */ %}"],
    ["a zone in a long line is not broken", `${a.repeat(5)}{%f(1,2)%}`, `${a.repeat(5)}{% f(1, 2); %}`],
    [
      "a list in a zone that stays on one line stays there",
      `{% x = ={{h}}; y = [${a}, ${b}, ${c}, ${d}]; %}`,
      `{% x = ={{h}}; y = [${a}, ${b}, ${c}, ${d}]; %}`,
    ],
    ["CRLF", "a\r\n{% b;\r\nc; %}\r\n", "a\r\n{%\r\n  b;\r\n  c;\r\n%}\r\n"],
  ])("%s", (_, source, expected) => {
    expect(layOut(source)).toBe(expected);
  });
});

test("a template with syntax errors is left alone", () => {
  const source = "a {%  x = (1; %}";
  const result = formatTemplate(source);
  expect(result).toMatchObject({ text: source, changed: false });
  expect(result.diagnostics).toHaveLength(1);
});

test("deep chains and deep nesting do not exhaust the stack", () => {
  const sources = [`x = ${"1 + ".repeat(590)}1;`, `x = a${".b".repeat(590)};`, `x = ${"!".repeat(190)}a;`];
  for (const source of [...sources, `x = ${"[".repeat(190)}${"]".repeat(190)};`]) {
    expect(formatTemplate(`{% ${source} %}`).diagnostics).toEqual([]);
  }
});
