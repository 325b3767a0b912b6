/**
 * What is known of a printed value: the functions applied to it, and the free variables whose text gets through them.
 */
import type { CallExpression, Expression } from "pub-parser";
import { isConstant, literalText, simplify } from "../1-analyze/constants.js";
import { builtinNames } from "../1-analyze/library.js";
import type { Scope } from "./scopes.js";

/** Functions of the library that hand on the text of their first argument. */
export const HANDS_ON: ReadonlySet<string> = new Set([
  "default",
  "strip",
  "str",
  "substr",
  "tolower",
  "toupper",
  "url_unescape",
  "utf8_fix",
  "wss_filter",
]);

export interface PrintedValue {
  /** Names of the functions applied, outermost first, as far as they take the value as first argument. */
  readonly filters: string[];
  readonly sources: string[];
  readonly key: string | null;
  /** The value that the functions are applied to is a literal. */
  readonly isConstant: boolean;
}

/** Longer chains of functions are not followed. */
const LONGEST_CHAIN = 6;

export function describeValue(expression: Expression, scope: Scope): PrintedValue {
  const filters: string[] = [];
  let value = simplify(expression);
  while (filters.length < LONGEST_CHAIN) {
    const call = appliedFunction(value);
    if (call === null) break;
    filters.push(call.name);
    if (call.value === null) return { filters, sources: [], key: null, isConstant: false };
    value = simplify(call.value);
  }
  return {
    filters,
    sources: [...sourcesOf(value, scope, new Set())],
    key: keyOf(value),
    isConstant: isConstant(value) || literalText(value) !== null,
  };
}

/** A call or pipe as the name of its function and its first argument. */
function appliedFunction(expression: Expression): { name: string; value: Expression | null } | null {
  if (expression.type === "PipeExpression") {
    const filter = simplify(expression.filter);
    const name = nameOf(filter.type === "CallExpression" ? filter.callee : filter);
    return name === null ? null : { name, value: expression.value };
  }
  if (expression.type !== "CallExpression") return null;
  const name = nameOf(expression.callee);
  return name === null ? null : { name, value: expression.arguments[0] ?? null };
}

function nameOf(callee: Expression): string | null {
  const simple = simplify(callee);
  if (simple.type === "Identifier") return simple.name;
  if (simple.type !== "MemberExpression" || simple.object.type !== "Identifier") return null;
  return simple.object.name === "rfn3" ? simple.property.name : null;
}

/** A variable or member as text; null for anything else. */
function keyOf(expression: Expression): string | null {
  const simple = simplify(expression);
  if (simple.type === "Identifier") return simple.name;
  if (simple.type !== "MemberExpression") return null;
  const object = keyOf(simple.object);
  return object === null ? null : `${object}.${simple.property.name}`;
}

/** Free names, with the member read last, whose text the value may contain as it is. */
function sourcesOf(expression: Expression, scope: Scope, visited: Set<Expression>): Set<string> {
  const found = new Set<string>();
  const simple = simplify(expression);
  if (visited.has(simple)) return found;
  visited.add(simple);
  const add = (inner: Expression, member: string | null = null, innerScope = scope): void => {
    for (const source of sourcesOf(inner, innerScope, visited)) {
      found.add(member === null ? source : `${source.split(".")[0]}.${member}`);
    }
  };
  switch (simple.type) {
    case "Identifier": {
      const variable = scope.find(simple.name);
      if (variable === null) found.add(simple.name);
      else if (variable.kind === "local" || variable.kind === "loop") {
        for (const value of variable.values) add(value.expression, null, value.scope);
      }
      break;
    }
    case "MemberExpression":
      add(simple.object, simple.property.name);
      break;
    case "IndexExpression":
      add(simple.object, literalText(simplify(simple.index)) ?? "");
      break;
    case "StringLiteral":
      for (const piece of simple.pieces) if (piece.type === "StringInterpolation") add(piece.expression);
      break;
    case "BinaryExpression":
      if (simple.operator === "+") {
        add(simple.left);
        add(simple.right);
      }
      break;
    default: {
      const call = appliedFunction(simple);
      if (call === null || call.value === null || !HANDS_ON.has(call.name)) break;
      add(call.value);
      if (call.name === "default") for (const other of (simple as CallExpression).arguments?.slice(1) ?? []) add(other);
    }
  }
  for (const source of found) if (builtinNames.has(source)) found.delete(source);
  return found;
}
