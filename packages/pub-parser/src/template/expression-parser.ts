// Grammar of expressions (pub-language.md §5.1 `expr`, §5.2). An expression is one flat rule: operands with operators
// between them; precedence is applied while the operands come in.

import type { IOrAlt, ParserMethod } from "chevrotain";
import type {
  Binding,
  Block,
  CallExpression,
  DictLiteral,
  Expression,
  Heredoc,
  Identifier,
  LambdaExpression,
  ListLiteral,
  Parameters,
  ParenthesizedExpression,
  ScopedIdentifier,
  Statement,
  StringLiteral,
  StringPiece,
  Zone,
} from "../ast.js";
import { BaseParser } from "./base-parser.js";
import { OperatorStack } from "./build.js";
import { expected } from "./expected.js";
import { DEPTH_LIMIT, WEIGHTS } from "./limits.js";
import { floatLiteral, identifier, integerLiteral, operatorOf, regexLiteral, stringConstant } from "./literals.js";
import type { Token } from "./tokens.js";
import * as T from "./tokens.js";

export abstract class ExpressionParser extends BaseParser {
  /** Zones up to what closes them. */
  protected abstract readonly html: ParserMethod<[], Zone[]>;
  /** Statements up to what closes them. */
  protected abstract readonly code: ParserMethod<[], Statement[]>;
  /** `{{ … }}` or `{ … }`. */
  protected abstract readonly body: ParserMethod<[], Block>;

  /** expr = unary { operator unary } */
  protected readonly expression = this.rule<Expression>("expression", () => {
    const depthAround = this.depth;
    this.depth = 0;
    const first = this.SUBRULE(this.operand);
    const depth = this.depth;
    let stack: OperatorStack | null = null;
    this.MANY(() => {
      const token = this.next;
      if (stack === null) stack = new OperatorStack(first, depth, this.complainAboutPipe);
      if (token.tokenType === T.Assign && !stack.assignable) throw this.unexpected(token, expected.operatorOrEnd);
      if (!this.RECORDING_PHASE) stack.operator(operatorOf(token));
      this.depth = 0;
      stack.operand(this.OR(this.operations), this.depth);
      if (stack.depth > DEPTH_LIMIT) throw this.tooDeep(token);
    });
    const expression = stack === null ? first : (stack as OperatorStack).finish();
    this.deepen(depthAround, stack === null ? depth : (stack as OperatorStack).depth);
    return expression;
  });

  /** Ends an expression: it is one level inside of what stands around it. */
  private deepen(depthAround: number, depth: number): void {
    if (depth > DEPTH_LIMIT) throw this.tooDeep(this.previous);
    this.depth = Math.max(depthAround, depth + 1);
  }

  private readonly complainAboutPipe = (filter: Expression): void => {
    this.complain(["Cannot coerce expression into a function call"], this.next, "pipe-target", filter);
  };

  /** What follows an operand: an operator and another operand. A negative number is a subtraction here. */
  private readonly operations: IOrAlt<Expression>[] = [
    { ALT: () => this.operatorThenOperand(T.Operator, 1) },
    { ALT: () => this.operatorThenOperand(T.Bar, 2) },
    { ALT: () => this.operatorThenOperand(T.Assign, 3) },
    { ALT: () => this.SUBRULE4(this.subtrahend) },
  ];

  private operatorThenOperand(type: typeof T.Operator, occurrence: number): Expression {
    this.consume(occurrence, type);
    return this.subrule(occurrence, this.operand);
  }

  /** `-1` behind an operand: the minus has been taken as the operator. */
  private readonly subtrahend = this.rule<Expression>("subtrahend", () => {
    const literal = this.OR<Expression>([
      { ALT: () => this.integer(this.CONSUME(T.NegativeInteger) as Token, 1) },
      { ALT: () => floatLiteral(this.CONSUME(T.NegativeFloat) as Token, 1) },
    ]);
    return this.withPostfixes(literal);
  });

