// Grammar of files, zones and statements (pub-language.md §5.1 `file` to `print`).

import { EOF, type IOrAlt, type TokenType } from "chevrotain";
import type {
  Binding,
  Block,
  CaseLabel,
  CodeBlock,
  DeclarationStatement,
  DefStatement,
  Expression,
  ForStatement,
  HtmlBlock,
  Identifier,
  IfBranch,
  IfStatement,
  IncludeStatement,
  PrintStatement,
  ReturnStatement,
  Statement,
  SwitchCase,
  SwitchStatement,
  WhileStatement,
  Zone,
} from "../ast.js";
import { integerValue } from "../numbers.js";
import { withoutParentheses } from "./build.js";
import { expected } from "./expected.js";
import { ExpressionParser } from "./expression-parser.js";
import { BRANCH_LIMIT } from "./limits.js";
import { identifier } from "./literals.js";
import type { Token } from "./tokens.js";
import * as T from "./tokens.js";

const K = T.keyword;

/** Tokens that begin a statement other than an expression (§5.1 `control`). */
const controlStarts: ReadonlySet<TokenType> = new Set([
  T.Semicolon,
  T.HtmlOpen,
  ..."for while if switch def locals globals universals include load print break continue exit return"
    .split(" ")
    .map(K),
]);

/** The parser of templates. One instance parses one file after another. */
export class TemplateParser extends ExpressionParser {
  constructor(validate?: boolean) {
    super(validate);
    this.performSelfAnalysis();
  }

  /** file = html */
  readonly file = this.rule<Zone[]>("file", () => {
    const zones = this.SUBRULE(this.html);
    while (!this.RECORDING_PHASE && this.next.tokenType !== EOF) {
      this.report(this.next, "text");
      this.SKIP_TOKEN();
    }
    return zones;
  });

  protected readonly html = this.rule<Zone[]>("html", () => {
    const zones: Zone[] = [];
    this.MANY(() => {
      const first = this.next;
      try {
        zones.push(this.OR(this.zones));
      } catch (thrown) {
        this.recoverInline(thrown, first);
      }
    });
    return zones;
  });

  private readonly zones: IOrAlt<Zone>[] = [
    {
      ALT: () => {
        const { value, startOffset: start, end } = this.CONSUME(T.Text) as Token;
        return { type: "Text", value, start, end };
      },
    },
    {
      ALT: () => {
        const { value, startOffset: start, end } = this.CONSUME(T.BoundaryTag) as Token;
        const closing = value?.[1] === "/";
        const tag = value?.slice(closing ? 2 : 1).toLowerCase() as "script" | "pre" | "textarea";
        return { type: "BoundaryTag", value, tag, closing, start, end };
      },
    },
    {
      ALT: () => {
        const { startOffset: start } = this.CONSUME(T.InlineOpen) as Token;
        const expression = this.SUBRULE(this.expression);
        const { end } = this.CONSUME(T.BraceClose) as Token;
        return { type: "Interpolation", expression, start, end };
      },
    },
    {
      ALT: () => {
        const { startOffset: start } = this.CONSUME(T.ZoneOpen) as Token;
        const statements = this.SUBRULE(this.code);
        const { end } = this.CONSUME(T.ZoneClose) as Token;
        return { type: "CodeZone", statements, start, end };
      },
    },
  ];

  /** code = [ expr ] { control [ expr ] }: between two expressions there must be something else. */
  protected readonly code = this.rule<Statement[]>("code", () => {
    const statements: Statement[] = [];
    const depth = this.previous.depth + 1;
    let afterExpression = false;
    do {
      this.MANY(() => {
        const first = this.next;
        const isExpression = !controlStarts.has(first.tokenType);
        try {
          if (afterExpression && isExpression && !this.RECORDING_PHASE) this.reportMissingSeparator(first);
          statements.push(this.OR(this.statements));
          afterExpression = isExpression;
        } catch (thrown) {
          afterExpression = false;
          this.recoverStatement(thrown, first);
        }
      });
    } while (this.skipStray(depth, afterExpression ? expected.statementEnd : expected.statement));
    return statements;
  });

