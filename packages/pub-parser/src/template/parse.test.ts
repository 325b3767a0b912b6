// parseTemplate: trees, spans, the rulings that widen the language, and the log.

import { describe, expect, it } from "vitest";
import type { Template } from "../ast.js";
import { visit } from "../walk.js";
import { parseTemplate } from "./parse.js";

/** A tree in short: type and the essential values of each node, nested like the tree. */
function outline(template: Template): string {
  const line = (value: unknown): string => {
    if (Array.isArray(value)) return `[${value.map(line).join(" ")}]`;
    if (typeof value === "bigint") return `${value}`;
    if (typeof value !== "object" || value === null) return JSON.stringify(value);
    const { type, ...rest } = value as Record<string, unknown>;
    const skipped = new Set([
      "start",
      "end",
      "operatorSpan",
      "nameSpan",
      "raw",
      "bare",
      "quote",
      "delimiter",
      "quoted",
    ]);
    const values = Object.entries(rest).filter(([key]) => !skipped.has(key));
    return `(${[type, ...values.map(([, child]) => line(child))].filter(Boolean).join(" ")})`;
  };
  return template.body.map(line).join(" ");
}

const expressionOf = (source: string): string =>
  outline(parseTemplate(`%{${source}}`).template).replace(/^\(Interpolation (.*)\)$/, "$1");

describe("expressions", () => {
  const [x, y, z] = ["x", "y", "z"].map((name) => `(Identifier "${name}")`);
  const cases: [string, string][] = [
    ["x + y * z", `(BinaryExpression "+" ${x} (BinaryExpression "*" ${y} ${z}))`],
    ["x - y - z", `(BinaryExpression "-" (BinaryExpression "-" ${x} ${y}) ${z})`],
    ["x || y && z", `(LogicalExpression "||" ${x} (LogicalExpression "&&" ${y} ${z}))`],
    ["x | y == z", `(PipeExpression ${x} (BinaryExpression "==" ${y} ${z}))`],
    ["x = y = z", `(AssignmentExpression ${x} (AssignmentExpression ${y} ${z}))`],
    ["x = y || z", `(AssignmentExpression ${x} (LogicalExpression "||" ${y} ${z}))`],
    ["!x == y", `(BinaryExpression "==" (NotExpression ${x}) ${y})`],
    ["!x.y", `(NotExpression (MemberExpression ${x} ${y}))`],
    ["x[y](z)", `(CallExpression (IndexExpression ${x} ${y}) [${z}] false)`],
    ["x(* *)", `(CallExpression ${x} [] true)`],
    ["(x)", `(ParenthesizedExpression ${x})`],
    ["{x, 'a b' = y}", `(DictLiteral [("x" null) ("a b" ${y})])`],
    ["lambda(x|y) { }", `(LambdaExpression ([${x}] [${y}]) (CodeBlock []))`],
    ["={{ a }}", `(Heredoc (HtmlBlock [(Text " a ")]))`],
    ["globals::x", '(ScopedIdentifier "globals" "x")'],
    ["r{a\\}b}is", '(RegexLiteral "a}b" "is")'],
    ["'a\\n%{x}'", `(StringLiteral [(StringText "run" "a") (StringText "special" "\\n") (StringInterpolation ${x})])`],
  ];
  it.each(cases)("%s", (source, tree) => {
    expect(expressionOf(source)).toBe(tree);
  });
});

describe("literals", () => {
  const cases: [string, string][] = [
    ["010", "(IntegerLiteral 8)"],
    ["-010", "(IntegerLiteral -8)"],
    ["0xfF", "(IntegerLiteral 255)"],
    ["18446744073709551615", "(IntegerLiteral 18446744073709551615)"],
    ["-99999999999999999999", "(IntegerLiteral -9223372036854775808)"],
    ["-.5", "(FloatLiteral -0.5)"],
    ["True", "(BooleanLiteral true)"],
    ['"\\u20ac"', '(StringLiteral [(StringText "special" "\xe2\x82\xac")])'],
    ['"\\ud83d\\ude00"', '(StringLiteral [(StringText "special" "\xf0\x9f\x98\x80")])'],
    ['"\\xe9\\a"', '(StringLiteral [(StringText "special" "\xe9") (StringText "special" "a")])'],
    ["'[[a[[ b ]]c]]'", '(StringLiteral [(StringText "run" "a") (StringText "run" "c")])'],
  ];
  it.each(cases)("%s", (source, tree) => {
    expect(expressionOf(source)).toBe(tree);
  });
});

