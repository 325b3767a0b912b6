/**
 * JSON in (pub-library.md §4.10): `json2pub`. The text form of lists and dictionaries is the way out.
 */
import { type JsonBuilder, parseJson } from "pub-parser/json";
import { integerLiteral, makeFloat } from "../values/index.js";
import { Dict, List, type Table, type Value } from "../values/types.js";
import type { BuiltinDefinition, CallContext } from "./builtin.js";

/** Makes pub values of what the parser reads; `newTable` decides the order of dictionaries. */
export function valueBuilder(newTable: () => Table): JsonBuilder<Value> {
  return {
    null: () => null,
    boolean: (value) => value,
    integer: integerLiteral,
    float: (value) => makeFloat(value),
    string: (value) => value,
    list: (items) => new List(items),
    dict(entries) {
      const table = newTable();
      for (const [key, value] of entries) table.set(key, value);
      return new Dict(table);
    },
  };
}

export const jsonFunctions: BuiltinDefinition[] = [
  {
    name: "json2pub",
    pattern: "s|b",
    parameters: ["text", "verbose"],
    documentation:
      "The value that a JSON text stands for; nothing when it is wrong. With verbose the mistakes are reported.",
    call(context: CallContext, s: string, verbose = false): Value {
      const result = parseJson(s, valueBuilder(context.run.newTable));
      if (verbose && (!result.ok || result.value === null)) {
        const messages = result.ok ? [] : result.messages;
        context.report(`Invalid JSON: ${[s, ...messages].map((line) => `${line}\n`).join("")}`);
      }
      return result.ok ? result.value : undefined;
    },
  },
];
