/**
 * How the checks of one file report.
 */
import type { RelatedSpan, Span } from "pub-parser";
import type { RuleName } from "../rules.js";

export interface Details {
  readonly hint?: string;
  readonly related?: readonly RelatedSpan[];
}

export interface Reporter {
  report(rule: RuleName, span: Span, message: string, details?: Details): void;
  /** The same about a name of the library: dropped when the site binds the name itself. */
  reportLibrary(name: string, rule: RuleName, span: Span, message: string, details?: Details): void;
  /** The source text of a node. */
  textOf(span: Span): string;
}
