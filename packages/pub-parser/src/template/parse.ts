// parseTemplate: scanner and grammar together, and the log that the reference would write.

import type { Template, Zone } from "../ast.js";
import { type Diagnostic, lineIndex } from "../diagnostic.js";
import { scan } from "./scanner.js";
import type { ScannerMessage } from "./scanner-state.js";
import { TemplateParser } from "./statement-parser.js";

export interface ParseOptions {
  /** Named when the parser itself fails; messages about the file get its name when they are printed. */
  readonly fileName?: string;
}

/** One message as the reference logs it; a text that ends in a newline keeps it (§10.1). */
export interface LogLine {
  readonly line: number;
  readonly text: string;
}

export interface ParseResult {
  /** Complete when the file was accepted; otherwise what could be read of it. */
  readonly template: Template;
  /** In the order of their places. */
  readonly diagnostics: Diagnostic[];
  /** What the reference logs for the file; empty when it accepts the file. */
  readonly log: LogLine[];
}

/** The parser is expensive to build and keeps nothing of a file, so there is one, built when it is needed first. */
let sharedParser: TemplateParser | null = null;

/**
 * Parses a template (pub-language.md §1–§5). `source` is a byte string. Errors in the source are never thrown: they are in `diagnostics`, and in
 * the words of the reference in `log`.
 */
export function parseTemplate(source: string, options: ParseOptions = {}): ParseResult {
  const scanned = scan(source);
  sharedParser ??= new TemplateParser();
  const parser = sharedParser;
  parser.begin({ source, tokens: scanned.tokens, comments: scanned.comments }, scanned.endExplained);
  const body = parseFile(parser, options.fileName);
  const template: Template = { type: "Template", body, comments: scanned.comments, start: 0, end: source.length };
  const diagnostics = [...scanned.diagnostics, ...parser.diagnostics].sort((a, b) => a.span.start - b.span.start);
  const log = referenceLog(source, scanned.messages, parser);
  return { template, diagnostics, log };
}

/** Runs the grammar. Where the caller has left too little stack, nesting is too deep sooner than the limit says. */
function parseFile(parser: TemplateParser, fileName = "a template"): Zone[] {
  try {
    return parser.file() ?? [];
  } catch (error) {
    if (!(error instanceof RangeError)) throw new Error(`The parser failed on ${fileName}`, { cause: error });
    parser.reportExhaustedStack();
    return [];
  }
}

/** Scanner and parser messages in the order in which the reference reads tokens, up to the first syntax error. */
function referenceLog(source: string, scannerMessages: readonly ScannerMessage[], parser: TemplateParser): LogLine[] {
  const { syntaxError } = parser;
  const last = syntaxError === null ? Number.POSITIVE_INFINITY : syntaxError.index;
  const messages = [...scannerMessages, ...parser.messages].filter((message) => message.tokenIndex <= last);
  messages.sort((a, b) => a.tokenIndex - b.tokenIndex);
  if (syntaxError !== null) {
    messages.push({ tokenIndex: last, offset: syntaxError.detectedAt, text: "syntax error" });
  }
  if (messages.length === 0) return [];
  const lines = lineIndex(source);
  return messages.map(({ offset, text }) => ({ line: lines.lineAt(offset), text }));
}
