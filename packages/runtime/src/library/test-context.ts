/**
 * What unit tests of built-in functions need: a context that collects messages, and function values made of JavaScript
 * functions.
 */
import { createReferenceTable, text } from "../values/index.js";
import { Func, type Value } from "../values/types.js";
import type { BuiltinDefinition, CallContext, RunSettings } from "./builtin.js";
import { createRandom } from "./random.js";

/** A context with fixed time and randomness, and dictionaries in the order of the reference. */
export class TestContext implements CallContext {
  readonly messages: string[] = [];
  readonly run: RunSettings;

  constructor(settings: Partial<RunSettings> = {}) {
    this.run = {
      utf8Json: false,
      filterCgi: 2,
      newTable: createReferenceTable,
      now: () => 1_000_000_000,
      timeZone: "UTC",
      random: createRandom("test"),
      ...settings,
    };
  }

  report(message: string): void {
    this.messages.push(message);
  }

  call(fn: Func, args: Value[]): Value | Promise<Value> {
    if (!(fn instanceof HostFunction)) throw new TypeError("only host functions can be called here");
    return fn.body(...args);
  }
}

/** A pub function whose body is a JavaScript function. */
export class HostFunction extends Func {
  constructor(readonly body: (...args: Value[]) => Value | Promise<Value>) {
    super();
  }

  override text(): string {
    return "<host function>";
  }
}

/** Calls a function of a group by name, with arguments as its pattern converts them. */
export function callIn(group: readonly BuiltinDefinition[], context: CallContext, name: string, ...args: unknown[]) {
  const definition = group.find((candidate) => candidate.name === name);
  if (definition === undefined) throw new Error(`no function ${name}`);
  return definition.call(context, ...args);
}

/** The printed form of a synchronous call's result; `undef` for none. */
export function printed(result: Value | Promise<Value>): string {
  if (result instanceof Promise) throw new TypeError("the call waits");
  return result === undefined ? "undef" : text(result);
}
