/**
 * `format` of the library.
 */
import { decoded, nameOfPath } from "../checks/names.js";
import { type SourceDiagnostic, sourceDiagnostic } from "../checks/source-diagnostic.js";
import { formatTemplate } from "../format/format.js";

export interface FormatReport {
  /** The formatted template; as it was when it has syntax errors. */
  readonly text: string;
  readonly changed: boolean;
  /** Syntax errors. */
  readonly diagnostics: readonly SourceDiagnostic[];
}

/** Formats the text of a template as `pubc format` does. `file` is what diagnostics call it. */
export function format(text: string, file = "template.pub"): FormatReport {
  const source = nameOfPath(text);
  const result = formatTemplate(source);
  return {
    text: result.changed ? decoded(result.text) : text,
    changed: result.changed,
    diagnostics: result.diagnostics.map((diagnostic) => sourceDiagnostic({ file, source, diagnostic })),
  };
}
