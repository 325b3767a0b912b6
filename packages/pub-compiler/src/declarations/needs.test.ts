/**
 * Which variables a page needs, by what its text and the files that it includes do with them.
 */
import { parseTemplate } from "pub-parser";
import { describe, expect, test } from "vitest";
import { collectPageFacts } from "./collect.js";
import { SiteNeeds } from "./needs.js";

/** The variables of `page.html` in a site of these files: `name`, `name?` when it may be missing, `…` for any. */
function needs(page: string, others: Record<string, string> = {}): string {
  const files = Object.entries({ "page.html": page, ...others }).map(([name, source]) => {
    const { template, log } = parseTemplate(source);
    expect(log).toEqual([]);
    // As a cache would keep them.
    return [name, JSON.parse(JSON.stringify(collectPageFacts(source, template)))] as const;
  });
  const { variables, readsAny } = new SiteNeeds(new Map(files)).of("page.html");
  const names = [...variables].sort().map(([name, required]) => (required ? name : `${name}?`));
  return [...names, ...(readsAny ? ["…"] : [])].join(" ");
}

describe("one file", () => {
  test.each<[page: string, expected: string]>([
    ["plain text", ""],
    ["%{a}", "a"],
    ['%{a.b[c]} %{d | html_escape} {% print("%{e}"); %}', "a c d e"],
    ["{% x = a; locals { y : b } print(x, y); %}", "a b"],
    ["{% for (row, rows) {{ %{row.name} %{shop} }} %}", "rows shop"],
    ["{% for (row, rows) {{ x }} empty {{ %{none} }} %}", "none? rows?"],
    ["{% if (a) {{ %{a.name} %{b} }} %}", "a? b?"],
    ["{% if (a) {{ %{b} }} else {{ %{b} %{c} }} %}", "a? b c?"],
    ["{% if (isnull(a)) { exit; } print(a); %}", "a?"],
    ["%{default(a, b)}", "a? b"],
    ["{% if (a == 1 && b) {{ x }} %}", "a? b?"],
    ["%{a + b}%{c == d}", "a b c? d?"],
    ["{% switch (a) { case (1) {{ %{b} }} case {{ %{b} %{c} }} } %}", "a b c?"],
    ["{% if (!a) { a = 1; } print(a); %}", "a?"],
    ["{% if (x) { a = 1; } print(a); %}", "a? x?"],
    ["{% if (x) { a = 1; } else { a = 2; } print(a); %}", "x?"],
    ["{% a = 1; print(a); globals { b : 2 } print(b, globals::c); %}", "c"],
    ["{% def f(x) { return x + y; } print(f(z)); %}", "y? z"],
    ["{% f = lambda(x | o) { return x + o; }; %}", ""],
    ["{% x = [a]; y = {b : b}; %}", "a? b?"],
    ["{% print(unknown_function(a)); %}", "a"],
    ["{% x = ={{ %{a} }}; %}", "a"],
    ["%{metadata.time}%{STATUS}", "STATUS"],
    ["{% import({a : 1}); print(a, b); %}", "b"],
    ["{% import(d); print(a); %}", "a? d"],
    ['{% bind("a", 1); print(a, lookup("b")); %}', "b?"],
    ["{% print(lookup(a), b); %}", "a b …"],
    ["{% x = dump_env(); %}", "…"],
  ])("%s", (page, expected) => expect(needs(page)).toBe(expected));
});

describe("includes", () => {
  test.each<[page: string, others: Record<string, string>, expected: string]>([
    ['{% include("a.html"); %}', { "a.html": "%{x}" }, "x"],
    ['{% include("/parts/a.html"); %}', { "parts/a.html": '{% include("b.html"); %}', "parts/b.html": "%{x}" }, "x"],
    ['{% if (y) { include("a.html"); } %}', { "a.html": "%{x}" }, "x? y?"],
    ['{% include("a.html", {x : 1}); %}', { "a.html": "%{x}%{y}" }, "y"],
    ['{% include("a.html", {x : z}); %}', { "a.html": "%{x}" }, "z"],
    ['{% include("a.html", {x : z}); %}', { "a.html": "{% if (x) {{ x }} %}" }, "z?"],
    ['{% include("a.html", d); %}', { "a.html": "%{x}" }, "d? x?"],
    ['{% locals { x : 1 } include("a.html"); %}', { "a.html": "%{x}%{y}" }, "y"],
    ['{% load("lib.pub"); print(x, f(y)); %}', { "lib.pub": "{% x = 1; def f(a) { return a + z; } %}" }, "y z?"],
    ['{% include("a.html"); print(x); %}', { "a.html": "{% locals { x : 1 } %}" }, "x"],
    ['{% include("a.html"); print(x); %}', { "a.html": "{% if (!x) { x = 1; } %}" }, "x?"],
    ['{% if (!x) { exit; } include("a.html"); %}', { "a.html": "%{x}" }, "x?"],
    ['{% include("a.html"); %}%{x}', { "a.html": "{% if (x) {{ x }} %}" }, "x"],
    ['{% include("a.html"); %}', { "a.html": '{% if (x) { include("page.html"); } %}%{y}' }, "x? y"],
    ['{% include("parts/%{kind}.html"); %}', { "parts/a.html": "%{x}", "parts/b.html": "%{y}" }, "kind x? y?"],
    ["{% include(name); %}", { "a.html": "%{x}" }, "name …"],
    ['{% include("missing.html"); %}%{x}', {}, "x"],
  ])("%s with %o", (page, others, expected) => expect(needs(page, others)).toBe(expected));

  test("a layout that is told which part to include", () => {
    const layout = "%{title}{% include(content, bindings); %}";
    const page = '{% include("/layout.html", {title : "T", content : "/part.html", bindings : {x : y, z : 1}}); %}';
    expect(needs(page, { "layout.html": layout, "part.html": "%{x}%{z}%{user}" })).toBe("user y");
  });
});

describe("what is set for all pages", () => {
  test("universals and configuration files that a service runs may be left out", () => {
    const others = { "site.conf": "{% theme = 1; %}", "boot.html": "{% universals { shop : 2 } %}" };
    expect(needs("%{theme}%{shop}%{x}", others)).toBe("shop? theme? x");
  });
});

describe("what the page says of itself", () => {
  test("wins over what is found out", () => {
    const page =
      "{% /** A page.\n * @param a the first\n * @param [b] the second\n * @param c only handed on */ %}%{a}%{b}";
    expect(needs(page)).toBe("a b? c");
  });
});
