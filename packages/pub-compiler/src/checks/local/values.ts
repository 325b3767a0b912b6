/**
 * Checks of operators and literals: octal numbers, strings that turn into numbers, comparison.
 */
import type { AssignmentExpression, BinaryExpression, Binding, Expression, IntegerLiteral, Span } from "pub-parser";
import { literalText, simplify } from "../../1-analyze/constants.js";
import { spanOf } from "../finding.js";
import type { Reporter } from "./report.js";

const ORDER: ReadonlySet<string> = new Set(["<", ">", "<=", ">="]);

export function checkInteger(node: IntegerLiteral, reporter: Reporter): void {
  if (!/^-?0[0-9]+$/.test(node.raw) || node.value.toString() === node.raw.replace(/^(-?)0+(?=\d)/, "$1")) return;
  reporter.report("octal-number", node, `\`${node.raw}\` is octal: its value is ${node.value}`, {
    hint: "leave out the leading zero",
  });
}

export function checkBinary(node: BinaryExpression, reporter: Reporter): void {
  const { operator, operatorSpan, left, right } = node;
  if (operator === "+") checkSum(node, reporter);
  if (operator === "/") checkQuotient(node, reporter);
  if ((operator === "/" || operator === "%") && isZero(right)) {
    reporter.report("division-by-zero", right, operator === "/" ? "Division by zero" : "Modulo by zero");
  }
  if (!ORDER.has(operator)) return;
  if (left.type === "BinaryExpression" && ORDER.has(left.operator)) {
    reporter.report("chained-comparison", operatorSpan, `This compares the truth value of the left side`, {
      hint: "join two comparisons with `&&`",
    });
  }
  const types = [simplify(left).type, simplify(right).type];
  // With a list on the other side null counts as a list of one.
  if (types.includes("NullLiteral") && !types.includes("ListLiteral")) {
    reporter.report("null-order", operatorSpan, `\`${operator}\` with null is always false`, {
      hint: "use `isnull` or `==`",
    });
  }
}

function isZero(expression: Expression): boolean {
  const simple = simplify(expression);
  return (
    (simple.type === "IntegerLiteral" && simple.value === 0n) || (simple.type === "FloatLiteral" && simple.value === 0)
  );
}

/** Text that makes a number of what is joined to it, or of itself. */
const NUMBER_TEXT = /^\s*[+-]?(\d+|0x[\da-f]+|\d*\.\d+)?$/i;

function checkSum(node: BinaryExpression, reporter: Reporter): void {
  const left = literalText(simplify(node.left));
  const right = literalText(simplify(node.right));
  const text = left ?? right;
  if (text === null || !isNumberText(text)) return;
  if (left !== null && right !== null && !isNumberText(right)) return;
  reporter.report("numeric-string", node.operatorSpan, "The result becomes a number when it looks like one", {
    hint: 'interpolate instead: `"%{a}%{b}"`',
  });
}

function isNumberText(text: string): boolean {
  return text === "" || (/\d/.test(text) && NUMBER_TEXT.test(text));
}

function checkQuotient(node: BinaryExpression, reporter: Reporter): void {
  const left = simplify(node.left);
  if (left.type !== "BinaryExpression" || left.operator !== "*" || simplify(node.right).type === "FloatLiteral") return;
  if (![left.left, left.right].some((factor) => simplify(factor).type === "FloatLiteral")) return;
  reporter.report("float-collapse", node.operatorSpan, "This divides integers when the left side happens to be whole", {
    hint: "divide by a float, such as `2.0`, or multiply behind the division",
  });
}

const PLACES: ReadonlySet<string> = new Set([
  "Identifier",
  "ScopedIdentifier",
  "MemberExpression",
  "IndexExpression",
  "AssignmentExpression",
]);

export function checkTarget(node: AssignmentExpression, reporter: Reporter): void {
  const target = simplify(node.target);
  if (PLACES.has(target.type)) return;
  if (target.type === "CallExpression" || target.type === "PipeExpression") {
    const callee = target.type === "CallExpression" ? simplify(target.callee) : null;
    if (callee?.type !== "Identifier" || callee.name === "lookup") return;
  }
  reporter.report("assignment-target", node.target, "Nothing can be assigned to this", {
    hint: "only variables, members, elements and `lookup(…)` can be set",
  });
}

/** Names that stand twice in a dictionary, a declaration or a parameter list. */
export function checkDuplicates(names: readonly { name: string; span: Span }[], reporter: Reporter): void {
  const first = new Map<string, Span>();
  for (const { name, span } of names) {
    const earlier = first.get(name);
    if (earlier === undefined) first.set(name, span);
    else {
      reporter.report("duplicate-name", span, `\`${name}\` stands here twice; the last one wins`, {
        related: [{ span: spanOf(earlier), message: "first here" }],
      });
    }
  }
}

export function namesOf(bindings: readonly Binding[]): { name: string; span: Span }[] {
  return bindings.map(({ name, nameSpan }) => ({ name, span: nameSpan }));
}
