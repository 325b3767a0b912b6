/**
 * Loops that only read their elements need no copy-on-write handle a round, as long as nothing else refers to the elements
 * (pub-language.md §6.5); and functions that only read what they are given.
 */
import type { DefStatement, Expression, ForStatement, Node } from "pub-parser";
import { simplify } from "./constants.js";
import { readingBuiltins } from "./library.js";
import { walkChildren } from "./walk.js";

/** The functions that only read their arguments and return scalars, by name. */
export interface Readers {
  has(name: string): boolean;
}

/**
 * The names of the functions that must be readers for a `def` to be one; null when it does more than to read its arguments
 * whatever they are.
 */
export function readsOnlyIf(node: DefStatement): string[] | null {
  const needed = new Set<string>();
  const readers: Readers = {
    has(name) {
      needed.add(name);
      return true;
    },
  };
  const parameters = [...node.parameters.required, ...node.parameters.optional];
  const reads =
    changesNothing(node.body, readers) &&
    parameters.every((parameter) => readsOnly(node.body, parameter.name, readers));
  return reads ? [...needed] : null;
}

/** True when the body uses the loop variable only to read scalars out of it, or to loop over its parts in the same way. */
export function onlyReadsItems(loop: ForStatement, readers: Readers): boolean {
  return readsOnly(loop.body, loop.variable.name, readers);
}

/**
 * True when nothing in the body can change any list, or leave the loop: then elements can be made ready for all rounds at
 * once.
 */
export function leavesListsAlone(body: Node, readers: Readers): boolean {
  return changesNothing(body, readers) && !leavesEarly(body);
}

function changesNothing(body: Node, readers: Readers): boolean {
  return !contains(body, (node) => {
    switch (node.type) {
      case "CallExpression":
        return !isReader(node.callee, readers);
      case "PipeExpression": {
        const filter = simplify(node.filter);
        return filter.type !== "CallExpression" && !isReader(filter, readers);
      }
      case "AssignmentExpression":
        return simplify(node.target).type !== "Identifier";
      case "IncludeStatement":
        return true;
      default:
        return false;
    }
  });
}

function leavesEarly(body: Node): boolean {
  return contains(
    body,
    ({ type }) => type === "BreakStatement" || type === "ReturnStatement" || type === "ExitStatement",
  );
}

function isReader(callee: Expression, readers: Readers): boolean {
  const target = simplify(callee);
  return target.type === "Identifier" && (readingBuiltins.has(target.name) || readers.has(target.name));
}

function readsOnly(node: Node, name: string, readers: Readers): boolean {
  let harmless = true;
  walkChildren(node, (child) => {
    if (harmless && !isHarmless(child, name, readers)) harmless = false;
    // `isHarmless` has looked inside.
    return false;
  });
  return harmless;
}

function isHarmless(node: Node, name: string, readers: Readers): boolean {
  switch (node.type) {
    // Other files and functions could do anything with the variable.
    case "IncludeStatement":
    case "LambdaExpression":
    case "DefStatement":
    case "Heredoc":
      return false;
    case "DeclarationStatement":
      return node.bindings.every(
        (binding) => binding.name !== name && (binding.value === null || canBeStored(binding.value, name, readers)),
      );
    case "AssignmentExpression":
      return !mentions(node.target, name) && canBeStored(node.value, name, readers);
    case "ListLiteral":
      return node.elements.every((element) => canBeStored(element, name, readers));
    case "DictLiteral":
      return node.entries.every((entry) => entry.value === null || canBeStored(entry.value, name, readers));
    case "ReturnStatement":
      return node.value === null || canBeStored(node.value, name, readers);
    case "ExpressionStatement":
      // Evaluated as a place, which makes containers private.
      return canBeStored(node.expression, name, readers);
    case "CallExpression":
      return callIsHarmless(node.callee, node.arguments, name, readers);
    case "PipeExpression": {
      const filter = simplify(node.filter);
      const isCall = filter.type === "CallExpression";
      const args = [node.value, ...(isCall ? filter.arguments : [])];
      return callIsHarmless(isCall ? filter.callee : filter, args, name, readers);
    }
    case "ForStatement":
      if (node.variable.name === name || !readsOnly(node, name, readers)) return false;
      return !mentions(node.list, name) || (isPath(node.list, name) && onlyReadsItems(node, readers));
    default:
      return readsOnly(node, name, readers);
  }
}

/** True when storing the value keeps nothing of the variable's containers: it does not mention it, or is a scalar. */
function canBeStored(expression: Expression, name: string, readers: Readers): boolean {
  const node = simplify(expression);
  return (!mentions(node, name) || isScalar(node, readers)) && isHarmless(node, name, readers);
}

/** True for expressions whose value is a scalar whatever their operands are. */
function isScalar(node: Expression, readers: Readers): boolean {
  switch (node.type) {
    case "StringLiteral":
    case "NotExpression":
    case "LogicalExpression":
      return true;
    case "BinaryExpression":
      return ["==", "!=", "<", ">", "<=", ">=", "/", "%"].includes(node.operator);
    case "AssignmentExpression":
      return isScalar(simplify(node.value), readers);
    case "CallExpression":
      return isReader(node.callee, readers);
    case "PipeExpression": {
      const filter = simplify(node.filter);
      return isReader(filter.type === "CallExpression" ? filter.callee : filter, readers);
    }
    default:
      return false;
  }
}

function callIsHarmless(callee: Expression, args: readonly Expression[], name: string, readers: Readers): boolean {
  const target = simplify(callee);
  if (mentions(target, name) || !args.every((argument) => isHarmless(simplify(argument), name, readers))) return false;
  return !args.some((argument) => mentions(argument, name)) || isReader(target, readers);
}

/** `v`, `v.a`, `v.a[1].b`. */
function isPath(expression: Expression, name: string): boolean {
  const node = simplify(expression);
  if (node.type === "Identifier") return node.name === name;
  return (node.type === "MemberExpression" || node.type === "IndexExpression") && isPath(node.object, name);
}

function mentions(node: Node, name: string): boolean {
  const isMention = (child: Node) => child.type === "Identifier" && child.name === name;
  return isMention(node) || contains(node, isMention);
}

/** True when some node inside of the given one satisfies the condition. */
function contains(node: Node, condition: (node: Node) => boolean): boolean {
  let found = false;
  walkChildren(node, (child) => {
    if (!found && condition(child)) found = true;
    return !found;
  });
  return found;
}
