// Walking: order, completeness, depth.

import { expect, it } from "vitest";
import { DEPTH_LIMIT } from "./template/limits.js";
import { parseTemplate } from "./template/parse.js";
import { children, visit } from "./walk.js";

const types = (source: string): string[] => {
  const seen: string[] = [];
  visit(parseTemplate(source).template, (node) => {
    seen.push(node.type);
    return true;
  });
  return seen;
};

it("visits parents first, in the order of the source", () => {
  expect(types("{% if (a) { 1; } else {{ b }} %}%{'c%{d}'}")).toEqual([
    "Template",
    "CodeZone",
    "IfStatement",
    "Identifier",
    "CodeBlock",
    "ExpressionStatement",
    "IntegerLiteral",
    "EmptyStatement",
    "HtmlBlock",
    "Text",
    "Interpolation",
    "StringLiteral",
    "StringText",
    "StringInterpolation",
    "Identifier",
  ]);
});

it("looks through parts without a type", () => {
  const source = "{% locals {a: 1} switch (b) { case (2) { c; } } def f(d|e) { } g = {h: i}; %}";
  const names: string[] = [];
  visit(parseTemplate(source).template, (node) => {
    if (node.type === "Identifier" || node.type === "IntegerLiteral") names.push(source.slice(node.start, node.end));
    return true;
  });
  expect(names).toEqual(["1", "b", "c", "f", "d", "e", "g", "i"]);
});

it("leaves out the children on false, and gives the ancestors", () => {
  const seen: string[] = [];
  visit(parseTemplate("%{f(a)}{% b; %}").template, (node, ancestors) => {
    seen.push(`${ancestors.length} ${node.type}`);
    return node.type !== "CallExpression";
  });
  expect(seen).toEqual([
    "0 Template",
    "1 Interpolation",
    "2 CallExpression",
    "1 CodeZone",
    "2 ExpressionStatement",
    "3 Identifier",
    "2 EmptyStatement",
  ]);
});

it("walks the longest chains", () => {
  expect(types(`%{1${" + 1".repeat(DEPTH_LIMIT)}}`)).toHaveLength(2 + DEPTH_LIMIT + (DEPTH_LIMIT + 1));
});

it("gives the children of a node", () => {
  const [zone] = parseTemplate("%{a[b]}").template.body;
  expect(
    children(zone)
      .flatMap(children)
      .map(({ type }) => type),
  ).toEqual(["Identifier", "Identifier"]);
});
