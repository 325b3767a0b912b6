/**
 * Reading the command line: a thin layer over Node's `parseArgs` that gives clear errors.
 */
import { type ParseArgsConfig, parseArgs } from "node:util";

/** A mistake of the user: printed without a stack, exit code 2. */
export class UsageError extends Error {}

export type OptionTable = NonNullable<ParseArgsConfig["options"]>;

export interface Command {
  /** One line for the list of commands. */
  readonly summary: string;
  readonly help: string;
  readonly options: OptionTable;
  /** Runs the command; the result is the exit code. */
  run(values: OptionValues, positionals: string[]): Promise<number> | number;
}

export type OptionValues = Record<string, string | boolean | (string | boolean)[] | undefined>;

/** Parses the arguments of a command. */
export function parseCommandLine(command: Command, args: string[]): { values: OptionValues; positionals: string[] } {
  try {
    return parseArgs({ args, options: command.options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
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
