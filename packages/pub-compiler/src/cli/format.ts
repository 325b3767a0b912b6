/**
 * `pubc format`: lays out the code of templates.
 */
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { formatTemplate } from "../format/format.js";
import { isTemplate, listFiles } from "../project/discover.js";
import { type Command, UsageError } from "./arguments.js";
import { count, formatDiagnostics, useColor } from "./report.js";

export const formatCommand: Command = {
  summary: "lay out the code of templates",
  help: `pubc format DIR|FILE… [--check]

Rewrites templates with a uniform layout of their code; the text of pages is not touched. Files with
syntax errors are left as they are. Exit code 1 when there are such files.

  --check   write nothing; list the files that would change and exit with 1 when there are any`,
  options: { check: { type: "boolean" } },
  configured: ({ root }) => ({ values: {}, positionals: root === undefined ? [] : [root] }),
  run(values, positionals) {
    if (positionals.length === 0) throw new UsageError("format takes at least one folder or file");
    let changed = 0;
    let broken = 0;
    for (const path of positionals.flatMap(templatesAt)) {
      const source = readFileSync(path, "latin1");
      const result = formatTemplate(source);
      if (result.diagnostics.length > 0) {
        broken++;
        const found = result.diagnostics.map((diagnostic) => ({ file: path, source, diagnostic }));
        process.stderr.write(formatDiagnostics(process.cwd(), found, useColor(process.stderr)));
      } else if (result.changed) {
        changed++;
        process.stdout.write(`${path}\n`);
        if (values.check !== true) writeFileSync(path, result.text, "latin1");
      }
    }
    process.stdout.write(`${count(changed, "file")} ${values.check === true ? "to format" : "formatted"}\n`);
    return broken > 0 || (values.check === true && changed > 0) ? 1 : 0;
  },
};

function templatesAt(path: string): string[] {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined) throw new UsageError(`there is no file or folder ${path}`);
  if (!status.isDirectory()) return [path];
  return listFiles(path)
    .map((file) => join(path, file))
    .filter((file) => isTemplate(file, () => readFileSync(file, "latin1")));
}
