/**
 * `pubc ast`: the syntax tree of a file as JSON.
 */
import { readFileSync } from "node:fs";
import { formatDiagnostic, parseTemplate } from "pub-parser";
import { decodeUtf8 } from "pub-runtime";
import { type Command, UsageError } from "./arguments.js";

export const astCommand: Command = {
  summary: "print the syntax tree of a template as JSON",
  help: `pubc ast FILE

Prints the syntax tree as JSON; offsets count bytes. Exit code 1 when the file has syntax errors, which go to
standard error.`,
  options: {},
  run(_values, positionals) {
    const [file] = positionals;
    if (file === undefined || positionals.length !== 1) throw new UsageError("ast takes exactly one file");
    const source = readFileSync(file).toString("latin1");
    const { template, diagnostics, log } = parseTemplate(source, { fileName: file });
    for (const diagnostic of diagnostics) {
      process.stderr.write(`${formatDiagnostic(diagnostic, source, file, { color: process.stderr.isTTY })}\n`);
    }
    process.stdout.write(`${JSON.stringify(template, jsonValue, 2)}\n`);
    return log.length === 0 ? 0 : 1;
  },
};

function jsonValue(_key: string, value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  return typeof value === "string" ? decodeUtf8(value) : value;
}
