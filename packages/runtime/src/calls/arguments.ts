/**
 * Checks and converts the arguments of a built-in by its pattern (pub-language.md §14.1, pub-library.md §2.3). All
 * problems are reported, type errors first, then the count.
 */
import { compileRegex } from "../library/regex/index.js";
import type { Context } from "../scope/context.js";
import {
  mutableItems,
  mutableTable,
  text,
  toFloatArgument,
  toIntegerArgument,
  toUnsignedArgument,
  truth,
} from "../values/index.js";
import { Dict, Func, List, Regex, type Value } from "../values/types.js";
import type { Builtin } from "./functions.js";

interface Letter {
  /** What a wrong argument was expected to be. */
  readonly expected: string;
  /** The converted argument, or `MISMATCH`. */
  readonly convert: (value: Value, context: Context, name: string, position: number) => unknown;
}

const MISMATCH = Symbol("mismatch");

const LETTERS: Record<string, Letter> = {
  O: {
    expected: "",
    convert: (value) => {
      if (value instanceof List) value.pristine = false;
      return value === undefined ? null : value;
    },
  },
  s: {
    expected: "a string",
    convert: (value) => (typeof value === "string" ? value : value === null ? "" : text(value)),
  },
  i: { expected: "an integer", convert: (value) => toIntegerArgument(value) ?? MISMATCH },
  u: { expected: "an unsigned int", convert: (value) => toUnsignedArgument(value) ?? MISMATCH },
  f: { expected: "a double (or int)", convert: (value) => toFloatArgument(value) ?? MISMATCH },
  b: { expected: "", convert: (value) => truth(value) },
  l: {
    expected: "a list",
    convert: (value) => {
      if (!(value instanceof List)) return MISMATCH;
      mutableItems(value);
      value.pristine = false;
      return value;
    },
  },
  d: {
    expected: "a dict",
    convert: (value) => {
      if (!(value instanceof Dict)) return MISMATCH;
      mutableTable(value);
      return value;
    },
  },
  r: {
    expected: "a regex",
    convert: (value, context, name) => {
      if (value instanceof Regex) return value;
      if (typeof value !== "string") return MISMATCH;
      const result = compileRegex(value);
      if (result.ok) return new Regex(value, "");
      context.report(`${name}: ${result.message}`);
      return MISMATCH;
    },
  },
  F: { expected: "a lambda or built-in", convert: (value) => (value instanceof Func ? value : MISMATCH) },
};

/** An argument pattern in parsed form. */
export interface ArgumentPattern {
  readonly letters: readonly Letter[];
  readonly required: number;
}

/** The pattern of a definition in parsed form; null for a function that checks its arguments itself. */
export function parsePattern(source: string | undefined): ArgumentPattern | null {
  if (source === undefined) return null;
  const bar = source.indexOf("|");
  const letters = [...source.replace("|", "")].map((letter) => LETTERS[letter]);
  return { letters, required: bar < 0 ? letters.length : bar };
}

/** The converted arguments, or null when any was wrong (everything is reported then). */
export function convertArguments(context: Context, callee: Builtin, args: Value[]): unknown[] | null {
  if (callee.pattern === undefined) callee.pattern = parsePattern(callee.definition.pattern);
  const { pattern } = callee;
  if (pattern === null) {
    for (const arg of args) if (arg instanceof List) arg.pristine = false;
    return args;
  }
  const { letters, required } = pattern;
  const { name } = callee.definition;
  const count = Math.min(args.length, letters.length);
  const converted: unknown[] = new Array(count);
  let valid = true;
  for (let index = 0; index < count; index++) {
    const result = letters[index].convert(args[index], context, name, index + 1);
    if (result === MISMATCH) {
      context.report(`${name}: argument ${index + 1}: expected ${letters[index].expected}`);
      valid = false;
    }
    converted[index] = result;
  }
  if (args.length < required || args.length > letters.length) {
    const expected = required === letters.length ? `${required}` : `${required} to ${letters.length}`;
    context.report(`${name}: wrong number of arguments: expected ${expected}, got ${args.length}`);
    valid = false;
  }
  return valid ? converted : null;
}
