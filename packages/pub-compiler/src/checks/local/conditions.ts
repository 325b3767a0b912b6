/**
 * Checks of conditions: constant ones, assignments, values that are always false.
 */
import type { Block, Expression, IfStatement, Node, Statement, WhileStatement } from "pub-parser";
import { isConstant, simplify } from "../../1-analyze/constants.js";
import { mayCall } from "../../1-analyze/effects.js";
import { builtinNames } from "../../1-analyze/library.js";
import { walk, walkChildren } from "../../1-analyze/walk.js";
import type { Reporter } from "./report.js";

/** Checks an expression that is tested for truth. */
export function checkTest(test: Expression, reporter: Reporter): void {
  const simple = simplify(test);
  switch (simple.type) {
    case "AssignmentExpression":
      if (test.type === "AssignmentExpression") {
        reporter.report("assignment-in-condition", test.operatorSpan, "This assigns and does not compare", {
          hint: "write `==`, or put the assignment into parentheses of its own",
        });
      }
      return;
    case "RegexLiteral":
      reporter.report("falsy-value", simple, "A regular expression is always false", {
        hint: "test it with `match` or `search`",
      });
      return;
    case "Identifier":
      if (builtinNames.has(simple.name)) {
        reporter.reportLibrary(simple.name, "falsy-value", simple, `The function \`${simple.name}\` is always false`, {
          hint: `call it: \`${simple.name}(…)\``,
        });
      }
      return;
    case "NotExpression":
      checkTest(simple.operand, reporter);
      return;
    case "LogicalExpression":
      checkTest(simple.left, reporter);
      checkTest(simple.right, reporter);
  }
}

/** Checks the tests of an `if` as a whole: literals, and tests that stand there twice. */
export function checkIf(node: IfStatement, reporter: Reporter): void {
  const seen = new Map<string, Expression>();
  for (const { test, body } of node.branches) {
    if (isConstant(test)) {
      // A regex is reported as a value that is always false.
      if (simplify(test).type !== "RegexLiteral") reportConstant(test, reporter);
      continue;
    }
    if (mayCall(test) || contains(test, "AssignmentExpression")) continue;
    const text = reporter.textOf(test).replace(/\s+/g, " ");
    const earlier = seen.get(text);
    if (earlier === undefined) seen.set(text, test);
    else {
      reporter.report("unreachable-code", body, "This branch can never run: its condition was tested before", {
        related: [{ span: { start: earlier.start, end: earlier.end }, message: "the same condition" }],
      });
    }
  }
}

function reportConstant(test: Expression, reporter: Reporter): void {
  reporter.report("constant-condition", test, `This condition is always ${isTrue(test)}`, {
    hint: isTrue(test) ? "leave it out, or test a variable" : "remove what can never run, or test a variable",
  });
}

/** Checks the test of a `while`. */
export function checkWhile(node: WhileStatement, reporter: Reporter): void {
  if (!isConstant(node.test)) return;
  if (!isTrue(node.test)) reportConstant(node.test, reporter);
  else if (!leavesLoop(node.body)) {
    reporter.report("endless-loop", node.test, "Nothing leaves this loop", {
      hint: "`break`, `return` or `exit` ends it",
    });
  }
}

function isTrue(constant: Expression): boolean {
  const simple = simplify(constant);
  switch (simple.type) {
    case "BooleanLiteral":
      return simple.value;
    case "IntegerLiteral":
      return simple.value !== 0n;
    case "FloatLiteral":
      return simple.value !== 0;
    case "StringLiteral":
      return simple.pieces.length > 0;
    case "ListLiteral":
      return simple.elements.length > 0;
    case "DictLiteral":
      return simple.entries.length > 0;
    default:
      return false;
  }
}

function contains(node: Node, type: Node["type"]): boolean {
  let found = false;
  walk(node, (inner) => {
    if (inner.type === type) found = true;
    return !found;
  });
  return found;
}

/** True when something in the body may end the loop around it. */
function leavesLoop(body: Block): boolean {
  let leaves = false;
  const look = (node: Node, inInnerLoop: boolean): boolean => {
    switch (node.type) {
      case "DefStatement":
      case "LambdaExpression":
        return false;
      case "BreakStatement":
        leaves ||= !inInnerLoop;
        return false;
      case "ReturnStatement":
      case "ExitStatement":
        leaves = true;
        return false;
      case "ForStatement":
      case "WhileStatement":
        if (inInnerLoop) return true;
        walkChildren(node, (inner) => look(inner, true));
        return false;
      default:
        return true;
    }
  };
  walkChildren(body, (node) => look(node, false));
  return leaves;
}

/** True when control never gets behind the statement. */
export function endsFlow(statement: Statement): boolean {
  switch (statement.type) {
    case "ReturnStatement":
    case "BreakStatement":
    case "ContinueStatement":
    case "ExitStatement":
      return true;
    case "IfStatement":
      return (
        statement.alternate !== null &&
        statement.branches.every((branch) => blockEnds(branch.body)) &&
        blockEnds(statement.alternate)
      );
    case "HtmlBlock":
      return blockEnds(statement);
    default:
      return false;
  }
}

function blockEnds(block: Block): boolean {
  if (block.type === "CodeBlock") return block.statements.some(endsFlow);
  return block.body.some((zone) => zone.type === "CodeZone" && zone.statements.some(endsFlow));
}
