/**
 * Calling functions (pub-language.md §7.6): what compiled code does for `f(a, b)`. `callable` checks before the
 * arguments are evaluated, `invoke` runs the function with them; `call` is both, for arguments whose evaluation has no
 * effects. Each has forms for few arguments that need no array.
 */
import { Context, type Frame } from "../scope/context.js";
import type { Layer } from "../scope/layer.js";
import { Func, type Value } from "../values/types.js";
import { convertArguments } from "./arguments.js";
import { Builtin, Closure } from "./functions.js";

type Result = Value | Promise<Value>;

/**
 * Checks that `callee` can be called with `count` arguments. Returns it, or the result of the failed call: undefined
 * when it is no function, null for a wrong number of arguments. `name` is the identifier called, or `unknown`.
 */
export function callable(context: Context, line: number, callee: Value, name: string, count: number): Value {
  if (callee instanceof Closure) {
    const { definition } = callee;
    if (count >= definition.required && count <= definition.maximum) return callee;
    return wrongCount(context, line, callee, count);
  }
  if (callee instanceof Builtin) return callee;
  context.error(
    line,
    callee === undefined ? `cannot resolve function "${name}"` : "expected a function; got something else",
  );
  return undefined;
}

function wrongCount(context: Context, line: number, callee: Closure, count: number): null {
  const { required, maximum } = callee.definition;
  context.error(
    line,
    `Wrong number of parameters to call ${callee.text()} (expected ${required}, got ${count} (max ${maximum}))`,
  );
  return null;
}

/** Runs a function that `callable` let through. A promise when the function waits. */
export function invoke(context: Context, line: number, callee: Value, args: Value[]): Result {
  context.frame.line = line;
  if (callee instanceof Closure) return invokeClosure(context, callee, args);
  return invokeBuiltin(context, callee as Builtin, args);
}

export function invoke0(context: Context, line: number, callee: Value): Result {
  if (!(callee instanceof Closure)) return invoke(context, line, callee, []);
  const { frame, layer } = context;
  frame.line = line;
  if (!context.enter(callee.file, callee.displayName)) return null;
  return left(context, frame, layer, callee.code(context, callee));
}

export function invoke1(context: Context, line: number, callee: Value, a: Value): Result {
  if (!(callee instanceof Closure)) return invoke(context, line, callee, [a]);
  const { frame, layer } = context;
  frame.line = line;
  if (!context.enter(callee.file, callee.displayName)) return null;
  return left(context, frame, layer, callee.code(context, callee, a));
}

export function invoke2(context: Context, line: number, callee: Value, a: Value, b: Value): Result {
  if (!(callee instanceof Closure)) return invoke(context, line, callee, [a, b]);
  const { frame, layer } = context;
  frame.line = line;
  if (!context.enter(callee.file, callee.displayName)) return null;
  return left(context, frame, layer, callee.code(context, callee, a, b));
}

export function invoke3(context: Context, line: number, callee: Value, a: Value, b: Value, c: Value): Result {
  if (!(callee instanceof Closure)) return invoke(context, line, callee, [a, b, c]);
  const { frame, layer } = context;
  frame.line = line;
  if (!context.enter(callee.file, callee.displayName)) return null;
  return left(context, frame, layer, callee.code(context, callee, a, b, c));
}

export function call(context: Context, line: number, callee: Value, name: string, args: Value[]): Result {
  const checked = callable(context, line, callee, name, args.length);
  return checked instanceof Func ? invoke(context, line, checked, args) : checked;
}

export function call0(context: Context, line: number, callee: Value, name: string): Result {
  const checked = callable(context, line, callee, name, 0);
  return checked instanceof Func ? invoke0(context, line, checked) : checked;
}

export function call1(context: Context, line: number, callee: Value, name: string, a: Value): Result {
  const checked = callable(context, line, callee, name, 1);
  return checked instanceof Func ? invoke1(context, line, checked, a) : checked;
}

export function call2(context: Context, line: number, callee: Value, name: string, a: Value, b: Value): Result {
  const checked = callable(context, line, callee, name, 2);
  return checked instanceof Func ? invoke2(context, line, checked, a, b) : checked;
}

export function call3(
  context: Context,
  line: number,
  callee: Value,
  name: string,
  a: Value,
  b: Value,
  c: Value,
): Result {
  const checked = callable(context, line, callee, name, 3);
  return checked instanceof Func ? invoke3(context, line, checked, a, b, c) : checked;
}

/** Runs a user function; its value is null when it returned nothing. */
export function invokeClosure(context: Context, callee: Closure, args: Value[]): Result {
  const { frame, layer } = context;
  if (!context.enter(callee.file, callee.displayName)) return null;
  return left(context, frame, layer, callee.code(context, callee, ...args));
}

/** Leaves a function, at once or when what it waits for has come. */
function left(context: Context, frame: Frame, layer: Layer | null, result: Result): Result {
  if (result instanceof Promise) return result.then((value) => left(context, frame, layer, value));
  context.frame = frame;
  context.layer = layer;
  return result === undefined ? null : result;
}

export function invokeBuiltin(context: Context, callee: Builtin, args: Value[]): Result {
  const { definition } = callee;
  const converted = convertArguments(context, callee, args);
  if (converted === null) return undefined;
  switch (converted.length) {
    case 1:
      return definition.call(context, converted[0]);
    case 2:
      return definition.call(context, converted[0], converted[1]);
    default:
      return definition.call(context, ...converted);
  }
}

/** Calls a function value on behalf of a built-in; problems are reported at the current line. */
export function callFromBuiltin(context: Context, fn: Func, args: Value[]): Result {
  const { line } = context.frame;
  if (args.length === 2) return call2(context, line, fn, "unknown", args[0], args[1]);
  return call(context, line, fn, "unknown", args);
}

/** A context for the main strand of a run. */
export function createContext(run: Context["run"]): Context {
  return new Context(run, callFromBuiltin);
}
