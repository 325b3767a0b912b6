/**
 * `pubc compile` and `pubc watch`.
 */
import { existsSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Configuration } from "../configuration/configuration.js";
import { type CompileResult, SiteCompiler } from "../project/compile.js";
import { watchSite } from "../project/watch.js";
import { parseServiceEntry, type ServiceEntry } from "../services/bundle-services.js";
import {
  type Command,
  type Configured,
  choice,
  integer,
  type OptionTable,
  type OptionValues,
  seenFromHere,
  UsageError,
} from "./arguments.js";
import { OPTIMIZATION_TABLE, requestedOptimizations } from "./optimization-options.js";
import { count, formatDiagnostics, useColor } from "./report.js";
import { DICT_ORDERS } from "./run-options.js";

/** Options of both commands. */
const OPTIONS: OptionTable = {
  out: { type: "string", short: "o" },
  minify: { type: "boolean" },
  "keep-going": { type: "boolean" },
  "error-display": { type: "boolean" },
  "dict-order": { type: "string" },
  ...OPTIMIZATION_TABLE,
  service: { type: "string", multiple: true },
  cache: { type: "string" },
  "no-cache": { type: "boolean" },
  threads: { type: "string" },
  quiet: { type: "boolean", short: "q" },
};

const OPTION_HELP = `  -o, --out DIST        folder of the bundle (required)
  --minify              shorten the generated modules
  --keep-going          write the bundle although templates have errors; a broken template
                        reports its errors when it is rendered
  --error-display       also write modules for runs that show errors in the page
  --dict-order ORDER    order of dictionary entries: insertion (default) or reference
  --no-optimize=NAME    leave out an optimisation, or all; may be repeated
  --service OUT=SOURCE  also bundle the service SOURCE into the module OUT; may be repeated; not while watching
  --cache DIR           folder in which knowledge is kept for the next start (default: .pub-cache beside DIST)
  --no-cache            compile everything, and keep nothing
  --threads N           threads that compile at the same time (default: by size and processors)
  -q, --quiet           print errors only`;

/** What the configuration says for `compile` and `watch`. */
export function configuredCompile({ root, out, services = {}, compile = {} }: Configuration): Configured {
  return {
    values: {
      out,
      service: Object.entries(services).map(([module, source]) => `${module}=${source}`),
      minify: compile.minify,
      "keep-going": compile.keepGoing,
      "error-display": compile.errorDisplay,
      "dict-order": compile.dictOrder,
    },
    positionals: root === undefined ? [] : [root],
  };
}

export const compileCommand: Command = {
  summary: "compile a site into a bundle",
  help: `pubc compile DIR -o DIST [options]

Compiles all templates below DIR. A tree with errors exits with 1 and leaves DIST as it was.

${OPTION_HELP}
  --watch               compile again after each change
  --emit-typescript DIR also write the modules as TypeScript, one file a template`,
  options: { ...OPTIONS, watch: { type: "boolean" }, "emit-typescript": { type: "string" } },
  configured: configuredCompile,
  run: (values, positionals) => compile(values, positionals, values.watch === true),
};

export const watchCommand: Command = {
  summary: "compile a site and again after each change",
  help: `pubc watch DIR -o DIST [options]

The same as pubc compile --watch.

${OPTION_HELP}`,
  options: OPTIONS,
  configured: configuredCompile,
  run: (values, positionals) => compile(values, positionals, true),
};

async function compile(values: OptionValues, positionals: string[], watch: boolean): Promise<number> {
  const [directory] = positionals;
  if (directory === undefined || positionals.length !== 1) throw new UsageError("give exactly one folder to compile");
  if (!isFolder(directory)) throw new UsageError(`there is no folder ${directory}`);
  if (typeof values.out !== "string") throw new UsageError("say where the bundle goes with -o DIST");
  const typescript = values["emit-typescript"];
  if (watch && typescript !== undefined) throw new UsageError("--emit-typescript does not go with watching");
  const warn = (message: string): void => void process.stderr.write(`pubc: ${message}\n`);
  const options = {
    dictOrder: choice(values, "dict-order", DICT_ORDERS),
    minify: values.minify === true,
    keepGoing: values["keep-going"] === true,
    traced: values["error-display"] === true,
    optimizations: requestedOptimizations(values),
    threads: threads(values),
  };
  const compiler = new SiteCompiler(directory, values.out, options, { cache: cacheFolder(values, values.out), warn });
  const report = (result: CompileResult, milliseconds: number): void => {
    process.stderr.write(formatDiagnostics(resolve(directory), result.diagnostics, useColor(process.stderr)));
    if (values.quiet === true) return;
    const parts = [
      count(result.templates, "template"),
      count(result.files, "other file"),
      count(result.errors, "error"),
      count(result.warnings, "warning"),
    ];
    const outcome = result.written ? `written to ${values.out}` : "nothing written";
    process.stdout.write(`${parts.join(", ")} in ${milliseconds} ms; ${outcome}\n`);
  };
  if (watch) return watchSite(compiler, { root: directory, out: values.out, report, warn });
  const started = performance.now();
  const result = await compiler.build();
  report(result, Math.round(performance.now() - started));
  if (typeof typescript === "string" && result.written) {
    const modules = compiler.writeTypeScript(resolve(typescript));
    if (values.quiet !== true)
      process.stdout.write(`${count(modules, "TypeScript module")} written to ${typescript}\n`);
  }
  const bundled = await bundleServices(values);
  return result.errors > 0 || !bundled ? 1 : 0;
}

/** Bundles the services of `--service`; false when one of them has mistakes, which are printed. */
async function bundleServices(values: OptionValues): Promise<boolean> {
  const entries = serviceEntries(values);
  if (entries.length === 0) return true;
  const { bundleService } = await import("../services/bundle-services.js");
  const mistakes = (await Promise.all(entries.map(bundleService))).flatMap((build) => build.mistakes);
  for (const { frame } of mistakes) process.stderr.write(`${frame}\n`);
  if (values.quiet !== true && mistakes.length === 0) {
    process.stdout.write(`${entries.map(({ module }) => seenFromHere(module)).join(", ")} bundled\n`);
  }
  return mistakes.length === 0;
}

/** The services that `--service` names. */
export function serviceEntries(values: OptionValues): ServiceEntry[] {
  return (Array.isArray(values.service) ? values.service : []).map((text) => {
    const entry = parseServiceEntry(String(text));
    if (entry === null) throw new UsageError(`--service takes OUT=SOURCE, not "${text}"`);
    if (!existsSync(entry.source)) throw new UsageError(`there is no file ${entry.source} for --service`);
    return entry;
  });
}

function cacheFolder(values: OptionValues, out: string): string | undefined {
  if (values["no-cache"] === true) return undefined;
  return typeof values.cache === "string" ? values.cache : join(dirname(resolve(out)), ".pub-cache");
}

function threads(values: OptionValues): number | undefined {
  const number = integer(values, "threads");
  if (number !== undefined && number < 1) throw new UsageError("--threads must be at least 1");
  return number;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
