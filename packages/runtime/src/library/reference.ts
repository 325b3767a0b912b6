/**
 * The reference of the function library, generated from the table of built-ins that also drives their calls,
 * `documentation()` and the checker.
 */
import type { BuiltinDefinition } from "./builtin.js";

/** The text of `docs/library.md` (Markdown). `definitions` are all built-ins; throws when a group names another one. */
export function libraryReference(definitions: readonly BuiltinDefinition[]): string {
  const byName = new Map(definitions.map((definition) => [definition.name, definition]));
  const section = ({ title, names }: Group): string => {
    const rows = names.map((name) => {
      const definition = byName.get(name);
      if (definition === undefined) throw new Error(`There is no function ${name} in the library`);
      return row(definition);
    });
    return [`## ${title}\n`, "| Function | |", "|---|---|", ...rows, ""].join("\n");
  };
  return [introduction(definitions.length), ...libraryGroups.map(section)].join("\n");
}

interface Group {
  readonly title: string;
  readonly names: readonly string[];
}

/** All functions by subject, in the order of the reference. */
export const libraryGroups: readonly Group[] = [
  {
    title: "Types and conversion",
    names: ["type", "isnull", "default", "str", "int", "uint", "len", "copy", "list"],
  },
  {
    title: "Text",
    names: ["toupper", "tolower", "strip", "wss_filter", "substr", "index_of", "join", "utf8_fix"],
  },
  {
    title: "Escaping",
    names: ["html_escape", "hidden_escape", "tag_escape", "json_escape", "js_escape", "url_escape", "url_unescape"],
  },
  { title: "Regular expressions", names: ["match", "search", "split", "split2", "replace"] },
  {
    title: "Numbers",
    names: [
      "round",
      "ceil",
      "floor",
      "sqrt",
      "pow",
      "exp",
      "log",
      "sin",
      "cos",
      "tan",
      "asin",
      "acos",
      "atan",
      "atan2",
      "cmp_float",
      "format_int",
      "format_float",
    ],
  },
  {
    title: "Bits",
    names: ["bitwise_and", "bitwise_or", "bitwise_xor", "bitwise_leftshift", "bitwise_rightshift"],
  },
  { title: "Random", names: ["rand", "randsel", "shuffle"] },
  {
    title: "Lists",
    names: [
      "range",
      "append",
      "pop_front",
      "reverse",
      "splice",
      "slice",
      "sort",
      "cmp",
      "contains",
      "enumerate",
      "decorate",
      "reserve",
    ],
  },
  { title: "Dictionaries", names: ["keys", "values", "items", "remove", "map"] },
  { title: "Decoding", names: ["json2pub", "cgi2pub", "sha1"] },
  {
    title: "Date and time",
    names: ["now", "days_from_now", "time_from_now", "time_format", "localtime", "localtime_raw", "mktime", "strptime"],
  },
  { title: "Variables by name", names: ["lookup", "bind", "unbind", "import", "dump_env"] },
  { title: "Files", names: ["raw", "stat_file"] },
  { title: "Waiting and working side by side", names: ["sleep", "shotgun", "fork"] },
  {
    title: "Messages and places",
    names: ["warn", "warn_trace", "logwarn", "eval_location", "breadcrumb", "stacktrace", "internal_dump"],
  },
  {
    title: "The page and the library",
    names: ["enable_wss", "documentation", "version_str", "version_int", "okws_version_str", "okws_version_int"],
  },
];

/** What a letter of an argument pattern accepts (pub-library.md §2.3). */
const argumentTypes: Readonly<Record<string, { type: string; accepts: string; message: string }>> = {
  O: { type: "any", accepts: "everything", message: "" },
  s: { type: "str", accepts: "everything, as its text; `null` is the empty string", message: "expected a string" },
  i: {
    type: "int",
    accepts: "integers, booleans, floats (truncated), strings that are a whole integer literal",
    message: "expected an integer",
  },
  u: {
    type: "uint",
    accepts: "the same; negative numbers wrap around modulo 2^64",
    message: "expected an unsigned int",
  },
  f: { type: "float", accepts: "floats and what is an integer", message: "expected a double (or int)" },
  b: { type: "bool", accepts: "everything, by its truth", message: "" },
  l: { type: "list", accepts: "lists", message: "expected a list" },
  d: { type: "dict", accepts: "dictionaries", message: "expected a dict" },
  r: {
    type: "regex",
    accepts: "regexes, and strings that are compiled as one",
    message: "expected a regex",
  },
  F: { type: "function", accepts: "functions, also built-in ones", message: "expected a lambda or built-in" },
};

