/**
 * Diagnostics as data for other programs: Unicode texts, lines and columns.
 */
import { formatDiagnostic, lineIndex, type Severity, type Span } from "pub-parser";
import type { FileDiagnostic } from "../project/compile.js";
import { decoded, nameOfPath } from "./names.js";

/** Lines and columns from 1; columns count characters. The end is behind the last character. */
export interface Region {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** What is wrong where. */
export interface SourceDiagnostic extends Region {
  /** Path relative to the root of the site. */
  readonly file: string;
  /** Stable name: a rule of `pubc check`, or the code of a syntax error. */
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  /** What to do about it. */
  readonly hint?: string;
  /** Further places of the file that explain it. */
  readonly related: readonly (Region & { readonly message: string })[];
  /** Everything as text, with the lines of the source. */
  readonly frame: string;
}

export function regionOf(source: string, span: Span): Region {
  const lines = lineIndex(source);
  const start = lines.positionAt(span.start);
  const end = lines.positionAt(Math.max(span.start, span.end));
  return { line: start.line, column: start.column, endLine: end.line, endColumn: end.column };
}

export function sourceDiagnostic({ file, source, diagnostic }: FileDiagnostic): SourceDiagnostic {
  const { code, severity, message, hint, span, related = [] } = diagnostic;
  return {
    file,
    ...regionOf(source, span),
    code,
    severity,
    message: decoded(message),
    ...(hint !== undefined && { hint: decoded(hint) }),
    related: related.map((place) => ({ ...regionOf(source, place.span), message: decoded(place.message) })),
    frame: decoded(formatDiagnostic(diagnostic, source, nameOfPath(file))),
  };
}
