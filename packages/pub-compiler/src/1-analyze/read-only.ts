/**
 * Loops that only read their elements: they need no copy-on-write handle a round, as long as nothing else refers to the
 * elements (pub-language.md §6.5).
 */
import type { Expression, ForStatement, Node } from "pub-parser";
import { simplify } from "./constants.js";
import { readingBuiltins } from "./library.js";
import { walkChildren } from "./walk.js";

/** True when the body uses the loop variable only to read scalars out of it, or to loop over its parts in the same way. */
export function onlyReadsItems(loop: ForStatement): boolean {
  return readsOnly(loop.body, loop.variable.name);
}

function readsOnly(node: Node, name: string): boolean {
  let harmless = true;
  walkChildren(node, (child) => {
    if (harmless && !isHarmless(child, name)) harmless = false;
    // `isHarmless` has looked inside.
    return false;
  });
  return harmless;
}

function isHarmless(node: Node, name: string): boolean {
  switch (node.type) {
    // Other files and functions could do anything with the variable.
    case "IncludeStatement":
    case "LambdaExpression":
    case "DefStatement":
    case "Heredoc":
      return false;
    case "DeclarationStatement":
      return !node.bindings.some((binding) => binding.name === name) && !mentions(node, name) && readsOnly(node, name);
    case "AssignmentExpression":
    case "ListLiteral":
    case "DictLiteral":
    case "ReturnStatement":
      return !mentions(node, name) && readsOnly(node, name);
    // Evaluated as a place, which makes containers private.
    case "ExpressionStatement":
      return !mentions(node, name) && readsOnly(node, name);
    case "CallExpression":
      return callIsHarmless(node.callee, node.arguments, name);
    case "PipeExpression": {
      const filter = simplify(node.filter);
      const isCall = filter.type === "CallExpression";
      const args = [node.value, ...(isCall ? filter.arguments : [])];
      return callIsHarmless(isCall ? filter.callee : filter, args, name);
    }
    case "ForStatement":
      if (node.variable.name === name || !readsOnly(node, name)) return false;
      return !mentions(node.list, name) || (isPath(node.list, name) && onlyReadsItems(node));
    default:
      return readsOnly(node, name);
  }
}

function callIsHarmless(callee: Expression, args: readonly Expression[], name: string): boolean {
  const target = simplify(callee);
  if (mentions(target, name) || !args.every((argument) => isHarmless(simplify(argument), name))) return false;
  if (!args.some((argument) => mentions(argument, name))) return true;
  return target.type === "Identifier" && readingBuiltins.has(target.name);
}

/** `v`, `v.a`, `v.a[1].b`. */
function isPath(expression: Expression, name: string): boolean {
  const node = simplify(expression);
  if (node.type === "Identifier") return node.name === name;
  return (node.type === "MemberExpression" || node.type === "IndexExpression") && isPath(node.object, name);
}

function mentions(node: Node, name: string): boolean {
  if (node.type === "Identifier") return node.name === name;
  let found = false;
  walkChildren(node, (child) => {
    if (child.type === "Identifier" && child.name === name) found = true;
    return !found;
  });
  return found;
}
