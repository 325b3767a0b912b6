/**
 * What the compiler knows of the function library: the names of the built-ins and those with rules of their own.
 */
import { builtinDefinitions, directBuiltins } from "pub-runtime";

export const builtinNames: ReadonlySet<string> = new Set(builtinDefinitions.map((definition) => definition.name));

/** Built-ins that tell an undefined argument from null (pub-library.md §2.1). */
export const seesUndefined: ReadonlySet<string> = new Set([
  "type",
  "isnull",
  "lookup",
  "pop_front",
  "raw",
  "stat_file",
]);

/** Built-ins that wait. */
export const blockingNames: ReadonlySet<string> = new Set(
  builtinDefinitions.filter((definition) => definition.blocking).map((definition) => definition.name),
);

export { directBuiltins };

/** Built-ins that neither keep nor change their arguments and return a scalar. */
export const readingBuiltins: ReadonlySet<string> = new Set([
  "cmp",
  "contains",
  "format_float",
  "format_int",
  "hidden_escape",
  "html_escape",
  "index_of",
  "int",
  "isnull",
  "join",
  "js_escape",
  "json_escape",
  "len",
  "str",
  "strip",
  "substr",
  "tag_escape",
  "time_format",
  "tolower",
  "toupper",
  "type",
  "uint",
  "url_escape",
]);
