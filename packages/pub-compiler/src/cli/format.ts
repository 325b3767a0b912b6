/**
 * `pubc format`: lays out the code of templates.
 */
import { chmodSync, readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { type FormatResult, formatTemplate } from "../format/format.js";
import { isTemplate, listFiles } from "../project/discover.js";
import { type Command, UsageError } from "./arguments.js";
import { count, formatDiagnostics, useColor } from "./report.js";

/** The argument that stands for standard input. */
const STANDARD_INPUT = "-";

export const formatCommand: Command = {
  summary: "lay out the code of templates",
  help: `pubc format DIR|FILE… [--check]
pubc format - < FILE

Rewrites templates with a uniform layout of their code; the text of pages is not touched. Files with
syntax errors are left as they are. Exit code 1 when there are such files. With - the template is
read from standard input and its layout written to standard output; nothing is written when it has
syntax errors.

  --check   write nothing; list the files that would change and exit with 1 when there are any`,
  options: { check: { type: "boolean" } },
  configured: ({ root }) => ({ values: {}, positionals: root === undefined ? [] : [root] }),
  run(values, positionals) {
    if (positionals.length === 0) throw new UsageError("format takes at least one folder or file");
    const isCheck = values.check === true;
    if (positionals.includes(STANDARD_INPUT)) {
      if (positionals.length > 1) throw new UsageError("- stands alone: standard input is one template");
      return formatStandardInput(isCheck);
    }
    return formatFiles(positionals.flatMap(templatesAt), isCheck);
  },
};

function formatStandardInput(isCheck: boolean): number {
  const source = readFileSync(0, "latin1");
  const result = formatTemplate(source);
  if (reportMistakes("standard input", source, result)) return 1;
  if (isCheck) return result.changed ? 1 : 0;
  process.stdout.write(Buffer.from(result.text, "latin1"));
  return 0;
}

function formatFiles(paths: readonly string[], isCheck: boolean): number {
  let changed = 0;
  let broken = 0;
  for (const path of paths) {
    const source = readFileSync(path, "latin1");
    const result = formatTemplate(source);
    if (reportMistakes(path, source, result)) broken++;
    else if (result.changed) {
      if (!isCheck) replace(path, result.text);
      changed++;
      process.stdout.write(`${path}\n`);
    }
  }
  process.stdout.write(`${count(changed, "file")} ${isCheck ? "to format" : "formatted"}\n`);
  if (broken > 0) process.stderr.write(`${count(broken, "file")} with syntax errors left as they were\n`);
  return broken > 0 || (isCheck && changed > 0) ? 1 : 0;
}

/** True when the template has mistakes, which are reported. */
function reportMistakes(file: string, source: string, { diagnostics }: FormatResult): boolean {
  if (diagnostics.length === 0) return false;
  const found = diagnostics.map((diagnostic) => ({ file, source, diagnostic }));
  process.stderr.write(formatDiagnostics(process.cwd(), found, useColor(process.stderr)));
  return true;
}

/** Puts a byte string into a file in one step, so that nobody reads half of it; links and permissions stay. */
function replace(path: string, text: string): void {
  const target = realpathSync(path);
  const beside = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
  try {
    writeFileSync(beside, text, "latin1");
    chmodSync(beside, statSync(target).mode);
    renameSync(beside, target);
  } catch (error) {
    rmSync(beside, { force: true });
    throw new UsageError(`${path} cannot be written: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function templatesAt(path: string): string[] {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined) throw new UsageError(`there is no file or folder ${path}`);
  if (!status.isDirectory()) return [path];
  return listFiles(path)
    .map((file) => join(path, file))
    .filter((file) => isTemplate(file, () => readFileSync(file, "latin1")));
}
