// Walking the tree, driven by a table of what each node type contains.

import type { Node, StringInterpolation, StringText } from "./ast.js";

/** A node, or a piece of a string literal. */
export type Visited = Node | StringText | StringInterpolation;

/** Node type → the properties that hold its children, in the order of the source. */
const childKeys: Readonly<Record<Visited["type"], readonly string[]>> = {
  Template: ["body"],
  Text: [],
  BoundaryTag: [],
  Interpolation: ["expression"],
  CodeZone: ["statements"],
  HtmlBlock: ["body"],
  CodeBlock: ["statements"],
  ExpressionStatement: ["expression"],
  EmptyStatement: [],
  ForStatement: ["variable", "list", "body", "empty"],
  WhileStatement: ["test", "body"],
  IfStatement: ["branches", "alternate"],
  SwitchStatement: ["discriminant", "cases"],
  DefStatement: ["name", "parameters", "body"],
  DeclarationStatement: ["bindings"],
  IncludeStatement: ["file", "bindings"],
  PrintStatement: ["arguments"],
  BreakStatement: [],
  ContinueStatement: [],
  ExitStatement: [],
  ReturnStatement: ["value"],
  Identifier: [],
  ScopedIdentifier: [],
  IntegerLiteral: [],
  FloatLiteral: [],
  BooleanLiteral: [],
  NullLiteral: [],
  StringLiteral: ["pieces"],
  StringText: [],
  StringInterpolation: ["expression"],
  RegexLiteral: [],
  ListLiteral: ["elements"],
  DictLiteral: ["entries"],
  LambdaExpression: ["parameters", "body"],
  Heredoc: ["body"],
  NotExpression: ["operand"],
  BinaryExpression: ["left", "right"],
  LogicalExpression: ["left", "right"],
  PipeExpression: ["value", "filter"],
  AssignmentExpression: ["target", "value"],
  MemberExpression: ["object", "property"],
  IndexExpression: ["object", "index"],
  CallExpression: ["callee", "arguments"],
  ParenthesizedExpression: ["expression"],
};

/** What parts without a `type` of their own contain; they are looked through, not visited. */
const partKeys = ["required", "optional", "test", "body", "value"] as const;

/** The children of a node in the order of the source; branches, cases, bindings and parameters are looked through. */
export function children(node: Visited): Visited[] {
  const found: Visited[] = [];
  const record = node as unknown as Record<string, unknown>;
  for (const key of childKeys[node.type]) collect(record[key], found);
  return found;
}

function collect(value: unknown, found: Visited[]): void {
  if (Array.isArray(value)) {
    for (const item of value) collect(item, found);
  } else if (typeof value === "object" && value !== null) {
    if ("type" in value) {
      found.push(value as Visited);
    } else {
      for (const key of partKeys) if (key in value) collect((value as Record<string, unknown>)[key], found);
    }
  }
}

/**
 * Visits a node and everything in it, parents first, in the order of the source. A visitor that returns `false` leaves out
 * the children. `ancestors` is only valid during the call. Needs no more stack for deep trees than for flat ones.
 */
export function visit(
  node: Visited,
  visitor: (node: Visited, ancestors: readonly Visited[]) => boolean | undefined,
): void {
  const ancestors: Visited[] = [];
  const pending: (Visited | null)[] = [node];
  while (pending.length > 0) {
    const next = pending.pop()!;
    if (next === null) {
      ancestors.pop();
      continue;
    }
    if (visitor(next, ancestors) === false) continue;
    ancestors.push(next);
    pending.push(null);
    for (const child of children(next).reverse()) pending.push(child);
  }
}
