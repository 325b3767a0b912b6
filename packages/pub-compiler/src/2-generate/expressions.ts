/**
 * Expressions as values: the code of an expression whose value is read (pub-language.md §4, §5).
 */
import type {
  BinaryExpression,
  BinaryOperator,
  Expression,
  LogicalExpression,
  PipeExpression,
  StringLiteral,
} from "pub-parser";
import { isConstant, isConstantPiece, literalText, simplify } from "../1-analyze/constants.js";
import { matchesRegex } from "../1-analyze/effects.js";
import { folded } from "../1-analyze/folding.js";
import { assignment } from "./assignments.js";
import { call, pipe } from "./calls.js";
import { type Code, commaList, quote } from "./code.js";
import { lambda } from "./functions.js";
import { heredocValue } from "./heredocs.js";
import { constantContainer, dictLiteral, listLiteral, numberLiteral } from "./literals.js";
import { readName, readScopedName } from "./names.js";
import type { Routine } from "./routine.js";

/** The runtime function of an operator; comparisons of order take the context for `WARN_RELARG_NULL`. */
const OPERATORS: Record<BinaryOperator, string> = {
  "+": "add",
  "-": "subtract",
  "*": "multiply",
  "/": "divide",
  "%": "modulo",
  "==": "equal",
  "!=": "equal",
  "<": "less",
  ">": "greater",
  "<=": "lessOrEqual",
  ">=": "greaterOrEqual",
};

/** The value of an expression; `undefined` in JavaScript is pub's undefined, an empty slot reads as null. */
export function value(routine: Routine, expression: Expression): Code {
  const { module } = routine;
  const node = simplify(expression);
  switch (node.type) {
    case "Identifier":
      return readName(routine, node);
    case "ScopedIdentifier":
      return readScopedName(routine, node);
    case "IntegerLiteral":
    case "FloatLiteral":
      return numberLiteral(module, node);
    case "BooleanLiteral":
      return String(node.value);
    case "NullLiteral":
      return "null";
    case "StringLiteral":
      return string(routine, node);
    case "RegexLiteral":
    case "ListLiteral":
    case "DictLiteral":
      if (isConstant(node)) return constantContainer(routine, node);
      return node.type === "DictLiteral" ? dictLiteral(routine, node) : listLiteral(routine, node as never);
    case "LambdaExpression":
      return lambda(routine, node);
    case "Heredoc":
      return heredocValue(routine, node);
    case "NotExpression":
      return ["!", condition(routine, node.operand)];
    case "BinaryExpression":
      return binary(routine, node);
    case "LogicalExpression":
      return logical(routine, node);
    case "PipeExpression":
      return pipe(routine, node as PipeExpression);
    case "AssignmentExpression":
      return assignment(routine, node);
    case "MemberExpression": {
      const line = `${module.line(node.property.start)}`;
      return [node.start, module.member(value(routine, node.object), node.property.name, line)];
    }
    case "IndexExpression": {
      const line = module.line(node.end - 1);
      return [node.start, module.call("element", value(routine, node.object), value(routine, node.index), `${line}`)];
    }
    case "CallExpression":
      return call(routine, node);
    case "ParenthesizedExpression":
      return value(routine, node.expression);
  }
}

function binary(routine: Routine, node: BinaryExpression): Code {
  const { module } = routine;
  const constant = module.optimizes("constant-folding") ? folded(node) : null;
  if (constant !== null) return typeof constant === "string" ? quote(constant) : `${constant}`;
  const name = OPERATORS[node.operator];
  const left = value(routine, node.left);
  const right = value(routine, node.right);
  if (name === "equal") {
    return [node.operator === "!=" ? "!" : "", node.operatorSpan.start, module.apply("equal", left, right)];
  }
  return [node.operatorSpan.start, module.call(name, left, right, `${module.line(node.operatorSpan.start)}`)];
}

/** A chain of one operator is one level of code: engines read code by recursion, and such chains may be long. */
function logical(routine: Routine, node: LogicalExpression): Code {
  const operands: Expression[] = [];
  let left: Expression = node;
  while (left.type === "LogicalExpression" && left.operator === node.operator) {
    operands.push(left.right);
    left = left.left;
  }
  operands.push(left);
  const codes = operands.reverse().map((operand) => condition(routine, operand));
  return ["(", codes.flatMap((code, index) => (index === 0 ? [code] : [` ${node.operator} `, code])), ")"];
}

/** True when the code of `value` is a JavaScript boolean. */
export function isBoolean(expression: Expression): boolean {
  const node = simplify(expression);
  switch (node.type) {
    case "BooleanLiteral":
    case "NotExpression":
    case "LogicalExpression":
      return true;
    case "BinaryExpression":
      return ["==", "!=", "<", ">", "<=", ">="].includes(node.operator);
    default:
      return false;
  }
}

/** True when the code of `value` is a JavaScript string. */
export function isString(expression: Expression): boolean {
  const node = simplify(expression);
  return node.type === "StringLiteral";
}

/** The truth of an expression as a JavaScript boolean (§4.4); reads of unbound variables are not warned about. */
export function condition(routine: Routine, expression: Expression): Code {
  return quietly(routine, expression, test(routine, expression));
}

/** Evaluates without the warnings that conditions suppress, where there can be any. */
export function quietly(routine: Routine, expression: Expression, code: Code): Code {
  const canWarn = routine.module.options.traced || matchesRegex(expression);
  return canWarn ? routine.awaited(true, routine.module.call("quietly", routine.arrow(code))) : code;
}

function test(routine: Routine, expression: Expression): Code {
  const code = value(routine, expression);
  return isBoolean(expression) ? code : routine.module.apply("truth", code);
}

/** Prints an expression as `%{…}` and `print` do: constants become part of the text around. */
export function print(routine: Routine, expression: Expression): void {
  const constant = literalText(simplify(expression));
  if (constant !== null) {
    routine.printText(expression.start, constant, constant);
    return;
  }
  const calls = routine.mayPrint(expression);
  if (calls) routine.flush();
  routine.print(expression.start, printed(routine, expression), calls);
}

/** The text that `%{…}` and `print` output for an expression (§4.8). */
function printed(routine: Routine, expression: Expression): Code {
  const code = value(routine, expression);
  return isString(expression) ? code : routine.module.call("printed", code);
}

/** A string literal: constant text, or the pieces joined. */
function string(routine: Routine, node: StringLiteral): Code {
  const parts: Code[] = [];
  let text = "";
  for (const piece of node.pieces) {
    if (piece.type === "StringText") {
      text += piece.value;
      continue;
    }
    const inner = simplify(piece.expression);
    if (inner.type === "StringLiteral" && inner.pieces.every(isConstantPiece) && isPlainText(inner)) {
      for (const nested of inner.pieces) if (nested.type === "StringText") text += nested.value;
      continue;
    }
    if (text !== "" || parts.length === 0) parts.push(quote(text));
    text = "";
    const code = value(routine, piece.expression);
    parts.push(isString(piece.expression) ? code : routine.module.apply("text", code));
  }
  if (parts.length === 0) return quote(text);
  if (text !== "") parts.push(quote(text));
  return ["(", parts.flatMap((part, index) => (index === 0 ? [part] : [" + ", part])), ")"];
}

function isPlainText(node: StringLiteral): boolean {
  return node.pieces.every((piece) => piece.type === "StringText");
}

/** An argument list as a JavaScript array. */
export function array(codes: readonly Code[]): Code {
  return ["[", commaList(codes), "]"];
}
