// What authors are told: code, place and hint of each diagnostic, and several mistakes in one file.

import { describe, expect, it } from "vitest";
import { parseTemplate } from "./parse.js";

/** Each diagnostic as `code at "marked text"`, with its hint behind `; `. */
function told(source: string): string[] {
  return parseTemplate(source).diagnostics.map(({ code, span, hint }) => {
    const marked = JSON.stringify(source.slice(span.start, span.end));
    return `${code} at ${marked}${hint ? `; ${hint}` : ""}`;
  });
}

describe("one mistake", () => {
  const cases: [string, string][] = [
    ["{% a = 1\nb = 2 %}", 'missing-semicolon at "b"'],
    ["x %{} y", 'unexpected-token at "}"'],
    ["{% if (x { print(1) } %}", 'unexpected-token at "{"'],
    ["text {% print(1);", 'unclosed at "{%"'],
    ["{% for (i, x) {{ a %} b", 'unclosed at "{{"'],
    ["{% if (1) { } } %}", 'unexpected-closer at "}"'],
    ['{% x = "abc', 'unterminated-string at "\\"abc"'],
    ["{% x = r/abc;", 'unterminated-regex at "r/abc;"'],
    ["{% x; /* %}", 'unterminated-comment at "/*"'],
    ["[[ a", 'unbalanced-translation at "[["'],
    ["%{'a ]] b'}", 'string-bracket at "]]"'],
    ["{% x = 08; %}", 'number-range at "08"'],
    ["{% x = r/a/iz; %}", 'regex-option at "z"'],
    ["%{x | 5}", 'pipe-target at "5"'],
    [
      "{% x={a:1}; %}",
      'unexpected-token at "={"; `={` begins a code heredoc; for a dictionary write `= {` with a space',
    ],
    [
      "{% x = ={a:1}; %}",
      'unexpected-token at ":"; `={` begins a code heredoc; for a dictionary write `= {` with a space',
    ],
    ["{% x={{a}}; %}", 'unexpected-token at "={{"; a heredoc is a value itself: to assign it, write `= ={{`'],
    ["{% if (a) { } else if (b) { } %}", 'unexpected-token at "if"; write `elif`'],
    ["%{d.if}", 'unexpected-token at "if"; `if` is a keyword; write `["if"]` instead of `.if`'],
    ["%{ {for:1} }", 'unexpected-token at "for"; `for` is a keyword; as a key it needs quotes: `"for"`'],
    ["{% def print(x) { } %}", 'unexpected-token at "print"; `print` is a keyword; choose another name'],
    ["%{[1,]}", 'unexpected-token at "]"; remove the comma at the end of the list'],
    ["{% i += 1; %}", 'unexpected-token at "="; there are no operators such as `+=` and `++`; write `x = x + 1`'],
    ["%{-x}", 'unexpected-token at "-"; there is no unary minus; write `0 - x`'],
    ["%{1.}", 'unexpected-token at "}"; a number needs digits behind its decimal point'],
    ["%{1e5}", 'unexpected-token at "e5"; numbers have no exponent'],
    [
      "{% print 1 + 2; %}",
      'unexpected-token at "+"; without parentheses `print` takes only plain values; write `print(...)`',
    ],
    [
      "{% print (1) * 2; %}",
      'unexpected-token at "*"; the `)` ends the `print`; put the whole expression between its parentheses',
    ],
    ["{% locals { } %}", 'unexpected-token at "}"; a declaration needs at least one name'],
    ["{% def f() { return 5 } %}", 'unexpected-token at "}"; `return` ends in `;`'],
    ["{% x = a ? b : c; %}", 'illegal-character at "?"; there is no `?:` operator; use `if` and `else`'],
    ["{% x = a and b; %}", 'missing-semicolon at "and"; the operator is `&&`'],
    ["{% foreach (a) { } %}", 'missing-semicolon at "{"; write `for (item, list) { ... }`'],
    [
      "{% r = 6; x = r/2 + r/3; %}",
      'missing-semicolon at "3"; `r` directly before `/`, `<`, `!`, `%`, `{`, `#` or `@` begins a regular expression; put a space behind a variable `r`',
    ],
    ["{% x = 1; // done %}\n<p>text</p>", 'comment-hides-end at "%}"'],
    ["%{ x %} text", 'unbalanced-zone-end at "%}"; an interpolation `%{` is closed by `}`'],
    [
      "{% if (a) {{ {b}}} %}",
      'unexpected-closer at "}"; the first `}}` closes the block; as text, write it `} }` or `\\}}`',
    ],
    [
      "{% if (a) { %} b {% } else { %} c {% } %}",
      'unclosed at "{"; a block cannot reach over several zones; put the text between `{{` and `}}`',
    ],
  ];
  it.each(cases)("%s", (source, expected) => {
    expect(told(source)).toEqual([expected]);
  });
});

describe("several mistakes", () => {
  const cases: [string, string[]][] = [
    ["{% x = ; y = 1; z = = 2; %} %{a b} {% f(; %}", ['";"', '"="', '"b"', '";"']],
    ["{% def f(a, b { return a; } def g() { oops( } h = 3 4; %}", ['"{"', '"}"', '"4"']],
    ["{% if (a) { x = ; } else { y = ; } while (b) {{ %{c +} }} %}", ['";"', '";"', '"}"']],
    ['{% s = "%{1 +} %{2}"; t = ; %}', ['"}"', '";"']],
    ["%{ x %} text %{ y + } z", ['"%}"', '"}"']],
    ["{% ? ; x = 08 | 5; %}", ['"?"', '"08"', '"5"']],
    ['{% x = "abc;\ny = 5;\nz = = 3;\n%}', ['"\\"abc;"', '"="']],
  ];
  it.each(cases)("%s", (source, marked) => {
    const { diagnostics } = parseTemplate(source);
    expect(diagnostics.map(({ span }) => JSON.stringify(source.slice(span.start, span.end)))).toEqual(marked);
  });
  it("keeps what could be read", () => {
    const { template } = parseTemplate("a %{b c} d {% x = ; y = 1; %}");
    expect(template.body.map(({ type }) => type)).toEqual(["Text", "Text", "CodeZone"]);
  });
});
