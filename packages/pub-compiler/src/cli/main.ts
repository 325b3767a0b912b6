/**
 * `pubc`: finds the command and runs it.
 */
import { statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { VERSION } from "../version.js";
import {
  CONFIGURATION_HELP,
  type Command,
  type OptionValues,
  parseCommandLine,
  seenFromHere,
  UsageError,
  withConfigured,
} from "./arguments.js";

/** Commands by name; each is loaded when it is used, so that a command starts fast. */
export const COMMANDS: Record<string, { summary: string; load: () => Promise<Command> }> = {
  init: {
    summary: "create a small working site",
    load: async () => (await import("./init.js")).initCommand,
  },
  compile: {
    summary: "compile a site into a bundle",
    load: async () => (await import("./compile.js")).compileCommand,
  },
  watch: {
    summary: "compile a site and again after each change",
    load: async () => (await import("./compile.js")).watchCommand,
  },
  dev: {
    summary: "serve a site and its services while they are worked on",
    load: async () => (await import("./dev.js")).devCommand,
  },
  render: {
    summary: "render one template to standard output",
    load: async () => (await import("./render.js")).renderCommand,
  },
  check: {
    summary: "report mistakes in templates without running them",
    load: async () => (await import("./check.js")).checkCommand,
  },
  format: {
    summary: "lay out the code of templates",
    load: async () => (await import("./format.js")).formatCommand,
  },
  ast: {
    summary: "print the syntax tree of a template as JSON",
    load: async () => (await import("./ast.js")).astCommand,
  },
  config: {
    summary: "run a configuration file and print its variables as JSON",
    load: async () => (await import("./config.js")).configCommand,
  },
};

/** What exit codes mean. */
export const EXIT_CODES: Readonly<Record<number, string>> = {
  0: "success",
  1: "errors in templates or services; the rest was done as far as possible",
  2: "wrong usage or configuration; nothing was done",
};

function usage(): string {
  const names = Object.keys(COMMANDS);
  const width = Math.max(...names.map((name) => name.length));
  const lines = names.map((name) => `  ${name.padEnd(width)}  ${COMMANDS[name].summary}`);
  return `pubc - compiler for pub templates

Usage: pubc COMMAND [options]

${lines.join("\n")}

pubc COMMAND --help explains a command. Exit codes: 0 success, 1 errors in templates, 2 wrong usage.`;
}

/** Mistakes of the user that are told by modules which know nothing of a command line. */
const USER_ERRORS: ReadonlySet<string> = new Set(["ConfigurationError", "LibraryError"]);

/** Where the search for the configuration begins: at what the command works on. */
function startOf(positionals: readonly string[]): string {
  const path = resolve(positionals[0] ?? ".");
  return statSync(path, { throwIfNoEntry: false })?.isFile() ? dirname(path) : path;
}

/** The help of a command, with the options that its kind has. */
export function helpText(command: Command): string {
  return command.configured ? `${command.help}\n${CONFIGURATION_HELP}` : command.help;
}

async function unknownCommand(name: string): Promise<string> {
  const { nearest } = await import("pub-parser");
  const near = nearest(name, Object.keys(COMMANDS));
  const advice = near === undefined ? "pubc --help lists the commands" : `did you mean "${near}"?`;
  return `unknown command "${name}"; ${advice}`;
}

/** Runs `pubc` with the arguments after the program name; the result is the exit code. */
export async function main(args: string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === "help" && rest.length > 0) return main([rest[0], "--help"]);
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    process.stdout.write(`${usage()}\n`);
    return name === undefined ? 2 : 0;
  }
  if (name === "--version" || name === "-V") {
    process.stdout.write(`pubc ${VERSION}\n`);
    return 0;
  }
  try {
    const entry = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    if (entry === undefined) throw new UsageError(await unknownCommand(name));
    const command = await entry.load();
    if (rest.includes("--help") || rest.includes("-h")) {
      process.stdout.write(`${helpText(command)}\n`);
      return 0;
    }
    const { values, positionals } = parseCommandLine(command, rest);
    if (command.configured === undefined) return await command.run(values, positionals);
    return await runConfigured(command, command.configured, values, positionals);
  } catch (error) {
    if (!(error instanceof UsageError || USER_ERRORS.has((error as Error).name))) throw error;
    process.stderr.write(`pubc: ${(error as Error).message}\n`);
    return 2;
  }
}

/** Runs a command with what the configuration file says about it. */
async function runConfigured(
  command: Command,
  configure: NonNullable<Command["configured"]>,
  values: OptionValues,
  positionals: string[],
): Promise<number> {
  const { loadConfiguration } = await import("../configuration/load.js");
  const start = typeof values.config === "string" ? process.cwd() : startOf(positionals);
  const { file, configuration } = await loadConfiguration(start, values.config as string | undefined);
  const configured = configure(configuration, file === null ? null : dirname(file));
  const all = withConfigured(values, configured.values);
  const given = positionals.length === 0 ? (configured.positionals ?? []).map(seenFromHere) : positionals;
  if (values.verbose !== true) return await command.run(all, given);
  const tell = (text: string): void => void process.stderr.write(`pubc: ${text}\n`);
  tell(file === null ? "no configuration file" : `configuration ${seenFromHere(file)}`);
  tell(`arguments ${JSON.stringify(given)}, options ${JSON.stringify(all)}`);
  const started = performance.now();
  const code = await command.run(all, given);
  const megabytes = Math.round(process.resourceUsage().maxRSS / 1024);
  tell(`exit code ${code} after ${Math.round(performance.now() - started)} ms, at most ${megabytes} MB of memory`);
  return code;
}
