// What the grammar stands on: collecting errors, and going on after one. An error abandons the statement (or the
// interpolation) it stands in; parsing resumes at the next place where a statement can begin.

import {
  EmbeddedActionsParser,
  EOF,
  type IParserErrorMessageProvider,
  type IToken,
  MismatchedTokenException,
  type ParserMethod,
  type TokenType,
  tokenLabel,
} from "chevrotain";
import type { Span } from "../ast.js";
import { type DiagnosticCode, type DiagnosticDetails, makeDiagnostic } from "../catalogue.js";
import type { Diagnostic } from "../diagnostic.js";
import { explainSyntaxError } from "./explain.js";
import { type LazyLookahead, LazyLookaheadStrategy, storeLookahead } from "./lazy-lookahead.js";
import { BRANCH_LIMIT, DEPTH_LIMIT, DIAGNOSTIC_LIMIT, NESTING_LIMIT } from "./limits.js";
import type { ScannerMessage } from "./scanner-state.js";
import type { FileText } from "./situation.js";
import { TokenList } from "./token-list.js";
import {
  Assign,
  BraceClose,
  BraceOpen,
  Colon,
  Dot,
  HtmlClose,
  HtmlOpen,
  Invalid,
  isKeyword,
  keyword,
  Semicolon,
  Token,
  vocabulary,
  ZoneClose,
} from "./tokens.js";

/** The messages of Chevrotain's exceptions are only the name of what was expected; `explain.ts` makes the sentence. */
const expectations: IParserErrorMessageProvider = {
  buildMismatchTokenMessage: ({ expected }) => tokenLabel(expected),
  buildNoViableAltMessage: ({ customUserDescription }) => customUserDescription ?? "something else",
  buildEarlyExitMessage: ({ customUserDescription }) => customUserDescription ?? "something else",
  buildNotAllInputParsedMessage: () => "the end of the file",
};

/** What there is before and behind all tokens. */
const endOfFile = new Token(EOF, "", 0, 0, 0, 0, null);

/** Keywords at which parsing resumes after an error. */
const statementKeywords: ReadonlySet<TokenType> = new Set(
  "for while if switch def locals globals universals include load print break continue exit return"
    .split(" ")
    .map(keyword),
);

/** Keywords whose statement ends with a block. */
const compoundKeywords: ReadonlySet<TokenType> = new Set("for while if switch def".split(" ").map(keyword));
const blockEnds: ReadonlySet<TokenType> = new Set([BraceClose, HtmlClose]);
/** What may stand behind the first block of such a statement. */
const continuations: ReadonlySet<TokenType> = new Set("elif else empty".split(" ").map(keyword));

export abstract class BaseParser extends EmbeddedActionsParser {
  diagnostics: Diagnostic[] = [];
  /** What the reference's parser logs before a syntax error, in order. */
  messages: ScannerMessage[] = [];
  /** The token at which the reference stops: everything it would log comes before. */
  syntaxError: Token | null = null;
  /** Set when the scanner has said already why the file ends too early. */
  endExplained = false;
  private fileText: FileText = { source: "", tokens: new TokenList(""), comments: [] };
  /** Index of the token that the parser looks at. */
  private position = 0;
  private present: Token = endOfFile;
  private passed: Token = endOfFile;
  /** Blocks that a `%}` cut off, whose `}` may still come and needs no complaint. */
  private cutBlocks = 0;
  private errorCount = 0;
  /** The depth of the deepest expression that was read so far inside of the present one. */
  protected depth = 0;
  /** Chevrotain's table of lookahead functions, by place in the grammar. */
  declare protected readonly lookAheadFuncsCache: Map<number, LazyLookahead<unknown>>;

  /** `validate`: check the grammar for ambiguities, which takes longer than parsing most files. */
  constructor(validate = false) {
    super(vocabulary, {
      maxLookahead: 1,
      lookaheadStrategy: new LazyLookaheadStrategy({ maxLookahead: 1 }),
      recoveryEnabled: false,
      skipValidations: !validate,
      nodeLocationTracking: "none",
      errorMessageProvider: expectations,
    });
  }

  /** How Chevrotain fills its table. */
  protected setLaFuncCache(key: number, lookahead: LazyLookahead<unknown>): void {
    storeLookahead(this.lookAheadFuncsCache, key, lookahead);
  }

