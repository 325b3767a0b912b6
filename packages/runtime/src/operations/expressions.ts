/**
 * Helpers of compiled expressions: printing, dictionary literals, constants, assignments to calls.
 */
import { call, invoke } from "../calls/call.js";
import { Builtin, Closure, type FunctionCode, type FunctionDefinition } from "../calls/functions.js";
import { lookupSlot } from "../library/environment.js";
import type { Context } from "../scope/context.js";
import type { FileIdentity } from "../site/source.js";
import {
  areFieldNames,
  copyValue,
  createMapTable,
  createReferenceTable,
  RecordTable,
  stored,
  text,
} from "../values/index.js";
import { Dict, type Fields, type Func, type Table, type Value } from "../values/types.js";
import { type Content, invalidTarget, NO_PLACE, noTarget } from "./access.js";
import { storedContent } from "./statements.js";

/** The text that `print` and `%{…}` output for a value (pub-language.md §4.8). */
export function printed(context: Context, value: Value): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value !== "object") return text(value);
  return text(value, context.run.utf8Json, () => context.report("a value that contains itself is printed as null"));
}

/** `printed` for an inline expression, with the warning of `WARN_INLINE_NULL` (§11.1). */
export function inline(context: Context, value: Value, line: number): string {
  if (value === undefined && context.run.options.warnInlineNull) {
    context.error(line, "Inline expression %{} evaluates to NULL");
  }
  return printed(context, value);
}

/** Evaluates without warnings about unbound variables (§11.1 `WARN_NULL`). */
export function quietly<Result>(context: Context, evaluate: () => Result): Result {
  context.silent++;
  const result = evaluate();
  if (result instanceof Promise) {
    return result.finally(() => {
      context.silent--;
    }) as Result;
  }
  context.silent--;
  return result;
}

/** The function value of a `def` or `lambda` evaluated here, which finds its variables by name. */
export function dynamicClosure(context: Context, definition: FunctionDefinition): Closure {
  const file = context.frame.file;
  if (file === null || definition.dynamic === null) throw new Error("a function was defined outside of any file");
  return new Closure(definition, file, context.layer, definition.dynamic);
}

/** The function value of a `def` or `lambda` whose variables were resolved while compiling. */
export function closure(definition: FunctionDefinition, file: FileIdentity, code: FunctionCode): Closure {
  return new Closure(definition, file, null, code);
}

/** `default(x, d)` when evaluating x has effects: x is evaluated a second time unless it was null. */
export function choose(probe: Value, fallback: Content, again: () => Value | Promise<Value>): Value | Promise<Value> {
  if (probe !== undefined && probe !== null) return again();
  return fallback === NO_PLACE ? undefined : (fallback as Value);
}

/**
 * A call of a function that sees undefined arguments if it is a built-in. Any other one gets stored values: of the
 * arguments that are `references` the content itself, of the others a copy (§5.4).
 */
export function invokeRaw(
  context: Context,
  line: number,
  callee: Func,
  args: Content[],
  references: readonly boolean[],
): Value | Promise<Value> {
  if (callee instanceof Builtin) return invoke(context, line, callee, args as Value[]);
  return invoke(
    context,
    line,
    callee,
    args.map((arg, index) => argumentOf(arg, references[index])),
  );
}

/** `default(x, d)` with calls in its arguments; `pure`: x need not be evaluated a second time. */
export function invokeDefault(
  context: Context,
  line: number,
  callee: Func,
  first: () => Value | Promise<Value>,
  second: (() => Content | Promise<Content>) | null,
  references: readonly boolean[],
  pure: boolean,
): Value | Promise<Value> {
  if (callee instanceof Builtin) {
    return after(quietly(context, first), (probe) =>
      after(second === null ? "" : second(), (fallback) => choose(probe, fallback, pure ? () => probe : first)),
    );
  }
  return after(first(), (value) => {
    const args = [argumentOf(value, references[0])];
    if (second === null) return invoke(context, line, callee, args);
    return after(second(), (other) => invoke(context, line, callee, [...args, argumentOf(other, references[1])]));
  });
}

function argumentOf(content: Content, isReference: boolean): Value {
  return isReference ? storedContent(content) : stored(storedContent(content));
}

/** Goes on with a value at once, or when it has arrived. */
function after<Input, Result>(
  value: Input | Promise<Input>,
  next: (value: Input) => Result | Promise<Result>,
): Result | Promise<Result> {
  return value instanceof Promise ? value.then(next) : next(value);
}

/** The value of a dictionary literal: keys and stored values in turn; undefined values are left out (§4.3). */
export function newDict(context: Context, ...parts: (Content | string)[]): Dict {
  return newDictOf(context, parts);
}

/** The same for more parts than a call can have arguments. */
export function newDictOf(context: Context, parts: readonly (Content | string)[]): Dict {
  const table = context.run.newTable();
  for (let index = 0; index < parts.length; index += 2) {
    const value = parts[index + 1];
    if (value !== undefined && value !== NO_PLACE) table.set(parts[index] as string, value as Value);
  }
  return new Dict(table);
}

/** `newDict` for keys that make a record; the object becomes the dictionary. */
export function newRecord(context: Context, fields: Record<string, Content>): Dict {
  for (const name in fields) {
    const value = fields[name];
    if (value === undefined || value === NO_PLACE) return newDictOf(context, Object.entries(fields).flat());
  }
  if (!context.run.referenceOrder) return new Dict(new RecordTable(fields as Fields));
  const table = context.run.newTable();
  for (const name in fields) table.set(name, fields[name] as Value);
  return new Dict(table);
}

/** A dictionary of the given entries, for constants. */
export function fillDict(newTable: () => Table, entries: [string, Value][]): Dict {
  if (newTable === createMapTable && areFieldNames(entries.map(([name]) => name))) {
    return new Dict(new RecordTable(Object.fromEntries(entries)));
  }
  const table = newTable();
  for (const [name, value] of entries) table.set(name, value);
  return new Dict(table);
}

/** A constant literal with dictionaries in it, built once for each order of entries. */
class Constant {
  private readonly built: (Value | undefined)[] = [undefined, undefined];

  constructor(private readonly build: (newTable: () => Table) => Value) {}

  of(context: Context): Value {
    const order = context.run.referenceOrder ? 1 : 0;
    this.built[order] ??= this.build(order === 1 ? createReferenceTable : createMapTable);
    return this.built[order];
  }
}

export function constant(build: (newTable: () => Table) => Value): Constant {
  return new Constant(build);
}

/** An expression that denotes no place, evaluated as one: a copy of its value, or nothing after an error (§5.3). */
export function placeOf(value: Value): Content {
  return value === undefined ? NO_PLACE : copyValue(value);
}

/** An assignment to an expression that is no place (§5.3). */
export function assignNothing(context: Context, _value: Value, target: Content, line: number): undefined {
  return target === NO_PLACE ? noTarget(context, line) : invalidTarget(context, line);
}

/** `f(…) = value`: sets the variable that `lookup(…)` denotes; no other call can be assigned to. */
export function assignToCall(
  context: Context,
  value: Value,
  callee: Value,
  name: string,
  args: Value[],
  line: number,
): Value | Promise<Value> {
  if (callee instanceof Builtin && callee.definition.name === "lookup") {
    context.frame.line = line;
    const slot = lookupSlot(context, args);
    if (slot === undefined) return noTarget(context, line);
    slot.value = value;
    return value;
  }
  const refuse = (result: Value) => assignNothing(context, value, placeOf(result), line);
  const result = call(context, line, callee, name, args);
  return result instanceof Promise ? result.then(refuse) : refuse(result);
}