  /**
   * An expression behind an expression: on a new line only the `;` is missing. On the same line it is something that pub
   * does not have, better skipped.
   */
  private reportMissingSeparator(first: Token): void {
    const isHeredoc = first.tokenType === T.CodeHeredocOpen || first.tokenType === T.HtmlHeredocOpen;
    if (isHeredoc) throw this.unexpected(first, expected.operatorOrEnd);
    if (!this.onNewLine(first)) throw this.unexpected(first, expected.separator);
    this.report(first, expected.separator);
  }

  private readonly statements: IOrAlt<Statement>[] = [
    { ALT: () => this.expressionStatement() },
    { ALT: () => this.single(T.Semicolon, "EmptyStatement") },
    { ALT: () => this.SUBRULE(this.print) },
    { ALT: () => this.SUBRULE(this.ifStatement) },
    { ALT: () => this.SUBRULE(this.forStatement) },
    { ALT: () => this.SUBRULE(this.htmlBlock) },
    { ALT: () => this.SUBRULE(this.include) },
    { ALT: () => this.SUBRULE(this.declaration) },
    { ALT: () => this.SUBRULE(this.def) },
    { ALT: () => this.returnStatement() },
    { ALT: () => this.SUBRULE(this.switchStatement) },
    { ALT: () => this.SUBRULE(this.whileStatement) },
    { ALT: () => this.single(K("break"), "BreakStatement") },
    { ALT: () => this.single(K("continue"), "ContinueStatement") },
    { ALT: () => this.single(K("exit"), "ExitStatement") },
  ];

  private expressionStatement(): Statement {
    const expression = this.SUBRULE(this.expression);
    return { type: "ExpressionStatement", expression, start: expression.start, end: expression.end };
  }

  private single<Type extends "EmptyStatement" | "BreakStatement" | "ContinueStatement" | "ExitStatement">(
    tokenType: TokenType,
    type: Type,
  ): Statement {
    const { startOffset: start, end } = this.CONSUME(tokenType) as Token;
    return { type, start, end };
  }

  /** body = htmlblock | "{" code "}" */
  protected readonly body = this.rule<Block>("body", () =>
    this.OR<Block>({
      DEF: [{ ALT: () => this.SUBRULE(this.htmlBlock) }, { ALT: () => this.codeBlock() }],
      ERR_MSG: expected.body,
    }),
  );

  private codeBlock(): CodeBlock {
    const { startOffset: start } = this.CONSUME(T.BraceOpen) as Token;
    const statements = this.SUBRULE(this.code);
    const { end } = this.closeBrace(0);
    return { type: "CodeBlock", statements, start, end };
  }

  private readonly htmlBlock = this.rule<HtmlBlock>("htmlBlock", () => {
    const { startOffset: start } = this.CONSUME(T.HtmlOpen) as Token;
    const body = this.SUBRULE(this.html);
    const { end } = this.CONSUME(T.HtmlClose) as Token;
    return { type: "HtmlBlock", body, start, end };
  });

  private readonly forStatement = this.rule<ForStatement>("forStatement", () => {
    const { startOffset: start } = this.CONSUME(K("for")) as Token;
    const { items, bare } = this.items(false);
    const body = this.SUBRULE(this.body);
    let empty: Block | null = null;
    this.OPTION(() => {
      this.CONSUME(K("empty"));
      empty = this.SUBRULE1(this.body);
    });
    const end = ((empty as Block | null) ?? body).end;
    const variable = this.checkFor(items, empty === null ? this.next : this.previous, start);
    const list = items[1] ?? variable;
    return { type: "ForStatement", variable, list, bare, body, empty, start, end };
  });

  /** Complains about wrong arguments of `for`; returns its variable, or a nameless one. */
  private checkFor(items: Expression[], noticedAt: Token, start: number): Identifier {
    const nameless: Identifier = { type: "Identifier", name: "", start, end: start };
    if (this.RECORDING_PHASE) return nameless;
    const failed = "failed to set parameters for for() loop";
    const span = { start, end: items.at(-1)?.end ?? start + "for".length };
    if (items.length !== 2) {
      const text = "for: takes 2 arguments (simple identifier and array)\n";
      this.complain([text, failed], noticedAt, "for-arguments", span);
      return nameless;
    }
    const variable = withoutParentheses(items[0]);
    if (variable.type === "Identifier") return variable;
    this.complain(["for: argument 1 must be an identifier\n", failed], noticedAt, "for-variable", items[0]);
    return nameless;
  }

