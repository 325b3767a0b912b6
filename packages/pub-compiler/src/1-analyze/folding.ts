/**
 * Operations on constants, done while compiling with the functions that would do them while the page runs.
 */
import type { BinaryExpression, Expression } from "pub-parser";
import {
  add,
  divide,
  equal,
  greater,
  greaterOrEqual,
  isInt,
  less,
  lessOrEqual,
  modulo,
  multiply,
  subtract,
  truth,
  type Value,
} from "pub-runtime";
import { literalText, simplify } from "./constants.js";

/** A folded value: what can be written as a JavaScript literal. */
export type FoldedValue = string | number | boolean;

/** An error would be reported while the page runs, so there is nothing to fold. */
class Reported extends Error {}

const sink = {
  warnRelational: false,
  error(): void {
    throw new Reported();
  },
};

const OPERATIONS = { "+": add, "-": subtract, "*": multiply, "/": divide, "%": modulo } as const;
const RELATIONS = { "<": less, ">": greater, "<=": lessOrEqual, ">=": greaterOrEqual } as const;

/** The value of an expression that is made of constants; null when it is not, or has no such value. */
export function folded(expression: Expression): FoldedValue | null {
  const node = simplify(expression);
  switch (node.type) {
    case "IntegerLiteral": {
      const number = Number(node.value);
      return Number.isSafeInteger(number) ? number : null;
    }
    case "FloatLiteral":
      return Number.isInteger(node.value) ? null : node.value;
    case "BooleanLiteral":
      return node.value;
    case "StringLiteral":
      return literalText(node);
    case "NotExpression": {
      const operand = folded(node.operand);
      return operand === null ? null : !truth(operand);
    }
    case "BinaryExpression":
      return foldedOperation(node);
    default:
      return null;
  }
}

function foldedOperation(node: BinaryExpression): FoldedValue | null {
  const left = folded(node.left);
  const right = left === null ? null : folded(node.right);
  if (left === null || right === null) return null;
  try {
    return written(operate(node.operator, left, right));
  } catch (error) {
    if (error instanceof Reported) return null;
    throw error;
  }
}

function operate(operator: BinaryExpression["operator"], left: FoldedValue, right: FoldedValue): Value {
  if (operator === "==" || operator === "!=") return equal(left, right) === (operator === "==");
  if (operator in RELATIONS) return RELATIONS[operator as keyof typeof RELATIONS](sink, left, right, 0);
  return OPERATIONS[operator as keyof typeof OPERATIONS](sink, left, right, 0);
}

/** Other kinds of numbers have no JavaScript literal of their own. */
function written(value: Value): FoldedValue | null {
  if (typeof value === "string" || typeof value === "boolean") return value;
  return typeof value === "number" && (!isInt(value) || Number.isSafeInteger(value)) && Number.isFinite(value)
    ? value
    : null;
}
