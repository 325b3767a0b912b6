// The vocabulary of the template grammar: token types, the token object that scanner and grammar share, and how a
// token is called in messages.

import { createToken, EOF, type IToken, type TokenType } from "chevrotain";
import type { StringText } from "../ast.js";

/**
 * One token. Offsets are bytes; `end` is exclusive. `depth` is the number of modes open around the token: an opener and
 * its closer have the same depth, what stands between them has a greater one.
 */
export class Token implements IToken {
  readonly tokenTypeIdx: number;

  constructor(
    readonly tokenType: TokenType,
    private readonly source: string,
    readonly startOffset: number,
    readonly end: number,
    readonly depth: number,
    /** Position in the token sequence. */
    readonly index: number,
    /** What the image does not show: read it through one of the properties below. */
    readonly payload: Payload,
  ) {
    this.tokenTypeIdx = tokenType.tokenTypeIdx!;
  }

  /** The text of the token in the source. */
  get image(): string {
    return this.source.slice(this.startOffset, this.end);
  }

  /** Decoded text of `Text`, body of a regex. */
  get value(): string {
    return typeof this.payload === "string" ? this.payload : "";
  }

  /** Pieces of `StringConstant` and `StringChunk`. */
  get pieces(): StringText[] {
    return Array.isArray(this.payload) ? this.payload : [];
  }

  /** Offset whose line the reference reports when it stumbles over this token (§10.3). */
  get detectedAt(): number {
    return typeof this.payload === "number" ? this.payload : this.end;
  }
}

/** Text, pieces, the place of detection, or nothing: one field keeps tokens small, of which there may be many. */
export type Payload = string | StringText[] | number | null;

/** Every type of the vocabulary, for the parser's constructor. */
export const vocabulary: TokenType[] = [];

function define(name: string, label: string): TokenType {
  const type = createToken({ name, label });
  vocabulary.push(type);
  return type;
}

// Text mode
export const Text = define("Text", "text");
export const BoundaryTag = define("BoundaryTag", "text");
export const ZoneOpen = define("ZoneOpen", "`{%`");
export const ZoneClose = define("ZoneClose", "`%}`");
export const InlineOpen = define("InlineOpen", "`%{`");

// Blocks and brackets
export const HtmlOpen = define("HtmlOpen", "`{{`");
export const HtmlHeredocOpen = define("HtmlHeredocOpen", "`={{`");
export const HtmlClose = define("HtmlClose", "`}}`");
export const CodeHeredocOpen = define("CodeHeredocOpen", "`={`");
export const BraceOpen = define("BraceOpen", "`{`");
export const BraceClose = define("BraceClose", "`}`");
export const ParenOpen = define("ParenOpen", "`(`");
export const ParenClose = define("ParenClose", "`)`");
export const BlockingOpen = define("BlockingOpen", "`(*`");
export const BlockingClose = define("BlockingClose", "`*)`");
export const BracketOpen = define("BracketOpen", "`[`");
export const BracketClose = define("BracketClose", "`]`");

// Operators and punctuation
/** `== != < > <= >= && || + - * / %`: told apart by their image, so that an expression is one flat rule. */
export const Operator = define("Operator", "an operator");
/** `|`: pipe, and separator of optional parameters. */
export const Bar = define("Bar", "`|`");
/** `=` and `=>`. */
export const Assign = define("Assign", "`=`");
export const Bang = define("Bang", "`!`");
export const Dot = define("Dot", "`.`");
export const Comma = define("Comma", "`,`");
export const Colon = define("Colon", "`:`");
export const Semicolon = define("Semicolon", "`;`");

// Names and literals
export const Name = define("Name", "a name");
/** `globals::` or `universals::`. */
export const ScopePrefix = define("ScopePrefix", "`globals::`");
export const Integer = define("Integer", "a number");
export const Float = define("Float", "a number");
/** `-5` and `-.5`: one token (§2.4), a subtraction where an operator is due. */
export const NegativeInteger = define("NegativeInteger", "a number");
export const NegativeFloat = define("NegativeFloat", "a number");
export const Regex = define("Regex", "a regular expression");
/** A whole string literal without interpolation. */
export const StringConstant = define("StringConstant", "a string");
export const StringOpen = define("StringOpen", "a string");
export const StringChunk = define("StringChunk", "text of a string");
export const InterpolationOpen = define("InterpolationOpen", "`%{`");
export const StringClose = define("StringClose", "the end of the string");

/** What the scanner could not read; its diagnostic is made by the scanner. */
export const Invalid = define("Invalid", "an illegal character");

/** Keyword → token type. `true` and `false` have two spellings, `include` and `load`, `break`… share no type. */
export const keywords: ReadonlyMap<string, TokenType> = new Map(
  "for while if elif else empty switch case def lambda return break continue exit print include load locals globals universals null"
    .split(" ")
    .map((word): [string, TokenType] => [word, define(`Keyword_${word}`, `\`${word}\``)]),
);

export const True = define("True", "`true`");
export const False = define("False", "`false`");

/** The token type of a keyword. */
export function keyword(word: string): TokenType {
  return keywords.get(word)!;
}

const keywordTypes: ReadonlySet<TokenType> = new Set([...keywords.values(), True, False]);

/** Whether the token is a reserved word. */
export function isKeyword(token: Token): boolean {
  return keywordTypes.has(token.tokenType);
}

const literalTypes: ReadonlySet<TokenType> = new Set([Integer, Float, NegativeInteger, NegativeFloat]);

/** How a message names a token that was found: with its text where that helps. */
export function describeToken(token: Token): string {
  const type = token.tokenType;
  if (type === EOF) return "the end of the file";
  if (type === Name) return `the name \`${token.image}\``;
  if (literalTypes.has(type)) return `the number \`${token.image}\``;
  if (isKeyword(token)) return `the keyword \`${token.image}\``;
  if (type === Operator || type === Assign || type === ScopePrefix) return `\`${token.image}\``;
  return type.LABEL ?? type.name;
}
