// Tree nodes that are made from one token.

import type { FloatLiteral, Identifier, IntegerLiteral, RegexLiteral, StringLiteral } from "../ast.js";
import { conversionMessage, integerValue } from "../numbers.js";
import type { OperatorRead } from "./build.js";
import { NegativeFloat, NegativeInteger, type Token } from "./tokens.js";

export function identifier(token: Token): Identifier {
  return { type: "Identifier", name: token.image, start: token.startOffset, end: token.end };
}

/** The operator in a token; a negative number where an operator is due is a minus. */
export function operatorOf(token: Token): OperatorRead {
  const start = token.startOffset;
  const negative = token.tokenType === NegativeInteger || token.tokenType === NegativeFloat;
  return negative ? { image: "-", start, end: start + 1 } : { image: token.image, start, end: token.end };
}

/**
 * An integer literal, without the first `skip` characters of its token. `problem` is the complaint of the reference about
 * a number that cannot be represented (§4.2); the literal is 0 then.
 */
export function integerLiteral(token: Token, skip: number): { literal: IntegerLiteral; problem: string | null } {
  const raw = token.image.slice(skip);
  const value = integerValue(raw);
  const start = token.startOffset + skip;
  return {
    literal: { type: "IntegerLiteral", value: value ?? 0n, raw, start, end: token.end },
    problem: value === null ? conversionMessage(raw) : null,
  };
}

/** A float literal, without the first `skip` characters of its token. */
export function floatLiteral(token: Token, skip: number): FloatLiteral {
  const raw = token.image.slice(skip);
  return { type: "FloatLiteral", value: Number(raw), raw, start: token.startOffset + skip, end: token.end };
}

export function stringConstant(token: Token): StringLiteral {
  return {
    type: "StringLiteral",
    quote: token.image[0] as '"' | "'",
    pieces: token.pieces,
    start: token.startOffset,
    end: token.end,
  };
}

export function regexLiteral(token: Token): RegexLiteral {
  const options = /[A-Za-z]*$/.exec(token.image)![0];
  return {
    type: "RegexLiteral",
    pattern: token.value,
    options,
    delimiter: token.image[1],
    start: token.startOffset,
    end: token.end,
  };
}
