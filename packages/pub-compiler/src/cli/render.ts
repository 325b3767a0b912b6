/**
 * `pubc render`: renders one file to standard output, run-time messages to standard error.
 */
import { readFileSync } from "node:fs";
import { basename, dirname, relative, resolve, sep } from "node:path";
import { render } from "../project/render.js";
import { type Command, type OptionValues, parseJsonText, UsageError } from "./arguments.js";
import { renderBatch } from "./batch.js";
import { OPTIMIZATION_TABLE, requestedOptimizations } from "./optimization-options.js";
import { RUN_OPTION_HELP, RUN_OPTION_TABLE, requestedOptions, runOptions } from "./run-options.js";

export const renderCommand: Command = {
  summary: "render one template to standard output",
  help: `pubc render FILE [options]
pubc render --batch

Renders FILE. Run-time messages go to standard error as pub[TYPE]: FILE:LINE: MESSAGE.
Exit code 0 when the page was found, parsed and no include failed, else 1.

  --root DIR                folder that names are relative to (default: the folder of FILE)
  -D, --define NAME=JSON    a global variable; may be given several times
  --data FILE.json          global variables from a JSON object
${RUN_OPTION_HELP}
  --no-optimize=NAME        leave out an optimisation, or all; may be repeated
  --batch                   read one JSON request a line from standard input, write one result a line`,
  options: {
    root: { type: "string" },
    define: { type: "string", short: "D", multiple: true },
    data: { type: "string" },
    batch: { type: "boolean" },
    ...RUN_OPTION_TABLE,
    ...OPTIMIZATION_TABLE,
  },
  async run(values, positionals) {
    if (values.batch === true) return renderBatch(process.stdin, process.stdout);
    const [file] = positionals;
    if (file === undefined || positionals.length !== 1) throw new UsageError("render takes exactly one file");
    const { root, main } = locate(file, values.root as string | undefined);
    const result = await render({
      root,
      main,
      options: runOptions(requestedOptions(values)),
      globals: variables(values),
      optimizations: requestedOptimizations(values),
    });
    process.stdout.write(Buffer.from(result.output, "latin1"));
    for (const line of result.log) process.stderr.write(Buffer.from(`${line}\n`, "latin1"));
    return result.succeeded ? 0 : 1;
  },
};

/** The root folder and the name of the file below it. */
function locate(file: string, rootOption: string | undefined): { root: string; main: string } {
  if (rootOption === undefined) return { root: resolve(dirname(file)), main: basename(file) };
  const root = resolve(rootOption);
  const below = relative(root, resolve(file));
  // A name outside of the root was meant relative to it.
  const isBelow = below !== "" && !below.startsWith(`..${sep}`) && below !== "..";
  return { root, main: isBelow ? below : file };
}

/** Globals given by `--data` and `-D`. */
function variables(values: OptionValues): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  if (typeof values.data === "string") {
    const data = parseJsonText(readTextFile(values.data), values.data);
    if (typeof data !== "object" || data === null || Array.isArray(data)) {
      throw new UsageError(`${values.data} must hold a JSON object with the variables`);
    }
    Object.assign(result, data);
  }
  for (const definition of (values.define as string[] | undefined) ?? []) {
    const match = /^([A-Za-z_]\w*)=(.*)$/s.exec(definition);
    if (match === null) throw new UsageError(`-D takes NAME=JSON, not "${definition}"`);
    result[match[1]] = parseJsonText(match[2], `the value of -D ${match[1]}`);
  }
  return result;
}

function readTextFile(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new UsageError(`cannot read ${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
