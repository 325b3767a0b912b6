/**
 * Expressions as places and as stored values (pub-language.md §5.3, §5.4): what assignments, arguments and container
 * literals hold.
 */
import type { Expression } from "pub-parser";
import { isConstant, simplify } from "../1-analyze/constants.js";
import { assignment } from "./assignments.js";
import { builtinName, placeCall } from "./calls.js";
import type { Code } from "./code.js";
import { value } from "./expressions.js";
import { constantContainer, dictLiteral, listLiteral } from "./literals.js";
import { containerName, nameContent, scopedNameContent } from "./names.js";
import type { Routine } from "./routine.js";

/** The content of the place that an expression denotes; for other expressions a copy of the value (§5.3). */
export function content(routine: Routine, expression: Expression): Code {
  const { module } = routine;
  const node = simplify(expression);
  switch (node.type) {
    case "Identifier":
      return nameContent(routine, node);
    case "ScopedIdentifier":
      return scopedNameContent(routine, node);
    case "MemberExpression": {
      const line = `${module.line(node.property.start)}`;
      return [node.start, module.placeMember(container(routine, node.object), node.property.name, line)];
    }
    case "IndexExpression": {
      const line = module.line(node.end - 1);
      return [
        node.start,
        module.call("placeElement", container(routine, node.object), value(routine, node.index), `${line}`),
      ];
    }
    case "AssignmentExpression":
      return assignment(routine, node);
    case "CallExpression":
      return placeCall(routine, node);
    default:
      return isScalar(node) ? value(routine, node) : module.apply("placeOf", value(routine, node));
  }
}

/** The content of a place that is used as a container. */
export function container(routine: Routine, expression: Expression): Code {
  const node = simplify(expression);
  return node.type === "Identifier" ? containerName(routine, node) : content(routine, node);
}

/** True for expressions whose stored value is the content of their place itself (§5.4). */
export function isPlace(node: Expression): boolean {
  return (
    node.type === "Identifier" ||
    node.type === "ScopedIdentifier" ||
    node.type === "MemberExpression" ||
    node.type === "IndexExpression"
  );
}

/** The stored value of an expression, never undefined (§5.4). */
export function stored(routine: Routine, expression: Expression): Code {
  const node = simplify(expression);
  if (isPlace(node)) return routine.module.apply("storedContent", content(routine, node));
  if (isScalar(node)) return value(routine, node);
  if (node.type === "ListLiteral" || node.type === "DictLiteral") return storedLiteral(routine, node);
  return storedResult(routine, node);
}

/** The stored value of an operation or call: a copy, except of what `pop_front` took out of a list. */
function storedResult(routine: Routine, node: Expression): Code {
  const keepsResult = node.type === "CallExpression" && builtinName(node.callee) === "pop_front";
  return routine.module.apply(keepsResult ? "storedContent" : "stored", value(routine, node));
}

/** The stored value where undefined and empty slots are told apart from null: entries of dictionary literals (§4.3). */
export function storedOrMissing(routine: Routine, expression: Expression): Code {
  const node = simplify(expression);
  if (isPlace(node)) return content(routine, node);
  if (isScalar(node)) return value(routine, node);
  if (node.type === "ListLiteral" || node.type === "DictLiteral") return storedLiteral(routine, node);
  return copied(routine, node);
}

function isLookup(node: Expression): boolean {
  return node.type === "CallExpression" && builtinName(node.callee) === "lookup";
}

/** An argument of a user function: places by reference, everything else as a copy (§5.4). */
export function argument(routine: Routine, expression: Expression): Code {
  const node = simplify(expression);
  if (isPlace(node) || node.type === "AssignmentExpression" || isLookup(node)) {
    return routine.module.apply("storedContent", content(routine, node));
  }
  if (isScalar(node)) return value(routine, node);
  return storedResult(routine, node);
}

/** An argument of a built-in that sees undefined values and empty slots (pub-library.md §2.1). */
export function rawArgument(routine: Routine, expression: Expression, builtin: string): Code {
  const node = simplify(expression);
  if (builtin === "pop_front" || builtin === "type")
    return routine.module.apply("placeValue", storedOrMissing(routine, node));
  if (node.type === "Identifier") return nameContent(routine, node);
  if (node.type === "ScopedIdentifier") return scopedNameContent(routine, node);
  return value(routine, node);
}

/** True when the value is a scalar for certain: copying makes no difference. */
function isScalar(node: Expression): boolean {
  switch (node.type) {
    case "IntegerLiteral":
    case "FloatLiteral":
    case "BooleanLiteral":
    case "NullLiteral":
    case "StringLiteral":
    case "NotExpression":
    case "LogicalExpression":
    case "LambdaExpression":
    case "RegexLiteral":
      return true;
    case "BinaryExpression":
      return ["==", "!=", "<", ">", "<=", ">="].includes(node.operator);
    default:
      return false;
  }
}

function storedLiteral(routine: Routine, node: Expression): Code {
  if (isConstant(node)) return routine.module.apply("copyValue", constantContainer(routine, node));
  return node.type === "DictLiteral" ? dictLiteral(routine, node) : listLiteral(routine, node as never);
}

function copied(routine: Routine, node: Expression): Code {
  if (isScalar(node)) return value(routine, node);
  return routine.module.apply("copyValue", value(routine, node));
}
