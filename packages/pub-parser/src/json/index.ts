// The JSON dialect of the built-in `json2pub` (pub-library.md §4.10): standard JSON, and the number notations and single
// quotes of pub. Free of dependencies and of recursion: it is part of every page's runtime and reads untrusted text.

import { conversionMessage, integerValue } from "../numbers.js";
import { JsonScanner } from "./scanner.js";

/** Makes values of the caller's kind. Strings are byte strings. */
export interface JsonBuilder<Value> {
  null(): Value;
  boolean(value: boolean): Value;
  /** −2^63 … 2^64 − 1. */
  integer(value: bigint): Value;
  float(value: number): Value;
  string(value: string): Value;
  list(items: Value[]): Value;
  /** In the order of the text; of entries with the same key the last one counts. */
  dict(entries: [key: string, value: Value][]): Value;
}

/** `messages` are those of the reference, each `<json>:LINE: TEXT`; there is none for text without a value. */
export type JsonResult<Value> = { ok: true; value: Value } | { ok: false; messages: string[] };

/** A list or dictionary whose end has not been read yet. */
interface Open<Value> {
  readonly items: Value[] | null;
  readonly entries: [string, Value][];
  key: string;
}

/** What may come next. */
type State = "value" | "value or ]" | "key" | "key or }" | "colon" | "comma or ]" | "comma or }" | "end";

/** Parses one value with white space around it. Takes linear time and constant stack. */
export function parseJson<Value>(source: string, build: JsonBuilder<Value>): JsonResult<Value> {
  const scanner = new JsonScanner(source);
  const stack: Open<Value>[] = [];
  let state = "value" as State;
  let result = null as { value: Value } | null;

  const afterValue = (): State => {
    const open = stack[stack.length - 1];
    return open === undefined ? "end" : open.items === null ? "comma or }" : "comma or ]";
  };
  const accept = (value: Value): void => {
    const open = stack[stack.length - 1];
    if (open === undefined) result = { value };
    else if (open.items === null) open.entries.push([open.key, value]);
    else open.items.push(value);
    state = afterValue();
  };
  const enter = (items: Value[] | null, next: State): void => {
    stack.push({ items, entries: [], key: "" });
    state = next;
  };
  const leave = (): void => {
    const { items, entries } = stack.pop()!;
    accept(items === null ? build.dict(entries) : build.list(items));
  };

  /** Takes one token; returns whether it fits. */
  const take = (kind: string): boolean => {
    switch (state) {
      case "value or ]":
      case "value":
        if (kind === "]" && state === "value or ]") leave();
        else if (kind === "[") enter([], "value or ]");
        else if (kind === "{") enter(null, "key or }");
        else if (kind === "string") accept(build.string(scanner.text));
        else if (kind === "true" || kind === "false") accept(build.boolean(kind === "true"));
        else if (kind === "null") accept(build.null());
        else if (kind === "float") accept(build.float(Number(scanner.text)));
        else if (kind === "integer") accept(build.integer(integer(scanner)));
        else return false;
        return true;
      case "key or }":
      case "key":
        if (kind === "}" && state === "key or }") {
          leave();
        } else {
          if (kind !== "string") return false;
          stack[stack.length - 1].key = scanner.text;
          state = "colon";
        }
        return true;
      case "colon":
        state = "value";
        return kind === ":";
      case "comma or ]":
        if (kind === "]") leave();
        else state = "value";
        return kind === "]" || kind === ",";
      case "comma or }":
        if (kind === "}") leave();
        else state = "key";
        return kind === "}" || kind === ",";
      case "end":
        return false;
    }
  };

  for (let kind = scanner.next(); ; kind = scanner.next()) {
    if (kind === "end") {
      if (state !== "end" && (state !== "value" || stack.length > 0)) scanner.complain("syntax error");
      break;
    }
    if (!take(kind)) {
      scanner.complain("syntax error");
      break;
    }
  }
  const { messages } = scanner;
  return result !== null && messages.length === 0 ? { ok: true, value: result.value } : { ok: false, messages };
}

function integer(scanner: JsonScanner): bigint {
  const value = integerValue(scanner.text);
  if (value === null) scanner.complain(conversionMessage(scanner.text));
  return value ?? 0n;
}
