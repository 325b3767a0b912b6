/**
 * The runtime as the types of compiled templates see it. The compiler knows what TypeScript cannot: which calls wait, and
 * where a variable is bound. In code that it wrote as TypeScript both are taken for granted.
 */
import type * as runtime from "./index.js";
import type { Unbound } from "./scope/slot.js";
import type { Value } from "./values/types.js";

/** Everything that the package exports: functions give values where otherwise they give values or promises of them. */
export type CompiledRuntime = { readonly [Name in keyof typeof runtime]: Compiled<(typeof runtime)[Name]> };

type Compiled<Export> = Export extends abstract new (
  ...args: never[]
) => unknown
  ? Export
  : Export extends (...args: infer Arguments) => infer Result
    ? (...args: Bound<Arguments>) => Settled<Bound<Result>>
    : Bound<Export>;

type Settled<Type> = Type extends Promise<infer Result> ? Result : Type;

/** A type without the mark of unbound variables, also inside of tuples and functions. */
type Bound<Type> = Type extends Unbound
  ? Value
  : Type extends (...args: infer Arguments) => infer Result
    ? (...args: Bound<Arguments>) => Bound<Result>
    : Type extends readonly unknown[]
      ? { [Index in keyof Type]: Bound<Type[Index]> }
      : Type;