  /** unary = { "!" } primary { postfix } */
  protected readonly operand = this.rule<Expression>("operand", () => {
    let bangs: Token[] | null = null;
    this.MANY(() => {
      const bang = this.CONSUME(T.Bang) as Token;
      if (bangs === null) bangs = [];
      bangs.push(bang);
      if (bangs.length * WEIGHTS["!"] > DEPTH_LIMIT) throw this.tooDeep(bang);
    });
    let operand = this.withPostfixes(this.OR({ DEF: this.primaries, ERR_MSG: expected.expression }));
    this.depth += ((bangs as Token[] | null)?.length ?? 0) * WEIGHTS["!"];
    for (let i = ((bangs as Token[] | null)?.length ?? 0) - 1; i >= 0; i--) {
      operand = { type: "NotExpression", operand, start: bangs![i].startOffset, end: operand.end };
    }
    return operand;
  });

  private readonly primaries: IOrAlt<Expression>[] = [
    { ALT: () => identifier(this.CONSUME(T.Name) as Token) },
    { ALT: () => this.integer(this.CONSUME(T.Integer) as Token, 0) },
    { ALT: () => this.integer(this.CONSUME(T.NegativeInteger) as Token, 0) },
    { ALT: () => floatLiteral(this.CONSUME(T.Float) as Token, 0) },
    { ALT: () => floatLiteral(this.CONSUME(T.NegativeFloat) as Token, 0) },
    { ALT: () => stringConstant(this.CONSUME(T.StringConstant) as Token) },
    { ALT: () => this.SUBRULE(this.string) },
    { ALT: () => regexLiteral(this.CONSUME(T.Regex) as Token) },
    { ALT: () => this.boolean(T.True) },
    { ALT: () => this.boolean(T.False) },
    { ALT: () => this.nullLiteral() },
    { ALT: () => this.parenthesized() },
    { ALT: () => this.scoped() },
    { ALT: () => this.SUBRULE(this.dict) },
    { ALT: () => this.SUBRULE(this.list) },
    { ALT: () => this.lambda() },
    { ALT: () => this.heredoc(T.HtmlHeredocOpen) },
    { ALT: () => this.heredoc(T.CodeHeredocOpen) },
  ];

  /** Items allowed without parentheses behind `print`, `include`, `load`, `for`. */
  private readonly bareItems: IOrAlt<Expression>[] = [
    { ALT: () => identifier(this.CONSUME(T.Name) as Token) },
    { ALT: () => this.integer(this.CONSUME(T.Integer) as Token, 0) },
    { ALT: () => this.integer(this.CONSUME(T.NegativeInteger) as Token, 0) },
    { ALT: () => floatLiteral(this.CONSUME(T.Float) as Token, 0) },
    { ALT: () => floatLiteral(this.CONSUME(T.NegativeFloat) as Token, 0) },
    { ALT: () => stringConstant(this.CONSUME(T.StringConstant) as Token) },
    { ALT: () => this.SUBRULE(this.string) },
    { ALT: () => regexLiteral(this.CONSUME(T.Regex) as Token) },
    { ALT: () => this.boolean(T.True) },
    { ALT: () => this.boolean(T.False) },
    { ALT: () => this.SUBRULE(this.dict) },
    { ALT: () => this.SUBRULE(this.list) },
  ];

  /** bare { "," bare } */
  protected readonly bareList = this.rule<Expression[]>("bareList", () => {
    const items: Expression[] = [];
    this.AT_LEAST_ONE_SEP({
      SEP: T.Comma,
      DEF: () => {
        items.push(this.OR({ DEF: this.bareItems, ERR_MSG: expected.bareItem }));
      },
      ERR_MSG: expected.bareStart,
    });
    if (this.next.tokenType === T.ParenOpen && this.previous.tokenType === T.Name) {
      throw this.unexpected(this.next, expected.bareEnd);
    }
    return items;
  });

  /** arglist = expr { "," expr } */
  protected readonly argumentList = this.rule<Expression[]>("argumentList", () => {
    const items: Expression[] = [];
    this.AT_LEAST_ONE_SEP({
      SEP: T.Comma,
      DEF: () => {
        items.push(this.SUBRULE(this.expression));
      },
      ERR_MSG: expected.expression,
    });
    return items;
  });