  private readonly whileStatement = this.rule<WhileStatement>("whileStatement", () => {
    const { startOffset: start } = this.CONSUME(K("while")) as Token;
    const test = this.condition(0);
    const body = this.SUBRULE(this.body);
    return { type: "WhileStatement", test, body, start, end: body.end };
  });

  private readonly ifStatement = this.rule<IfStatement>("ifStatement", () => {
    const { startOffset: start } = this.CONSUME(K("if")) as Token;
    const test = this.condition(0);
    const body = this.SUBRULE(this.body);
    const branches: IfBranch[] = [{ test, body, start, end: body.end }];
    this.MANY(() => {
      const elif = this.CONSUME(K("elif")) as Token;
      const start = elif.startOffset;
      const test = this.condition(1);
      const body = this.SUBRULE1(this.body);
      branches.push({ test, body, start, end: body.end });
      if (branches.length > BRANCH_LIMIT) throw this.tooManyBranches(elif);
    });
    let alternate: Block | null = null;
    this.OPTION(() => {
      this.CONSUME(K("else"));
      alternate = this.SUBRULE2(this.body);
    });
    const end = ((alternate as Block | null) ?? branches[branches.length - 1]).end;
    return { type: "IfStatement", branches, alternate, start, end };
  });

  /** "(" expr ")" */
  private condition(occurrence: number): Expression {
    this.consume(occurrence, T.ParenOpen);
    const test = this.subrule(occurrence, this.expression);
    this.closeHead(occurrence);
    return test;
  }

  /** The `)` before a body. Where the body begins already, its absence is reported without giving up the statement. */
  private closeHead(occurrence: number): void {
    const { tokenType } = this.next;
    const isBody = tokenType === T.BraceOpen || tokenType === T.HtmlOpen;
    if (isBody && !this.RECORDING_PHASE) this.report(this.next, T.ParenClose.LABEL!);
    else this.consume(occurrence, T.ParenClose);
  }

  private readonly switchStatement = this.rule<SwitchStatement>("switchStatement", () => {
    const { startOffset: start } = this.CONSUME(K("switch")) as Token;
    const discriminant = this.condition(0);
    this.CONSUME(T.BraceOpen);
    const cases: SwitchCase[] = [];
    let defaults = 0;
    this.MANY(() => {
      const switchCase = this.SUBRULE(this.switchCase);
      cases.push(switchCase);
      if (switchCase.label === null) defaults++;
    });
    const close = this.closeBrace(0);
    if (defaults > 1) {
      const second = cases.filter((switchCase) => switchCase.label === null)[1];
      const span = { start: second.start, end: second.start + "case".length };
      this.complain(["Got 2 or more default cases for switch()"], close, "switch-defaults", span);
    }
    return { type: "SwitchStatement", discriminant, cases, start, end: close.end };
  });

  private readonly switchCase = this.rule<SwitchCase>("switchCase", () => {
    const { startOffset: start } = this.CONSUME(K("case")) as Token;
    let label: CaseLabel | null = null;
    this.OPTION(() => {
      this.CONSUME(T.ParenOpen);
      label = this.OR({ DEF: this.labels, ERR_MSG: expected.label });
      this.CONSUME(T.ParenClose);
    });
    const body = this.SUBRULE(this.body);
    return { label, body, start, end: body.end };
  });

  private readonly labels: IOrAlt<CaseLabel>[] = [
    { ALT: () => this.integerLabel(T.Integer) },
    { ALT: () => this.integerLabel(T.NegativeInteger) },
    {
      ALT: () => {
        const token = this.CONSUME(T.StringConstant) as Token;
        const value = token.pieces?.map((piece) => piece.value).join("");
        return { kind: "string", value, start: token.startOffset, end: token.end };
      },
    },
    { ALT: () => this.wordLabel(T.True, "bool", "1") },
    { ALT: () => this.wordLabel(T.False, "bool", "0") },
    { ALT: () => this.wordLabel(K("null"), "null", "") },
  ];

  private integerLabel(type: TokenType): CaseLabel {
    const token = this.CONSUME(type) as Token;
    this.integer(token, 0);
    return { kind: "int", value: String(integerValue(token.image) ?? 0n), start: token.startOffset, end: token.end };
  }

