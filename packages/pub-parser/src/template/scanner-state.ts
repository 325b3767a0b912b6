// State of one scan: tokens so far, the stack of modes, open translator brackets; shared by the functions that scan one
// mode each.

import type { TokenType } from "chevrotain";
import type { Comment } from "../ast.js";
import { type DiagnosticCode, type DiagnosticDetails, makeDiagnostic } from "../catalogue.js";
import type { Diagnostic } from "../diagnostic.js";
import { DIAGNOSTIC_LIMIT, NESTING_LIMIT } from "./limits.js";
import { TokenList } from "./token-list.js";
import { Invalid, type Payload } from "./tokens.js";

/** What the scanner is inside of. */
export interface Mode {
  readonly kind: "root" | "zone" | "inline" | "interpolation" | "html" | "heredoc" | "brace" | "string";
  /** Offset of the opening token. */
  readonly start: number;
  /** Quote character of a string. */
  readonly quote: string;
  /** Round and square brackets open in this mode. */
  brackets: number;
}

/** A message of the reference's scanner, in front of the token that comes with it. */
export interface ScannerMessage {
  readonly tokenIndex: number;
  readonly offset: number;
  readonly text: string;
}

export interface ScanResult {
  /** Ends in a token of type EOF. */
  readonly tokens: TokenList;
  readonly comments: Comment[];
  readonly messages: ScannerMessage[];
  readonly diagnostics: Diagnostic[];
  /** True when the end of the tokens is not the end of what the author meant: no complaint about it is needed. */
  readonly endExplained: boolean;
}

export class Scanner implements ScanResult {
  readonly tokens: TokenList;
  readonly comments: Comment[] = [];
  readonly messages: ScannerMessage[] = [];
  readonly diagnostics: Diagnostic[] = [];
  endExplained = false;

  position = 0;
  readonly modes: Mode[] = [{ kind: "root", start: 0, quote: "", brackets: 0 }];
  /** Offsets of the translator brackets that are open (§2.3); its length is the depth. */
  readonly translatorBrackets: number[] = [];
  /** Brackets of all modes, plus the modes. */
  private nesting = 0;
  /** Set when the rest of the file is not looked at. */
  stopped = false;
  /** Number of tokens that no rule accepts. */
  private invalidTokens = 0;
  /** Whether the scan went back once behind a literal without end. */
  resumed = false;

  constructor(readonly source: string) {
    this.tokens = new TokenList(source);
  }

  get mode(): Mode {
    return this.modes[this.modes.length - 1];
  }

  /** Appends a token at the present depth. */
  push(type: TokenType, start: number, end: number, payload: Payload = null): void {
    this.tokens.push(type, start, end, this.modes.length - 1, payload);
  }

  /** Appends a token that opens a mode, and enters the mode. */
  open(type: TokenType, kind: Mode["kind"], start: number, end: number, quote = ""): void {
    if (!this.nest(start, end)) return;
    this.push(type, start, end);
    this.modes.push({ kind, start, quote, brackets: 0 });
  }

  /** Leaves the present mode and appends its closing token. */
  close(type: TokenType, start: number, end: number): void {
    const mode = this.modes.pop()!;
    this.nesting -= 1 + mode.brackets;
    this.push(type, start, end);
  }

  openBracket(type: TokenType, start: number, end: number): void {
    if (!this.nest(start, end)) return;
    this.mode.brackets++;
    this.push(type, start, end);
  }

  closeBracket(type: TokenType, start: number, end: number): void {
    if (this.mode.brackets > 0) {
      this.mode.brackets--;
      this.nesting--;
    }
    this.push(type, start, end);
  }

  /** Leaves modes until the innermost code zone is left. Returns false when none is open. */
  leaveZone(): boolean {
    const zone = this.modes.findLastIndex((mode) => mode.kind === "zone");
    if (zone < 0) return false;
    while (this.modes.length > zone) this.nesting -= 1 + this.modes.pop()!.brackets;
    return true;
  }

  /** Goes back to the text of the file: what was meant by a `%}` outside of zones. */
  leaveAll(): void {
    this.modes.length = 1;
    this.nesting = 0;
  }

  private nest(start: number, end: number): boolean {
    if (++this.nesting <= NESTING_LIMIT) return true;
    this.invalid(start, end, "nesting-too-deep", { values: { limit: String(NESTING_LIMIT) } });
    this.stopped = true;
    this.endExplained = true;
    return false;
  }

  complain(code: DiagnosticCode, start: number, end: number, details?: DiagnosticDetails): void {
    if (this.diagnostics.length < DIAGNOSTIC_LIMIT)
      this.diagnostics.push(makeDiagnostic(code, { start, end }, details));
  }

  /**
   * Records what the reference's scanner logs at `offset`, before the token that is appended next. Behind a token that no
   * rule accepts the reference reads nothing.
   */
  log(text: string, offset: number): void {
    if (this.invalidTokens === 0) this.messages.push({ tokenIndex: this.tokens.length, offset, text });
  }

  /** Records what the reference's scanner logs about the token appended last. */
  logLast(text: string): void {
    const token = this.tokens.at(this.tokens.length - 1)!;
    this.messages.push({ tokenIndex: token.index, offset: token.end, text });
  }

  /** Appends a token that no grammar rule accepts. `detectedAt`: where the reference would have noticed. */
  invalid(
    start: number,
    end: number,
    code: DiagnosticCode,
    details?: DiagnosticDetails,
    detectedAt: number = end,
  ): void {
    this.complain(code, start, end, details);
    this.push(Invalid, start, end, detectedAt);
    if (++this.invalidTokens > DIAGNOSTIC_LIMIT) {
      this.stopped = true;
      this.endExplained = true;
    }
  }

  /** Takes note of the end of the file: strings must be closed, translator brackets in text too (§2.3). */
  finish(): void {
    const { source, mode } = this;
    const end = source.length;
    if (mode.kind === "string") {
      this.complain("unterminated-string", mode.start, mode.start + 1);
      this.log(stringEndMessage(source, mode.start), end);
      this.endExplained = true;
    }
    if (mode.kind === "root" || mode.kind === "html") this.checkTranslation();
  }

  /** Complains about translator brackets still open at the end of the file. */
  checkTranslation(): void {
    const at = this.translatorBrackets.at(-1);
    if (at === undefined) return;
    this.translatorBrackets.length = 0;
    const text = `Unbalanced brackets at EOF; started at line ${lineOf(this.source, at)}`;
    this.log(text, this.source.length);
    this.complain("unbalanced-translation", at, at + 2);
  }
}

/** What the reference says about a string that the file's end cuts off. */
export function stringEndMessage(source: string, start: number): string {
  return `EOF found in str started on line ${lineOf(source, start)}`;
}

/** Line of an offset, from 1. For messages only: takes linear time. */
export function lineOf(source: string, offset: number): number {
  let line = 1;
  for (let at = source.indexOf("\n"); at >= 0 && at < offset; at = source.indexOf("\n", at + 1)) line++;
  return line;
}
