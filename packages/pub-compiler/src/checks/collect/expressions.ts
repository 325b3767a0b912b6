/**
 * Walks one expression: which variables it reads, and how much it matters when they are missing.
 */
import type { BinaryExpression, Expression } from "pub-parser";
import { simplify } from "../../1-analyze/constants.js";
import { checkTest } from "../local/conditions.js";
import { checkBinary, checkDuplicates, checkInteger, checkTarget, namesOf } from "../local/values.js";
import { walkCall, walkPipe } from "./calls.js";
import { markWaiting } from "./frames.js";
import { walkFunction } from "./functions.js";
import { readName } from "./reads.js";
import { inFrame, type Use, type Walk } from "./walk.js";

export function walkExpression(walk: Walk, node: Expression, use: Use): void {
  const { facts } = walk;
  switch (node.type) {
    case "Identifier":
      readName(walk, node.name, node, use);
      break;
    case "IntegerLiteral":
      checkInteger(node, facts);
      break;
    case "StringLiteral":
      for (const piece of node.pieces) {
        if (piece.type === "StringInterpolation") walk.expression(piece.expression, "demanded");
      }
      break;
    case "ListLiteral":
      for (const element of node.elements) walk.expression(element, "plain");
      break;
    case "DictLiteral":
      checkDuplicates(namesOf(node.entries), facts);
      for (const { value } of node.entries) {
        if (value === null) continue;
        walk.markup.string(value, walk.scope);
        walk.expression(value, "plain");
      }
      break;
    case "LambdaExpression":
      walkFunction(walk, node, node.parameters);
      break;
    case "Heredoc":
      walk.routine.waits = true;
      markWaiting(walk.frame);
      walk.markup.separately(() => walk.block(node.body));
      break;
    case "NotExpression":
      checkTest(node.operand, facts);
      inFrame(walk, () => walk.expression(node.operand, "guarded"));
      break;
    case "LogicalExpression":
      checkTest(node.left, facts);
      checkTest(node.right, facts);
      inFrame(walk, () => {
        walk.expression(node.left, "guarded");
        walk.expression(node.right, "guarded");
      });
      break;
    case "BinaryExpression":
      walkBinary(walk, node);
      break;
    case "PipeExpression":
      walkPipe(walk, node, use, false);
      break;
    case "AssignmentExpression":
      walkAssignment(walk, node.target, node.value);
      checkTarget(node, facts);
      break;
    case "MemberExpression":
      walk.expression(node.object, "demanded");
      break;
    case "IndexExpression":
      walk.expression(node.object, "demanded");
      walk.expression(node.index, "plain");
      break;
    case "CallExpression":
      walkCall(walk, node, use, false);
      break;
    case "ParenthesizedExpression":
      walk.expression(node.expression, use);
  }
}

/** An expression whose value is printed as it is. */
export function walkPrinted(walk: Walk, expression: Expression): void {
  const simple = simplify(expression);
  if (simple.type === "CallExpression") walkCall(walk, simple, "demanded", true);
  else if (simple.type === "PipeExpression") walkPipe(walk, simple, "demanded", true);
  else walk.expression(expression, "demanded");
}

function walkBinary(walk: Walk, node: BinaryExpression): void {
  checkBinary(node, walk.facts);
  const { operator, left, right } = node;
  const compares = operator === "==" || operator === "!=";
  const orders = !compares && "<>=".includes(operator[0]);
  if (!compares && operator !== "+") for (const operand of [left, right]) walk.facts.number(operand);
  const run = (): void => {
    // A comparison with an unset variable is how a page asks whether it has one.
    walk.expression(left, compares || orders ? "ignored" : "demanded");
    walk.expression(right, compares || orders ? "ignored" : "demanded");
  };
  if (compares || orders) inFrame(walk, run);
  else run();
}

function walkAssignment(walk: Walk, target: Expression, value: Expression): void {
  const { facts, scope } = walk;
  walk.markup.string(value, scope);
  walk.expression(value, "plain");
  const place = simplify(target);
  if (place.type === "ScopedIdentifier") {
    facts.export(place.name);
    if (place.scope === "universals") facts.universal(place.name);
  } else if (place.type === "Identifier") {
    const variable = scope.find(place.name);
    if (variable === null || variable.kind === "optional") {
      facts.export(place.name);
      facts.flow(place.name, value, scope);
    }
    variable?.values.push({ expression: value, scope });
  } else walk.expression(target, "plain");
}
