/**
 * What evaluating an expression may do to the output, which decides when collected text must be written out first.
 */
import type { Expression } from "pub-parser";
import { simplify } from "./constants.js";

/** The direct operands of an expression; bodies of lambdas and heredocs are not operands. */
export function operands(expression: Expression): readonly Expression[] {
  switch (expression.type) {
    case "StringLiteral":
      return expression.pieces.flatMap((piece) => (piece.type === "StringInterpolation" ? [piece.expression] : []));
    case "ListLiteral":
      return expression.elements;
    case "DictLiteral":
      return expression.entries.flatMap((entry) => (entry.value === null ? [] : [entry.value]));
    case "NotExpression":
      return [expression.operand];
    case "BinaryExpression":
    case "LogicalExpression":
      return [expression.left, expression.right];
    case "PipeExpression":
      return [expression.value, expression.filter];
    case "AssignmentExpression":
      return [expression.value, expression.target];
    case "MemberExpression":
      return [expression.object];
    case "IndexExpression":
      return [expression.object, expression.index];
    case "CallExpression":
      return [expression.callee, ...expression.arguments];
    case "ParenthesizedExpression":
      return [expression.expression];
    default:
      return [];
  }
}

/** True when evaluating the expression may call a function, which may print. */
export function mayCall(expression: Expression): boolean {
  return someCall(
    expression,
    () => true,
    () => true,
  );
}

/**
 * True when the expression contains a call whose callee satisfies `isMeant`, or a heredoc when `heredocs` says so; what is
 * called inside of heredocs and lambdas does not count.
 */
export function someCall(
  expression: Expression,
  isMeant: (callee: Expression) => boolean,
  heredocs: () => boolean,
): boolean {
  if (expression.type === "Heredoc") return heredocs();
  if (expression.type === "CallExpression" && isMeant(expression.callee)) return true;
  if (expression.type === "PipeExpression") {
    const filter = simplify(expression.filter);
    if (filter.type !== "CallExpression" && isMeant(filter)) return true;
  }
  return operands(expression).some((operand) => someCall(operand, isMeant, heredocs));
}

/** True when the expression calls `match` or `search` directly, whose compile errors are silent in conditions. */
export function matchesRegex(expression: Expression): boolean {
  const callee =
    expression.type === "CallExpression"
      ? expression.callee
      : expression.type === "PipeExpression"
        ? expression.filter
        : null;
  if (callee?.type === "Identifier" && (callee.name === "match" || callee.name === "search")) return true;
  return operands(expression).some(matchesRegex);
}

/** True when evaluating the expression twice, or not at all, makes no difference: plain variables and literals. */
export function isSimple(expression: Expression): boolean {
  switch (expression.type) {
    case "Identifier":
    case "ScopedIdentifier":
    case "IntegerLiteral":
    case "FloatLiteral":
    case "BooleanLiteral":
    case "NullLiteral":
    case "RegexLiteral":
    case "LambdaExpression":
      return true;
    case "StringLiteral":
    case "ParenthesizedExpression":
    case "ListLiteral":
    case "DictLiteral":
      return operands(expression).every(isSimple);
    default:
      return false;
  }
}
