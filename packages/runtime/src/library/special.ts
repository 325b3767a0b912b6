/**
 * `type`, `isnull`, `default`: they see an undefined argument as it is (pub-library.md §2.1, §4.1). Compiled code hands
 * it to them unconverted.
 */
import type { Context } from "../scope/context.js";
import { typeName } from "../values/index.js";
import type { Value } from "../values/types.js";
import type { BuiltinDefinition } from "./builtin.js";

export const specialFunctions: BuiltinDefinition[] = [
  {
    name: "type",
    parameters: ["x"],
    documentation:
      "The name of the type of x: null, bool, int, uint, float, str, list, dict, regex, object (any function), or undef when there is no value.",
    call(context: Context, ...args: Value[]): Value {
      if (args.length === 1) return typeName(args[0]);
      context.report(`type: wrong number of arguments: expected 1, got ${args.length}`);
      return undefined;
    },
  },
  {
    name: "isnull",
    parameters: ["x"],
    documentation: "True for null and for an undefined value, false for everything else.",
    call(context: Context, ...args: Value[]): Value {
      if (args.length === 1) return args[0] === undefined || args[0] === null;
      context.report("isnull() takes 1 argument");
      return true;
    },
  },
  {
    name: "default",
    parameters: ["x", "d"],
    documentation: "x, or d (the empty string when left out) if x is null or undefined. Falsy values are kept.",
    call(context: Context, ...args: Value[]): Value {
      if (args.length === 1 || args.length === 2) {
        return args[0] === undefined || args[0] === null ? (args.length === 2 ? args[1] : "") : args[0];
      }
      context.report("default() expects 1 or 2 args");
      return undefined;
    },
  },
];