  /** Defines a grammar rule that yields a `Node`. */
  protected rule<Node>(name: string, implementation: () => Node): ParserMethod<[], Node> {
    return this.RULE(name, implementation);
  }

  /** Makes the parser ready for the tokens of another file. */
  begin(file: FileText, endExplained: boolean): void {
    this.fileText = file;
    this.diagnostics = [];
    this.messages = [];
    this.syntaxError = null;
    this.endExplained = endExplained;
    this.cutBlocks = 0;
    this.errorCount = 0;
    this.depth = 0;
    this.reset();
    this.position = 0;
    this.present = file.tokens.at(0) ?? endOfFile;
    this.passed = endOfFile;
  }

  protected get next(): Token {
    return this.LA(1) as Token;
  }

  protected get previous(): Token {
    return this.LA(0) as Token;
  }

  // The methods through which Chevrotain reads tokens: here they come from a `TokenList`.

  protected override LA(distance: number): IToken {
    if (distance === 1) return this.present;
    if (distance === 0) return this.passed;
    return this.fileText.tokens.at(this.position + distance - 1) ?? endOfFile;
  }

  protected override LA_FAST(distance: number): IToken {
    return this.LA(distance);
  }

  protected consumeToken(): void {
    this.passed = this.present;
    this.position++;
    this.present = this.fileText.tokens.at(this.position) ?? endOfFile;
  }

  protected override SKIP_TOKEN(): IToken {
    if (this.present.tokenType !== EOF) this.consumeToken();
    return this.present;
  }

  protected exportLexerState(): number {
    return this.position;
  }

  /** A complaint that does not stop the parse (§5.1); the reference notices it when it has read `noticedAt`. */
  protected complain(
    texts: readonly string[],
    noticedAt: Token,
    code: DiagnosticCode,
    span: Span,
    details?: DiagnosticDetails,
  ): void {
    if (this.RECORDING_PHASE) return;
    if (this.syntaxError === null) {
      for (const text of texts) {
        this.messages.push({ tokenIndex: noticedAt.index, offset: noticedAt.detectedAt, text });
      }
    }
    if (this.diagnostics.length >= DIAGNOSTIC_LIMIT) return;
    this.add(makeDiagnostic(code, { start: span.start, end: span.end }, details));
  }

  /** An error of the grammar at a token, for places that Chevrotain's lookahead does not see. */
  protected unexpected(token: Token, expectation: string): MismatchedTokenException {
    return new MismatchedTokenException(expectation, token, this.previous);
  }

  /** Records a grammar error without giving up the construct. */
  protected report(token: Token, expectation: string): void {
    if (this.syntaxError === null) this.syntaxError = token;
    if (++this.errorCount > DIAGNOSTIC_LIMIT) this.giveUp();
    if (token.tokenType === Invalid || this.errorCount > DIAGNOSTIC_LIMIT) return;
    if (token.tokenType === EOF) {
      if (this.endExplained) return;
      this.endExplained = true;
    }
    const diagnostic = explainSyntaxError(this.fileText, token, expectation);
    this.add(diagnostic);
    if (diagnostic.code === "comment-hides-end") this.skipZone();
  }

  /** Skips what was meant as text, up to the end of the code zone. */
  private skipZone(): void {
    while (this.next.tokenType !== EOF && this.next.tokenType !== ZoneClose) this.SKIP_TOKEN();
    if (this.next.tokenType === EOF) this.endExplained = true;
  }

  /** Records that an expression has too many operators in each other; throw the result. */
  protected tooDeep(token: Token): Abandoned {
    this.depth = 0;
    return this.beyond("expression-too-deep", token, DEPTH_LIMIT);
  }

  /** Records that an `if` has too many branches; throw the result. */
  protected tooManyBranches(token: Token): Abandoned {
    return this.beyond("too-many-branches", token, BRANCH_LIMIT);
  }

  private beyond(code: DiagnosticCode, token: Token, limit: number): Abandoned {
    if (this.syntaxError === null) this.syntaxError = token;
    const span = { start: token.startOffset, end: token.end };
    this.add(makeDiagnostic(code, span, { values: { limit: String(limit) } }));
    return new Abandoned(token);
  }

  /** Records that the nesting at the present token needs more stack than there is. */
  reportExhaustedStack(): void {
    const token = this.next;
    if (this.syntaxError === null) this.syntaxError = token;
    const span = { start: token.startOffset, end: token.end };
    this.add(makeDiagnostic("nesting-too-deep", span, { values: { limit: String(NESTING_LIMIT) } }));
  }