describe("a minus behind an operand is a subtraction", () => {
  const minus = (left: string, right: string): string => `(BinaryExpression "-" ${left} ${right})`;
  const cases: [string, string][] = [
    ["x-1", minus('(Identifier "x")', "(IntegerLiteral 1)")],
    ["5 -3", minus("(IntegerLiteral 5)", "(IntegerLiteral 3)")],
    ["f()-.5", minus('(CallExpression (Identifier "f") [] false)', "(FloatLiteral 0.5)")],
    ["2 -3*4", minus("(IntegerLiteral 2)", '(BinaryExpression "*" (IntegerLiteral 3) (IntegerLiteral 4))')],
    ["2 + -3", '(BinaryExpression "+" (IntegerLiteral 2) (IntegerLiteral -3))'],
    ["f(-1)", '(CallExpression (Identifier "f") [(IntegerLiteral -1)] false)'],
    ["[-1, -2]", "(ListLiteral [(IntegerLiteral -1) (IntegerLiteral -2)])"],
  ];
  it.each(cases)("%s", (source, tree) => {
    expect(expressionOf(source)).toBe(tree);
  });
  it("but not behind a bare list", () => {
    expect(outline(parseTemplate("{% print x -1 %}").template)).toBe(
      '(CodeZone [(PrintStatement [(Identifier "x")]) (ExpressionStatement (IntegerLiteral -1))])',
    );
  });
});

describe("text", () => {
  const cases: [string, string][] = [
    ["\\%{x} \\\\{% \\}} }} \\[[ \\]]", '(Text "%{x} \\\\{% }} }} [[ ]]")'],
    ["a [[b [[note]] c]] d[[[e]]]", '(Text "a b  c d")'],
    ["[[[only a comment]]]", ""],
    ["<PRE>x</pre>", '(BoundaryTag "<PRE" "pre" false) (Text ">x") (BoundaryTag "</pre" "pre" true) (Text ">")'],
    ["{% {{[[[note]]]}} %}", "(CodeZone [(HtmlBlock [])])"],
  ];
  it.each(cases)("%s", (source, tree) => {
    expect(outline(parseTemplate(source).template)).toBe(tree);
  });
});

describe("wider than the reference", () => {
  it.each(["%{\"a %{f('b')} c\"}", "%{'a %{\"b %{'c'} d\"}'}", "{% x = 1; %}{% y = 2 // end\n%}", "%{0xAB}"])(
    "%s",
    (source) => {
      expect(parseTemplate(source).log).toEqual([]);
    },
  );
  it("a line comment needs no newline", () => {
    expect(parseTemplate("{% x %}%{1 // end").template.comments).toEqual([{ kind: "line", start: 11, end: 17 }]);
  });
});

describe("spans", () => {
  const source = 'a {% x = "b%{c}"; if (x) {{ d }} elif (y) { print e, 1 } %} [[[n]]]z';
  it("cover the source of each node, inside of the parent's", () => {
    visit(parseTemplate(source).template, (node, ancestors) => {
      const parent = ancestors.at(-1);
      expect(node.start).toBeLessThan(node.end);
      if (parent) expect(node.start >= parent.start && node.end <= parent.end).toBe(true);
      return true;
    });
  });
  it("begin and end without white space", () => {
    const texts: Record<string, string> = {};
    visit(parseTemplate(source).template, (node) => {
      texts[node.type] ??= source.slice(node.start, node.end);
      return true;
    });
    expect(texts).toMatchObject({
      Text: "a ",
      ExpressionStatement: 'x = "b%{c}"',
      StringLiteral: '"b%{c}"',
      StringText: "b",
      StringInterpolation: "%{c}",
      EmptyStatement: ";",
      IfStatement: "if (x) {{ d }} elif (y) { print e, 1 }",
      HtmlBlock: "{{ d }}",
      CodeBlock: "{ print e, 1 }",
      PrintStatement: "print e, 1",
    });
  });
});

describe("log", () => {
  const cases: [string, [number, string][]][] = [
    [
      "%{ 1 %}",
      [
        [1, "Unbalanced '{%' Pub3 tag at EOF\n"],
        [1, "syntax error"],
      ],
    ],
    [
      "{% for (x) { } ;\n%}",
      [
        [1, "for: takes 2 arguments (simple identifier and array)\n"],
        [1, "failed to set parameters for for() loop"],
      ],
    ],
    ["{% x = r/a/z; %}", [[1, "Cannot compile regex 'a' with options 'z': invalid regular expression option 'z'\n\n"]]],
    [
      "{% x = r/a;\n",
      [
        [2, "Found EOF when looking for end of regex, started on line 1\n"],
        [2, "syntax error"],
      ],
    ],
    [
      '{% x = "\\\n"; %}',
      [
        [2, "illegal token found in string"],
        [2, "syntax error"],
      ],
    ],
    [
      "{% x = 5 | 6 )\n ? %}",
      [
        [1, "Cannot coerce expression into a function call"],
        [1, "syntax error"],
      ],
    ],
    ["{% x = ) ? 08; %}", [[1, "syntax error"]]],
    ["{% load(); %}", [[1, "load takes 1 or 2 arguments; a filename and an optional binding list"]]],
    ["%{-08}", [[1, "Cannot convert '-08' to int"]]],
    ["{% print f(x) %}", [[1, "syntax error"]]],
    ["{% x = a || b = c; %}", [[1, "syntax error"]]],
  ];
  it.each(cases)("%s", (source, log) => {
    expect(parseTemplate(source).log).toEqual(log.map(([line, text]) => ({ line, text })));
  });
});
