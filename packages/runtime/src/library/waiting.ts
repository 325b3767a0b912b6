/**
 * Functions that wait or start background work: `sleep`, `fork`, `shotgun`, `raw`, `stat_file` (pub-library.md §4.15,
 * §4.16).
 */
import { setTimeout as delay } from "node:timers/promises";
import type { Context } from "../scope/context.js";
import { candidates } from "../site/files.js";
import { copyValue, stored, text } from "../values/index.js";
import { Dict, Func, type List, List as ListValue, type Value } from "../values/types.js";
import type { BuiltinDefinition } from "./builtin.js";

/** Longest delay of a Node timer, in milliseconds. */
const MAXIMUM_DELAY = 0x7fffffff;

export const waitingFunctions: BuiltinDefinition[] = [
  {
    name: "sleep",
    pattern: "i|i",
    blocking: true,
    parameters: ["seconds", "milliseconds"],
    documentation: "Waits that long.",
    async call(_context: Context, seconds: number | bigint, milliseconds: number | bigint = 0): Promise<Value> {
      const duration = Number(seconds) * 1000 + Number(milliseconds);
      if (duration > 0) await delay(Math.min(duration, MAXIMUM_DELAY));
      return null;
    },
  },
  {
    name: "fork",
    pattern: "F",
    parameters: ["f"],
    documentation: "Starts f() in the background; its output is dropped. It runs at once until it first waits.",
    call(context: Context, fn: Func): Value {
      const result = context.fork(null).call(fn, []);
      if (result instanceof Promise) context.run.background(result);
      return null;
    },
  },
  {
    name: "shotgun",
    pattern: "l",
    blocking: true,
    parameters: ["functions"],
    documentation:
      "Calls all functions of the list at the same time, waits for all and returns their results in order.",
    async call(context: Context, functions: List): Promise<Value> {
      const callees: Func[] = [];
      for (const [index, item] of functions.items.entries()) {
        if (!(item instanceof Func)) {
          context.report(`expected a list of lambdas, but arg ${index + 1} is not of proper type`);
          return undefined;
        }
        callees.push(item);
      }
      const results = await Promise.all(callees.map(async (callee) => context.fork(context.output).call(callee, [])));
      return new ListValue(results.map((result) => stored(result)));
    },
  },
  {
    name: "raw",
    blocking: true,
    parameters: ["file"],
    documentation: "The bytes of a file below the root, not parsed and not localised; null when there is no such file.",
    async call(context: Context, ...args: Value[]): Promise<Value> {
      const name = fileName(context, args, "raw(**)");
      if (name === null) return null;
      const bytes = await context.run.source.read(name);
      if (bytes !== null) return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
      context.emitWithoutPlace("error", `${name}: file not found`);
      context.report(`failed to pub file '${name}'`);
      return null;
    },
  },
  {
    name: "stat_file",
    blocking: true,
    parameters: ["file"],
    documentation:
      "A dictionary with jailed_filename, real_filename, hash (SHA-1) and ctime of a file; null when there is none.",
    async call(context: Context, ...args: Value[]): Promise<Value> {
      const name = fileName(context, args, "stat_file()");
      if (name === null || name === "") return null;
      for (const candidate of candidates(context, name, context.frame.file?.directory)) {
        const found = context.run.source.stat(candidate);
        if (found === null) continue;
        const table = context.run.newTable();
        table.set("jailed_filename", candidate);
        table.set("real_filename", found.real);
        table.set("hash", found.hash);
        table.set("ctime", found.ctime);
        return copyValue(new Dict(table));
      }
      return null;
    },
  },
];

/** The file-name argument of `raw` and `stat_file`; null after an error. */
function fileName(context: Context, args: Value[], caller: string): string | null {
  if (args.length !== 1) context.report(`${caller} takes 1 argument: a file name`);
  else if (args[0] === undefined) context.report("cannot call stat_file() on null");
  else return text(args[0]);
  return null;
}