  private add(diagnostic: Diagnostic): void {
    if (this.diagnostics.length < DIAGNOSTIC_LIMIT) this.diagnostics.push(diagnostic);
  }

  private giveUp(): void {
    this.endExplained = true;
    while (this.next.tokenType !== EOF) this.SKIP_TOKEN();
  }

  /**
   * Takes what a statement threw: records it and skips to the next place where a statement may begin.
   * `first` is the first token of the statement. Other exceptions are passed on.
   */
  protected recoverStatement(thrown: unknown, first: Token): void {
    const error = asSyntaxError(thrown);
    const found = error.token as Token;
    if (!(error instanceof Abandoned)) this.report(found, error.message);
    if (this.next === found && this.isMisusedKeyword(found)) this.SKIP_TOKEN();
    this.skipToStatement(first.depth, first);
  }

  /** Whether a keyword stands where a name was meant, so that no statement begins there. */
  private isMisusedKeyword(token: Token): boolean {
    const following = this.LA(2).tokenType;
    return isKeyword(token) && (this.previous.tokenType === Dot || following === Colon || following === Assign);
  }

  /** Takes what an interpolation threw: records it and skips behind its closing brace. */
  protected recoverInline(thrown: unknown, open: Token): void {
    const error = asSyntaxError(thrown);
    if (!(error instanceof Abandoned)) this.report(error.token as Token, error.message);
    while (this.next.depth > open.depth && this.next.tokenType !== EOF) this.SKIP_TOKEN();
    if (this.next.depth === open.depth && this.next.tokenType === BraceClose) this.SKIP_TOKEN();
  }

  /**
   * After the statements of a block: if what follows closes nothing around it, complains and skips it.
   * Returns whether there may be more statements.
   */
  protected skipStray(depth: number, expectation: string): boolean {
    if (this.RECORDING_PHASE) return false;
    const token = this.next;
    if (token.tokenType === EOF || token.depth < depth) return false;
    if (token.tokenType === BraceClose && this.cutBlocks > 0) {
      this.skipBlockEnd(depth);
    } else {
      const isConsequence = continuations.has(token.tokenType) && this.errorCount > 0;
      if (!isConsequence) this.report(token, expectation);
      this.skipToStatement(depth, token);
    }
    return true;
  }

  /** Remembers that a block opened by `{` ended without its `}`. */
  protected noteCutBlock(): void {
    this.cutBlocks++;
  }

  /** Skips the end of a block that began in another zone, with what belongs to it, such as `else {`. */
  private skipBlockEnd(depth: number): void {
    this.cutBlocks--;
    this.SKIP_TOKEN();
    while (continuations.has(this.next.tokenType)) {
      while (this.next.depth === depth && this.next.tokenType !== BraceOpen) this.SKIP_TOKEN();
      while (this.next.depth >= depth && this.next.tokenType !== EOF) {
        const closed = this.next.depth === depth && this.next.tokenType === BraceClose;
        this.SKIP_TOKEN();
        if (closed) break;
      }
      if (this.previous.tokenType !== BraceClose) this.cutBlocks++;
    }
  }

  /** Whether a token stands on another line than the one before it. */
  protected onNewLine(token: Token): boolean {
    return this.fileText.source.slice(this.previous.end, token.startOffset).includes("\n");
  }

  /** Skips at least `first` if it is still there, then up to what may begin a statement or closes the block around. */
  private skipToStatement(depth: number, first: Token): void {
    const compound = compoundKeywords.has(first.tokenType);
    for (let token = this.next; token.tokenType !== EOF && token.depth >= depth; token = this.next) {
      const type = token.tokenType;
      if (token.depth > depth) {
        this.SKIP_TOKEN();
      } else if (token !== first && (statementKeywords.has(type) || type === HtmlOpen)) {
        return;
      } else {
        this.SKIP_TOKEN();
        if (type === Semicolon) return;
        if (compound && blockEnds.has(type) && !continuations.has(this.next.tokenType)) return;
      }
    }
  }
}

/** Thrown to give up a statement whose error has been recorded already. */
export class Abandoned extends MismatchedTokenException {
  constructor(token: IToken) {
    super("", token, token);
  }
}

function asSyntaxError(thrown: unknown): Error & { token: IToken } {
  if (thrown instanceof Error && "token" in thrown) return thrown as Error & { token: IToken };
  throw thrown;
}
