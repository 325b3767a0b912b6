/**
 * What is constant in the sense of the language: literals that are evaluated once (pub-language.md §2.5 constant
 * folding, §5.4 constant literals).
 */
import type { Expression, StringLiteral, StringPiece } from "pub-parser";

/** The expression without parentheses and without string quotes around a single constant (§2.5 rule 1). */
export function simplify(expression: Expression): Expression {
  let current = expression;
  for (;;) {
    if (current.type === "ParenthesizedExpression") {
      current = current.expression;
    } else if (current.type === "StringLiteral" && current.pieces.length === 1) {
      const [piece] = current.pieces;
      if (piece.type !== "StringInterpolation" || !isConstantPiece(piece)) return current;
      current = piece.expression;
    } else {
      return current;
    }
  }
}

/** A piece whose text is known while parsing, or an interpolated literal of any kind (§2.5). */
export function isConstantPiece(piece: StringPiece): boolean {
  if (piece.type === "StringText") return true;
  switch (simplify(piece.expression).type) {
    case "IntegerLiteral":
    case "FloatLiteral":
    case "BooleanLiteral":
    case "NullLiteral":
    case "StringLiteral":
    case "RegexLiteral":
    case "LambdaExpression":
    case "ListLiteral":
    case "DictLiteral":
      return true;
    default:
      return false;
  }
}

/** A string literal of exactly one text run (§2.5). */
export function isOnePiece(literal: StringLiteral): boolean {
  const [piece] = literal.pieces;
  return literal.pieces.length === 1 && piece.type === "StringText" && piece.kind === "run";
}

/** The text of a string literal without interpolations, else null. */
export function literalText(expression: Expression): string | null {
  if (expression.type !== "StringLiteral") return null;
  let text = "";
  for (const piece of expression.pieces) {
    if (piece.type !== "StringText") return null;
    text += piece.value;
  }
  return text;
}

/** A literal consisting only of constant literals at any depth (§5.4). */
export function isConstant(expression: Expression): boolean {
  const simple = simplify(expression);
  switch (simple.type) {
    case "IntegerLiteral":
    case "FloatLiteral":
    case "BooleanLiteral":
    case "NullLiteral":
    case "RegexLiteral":
      return true;
    case "StringLiteral":
      return isOnePiece(simple);
    case "ListLiteral":
      return simple.elements.every(isConstant);
    case "DictLiteral":
      return simple.entries.every((entry) => entry.value === null || isConstant(entry.value));
    default:
      return false;
  }
}
