/**
 * Text of lists and dictionaries (pub-language.md §4.8). Two ways to the same text: a fast recursive one for what is
 * nested as pages nest it, and one with its own stack for what is nested deeper or contains itself.
 */
import { formatFloat } from "./numbers.js";
import { jsonQuote } from "./quoting.js";
import { Dict, Float, Func, List, Regex, type Table, UInt, type Value } from "./types.js";

type Container = List | Dict;

/** What identifies a container: copies that share their content are the same for the search of cycles. */
type Identity = Value[] | Table;

/** Nesting up to which the recursive way is taken. */
const RECURSION_LIMIT = 100;

/** From this magnitude on integers are written in quotes. */
const QUOTED_INTEGER = 2 ** 52;

/**
 * Plain form of a container. `sorted` writes the keys of all dictionaries in byte order. A container inside of itself
 * is written as `null`; `onCycle` is then called once.
 */
export function containerText(container: Container, utf8Json: boolean, sorted: boolean, onCycle?: () => void): string {
  return nestedText(container, utf8Json, sorted, 0) ?? deepText(container, utf8Json, sorted, onCycle);
}

/** Quoted form of what is not a container (§4.8); `undefined` for containers. */
export function quotedElement(v: Value, utf8Json: boolean): string | undefined {
  if (typeof v === "string") return jsonQuote(v, utf8Json);
  if (typeof v === "number") return Number.isInteger(v) ? quotedInteger(v) : formatFloat(v);
  if (v === undefined || v === null) return "null";
  if (typeof v === "boolean") return v ? "true" : "false";
  if (v instanceof List || v instanceof Dict) return undefined;
  if (v instanceof UInt) return quotedInteger(v.value);
  if (v instanceof Float) return formatFloat(v);
  if (v instanceof Regex) return jsonQuote(v.pattern, utf8Json);
  if (v instanceof Func) return jsonQuote(v.text(), utf8Json);
  return quotedInteger(v);
}

/** Whether a container reaches itself from `v`. */
export function hasCycle(v: Value): boolean {
  if (!(v instanceof List || v instanceof Dict)) return false;
  const open = new Set<Identity>();
  const closed = new Set<Identity>();
  const path: { identity: Identity; children: Iterator<Value> }[] = [];
  const enter = (container: Container): void => {
    const identity = identityOf(container);
    open.add(identity);
    path.push({ identity, children: identity.values() });
  };
  enter(v);
  while (path.length > 0) {
    const { identity, children } = path[path.length - 1];
    const next = children.next();
    if (next.done) {
      path.pop();
      open.delete(identity);
      closed.add(identity);
    } else if (next.value instanceof List || next.value instanceof Dict) {
      if (open.has(identityOf(next.value))) return true;
      if (!closed.has(identityOf(next.value))) enter(next.value);
    }
  }
  return false;
}

function quotedInteger(v: number | bigint): string {
  return v < QUOTED_INTEGER && v > -QUOTED_INTEGER ? String(v) : `"${v}"`;
}

function identityOf(container: Container): Identity {
  return container instanceof List ? container.items : container.table;
}

/** The recursive way; `undefined` when the nesting is too deep for it. */
function nestedText(container: Container, utf8Json: boolean, sorted: boolean, depth: number): string | undefined {
  if (depth > RECURSION_LIMIT) return undefined;
  let result = "";
  let separator = "";
  if (container instanceof List) {
    for (const item of container.items) {
      const part = quotedElement(item, utf8Json) ?? nestedText(item as Container, utf8Json, sorted, depth + 1);
      if (part === undefined) return undefined;
      result += separator + part;
      separator = ", ";
    }
    return `[${result}]`;
  }
  for (const [key, value] of entriesOf(container, sorted)) {
    const part = quotedElement(value, utf8Json) ?? nestedText(value as Container, utf8Json, sorted, depth + 1);
    if (part === undefined) return undefined;
    result += `${separator}${jsonQuote(key, utf8Json)} : ${part}`;
    separator = ", ";
  }
  return `{${result}}`;
}

/** A container that is being written. */
interface Frame {
  readonly identity: Identity;
  /** Entries with their keys in front, written as they are. */
  readonly entries: Iterator<readonly [prefix: string, value: Value]>;
  readonly close: string;
  first: boolean;
}

/** The way with its own stack. */
function deepText(container: Container, utf8Json: boolean, sorted: boolean, onCycle?: () => void): string {
  const parts: string[] = [];
  const open = new Set<Identity>();
  const stack: Frame[] = [];
  let cyclic = false;
  const enter = (next: Container): void => {
    const isList = next instanceof List;
    const identity = identityOf(next);
    const entries = isList ? listEntries(next) : dictEntries(next, utf8Json, sorted);
    parts.push(isList ? "[" : "{");
    open.add(identity);
    stack.push({ identity, entries, close: isList ? "]" : "}", first: true });
  };
  enter(container);
  while (stack.length > 0) {
    const frame = stack[stack.length - 1];
    const next = frame.entries.next();
    if (next.done) {
      parts.push(frame.close);
      open.delete(frame.identity);
      stack.pop();
      continue;
    }
    const [prefix, value] = next.value;
    parts.push(frame.first ? prefix : `, ${prefix}`);
    frame.first = false;
    const element = quotedElement(value, utf8Json);
    if (element !== undefined) {
      parts.push(element);
    } else if (open.has(identityOf(value as Container))) {
      cyclic = true;
      parts.push("null");
    } else {
      enter(value as Container);
    }
  }
  if (cyclic) onCycle?.();
  return parts.join("");
}

function* listEntries(list: List): Generator<readonly [string, Value]> {
  for (const item of list.items) yield ["", item];
}

function* dictEntries(dict: Dict, utf8Json: boolean, sorted: boolean): Generator<readonly [string, Value]> {
  for (const [key, value] of entriesOf(dict, sorted)) yield [`${jsonQuote(key, utf8Json)} : `, value];
}

function entriesOf(dict: Dict, sorted: boolean): Iterable<[string, Value]> {
  if (!sorted) return dict.table;
  // Code units are bytes here, so the default order of strings is byte order.
  return [...dict.table].sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0));
}
