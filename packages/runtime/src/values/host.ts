/**
 * Crossing between JavaScript and pub values: what services hand to templates and get back from them.
 * JavaScript strings are Unicode, pub strings are their UTF-8 bytes.
 */
import { areFieldNames, createMapTable, RecordTable, type TableFactory } from "./containers.js";
import {
  floatValue,
  integerLiteral,
  integerOf,
  isFloat,
  MAX_UINT,
  MIN_INT,
  makeFloat,
  makeInt,
  makeUInt,
} from "./numbers.js";
import { text } from "./text.js";
import { Dict, type Fields, Float, Func, List, Regex, UInt, type Value } from "./types.js";

/**
 * The pub value of a JavaScript value.
 *
 * | JavaScript | pub |
 * |---|---|
 * | undefined, null, boolean | null, null, bool |
 * | number | int when integral and within 64 bits, else float |
 * | bigint | int or uint |
 * | string, Uint8Array | str: the UTF-8 bytes, the bytes |
 * | array | list |
 * | Map, plain object | dict (`newTable` makes its table) |
 * | Date | uint: seconds since the epoch |
 * | an instance of a class of `types.ts` | itself |
 *
 * Throws a `TypeError` that names the path to the offending part for anything else, for what contains itself, and for
 * numbers out of range.
 */
export function fromHost(value: unknown, newTable: TableFactory): Value {
  return convert(value, { newTable, ancestors: [], path: [] });
}

/**
 * The JavaScript value of a pub value: int and uint are numbers when safe, else bigints; floats are numbers; text is
 * decoded from UTF-8 (bytes that are not become U+FFFD); a dict is an object without prototype; regexes and functions
 * are their text. Holes are null, and so is a container inside of itself.
 */
export function toHost(v: Value): unknown {
  return v === undefined ? undefined : hostValue(v, new Set());
}

/** The UTF-8 bytes of a Unicode string, as byte string; lone surrogates become U+FFFD. */
export function encodeUtf8(s: string): string {
  return /[^\0-\x7f]/.test(s) ? Buffer.from(s, "utf8").toString("latin1") : s;
}

/** The Unicode string of UTF-8 bytes; invalid bytes become U+FFFD. */
export function decodeUtf8(bytes: string): string {
  return /[^\0-\x7f]/.test(bytes) ? Buffer.from(bytes, "latin1").toString("utf8") : bytes;
}

/** A conversion under way: where it is, and inside of what. */
interface Conversion {
  readonly newTable: TableFactory;
  readonly ancestors: object[];
  readonly path: (string | number)[];
}

function convert(value: unknown, conversion: Conversion): Value {
  switch (typeof value) {
    case "string":
      return encodeUtf8(value);
    case "number":
      return hostNumber(value);
    case "bigint":
      if (value < MIN_INT || value > MAX_UINT) throw refusal(conversion, "does not fit into 64 bits");
      return value < 0n ? makeInt(value) : integerLiteral(value);
    case "boolean":
      return value;
    case "undefined":
      return null;
    case "object":
      return value === null ? null : convertObject(value, conversion);
    default:
      throw refusal(conversion, `is a ${typeof value}, which templates cannot use`);
  }
}

function convertObject(value: object, conversion: Conversion): Value {
  const isArray = Array.isArray(value);
  if (!isArray && Object.getPrototypeOf(value) !== Object.prototype) {
    if (isPubObject(value)) return value;
    if (value instanceof Date) return hostDate(value, conversion);
    if (value instanceof Uint8Array)
      return Buffer.from(value.buffer, value.byteOffset, value.length).toString("latin1");
  }
  if (conversion.ancestors.includes(value)) throw refusal(conversion, "contains itself");
  conversion.ancestors.push(value);
  const result = isArray ? convertArray(value, conversion) : convertEntries(value, conversion);
  conversion.ancestors.pop();
  return result;
}

function convertArray(array: readonly unknown[], conversion: Conversion): List {
  const items: Value[] = [];
  for (let index = 0; index < array.length; index++) items.push(convertPart(array[index], index, conversion));
  const list = new List(items);
  list.pristine = true;
  return list;
}

function convertEntries(value: object, conversion: Conversion): Dict {
  if (!(value instanceof Map) && !isPlain(value)) {
    throw refusal(conversion, `is an object of class ${value.constructor?.name}, which templates cannot use`);
  }
  if (!(value instanceof Map) && conversion.newTable === createMapTable) {
    const keys = Object.keys(value);
    if (areFieldNames(keys)) return convertRecord(value as Record<string, unknown>, keys, conversion);
  }
  const table = conversion.newTable();
  for (const [key, item] of value instanceof Map ? value : Object.entries(value)) {
    const name = String(key);
    table.set(encodeUtf8(name), convertPart(item, name, conversion));
  }
  return new Dict(table);
}

/** An object with few, plain keys: the properties stay properties. */
function convertRecord(value: Record<string, unknown>, keys: readonly string[], conversion: Conversion): Dict {
  const fields: Fields = {};
  for (const key of keys) fields[encodeUtf8(key)] = convertPart(value[key], key, conversion);
  return new Dict(new RecordTable(fields));
}

function convertPart(value: unknown, key: string | number, conversion: Conversion): Value {
  conversion.path.push(key);
  const result = convert(value, conversion);
  conversion.path.pop();
  return result;
}

function refusal(conversion: Conversion, problem: string): TypeError {
  const path = conversion.path.map((key) => (typeof key === "number" ? `[${key}]` : `.${key}`)).join("");
  return new TypeError(`value${path} ${problem}`);
}

function isPubObject(value: object): value is Float | UInt | List | Dict | Regex | Func {
  return (
    value instanceof List ||
    value instanceof Dict ||
    value instanceof UInt ||
    value instanceof Float ||
    value instanceof Regex ||
    value instanceof Func
  );
}

/** Whether the object is a literal, of this realm or another, or without prototype. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function hostNumber(value: number): Value {
  if (Number.isSafeInteger(value)) return value + 0;
  const isInt = Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 63;
  return isInt ? makeInt(BigInt(value)) : makeFloat(value);
}

function hostDate(date: Date, conversion: Conversion): Value {
  const seconds = Math.floor(date.getTime() / 1000);
  if (Number.isNaN(seconds)) throw refusal(conversion, "is an invalid date");
  return makeUInt(seconds);
}

function hostValue(v: Value, ancestors: Set<object>): unknown {
  if (typeof v === "string") return decodeUtf8(v);
  if (v === undefined || v === null) return null;
  if (typeof v === "boolean") return v;
  if (isFloat(v)) return floatValue(v);
  if (v instanceof List || v instanceof Dict) return hostContainer(v, ancestors);
  return integerOf(v) ?? decodeUtf8(text(v));
}

function hostContainer(container: List | Dict, ancestors: Set<object>): unknown {
  const identity = container instanceof List ? container.items : container.table;
  if (ancestors.has(identity)) return null;
  ancestors.add(identity);
  let result: unknown;
  if (container instanceof List) {
    result = Array.from(container.items, (item) => hostValue(item, ancestors));
  } else {
    const object: Record<string, unknown> = Object.create(null);
    for (const [key, item] of container.table) object[decodeUtf8(key)] = hostValue(item, ancestors);
    result = object;
  }
  ancestors.delete(identity);
  return result;
}