/** Functions that check their arguments themselves: the forms of the optional ones, and what they report. */
const ownChecks: Readonly<Record<string, { optional?: readonly string[]; reports: readonly string[] }>> = {
  append: { reports: ["append() takes 2 or more arguments", "first argument to append() must be a list"] },
  bind: { reports: ["bad scope specifier given: 'X'"] },
  bitwise_and: {
    reports: ["bitwise_and() takes 2 or more arguments", "argument N to bitwise_and() is not a positive int"],
  },
  bitwise_or: {
    reports: ["bitwise_or() takes 2 or more arguments", "argument N to bitwise_or() is not a positive int"],
  },
  default: { optional: ["d"], reports: ["default() expects 1 or 2 args"] },
  isnull: { reports: ["isnull() takes 1 argument"] },
  len: { reports: ["object doesn't support the len() call"] },
  localtime: { reports: ["cannot convert 'T' to time"] },
  localtime_raw: { reports: ["cannot convert 'T' to time"] },
  lookup: {
    optional: ["scope"],
    reports: ["lookup() takes 1 or 2 arguments", "cannot resolve key to lookup()", "bad scope specifier given: 'X'"],
  },
  match: { reports: ["cannot parse regular expression"] },
  pop_front: {
    reports: [
      "pop_front() takes one argument",
      "first argument to pop_front() must be non-null",
      "first argument to pop_front() must be a list",
    ],
  },
  rand: { reports: ["range for random must be greater than 0 (got D)"] },
  raw: {
    reports: ["raw(**) takes 1 argument: a file name", "cannot call stat_file() on null", "failed to pub file 'NAME'"],
  },
  reverse: { reports: ["reverse() takes 1 argument", "argument to reverse() must be a list"] },
  search: { reports: ["cannot parse regular expression"] },
  shotgun: { reports: ["expected a list of lambdas, but arg N is not of proper type"] },
  shuffle: { reports: ["shuffle() takes 1 argument", "argument to shuffle() must be a list"] },
  splice: {
    reports: [
      "splice() takes 3 or more arguments",
      "first argument to splice() must be a list",
      "second argument to splice() must be an int",
      "third argument to splice() must be an int",
    ],
  },
  stat_file: { reports: ["stat_file() takes 1 argument: a file name", "cannot call stat_file() on null"] },
  time_format: {
    reports: ["bad time format given", "format 'FMT' failed", "cannot convert 'T' to time"],
  },
  unbind: { reports: ["bad scope specifier given: 'X'"] },
};

function introduction(count: number): string {
  const types = Object.values(argumentTypes).map(
    ({ type, accepts, message }) => `| \`${type}\` | ${accepts} | ${message === "" ? "" : `\`${message}\``} |`,
  );
  return `# The function library

<!-- Generated from packages/runtime/src/library; to update it: npx vitest run packages/runtime/src/library -u -->

The ${count} functions of the library \`rfn3\`. Each has a variable of its name and is an entry of the dictionary \`rfn3\`. The names are not
reserved: \`len = 5\` hides \`len\` for the rest of the page, \`rfn3.len\` stays. \`documentation(len)\` gives the text that stands here.

Every function can be the end of a pipe: \`x | f(a, b)\` is \`f(x, a, b)\`. A \`?\` marks arguments that may be left out. Functions written with
\`(* … *)\` wait: the page waits with them.

What an argument accepts, and what is reported if it gets something else, as \`NAME: argument N: …\`:

| Type | Accepts | Message |
|---|---|---|
${types.join("\n")}

With too few or too many arguments the message is \`NAME: wrong number of arguments: expected 1 to 2, got 3\`. A call with such a mistake
yields undefined, and the page goes on. What a function reports besides stands with it.
`;
}

function row(definition: BuiltinDefinition): string {
  const reports = (ownChecks[definition.name]?.reports ?? []).map((text) => `\`${text}\``);
  const errors = reports.length === 0 ? "" : ` <br>Reports: ${reports.join("; ")}`;
  return `| \`${signature(definition)}\` | ${cell(definition.documentation)}${errors} |`;
}

function signature({ name, pattern, parameters, blocking }: BuiltinDefinition): string {
  const optional = ownChecks[name]?.optional ?? [];
  const [required] = (pattern ?? "").split("|");
  const letters = pattern?.replace("|", "");
  const list = parameters.map((parameter, index) => {
    if (letters === undefined) return optional.includes(parameter) ? `${parameter}?` : parameter;
    return `${parameter}${index < required.length ? "" : "?"}: ${argumentTypes[letters[index]].type}`;
  });
  return blocking ? `${name}(* ${list.join(", ")} *)` : `${name}(${list.join(", ")})`;
}

/** Text that may stand in a cell of a table, without HTML. */
function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
