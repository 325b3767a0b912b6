/**
 * Own functions for templates (feature S3): a library is described here, and bound to the page runtime of the site when
 * the service starts.
 */
import type * as PageRuntime from "../index.js";
import type { BuiltinDefinition } from "../library/builtin.js";
import type { Library } from "../run.js";
import type { Context } from "../scope/context.js";
import type { Value } from "../values/types.js";

/** A function of the template, as own functions can call it. */
export type TemplateFunction = (...args: unknown[]) => unknown;

/** Types of arguments by the letters of a pattern (pub-language.md §14.1). */
interface ArgumentLetters {
  s: string;
  i: number | bigint;
  u: number | bigint;
  f: number;
  b: boolean;
  l: unknown[];
  d: Record<string, unknown>;
  /** The pattern. */
  r: string;
  F: TemplateFunction;
  O: unknown;
}

type Letters<Pattern extends string> = Pattern extends `${infer Letter}${infer Rest}`
  ? Letter extends keyof ArgumentLetters
    ? [ArgumentLetters[Letter], ...Letters<Rest>]
    : never
  : [];

/** The arguments that a pattern stands for; those behind `|` are optional. */
export type PatternArguments<Pattern extends string> = Pattern extends `${infer Required}|${infer Optional}`
  ? [...Letters<Required>, ...Partial<Letters<Optional>>]
  : Letters<Pattern>;

/** One own function. */
export interface LibraryFunction<Pattern extends string> {
  /** One letter an argument: `s` text, `i` and `u` integers, `f` float, `b` truth, `l` list, `d` dict, `r` regex, `F` function, `O` anything. */
  readonly args: Pattern;
  /** Shown by `documentation()`. */
  readonly doc: string;
  /** Names of the arguments, for the documentation. */
  readonly parameters?: readonly string[];
  /** It waits: templates call it in the star form, `name(* … *)`. `run` may then return a promise. */
  readonly blocking?: boolean;
  /** Gets and returns JavaScript values (see `fromHost`, `toHost`). What it throws is reported as an error of the page. */
  readonly run: (...args: PatternArguments<Pattern>) => unknown;
}

/** A library that `defineLibrary` made. */
export interface ServiceLibrary {
  readonly name: string;
  /** Names of the functions with their patterns. */
  readonly patterns: Readonly<Record<string, string>>;
  /** Functions among them that wait. */
  readonly blocking: readonly string[];
  /** For the service: the library for the site's page runtime. */
  bind(runtime: typeof PageRuntime): Library;
}

type FunctionTable<Patterns extends Record<string, string>> = {
  readonly [Name in keyof Patterns]: LibraryFunction<Patterns[Name]>;
};

/**
 * A library of functions: templates call them by their own names, and as entries of the dictionary `name`. They win over
 * built-ins of the same name.
 */
export function defineLibrary<Patterns extends Record<string, string>>(
  name: string,
  functions: FunctionTable<Patterns>,
): ServiceLibrary {
  const entries = Object.entries(functions) as [string, LibraryFunction<string>][];
  return {
    name,
    patterns: Object.fromEntries(entries.map(([key, { args }]) => [key, args])),
    blocking: entries.filter(([, entry]) => entry.blocking).map(([key]) => key),
    bind(runtime) {
      const builtins = entries.map(
        ([key, entry]) => [key, new runtime.Builtin(definition(key, entry, runtime), name)] as const,
      );
      return { name, functions: new Map(builtins) };
    },
  };
}

function definition(name: string, entry: LibraryFunction<string>, runtime: typeof PageRuntime): BuiltinDefinition {
  const letters = [...entry.args.replace("|", "")];
  const run = entry.run as (...args: unknown[]) => unknown;
  return {
    name,
    pattern: entry.args,
    blocking: entry.blocking,
    parameters: entry.parameters ?? letters.map((_, index) => `argument${index + 1}`),
    documentation: entry.doc,
    call(context: Context, ...args: unknown[]) {
      const failed = (error: unknown): Value => {
        reportFailure(name, error, context, runtime);
        return null;
      };
      const result = (value: unknown): Value => {
        try {
          return runtime.fromHost(value, context.run.newTable);
        } catch (error) {
          return failed(error);
        }
      };
      try {
        const value = run(...args.map((arg, index) => hostArgument(context, letters[index], arg as Value, runtime)));
        return entry.blocking && value instanceof Promise ? value.then(result, failed) : result(value);
      } catch (error) {
        return failed(error);
      }
    },
  };
}

function hostArgument(context: Context, letter: string, value: Value, runtime: typeof PageRuntime): unknown {
  if (letter !== "F") return runtime.toHost(value);
  return (...args: unknown[]) => {
    const converted = args.map((arg) => runtime.fromHost(arg, context.run.newTable));
    const result = context.call(value as Parameters<Context["call"]>[0], converted);
    return result instanceof Promise ? result.then(runtime.toHost) : runtime.toHost(result);
  };
}

/** Reports what a function threw. Where in the service's own code that was is for the log only: pages may show errors. */
function reportFailure(name: string, error: unknown, context: Context, runtime: typeof PageRuntime): void {
  const [called] = context.run.source.places?.(error) ?? [];
  const [thrown] = runtime.stackPlaces(error);
  context.report(
    runtime.faultText(`${name}: ${error instanceof Error ? error.message : error}`, called ? [called] : []),
  );
  if (thrown === undefined || context.run.options.errors?.noLog) return;
  const place = Buffer.from(`${thrown.file}:${thrown.line}:${thrown.column}`).toString("latin1");
  context.run.log(`${context.run.programName}[eval]:     thrown at ${place}`);
}
