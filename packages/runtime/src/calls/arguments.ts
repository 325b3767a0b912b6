/**
 * Checks and converts the arguments of a built-in by its pattern (pub-language.md §14.1, pub-library.md §2.3). All
 * problems are reported, type errors first, then the count.
 */
import type { BuiltinDefinition } from "../library/builtin.js";
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

interface Pattern {
  readonly letters: Letter[];
  readonly required: number;
}

const patterns = new Map<string, Pattern>();

/** The pattern of a definition in parsed form. */
export function parsePattern(source: string): Pattern {
  let pattern = patterns.get(source);
  if (pattern === undefined) {
    const bar = source.indexOf("|");
    const letters = [...source.replace("|", "")].map((letter) => LETTERS[letter]);
    pattern = { letters, required: bar < 0 ? letters.length : bar };
    patterns.set(source, pattern);
  }
  return pattern;
}

/** The converted arguments, or null when any was wrong (everything is reported then). */
export function convertArguments(context: Context, definition: BuiltinDefinition, args: Value[]): unknown[] | null {
  const { letters, required } = parsePattern(definition.pattern ?? "");
  const { name } = definition;
  const converted: unknown[] = [];
  let valid = true;
  const count = Math.min(args.length, letters.length);
  for (let index = 0; index < count; index++) {
    const result = letters[index].convert(args[index], context, name, index + 1);
    if (result === MISMATCH) {
      context.report(`${name}: argument ${index + 1}: expected ${letters[index].expected}`);
      valid = false;
    }
    converted.push(result);
  }
  if (args.length < required || args.length > letters.length) {
    const expected = required === letters.length ? `${required}` : `${required} to ${letters.length}`;
    context.report(`${name}: wrong number of arguments: expected ${expected}, got ${args.length}`);
    valid = false;
  }
  return valid ? converted : null;
}