  private withPostfixes(primary: Expression): Expression {
    let result = primary;
    this.MANY5(() => {
      if (this.depth >= DEPTH_LIMIT) throw this.tooDeep(this.next);
      this.depth++;
      const object = result;
      result = this.OR5<Expression>([
        {
          ALT: () => {
            this.CONSUME5(T.Dot);
            const property = identifier(this.CONSUME5(T.Name) as Token);
            return { type: "MemberExpression", object, property, start: object.start, end: property.end };
          },
        },
        {
          ALT: () => {
            this.CONSUME5(T.BracketOpen);
            const index = this.SUBRULE7(this.expression);
            const { end } = this.CONSUME5(T.BracketClose) as Token;
            return { type: "IndexExpression", object, index, start: object.start, end };
          },
        },
        { ALT: () => this.call(object, T.ParenOpen, T.ParenClose, 5) },
        { ALT: () => this.call(object, T.BlockingOpen, T.BlockingClose, 6) },
      ]);
    });
    return result;
  }

  private call(
    callee: Expression,
    open: typeof T.ParenOpen,
    close: typeof T.ParenClose,
    occurrence: 5 | 6,
  ): CallExpression {
    this.depth += WEIGHTS["()"] - 1;
    this.consume(occurrence, open);
    const list: Expression[] = [];
    const items = {
      SEP: T.Comma,
      DEF: () => {
        list.push(this.subrule(occurrence, this.expression));
      },
    };
    if (occurrence === 5) this.MANY_SEP5(items);
    else this.MANY_SEP6(items);
    const { end } = this.consume(occurrence, close) as Token;
    const blocking = open === T.BlockingOpen;
    return { type: "CallExpression", callee, arguments: list, blocking, start: callee.start, end };
  }

  /** A string with interpolations, or cut short by an error. */
  private readonly string = this.rule<StringLiteral>("string", () => {
    const open = this.CONSUME(T.StringOpen) as Token;
    const pieces: StringPiece[] = [];
    this.MANY(() => {
      this.OR([
        {
          ALT: () => {
            const chunk = this.CONSUME(T.StringChunk) as Token;
            if (!this.RECORDING_PHASE) for (const piece of chunk.pieces) pieces.push(piece);
          },
        },
        {
          ALT: () => {
            const { startOffset: start } = this.CONSUME(T.InterpolationOpen) as Token;
            const expression = this.SUBRULE(this.expression);
            const { end } = this.CONSUME(T.BraceClose) as Token;
            pieces.push({ type: "StringInterpolation", expression, start, end });
          },
        },
      ]);
    });
    const { end } = this.CONSUME(T.StringClose) as Token;
    const quote = open.image as '"' | "'";
    // A copy without the room that an array keeps for growing: there are many strings.
    return { type: "StringLiteral", quote, pieces: pieces.slice(), start: open.startOffset, end };
  });

  private boolean(type: typeof T.True): Expression {
    const token = this.CONSUME(type) as Token;
    return { type: "BooleanLiteral", value: type === T.True, start: token.startOffset, end: token.end };
  }

  private nullLiteral(): Expression {
    const token = this.CONSUME(T.keyword("null")) as Token;
    return { type: "NullLiteral", start: token.startOffset, end: token.end };
  }

  private parenthesized(): ParenthesizedExpression {
    const open = this.CONSUME(T.ParenOpen) as Token;
    const expression = this.SUBRULE(this.expression);
    const { end } = this.CONSUME(T.ParenClose) as Token;
    return { type: "ParenthesizedExpression", expression, start: open.startOffset, end };
  }

  private scoped(): ScopedIdentifier {
    const prefix = this.CONSUME(T.ScopePrefix) as Token;
    const name = this.CONSUME2(T.Name) as Token;
    const scope = prefix.image.slice(0, -2) as "globals" | "universals";
    return { type: "ScopedIdentifier", scope, name: name.image, start: prefix.startOffset, end: name.end };
  }

  private lambda(): LambdaExpression {
    const { startOffset: start } = this.CONSUME(T.keyword("lambda")) as Token;
    const parameters = this.SUBRULE(this.parameters);
    const body = this.SUBRULE(this.body);
    return { type: "LambdaExpression", parameters, body, start, end: body.end };
  }

