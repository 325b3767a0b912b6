/**
 * `pubc config`: runs a configuration file in pub syntax and prints its variables (pub-language.md §11.3).
 */
import { basename, dirname, resolve } from "node:path";
import { toHost } from "pub-runtime";
import { render } from "../project/render.js";
import { type Command, UsageError } from "./arguments.js";

export const configCommand: Command = {
  summary: "run a configuration file and print its variables as JSON",
  help: `pubc config FILE [--root DIR]

Runs FILE as a configuration: no output, the global variables are the result, printed as JSON.
Exit code 1 when the file is missing, does not parse or an include in it failed.

  --root DIR    folder that names are relative to (default: the folder of FILE)`,
  options: { root: { type: "string" } },
  async run(values, positionals) {
    const [file] = positionals;
    if (file === undefined || positionals.length !== 1) throw new UsageError("config takes exactly one file");
    const root = typeof values.root === "string" ? resolve(values.root) : resolve(dirname(file));
    const main = typeof values.root === "string" ? file : basename(file);
    const result = await render({ root, main, options: { config: true } });
    for (const line of result.log) process.stderr.write(Buffer.from(`${line}\n`, "latin1"));
    const variables: Record<string, unknown> = {};
    for (const [name, value] of result.run.globals.entries()) variables[name] = toHost(value);
    process.stdout.write(`${JSON.stringify(variables, jsonValue, 2)}\n`);
    return result.succeeded ? 0 : 1;
  },
};

/** Integers beyond the range of JSON numbers become strings, as in the language's own JSON. */
function jsonValue(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}
