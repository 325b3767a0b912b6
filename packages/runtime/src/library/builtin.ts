/**
 * What a built-in function is: one table of definitions drives calls, `documentation()`, the checker and the
 * language reference (pub-library.md §1, §2).
 */
import type { Func, Table, Value } from "../values/types.js";

/** Source of 32-bit random words (ruling F3). */
export interface RandomSource {
  /** The next word, 0 … 2^32 − 1. */
  next(): number;
}

/** What a run is set to; shared by all functions called in it. */
export interface RunSettings {
  /** `UTF8_JSON` option (§4.9). */
  readonly utf8Json: boolean;
  /** `FilterCGI` level: escaping of decoded CGI data (pub-library.md §4.3 `url_unescape`). */
  readonly filterCgi: 0 | 1 | 2;
  /** Makes an empty dictionary table of the order that the run uses. */
  readonly newTable: () => Table;
  /** Current time in whole seconds since the epoch. */
  now(): number;
  /** IANA time-zone name. */
  readonly timeZone: string;
  readonly random: RandomSource;
}

/** What a built-in sees of the evaluation that calls it. */
export interface CallContext {
  /** Reports a run-time error of type `eval` at the current location. */
  report(message: string): void;
  /** Calls a function value; a promise when the function waits. */
  call(fn: Func, args: Value[]): Value | Promise<Value>;
  readonly run: RunSettings;
  /** A condition is being evaluated: explanations beside an error are left out. */
  readonly quiet?: boolean;
}

/** One built-in function. */
export interface BuiltinDefinition {
  readonly name: string;
  /**
   * Argument pattern (pub-language.md §14.1): one letter an argument, optional ones behind `|`. Without a pattern the
   * function receives the stored values as they are and checks them itself.
   */
  readonly pattern?: string;
  /** Waits: the page that calls it becomes asynchronous. */
  readonly blocking?: boolean;
  readonly parameters: readonly string[];
  readonly documentation: string;
  // biome-ignore lint/suspicious/noExplicitAny: the pattern decides the types of the converted arguments
  readonly call: (context: any, ...args: any[]) => Value | Promise<Value>;
}
