// Building expressions: operator precedence (pub-language.md §5.2) over the flat list of operands and operators that the
// grammar reads, and the check of what may stand to the right of a pipe (§5.5).

import type { BinaryOperator, Expression, Span } from "../ast.js";
import { WEIGHTS } from "./limits.js";

/** An operator as read: `image` is one of the keys of `precedences`. */
export interface OperatorRead extends Span {
  readonly image: string;
}

const ASSIGNMENT = 0;

const precedences: Readonly<Record<string, number>> = {
  "=": ASSIGNMENT,
  "=>": ASSIGNMENT,
  "||": 1,
  "&&": 2,
  "|": 3,
  "==": 4,
  "!=": 4,
  "<": 5,
  ">": 5,
  "<=": 5,
  ">=": 5,
  "+": 6,
  "-": 6,
  "*": 7,
  "/": 7,
  "%": 7,
};

/** Called for a pipe whose right side cannot be called. */
export type PipeComplaint = (filter: Expression) => void;

/** Operands and operators of one expression, reduced as soon as the reference would reduce them. */
export class OperatorStack {
  private readonly operands: Expression[];
  /** How deep the trees of the operands are. */
  private readonly depths: number[];
  private readonly operators: OperatorRead[] = [];

  constructor(
    first: Expression,
    depth: number,
    private readonly complain: PipeComplaint,
  ) {
    this.operands = [first];
    this.depths = [depth];
  }

  /** The depth of the expression so far. */
  depth = 0;

  /** Whether an `=` may follow: its left side is a unary expression, so only assignments stand before it. */
  assignable = true;

  operator(operator: OperatorRead): void {
    const precedence = precedences[operator.image];
    this.assignable = precedence === ASSIGNMENT;
    if (!this.assignable) this.reduce(precedence);
    this.operators.push(operator);
  }

  operand(operand: Expression, depth: number): void {
    this.operands.push(operand);
    this.depths.push(depth);
    // A chain of assignments grows to the right: each one waits for all behind it.
    this.depth = Math.max(this.depth, depth + this.operators.length);
  }

  /** The whole expression; nothing may be added afterwards. */
  finish(): Expression {
    this.reduce(ASSIGNMENT);
    return this.operands[0];
  }

  /** Reduces the operators that bind at least as tight as `precedence`. */
  private reduce(precedence: number): void {
    const { operands, operators, depths } = this;
    while (operators.length > 0 && precedences[operators[operators.length - 1].image] >= precedence) {
      const right = operands.pop()!;
      const left = operands.pop()!;
      const operator = operators.pop()!;
      const depth = Math.max(depths.pop()!, depths.pop()!) + (WEIGHTS[operator.image] ?? 1);
      depths.push(depth);
      this.depth = Math.max(this.depth, depth);
      operands.push(combine(operator, left, right, this.complain));
    }
  }
}

function combine(operator: OperatorRead, left: Expression, right: Expression, complain: PipeComplaint): Expression {
  const operatorSpan = { start: operator.start, end: operator.end };
  const { start } = left;
  const { end } = right;
  switch (operator.image) {
    case "=":
    case "=>":
      return { type: "AssignmentExpression", operatorSpan, target: left, value: right, start, end };
    case "||":
    case "&&":
      return { type: "LogicalExpression", operator: operator.image, operatorSpan, left, right, start, end };
    case "|":
      if (!isCallable(right)) complain(right);
      return { type: "PipeExpression", operatorSpan, value: left, filter: right, start, end };
    default:
      return {
        type: "BinaryExpression",
        operator: operator.image as BinaryOperator,
        operatorSpan,
        left,
        right,
        start,
        end,
      };
  }
}

/** Expressions that can never be called (§5.5). */
const uncallable: ReadonlySet<Expression["type"]> = new Set([
  "IntegerLiteral",
  "FloatLiteral",
  "BooleanLiteral",
  "NullLiteral",
  "ListLiteral",
  "BinaryExpression",
  "LogicalExpression",
  "NotExpression",
]);

function isCallable(filter: Expression): boolean {
  const expression = withoutParentheses(filter);
  if (expression.type !== "StringLiteral") return !uncallable.has(expression.type);
  if (expression.pieces.length !== 1) return true;
  const [piece] = expression.pieces;
  return piece.type === "StringText" ? piece.kind !== "run" : true;
}

/** The expression inside of any parentheses. */
export function withoutParentheses(expression: Expression): Expression {
  let inner = expression;
  while (inner.type === "ParenthesizedExpression") inner = inner.expression;
  return inner;
}