  private heredoc(type: typeof T.HtmlHeredocOpen): Heredoc {
    const { startOffset: start } = this.CONSUME(type) as Token;
    if (type === T.HtmlHeredocOpen) {
      const zones = this.SUBRULE(this.html);
      const { end } = this.CONSUME(T.HtmlClose) as Token;
      return { type: "Heredoc", body: { type: "HtmlBlock", body: zones, start: start + 1, end }, start, end };
    }
    const statements = this.SUBRULE(this.code);
    const { end } = this.closeBrace(8);
    return { type: "Heredoc", body: { type: "CodeBlock", statements, start: start + 1, end }, start, end };
  }

  /** The `}` of a block of statements. */
  protected closeBrace(occurrence: number): Token {
    if (!this.RECORDING_PHASE && this.next.tokenType !== T.BraceClose) this.noteCutBlock();
    return this.consume(occurrence, T.BraceClose) as Token;
  }

  protected readonly list = this.rule<ListLiteral>("list", () => {
    const { startOffset: start } = this.CONSUME(T.BracketOpen) as Token;
    const elements: Expression[] = [];
    this.MANY_SEP({
      SEP: T.Comma,
      DEF: () => {
        elements.push(this.SUBRULE(this.expression));
      },
    });
    const { end } = this.CONSUME(T.BracketClose) as Token;
    return { type: "ListLiteral", elements, start, end };
  });

  protected readonly dict = this.rule<DictLiteral>("dict", () => {
    const { startOffset: start } = this.CONSUME(T.BraceOpen) as Token;
    const entries: Binding[] = [];
    this.MANY_SEP({
      SEP: T.Comma,
      DEF: () => {
        entries.push(this.SUBRULE(this.binding));
      },
    });
    const { end } = this.CONSUME(T.BraceClose) as Token;
    return { type: "DictLiteral", entries, start, end };
  });

  /** binding = ( IDENT | CSTRING ) [ ( ":" | "=" ) expr ] */
  protected readonly binding = this.rule<Binding>("binding", () => {
    const key = this.OR({
      DEF: [{ ALT: () => this.CONSUME(T.Name) }, { ALT: () => this.CONSUME(T.StringConstant) }],
      ERR_MSG: expected.key,
    }) as Token;
    let value: Expression | null = null;
    this.OPTION(() => {
      this.OR1([{ ALT: () => this.CONSUME(T.Colon) }, { ALT: () => this.CONSUME(T.Assign) }]);
      value = this.SUBRULE(this.expression);
    });
    const nameSpan = { start: key.startOffset, end: key.end };
    const quoted = key.tokenType === T.StringConstant;
    const name = quoted ? key.pieces.map((piece) => piece.value).join("") : key.image;
    const { end } = (value as Expression | null) ?? nameSpan;
    return { name, nameSpan, quoted, value, start: nameSpan.start, end };
  });

  /** "(" [ params ] ")" */
  protected readonly parameters = this.rule<Parameters>("parameters", () => {
    const { startOffset: start } = this.CONSUME(T.ParenOpen) as Token;
    let required: Identifier[] = [];
    let optional: Identifier[] = [];
    this.OPTION(() => {
      required = this.SUBRULE(this.names);
    });
    this.OPTION1(() => {
      this.CONSUME(T.Bar);
      optional = this.SUBRULE1(this.names);
    });
    const { end } = this.CONSUME(T.ParenClose) as Token;
    return { required, optional, start, end };
  });

  private readonly names = this.rule<Identifier[]>("names", () => {
    const names: Identifier[] = [];
    this.AT_LEAST_ONE_SEP({
      SEP: T.Comma,
      DEF: () => {
        names.push(identifier(this.CONSUME(T.Name) as Token));
      },
      ERR_MSG: expected.parameter,
    });
    return names;
  });

  /** An integer literal; `skip` characters of the token do not belong to it. */
  protected integer(token: Token, skip: number): Expression {
    const { literal, problem } = integerLiteral(token, skip);
    if (problem !== null) {
      this.complain([problem], token, "number-range", literal, { values: { found: literal.raw } });
    }
    return literal;
  }
}
