/**
 * Follows the markup that a template writes through its text, branches and loops, and notes the values that get into it.
 */
import { extname } from "node:path";
import type { Expression } from "pub-parser";
import { literalText, simplify } from "../1-analyze/constants.js";
import type { FactsBuilder } from "./facts-builder.js";
import { advance, afterValue, contextAt, merge, type Place, startOfMarkup } from "./markup.js";
import { describeValue } from "./prints.js";
import type { Scope } from "./scopes.js";

/** Files of these kinds are no markup, whatever they contain. */
const PLAIN_EXTENSIONS = new Set([".txt", ".json", ".csv", ".ics", ".vcf", ".conf"]);
const TAG = /<[A-Za-z!?/]/;

export class MarkupWalk {
  private place: Place = startOfMarkup();
  private readonly mayBeMarkup: boolean;
  private hasTags = false;

  constructor(
    path: string,
    private readonly facts: FactsBuilder,
  ) {
    this.mayBeMarkup = !PLAIN_EXTENSIONS.has(extname(path).toLowerCase());
  }

  /** True when tags were written: other text cannot do harm. */
  get isMarkup(): boolean {
    return this.hasTags;
  }

  /** Literal text is written. */
  text(value: string): void {
    if (!this.mayBeMarkup) return;
    this.hasTags ||= TAG.test(value);
    this.place = advance(this.place, value);
  }

  /** A value is written: `%{…}` or an argument of `print`. */
  value(expression: Expression, scope: Scope): void {
    if (!this.mayBeMarkup) return;
    const simple = simplify(expression);
    if (simple.type === "StringLiteral") {
      for (const piece of simple.pieces) {
        if (piece.type === "StringText") this.text(piece.value);
        else this.value(piece.expression, scope);
      }
      return;
    }
    const context = contextAt(this.place);
    this.place = afterValue(this.place);
    if (context === null) return;
    const { filters, sources, key, isConstant } = describeValue(simple, scope);
    if (isConstant || (filters.length === 0 && sources.length === 0 && key === null)) return;
    const { start, end } = expression;
    this.facts.print({ context: context.context, inQuotes: context.inQuotes, filters, sources, key, start, end });
  }

  /** A value is made that may be written later: a string with tags is markup of its own. */
  string(expression: Expression, scope: Scope): void {
    if (!this.mayBeMarkup) return;
    const simple = simplify(expression);
    if (simple.type !== "StringLiteral" || literalText(simple) !== null) return;
    if (!simple.pieces.some((piece) => piece.type === "StringText" && TAG.test(piece.value))) return;
    this.separately(() => this.value(simple, scope));
  }

  /** Runs what writes somewhere else: a function, a heredoc. */
  separately(run: () => void): void {
    const outer = this.place;
    this.place = startOfMarkup();
    run();
    this.place = outer;
  }

  /** Runs alternatives, which all begin at the same place. */
  branches(alternatives: readonly (() => void)[]): void {
    const start = this.place;
    const ends = alternatives.map((run) => {
      this.place = start;
      run();
      return this.place;
    });
    if (ends.length > 0) this.place = ends.reduce(merge);
  }
}
