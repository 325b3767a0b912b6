// What the parser of `okws_config` can report. The texts are those of the reference where it has one.
import type { Span } from "../ast.js";
import type { Diagnostic } from "../diagnostic.js";

const messages = {
  "config-quote": {
    message: "closing '\"' missing",
    hint: 'Close the quote, or write \\" for a quote that stands for itself. An earlier quote may be the one left open.',
  },
  "config-backslash": {
    message: "backslash at the end of the file",
    hint: "A backslash continues a line or takes the next character literally; write \\\\ for a backslash.",
  },
  "config-include": {
    message: "usage: include <file>",
    hint: "One file name, in quotes if it contains blanks; no comment may follow on this line.",
  },
} as const;

export function configDiagnostic(code: keyof typeof messages, span: Span): Diagnostic {
  return { code, severity: "error", ...messages[code], span };
}
