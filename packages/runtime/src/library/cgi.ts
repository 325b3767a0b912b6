/**
 * Query strings (pub-library.md §4.10): `cgi2pub`.
 */
import { copiedTable } from "../values/index.js";
import { Dict, List, type Table, type Value } from "../values/types.js";
import type { BuiltinDefinition, CallContext } from "./builtin.js";
import { htmlEscape, urlDecode } from "./escaping.js";

/**
 * Keys and values of `k=v&k=v…`: each key with the list of its values. With `escaped` both are HTML-escaped. The order
 * of keys is that of a table that was copied once, as in the reference.
 */
export function parseQuery(s: string, newTable: () => Table, escaped: boolean): Table {
  const decode = (start: number, end: number) => {
    const decoded = urlDecode(s, start, end);
    return escaped ? htmlEscape(decoded) : decoded;
  };
  const table = newTable();
  for (let start = 0; start <= s.length; ) {
    const ampersand = s.indexOf("&", start);
    const end = ampersand < 0 ? s.length : ampersand;
    const equals = s.slice(start, end).indexOf("=");
    const key = decode(start, equals < 0 ? end : start + equals);
    if (key !== "") {
      let values = table.get(key);
      if (!(values instanceof List)) {
        values = new List([]);
        table.set(key, values);
      }
      if (equals >= 0) values.items.push(decode(start + equals + 1, end));
    }
    start = end + 1;
  }
  return copiedTable(table);
}

export const cgiFunctions: BuiltinDefinition[] = [
  {
    name: "cgi2pub",
    pattern: "s",
    parameters: ["query"],
    documentation:
      "A dictionary of the keys of a query string, each with the list of its values; nothing when there are no keys. At FilterCGI level 2 keys and values are HTML-escaped.",
    call(context: CallContext, s: string): Value {
      const table = parseQuery(s, context.run.newTable, context.run.filterCgi === 2);
      return table.size > 0 ? new Dict(table) : undefined;
    },
  },
];
