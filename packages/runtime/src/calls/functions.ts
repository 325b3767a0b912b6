/**
 * Function values: user functions (closures, pub-language.md §7.6) and built-ins.
 */
import type { BuiltinDefinition } from "../library/builtin.js";
import type { Context } from "../scope/context.js";
import type { Layer } from "../scope/layer.js";
import type { FileIdentity } from "../site/source.js";
import { Func, type Value } from "../values/types.js";
import type { ArgumentPattern } from "./arguments.js";

/** The compiled body of a user function. Parameters that the caller did not supply are absent. */
export type FunctionCode = (context: Context, self: Closure, ...args: Value[]) => Value | Promise<Value>;

/** What is known of a `def` or `lambda` while compiling. */
export interface FunctionDefinition {
  /** Null for lambdas. */
  readonly name: string | null;
  /** Line of the closing brace of the body. */
  readonly line: number;
  readonly required: number;
  /** Required and optional parameters together. */
  readonly maximum: number;
  /**
   * Body that finds all its variables by name: what a function becomes when a loop re-creates it (§6.5). Null when the
   * function is never stored, so that no loop can meet it.
   */
  readonly dynamic: FunctionCode | null;
}

export class Closure extends Func {
  readonly displayName: string;

  constructor(
    readonly definition: FunctionDefinition,
    readonly file: FileIdentity,
    /** Innermost captured layer. */
    readonly environment: Layer | null,
    readonly code: FunctionCode,
  ) {
    super();
    this.displayName = definition.name ?? "anonymous-lambda";
  }

  override text(): string {
    return `<${this.displayName} @ ${this.file.jailed}:${this.definition.line}>`;
  }

  /** The function as a loop over a list leaves it: bound to the loop's environment (§6.5). */
  recreate(environment: Layer | null): Closure {
    const { dynamic } = this.definition;
    return dynamic === null ? this : new Closure(this.definition, this.file, environment, dynamic);
  }
}

export class Builtin extends Func {
  /** The argument pattern in parsed form, owned by `arguments.ts`. */
  pattern: ArgumentPattern | null | undefined = undefined;

  constructor(
    readonly definition: BuiltinDefinition,
    /** Library name, e.g. `rfn3`. */
    readonly library: string,
  ) {
    super();
  }

  override isBuiltin(): boolean {
    return true;
  }

  override text(): string {
    return `<compiled function> ${this.library}:${this.definition.name}`;
  }
}
