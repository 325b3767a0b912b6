// What each optimisation does to the code of a template: a line that is there with it, and another one without it.
import { parseTemplate } from "pub-parser";
import { expect, test } from "vitest";
import { allOptimizations, type OptimizationName, optimizationsWithout } from "../1-analyze/optimizations.js";
import { programOf } from "../1-analyze/program.js";
import { generateModule } from "./generate.js";

type Files = Readonly<Record<string, string>>;

/** The name; the files, of which `main.pub` is generated; what its code contains with and without the optimisation. */
const cases: [OptimizationName, Files, string, string][] = [
  ["static-names", { "main.pub": "{% locals { a : 1 } print(a) %}" }, "let $a = 1;", 'layer1.bind("a", 1);'],
  [
    "records",
    { "main.pub": "{% locals { d : { key : x } } print(d.key) %}" },
    "newRecord(context, { key: ",
    'newDict(context, "key", ',
  ],
  [
    "records",
    { "main.pub": "%{d.key}" },
    "object.table.fields.key : member(",
    'member(context, readSlot(context, d$, "d")',
  ],
  [
    "reading-loops",
    { "main.pub": "{% for (row, rows) { print(row.a) } %}" },
    "const $row = items1[i1];",
    "const item1 = loopValue(context, items1, i1, 1);",
  ],
  [
    "reading-loops",
    { "main.pub": '{% def f(x) { return "%{x.a}"; } for (row, rows) { print(f(row)) } %}' },
    "const $row = items1[i1];",
    "items1[i1] = item1;",
  ],
  [
    "direct-calls",
    { "main.pub": "%{x | html_escape}" },
    'builtinSlot(context, "html_escape")',
    'slot(context, "html_escape")',
  ],
  ["direct-calls", { "main.pub": "{% f(1, 2) %}" }, '"f", 1, 2)', '"f", [1, 2])'],
  ["held-text", { "main.pub": "a%{len(x)}b" }, 'let o = "a" + ', 'context.write("a");'],
  ["held-text", { "main.pub": '{% def f() { return "b"; } %}a%{f()}c' }, 'let o = "a" + ', 'context.write("a");'],
  [
    "include-scopes",
    { "main.pub": '{% locals { a : 1, b : 2 } include("part.pub") %}', "part.pub": "%{b}" },
    'scopeLayer(base, false, [["b",',
    'scopeLayer(base, false, [["a",',
  ],
  ["constant-folding", { "main.pub": "{% x = 60 * 60 * 24; %}" }, "86400", "multiply(context"],
];

test.each(cases)("%s: %j", (name, files, optimized, plain) => {
  const withIt = generate(files, allOptimizations);
  const withoutIt = generate(files, optimizationsWithout([name]));
  expect(withIt).toContain(optimized);
  expect(withIt).not.toContain(plain);
  expect(withoutIt).toContain(plain);
  expect(withoutIt).not.toContain(optimized);
});

/** Files in which an optimisation must not be made, and what the code contains then. */
const exceptions: [string, Files, string][] = [
  [
    "a built-in that a template redefines",
    { "main.pub": "{% def len(x) { } print(len(y)) %}" },
    'slot(context, "len")',
  ],
  ["a call that may print", { "main.pub": '{% def f() { print("b") } %}a%{f()}' }, 'context.write("a");'],
  [
    "a call of a variable that may be a function that prints",
    { "main.pub": '{% def f() { print("b") } g = f; %}a%{g()}' },
    'context.write("a");',
  ],
  ["a loop that changes its list", { "main.pub": "{% for (row, rows) { append(rows, 1) } %}" }, "items1[i1] = item1;"],
  ["a loop that keeps its elements", { "main.pub": "{% for (row, rows) { x = row; } %}" }, "items1[i1] = item1;"],
  [
    "an included file that looks names up",
    { "main.pub": '{% locals { a : 1 } include("part.pub") %}', "part.pub": "%{lookup(n)}" },
    '[["a",',
  ],
  ["keys that look like numbers", { "main.pub": '{% d = { "1" : x }; %}' }, 'newDict(context, "1", '],
  ["operations that report errors", { "main.pub": '{% x = "a" / 2; %}' }, 'divide(context, "a", 2, 1)'],
];

test.each(exceptions)("not for %s", (_, files, code) => {
  expect(generate(files, allOptimizations)).toContain(code);
});

function generate(files: Files, optimizations: ReadonlySet<OptimizationName>): string {
  const parsed = Object.entries(files).map(([name, source]) => ({ name, ...parseTemplate(source) }));
  for (const { name, log } of parsed) expect(log, name).toEqual([]);
  const program = programOf(parsed, true, (name) => [name]);
  const { template } = parsed[0];
  return generateModule(files["main.pub"], template, {
    referenceOrder: false,
    program: program.factsFor("main.pub", template),
    traced: false,
    optimizations,
    types: false,
  }).code;
}
