// Walking the tree: what each node type contains is a table; nothing else knows how to look inside of a node.

import type { Binding, Node, Parameters, StringInterpolation, StringText } from "./ast.js";

/** A node, or a piece of a string literal. */
export type Visited = Node | StringText | StringInterpolation;

type Collect<Type extends Visited["type"]> = (node: Extract<Visited, { type: Type }>, into: Visited[]) => unknown;

const nothing = (): void => {};

/**
 * Node type → puts the children into a list, in the order of the source; branches, cases, bindings and parameters are
 * looked through. A function for each type, because trees are walked several times and each knows the shape of its nodes.
 */
const collectors: { readonly [Type in Visited["type"]]: Collect<Type> } = {
  Template: (node, into) => all(node.body, into),
  Text: nothing,
  BoundaryTag: nothing,
  Interpolation: (node, into) => into.push(node.expression),
  CodeZone: (node, into) => all(node.statements, into),
  HtmlBlock: (node, into) => all(node.body, into),
  CodeBlock: (node, into) => all(node.statements, into),
  ExpressionStatement: (node, into) => into.push(node.expression),
  EmptyStatement: nothing,
  ForStatement: (node, into) => {
    into.push(node.variable, node.list, node.body);
    if (node.empty) into.push(node.empty);
  },
  WhileStatement: (node, into) => into.push(node.test, node.body),
  IfStatement: (node, into) => {
    for (const branch of node.branches) into.push(branch.test, branch.body);
    if (node.alternate) into.push(node.alternate);
  },
  SwitchStatement: (node, into) => {
    into.push(node.discriminant);
    for (const { body } of node.cases) into.push(body);
  },
  DefStatement: (node, into) => {
    into.push(node.name);
    parameters(node.parameters, into);
    into.push(node.body);
  },
  DeclarationStatement: (node, into) => bindings(node.bindings, into),
  IncludeStatement: (node, into) => {
    into.push(node.file);
    if (node.bindings) into.push(node.bindings);
  },
  PrintStatement: (node, into) => all(node.arguments, into),
  BreakStatement: nothing,
  ContinueStatement: nothing,
  ExitStatement: nothing,
  ReturnStatement: (node, into) => {
    if (node.value) into.push(node.value);
  },
  Identifier: nothing,
  ScopedIdentifier: nothing,
  IntegerLiteral: nothing,
  FloatLiteral: nothing,
  BooleanLiteral: nothing,
  NullLiteral: nothing,
  StringLiteral: (node, into) => all(node.pieces, into),
  StringText: nothing,
  StringInterpolation: (node, into) => into.push(node.expression),
  RegexLiteral: nothing,
  ListLiteral: (node, into) => all(node.elements, into),
  DictLiteral: (node, into) => bindings(node.entries, into),
  LambdaExpression: (node, into) => {
    parameters(node.parameters, into);
    into.push(node.body);
  },
  Heredoc: (node, into) => into.push(node.body),
  NotExpression: (node, into) => into.push(node.operand),
  BinaryExpression: (node, into) => into.push(node.left, node.right),
  LogicalExpression: (node, into) => into.push(node.left, node.right),
  PipeExpression: (node, into) => into.push(node.value, node.filter),
  AssignmentExpression: (node, into) => into.push(node.target, node.value),
  MemberExpression: (node, into) => into.push(node.object, node.property),
  IndexExpression: (node, into) => into.push(node.object, node.index),
  CallExpression: (node, into) => {
    into.push(node.callee);
    all(node.arguments, into);
  },
  ParenthesizedExpression: (node, into) => into.push(node.expression),
};

function all(nodes: readonly Visited[], into: Visited[]): void {
  for (const node of nodes) into.push(node);
}

function bindings(list: readonly Binding[], into: Visited[]): void {
  for (const { value } of list) if (value) into.push(value);
}

function parameters({ required, optional }: Parameters, into: Visited[]): void {
  all(required, into);
  all(optional, into);
}

function collect(node: Visited, into: Visited[]): void {
  (collectors[node.type] as Collect<Visited["type"]>)(node as never, into);
}

/** The children of a node in the order of the source; branches, cases, bindings and parameters are looked through. */
export function children(node: Visited): Visited[] {
  const found: Visited[] = [];
  collect(node, found);
  return found;
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
    const first = pending.length;
    collect(next, pending as Visited[]);
    reverseFrom(first, pending);
  }
}

/** Reverses the end of a list in place: what is popped first is the first child. */
function reverseFrom(first: number, list: unknown[]): void {
  for (let left = first, right = list.length - 1; left < right; left++, right--) {
    const swapped = list[left];
    list[left] = list[right];
    list[right] = swapped;
  }
}
