/**
 * Functions that report and that tell where the page is: `warn`, `warn_trace`, `logwarn`, `eval_location`,
 * `breadcrumb`, `stacktrace`, `enable_wss` (pub-library.md §4.13, §4.14).
 */
import type { Context } from "../scope/context.js";
import { Dict, List, type Value } from "../values/types.js";
import type { BuiltinDefinition } from "./builtin.js";

export const diagnosticFunctions: BuiltinDefinition[] = [
  {
    name: "warn",
    pattern: "s",
    parameters: ["message"],
    documentation: "Reports the message as a run-time error: in the log and, where the options say so, in the page.",
    call(context: Context, message: string): Value {
      context.report(message);
      return null;
    },
  },
  {
    name: "warn_trace",
    pattern: "s",
    parameters: ["message"],
    documentation: "Like warn, with a line for each outer frame of the call stack.",
    call(context: Context, message: string): Value {
      context.emit("eval", message, true);
      return null;
    },
  },
  {
    name: "logwarn",
    pattern: "s|b",
    parameters: ["text", "prefix"],
    documentation:
      "Writes each line of the text that is not blank to the error log only; without the usual prefix when prefix is false.",
    call(context: Context, message: string, prefix = true): Value {
      const { run } = context;
      for (const line of message.split("\n")) {
        if (/[^ \t\n\v\f\r]/.test(line)) run.log(prefix ? `${run.programName}[logwarn]: ${line}` : line);
      }
      return null;
    },
  },
  {
    name: "enable_wss",
    pattern: "b",
    parameters: ["on"],
    documentation: "Switches white-space stripping of literal page text on or off; returns the previous state.",
    call: (context: Context, on: boolean): Value => context.output.enableStripping(on),
  },
  {
    name: "eval_location",
    pattern: "",
    parameters: [],
    documentation: "Where the page is: a dictionary with lineno, filename and, inside a function, its name.",
    call(context: Context): Value {
      const { frame, run } = context;
      const table = run.newTable();
      table.set("lineno", frame.line);
      if (frame.functionName !== null) table.set("function", frame.functionName);
      table.set("filename", frame.file?.jailed ?? null);
      return new Dict(table);
    },
  },
  {
    name: "breadcrumb",
    pattern: "",
    parameters: [],
    documentation: "Where the page is, as FILE:LINE.",
    call: (context: Context): Value => `${context.frame.file?.jailed}:${context.frame.line}`,
  },
  {
    name: "stacktrace",
    pattern: "",
    parameters: [],
    documentation: "The call stack from the outermost frame: a list of dictionaries with filename, line and function.",
    call(context: Context): Value {
      return new List(
        context.frames.map((frame) => {
          const table = context.run.newTable();
          table.set("filename", frame.file?.jailed ?? null);
          table.set("line", frame.line);
          table.set("function", frame.functionName);
          return new Dict(table);
        }),
      );
    },
  },
];
