// Diagnostics: what is wrong where in a source, and printing it with a code frame.
// Shared by every grammar of this package and by the compiler.

import type { Span } from "./ast.js";

export type Severity = "error" | "warning";

/** A further place that explains a diagnostic. */
export interface RelatedSpan {
  readonly span: Span;
  readonly message: string;
}

export interface Diagnostic {
  /** Stable name, key of the catalogue. */
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  /** What to do about it. */
  readonly hint?: string;
  /** Byte offsets into the source. */
  readonly span: Span;
  readonly related?: readonly RelatedSpan[];
}

/** A place as people count: both from 1, columns in UTF-8 characters. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export interface LineIndex {
  /** Number of lines; a final newline begins a last, empty one. */
  readonly lineCount: number;
  /** Line of a byte offset, from 1. */
  lineAt(offset: number): number;
  /** Line and column of a byte offset. */
  positionAt(offset: number): Position;
  /** Byte range of a line (from 1) without its newline. */
  lineSpan(line: number): Span;
}

/** Builds the table of line starts of a byte string. Look-ups take logarithmic time. */
export function lineIndex(source: string): LineIndex {
  const starts = [0];
  for (let at = source.indexOf("\n"); at >= 0; at = source.indexOf("\n", at + 1)) starts.push(at + 1);

  const lineAt = (offset: number): number => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle] <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  };

  return {
    lineCount: starts.length,
    lineAt,
    positionAt(offset) {
      const line = lineAt(offset);
      return { line, column: countCharacters(source, starts[line - 1], offset) + 1 };
    },
    lineSpan(line) {
      const start = starts[line - 1];
      const next = line < starts.length ? starts[line] - 1 : source.length;
      return { start, end: next };
    },
  };
}

/** UTF-8 characters in a range of a byte string; a stray continuation byte counts with the character before it. */
function countCharacters(source: string, start: number, end: number): number {
  let count = 0;
  for (let at = start; at < end; at++) if ((source.charCodeAt(at) & 0xc0) !== 0x80) count++;
  return count;
}

export interface FormatOptions {
  /** Use ANSI colours. */
  readonly color?: boolean;
  /** Address of what explains a code, for terminals that show links. */
  readonly link?: (code: string) => string;
}

/** Lines longer than this are shown as a window around the place. */
const WIDEST_LINE = 160;
/** Lines shown above the marked one. */
const LINES_ABOVE = 1;

/**
 * Prints a diagnostic: `FILE:LINE:COLUMN: severity: message [code]`, the source lines with the span underlined, the hint,
 * related places. The result is a byte string that ends in a newline, to be written as latin1.
 */
export function formatDiagnostic(
  diagnostic: Diagnostic,
  source: string,
  fileName: string,
  options: FormatOptions = {},
): string {
  const paint = options.color ? ansi : plain;
  const index = indexOfSource(source);
  const tint = diagnostic.severity === "error" ? "red" : "yellow";
  const { line, column } = index.positionAt(diagnostic.span.start);
  const lines = [
    `${paint("bold", `${fileName}:${line}:${column}`)}: ${paint(tint, diagnostic.severity)}: ${diagnostic.message} ${paint("dim", shownCode(diagnostic.code, options.link))}`,
    ...codeFrame(source, index, diagnostic.span, tint, paint),
  ];
  for (const related of diagnostic.related ?? []) {
    const place = index.positionAt(related.span.start);
    lines.push(`  ${paint("bold", `${fileName}:${place.line}:${place.column}`)}: ${related.message}`);
    lines.push(...codeFrame(source, index, related.span, "blue", paint));
  }
  if (diagnostic.hint) lines.push(`  ${paint("blue", "hint")}: ${diagnostic.hint}`);
  return `${lines.join("\n")}\n`;
}

/** The index made last: the diagnostics of a file are printed one after another, and there may be thousands. */
let lastIndex: { source: string; index: LineIndex } | null = null;

function indexOfSource(source: string): LineIndex {
  if (lastIndex?.source !== source) lastIndex = { source, index: lineIndex(source) };
  return lastIndex.index;
}

/** The code in brackets; as a link (OSC 8) when there is an address. */
function shownCode(code: string, link: FormatOptions["link"]): string {
  return link === undefined ? `[${code}]` : `[\x1b]8;;${link(code)}\x1b\\${code}\x1b]8;;\x1b\\]`;
}

type Style = "bold" | "dim" | "red" | "yellow" | "blue";
type Paint = (style: Style, text: string) => string;

const ansiCodes: Record<Style, number> = { bold: 1, dim: 2, red: 31, yellow: 33, blue: 36 };
const ansi: Paint = (style, text) => `\x1b[${ansiCodes[style]}m${text}\x1b[0m`;
const plain: Paint = (_style, text) => text;

function codeFrame(source: string, index: LineIndex, span: Span, tint: Style, paint: Paint): string[] {
  const last = index.lineAt(span.start);
  const first = Math.max(1, last - LINES_ABOVE);
  const width = String(last).length;
  const frame: string[] = [];
  for (let line = first; line <= last; line++) {
    const range = index.lineSpan(line);
    const from = windowStart(range, line === last ? span.start : range.start);
    const to = Math.min(range.end, from + WIDEST_LINE);
    const cut = from > range.start ? "..." : "";
    frame.push(`  ${paint("dim", `${String(line).padStart(width)} |`)} ${cut}${shown(source.slice(from, to))}`);
    if (line === last) {
      const end = Math.min(Math.max(span.end, span.start + 1), Math.max(to, span.start + 1));
      const lead = " ".repeat(cut.length + columns(source, from, span.start));
      const marks = "^".repeat(Math.max(1, columns(source, span.start, Math.min(end, to))));
      frame.push(`  ${paint("dim", `${" ".repeat(width)} |`)} ${lead}${paint(tint, marks)}`);
    }
  }
  return frame;
}

function windowStart(range: Span, focus: number): number {
  if (range.end - range.start <= WIDEST_LINE) return range.start;
  return Math.max(range.start, Math.min(focus - WIDEST_LINE / 2, range.end - WIDEST_LINE));
}

const TAB = "  ";

/** A source line as shown: tabs as two columns, other control characters blank. */
function shown(text: string): string {
  return text.replace(/\t/g, TAB).replace(/[\x00-\x1f\x7f]/g, " ");
}

function columns(source: string, start: number, end: number): number {
  return countCharacters(shown(source.slice(start, end)), 0, shown(source.slice(start, end)).length);
}
