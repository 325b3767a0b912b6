/**
 * Reading the command line: a thin layer over Node's `parseArgs` that gives clear errors.
 */
import { relative } from "node:path";
import { type ParseArgsConfig, parseArgs } from "node:util";
import type { Configuration } from "../configuration/configuration.js";

/** A mistake of the user: printed without a stack, exit code 2. */
export class UsageError extends Error {}

export type OptionTable = NonNullable<ParseArgsConfig["options"]>;

export interface Command {
  /** One line for the list of commands. */
  readonly summary: string;
  readonly help: string;
  readonly options: OptionTable;
  /**
   * What a configuration file says about options and arguments that the command line leaves out. `folder` is that of the
   * file; null without one.
   */
  readonly configured?: (configuration: Configuration, folder: string | null) => Configured;
  /** Runs the command; the result is the exit code. */
  run(values: OptionValues, positionals: string[]): Promise<number> | number;
}

export interface Configured {
  readonly values: OptionValues;
  /** Instead of no arguments. */
  readonly positionals?: readonly string[];
}

export type OptionValues = Record<string, string | boolean | (string | boolean)[] | undefined>;

/** Options of all commands that use a configuration file. */
export const CONFIGURATION_OPTIONS: OptionTable = {
  config: { type: "string", short: "c" },
  verbose: { type: "boolean", short: "v" },
};

export const CONFIGURATION_HELP = `  -c, --config FILE     instead of the pubc.config.* of the folder that is worked on or the nearest above it
  -v, --verbose         tell configuration, options, time and memory on standard error`;

/** Parses the arguments of a command. Flags can be switched off with `--no-NAME`. */
export function parseCommandLine(command: Command, args: string[]): { values: OptionValues; positionals: string[] } {
  const options = command.configured ? { ...command.options, ...CONFIGURATION_OPTIONS } : command.options;
  try {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true, allowNegative: true });
    return { values: withNegativeNames({ ...values }, options), positionals };
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** An option whose own name begins with `no-` is taken for the negative of another one by the parser. */
function withNegativeNames(values: OptionValues, options: OptionTable): OptionValues {
  for (const name of Object.keys(options)) {
    const positive = name.startsWith("no-") ? name.slice(3) : null;
    if (positive === null || values[positive] === undefined) continue;
    values[name] = values[positive] === false;
    delete values[positive];
  }
  return values;
}

/** The values of the command line, completed by those of the configuration; lists are joined. */
export function withConfigured(values: OptionValues, configured: OptionValues): OptionValues {
  const joined: OptionValues = { ...configured };
  for (const [name, value] of Object.entries(values)) {
    const before = joined[name];
    joined[name] = Array.isArray(value) && Array.isArray(before) ? [...before, ...value] : value;
  }
  return joined;
}

/** A path as a user would have written it. */
export function seenFromHere(path: string): string {
  const below = relative(process.cwd(), path);
  return below.startsWith("..") ? path : below || ".";
}

/** The value of an option that takes one of several words. */
export function choice<Word extends string>(
  values: OptionValues,
  name: string,
  words: readonly Word[],
): Word | undefined {
  const value = values[name];
  if (value === undefined) return undefined;
  const word = words.find((candidate) => candidate === value);
  if (word === undefined) throw new UsageError(`--${name} must be one of ${words.join(", ")}, not "${value}"`);
  return word;
}

/** The value of an option that takes a whole number. */
export function integer(values: OptionValues, name: string): number | undefined {
  const value = values[name];
  if (value === undefined) return undefined;
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new UsageError(`--${name} must be a whole number, not "${value}"`);
  return number;
}

/** JSON given on the command line or in a file. */
export function parseJsonText(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${where} is not valid JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}
