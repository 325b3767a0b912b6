/**
 * `pubc check`: diagnostics only.
 */
import { statSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { lineIndex } from "pub-parser";
import { checkSite } from "../project/check.js";
import type { FileDiagnostic } from "../project/compile.js";
import { SiteFiles } from "../project/site.js";
import { type Command, choice, UsageError } from "./arguments.js";
import { count, formatDiagnostics, useColor } from "./report.js";

export const checkCommand: Command = {
  summary: "report mistakes in templates without running them",
  help: `pubc check DIR|FILE… [--format pretty|json]

Reports mistakes without running anything. Exit code 1 when there are errors.

  --format FORMAT   pretty (default) or json: one array of
                    {file, line, column, endLine, endColumn, code, severity, message, hint}`,
  options: { format: { type: "string" } },
  run(values, positionals) {
    if (positionals.length === 0) throw new UsageError("check takes at least one folder or file");
    const format = choice(values, "format", ["pretty", "json"]) ?? "pretty";
    const found = positionals.flatMap(checkPath);
    const errors = found.filter(({ diagnostic }) => diagnostic.severity === "error").length;
    if (format === "json") {
      process.stdout.write(`${JSON.stringify(found.map(toJson), null, 2)}\n`);
    } else {
      process.stdout.write(formatDiagnostics(process.cwd(), found, useColor(process.stdout)));
      process.stdout.write(`${count(errors, "error")}, ${count(found.length - errors, "warning")}\n`);
    }
    return errors > 0 ? 1 : 0;
  },
};

function checkPath(path: string): FileDiagnostic[] {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined) throw new UsageError(`there is no file or folder ${path}`);
  const isFolder = status.isDirectory();
  const root = isFolder ? resolve(path) : dirname(resolve(path));
  const site = new SiteFiles(root);
  if (isFolder) site.scan();
  else site.read(basename(path));
  return checkSite(site).map((found) => ({ ...found, file: resolve(root, found.file) }));
}

function toJson({ file, source, diagnostic }: FileDiagnostic): object {
  const lines = lineIndex(source);
  const start = lines.positionAt(diagnostic.span.start);
  const end = lines.positionAt(diagnostic.span.end);
  return {
    file,
    line: start.line,
    column: start.column,
    endLine: end.line,
    endColumn: end.column,
    code: diagnostic.code,
    severity: diagnostic.severity,
    message: diagnostic.message,
    hint: diagnostic.hint,
  };
}
