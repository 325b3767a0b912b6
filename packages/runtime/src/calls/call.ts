/**
 * Calling functions (pub-language.md §7.6): what compiled code does for `f(a, b)`. `callable` checks before the
 * arguments are evaluated, `invoke` runs the function with them.
 */
import { Context } from "../scope/context.js";
import { Func, List, type Value } from "../values/types.js";
import { convertArguments } from "./arguments.js";
import { Builtin, Closure } from "./functions.js";

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
export function invoke(context: Context, line: number, callee: Value, args: Value[]): Value | Promise<Value> {
  context.frames[context.depth - 1].line = line;
  if (callee instanceof Closure) return invokeClosure(context, callee, args);
  return invokeBuiltin(context, callee as Builtin, args);
}

/** Runs a user function; its value is null when it returned nothing. */
export function invokeClosure(context: Context, callee: Closure, args: Value[]): Value | Promise<Value> {
  const { layer } = context;
  context.enter(callee.file, callee.displayName);
  if (context.depth > context.run.maximumFrames) {
    context.emit("error", "call stack overflow", true);
    context.leave();
    return null;
  }
  const result = run(context, callee, args);
  if (result instanceof Promise) {
    return result.then((value) => {
      context.leave();
      context.layer = layer;
      return value === undefined ? null : value;
    });
  }
  context.leave();
  context.layer = layer;
  return result === undefined ? null : result;
}

/** Spreading the arguments is slow; most functions take few. */
function run(context: Context, callee: Closure, args: Value[]): Value | Promise<Value> {
  const { code } = callee;
  switch (args.length) {
    case 0:
      return code(context, callee);
    case 1:
      return code(context, callee, args[0]);
    case 2:
      return code(context, callee, args[0], args[1]);
    default:
      return code(context, callee, ...args);
  }
}

export function invokeBuiltin(context: Context, callee: Builtin, args: Value[]): Value | Promise<Value> {
  const { definition } = callee;
  if (definition.pattern === undefined) {
    for (const arg of args) if (arg instanceof List) arg.pristine = false;
    return definition.call(context, ...args);
  }
  const converted = convertArguments(context, definition, args);
  return converted === null ? undefined : definition.call(context, ...converted);
}

/** Calls a function value on behalf of a built-in; problems are reported at the current line. */
export function callFromBuiltin(context: Context, fn: Func, args: Value[]): Value | Promise<Value> {
  const { line } = context.frame;
  const callee = callable(context, line, fn, "unknown", args.length);
  return callee instanceof Func ? invoke(context, line, callee, args) : callee;
}

/** A context for the main strand of a run. */
export function createContext(run: Context["run"]): Context {
  return new Context(run, callFromBuiltin);
}