  private wordLabel(type: TokenType, kind: CaseLabel["kind"], value: string): CaseLabel {
    const token = this.CONSUME(type) as Token;
    return { kind, value, start: token.startOffset, end: token.end };
  }

  private readonly def = this.rule<DefStatement>("def", () => {
    const { startOffset: start } = this.CONSUME(K("def")) as Token;
    const name = identifier(this.CONSUME(T.Name) as Token);
    const parameters = this.SUBRULE(this.parameters);
    const body = this.SUBRULE(this.body);
    return { type: "DefStatement", name, parameters, body, start, end: body.end };
  });

  private returnStatement(): ReturnStatement {
    const { startOffset: start } = this.CONSUME(K("return")) as Token;
    let value: Expression | null = null;
    this.OPTION9(() => {
      value = this.SUBRULE9(this.expression);
    });
    const { end } = this.CONSUME9(T.Semicolon) as Token;
    return { type: "ReturnStatement", value, start, end };
  }

  private readonly declaration = this.rule<DeclarationStatement>("declaration", () => {
    const open = this.OR([
      { ALT: () => this.CONSUME(K("locals")) },
      { ALT: () => this.CONSUME(K("globals")) },
      { ALT: () => this.CONSUME(K("universals")) },
    ]) as Token;
    const { bindings, end } = this.OR1<{ bindings: Binding[]; end: number }>([
      { ALT: () => this.SUBRULE(this.bindingList) },
      {
        ALT: () => {
          this.CONSUME(T.ParenOpen);
          const { bindings } = this.SUBRULE1(this.bindingList);
          return { bindings, end: (this.CONSUME(T.ParenClose) as Token).end };
        },
      },
    ]);
    const kind = open.image as DeclarationStatement["kind"];
    return { type: "DeclarationStatement", kind, bindings, start: open.startOffset, end };
  });

  private readonly bindingList = this.rule<{ bindings: Binding[]; end: number }>("bindingList", () => {
    this.CONSUME(T.BraceOpen);
    const bindings: Binding[] = [];
    this.AT_LEAST_ONE_SEP({
      SEP: T.Comma,
      DEF: () => {
        bindings.push(this.SUBRULE(this.binding));
      },
      ERR_MSG: expected.key,
    });
    return { bindings, end: (this.CONSUME(T.BraceClose) as Token).end };
  });

  private readonly include = this.rule<IncludeStatement>("include", () => {
    const open = this.OR9([{ ALT: () => this.CONSUME(K("include")) }, { ALT: () => this.CONSUME(K("load")) }]) as Token;
    const { items, bare } = this.items(true);
    const { end } = this.previous;
    if (items.length < 1 || items.length > 2) {
      const text = `${open.image} takes 1 or 2 arguments; a filename and an optional binding list`;
      const noticedAt = bare ? this.next : this.previous;
      const span = { start: open.startOffset, end };
      this.complain([text], noticedAt, "include-arguments", span, { values: { found: open.image } });
    }
    const nothing: Expression = { type: "NullLiteral", start: end, end };
    const file = items[0] ?? nothing;
    const bindings = items[1] ?? null;
    const mode = open.image as IncludeStatement["mode"];
    return { type: "IncludeStatement", mode, bare, file, bindings, start: open.startOffset, end };
  });

  private readonly print = this.rule<PrintStatement>("print", () => {
    const { startOffset: start } = this.CONSUME(K("print")) as Token;
    const { items, bare } = this.items(true);
    return { type: "PrintStatement", bare, arguments: items, start, end: this.previous.end };
  });

  /** "(" [ arglist ] ")" | bare { "," bare } */
  private items(mayBeEmpty: boolean): { items: Expression[]; bare: boolean } {
    let items: Expression[] = [];
    let bare = false;
    this.OR({
      DEF: [
        {
          ALT: () => {
            this.CONSUME(T.ParenOpen);
            if (mayBeEmpty) {
              this.OPTION8(() => {
                items = this.SUBRULE8(this.argumentList);
              });
            } else {
              items = this.SUBRULE9(this.argumentList);
            }
            this.closeHead(9);
          },
        },
        {
          ALT: () => {
            items = this.SUBRULE(this.bareList);
            bare = true;
          },
        },
      ],
      ERR_MSG: expected.bareStart,
    });
    return { items, bare };
  }
}
