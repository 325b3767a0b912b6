/**
 * Tables of request parameters: query, form fields, cookies (server specification §4.3 lookups, §4.4 filter, §3.7
 * decoding). Stored as byte strings, read as Unicode texts or numbers.
 */
import { HttpError } from "./errors.js";
import { parseDouble, parseInteger, toInt64, toUint64 } from "./numbers.js";
import { cutAtNul, decodeText, decodeUrl, encodeText, escapeHtml } from "./text.js";

/** How the parameters of a request are taken in. */
export interface ParameterRules {
  /** Bytes of the longest decoded name or value. */
  readonly limit: number;
  /** 1: `get` escapes for HTML; 2: names and values are escaped when they are stored. */
  readonly filter: 0 | 1 | 2;
}

export const UNFILTERED: ParameterRules = { limit: Number.POSITIVE_INFINITY, filter: 0 };

interface Entry {
  readonly name: string;
  /** Null for a name without `=`. */
  readonly value: string | null;
}

export class Parameters {
  private list: Entry[] = [];

  constructor(private readonly rules: ParameterRules = UNFILTERED) {}

  /** Text of the first value, or undefined. Ends before the first NUL; escaped for HTML at filter level 1. */
  get(name: string): string | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const shown = cutAtNul(text);
    return this.rules.filter === 1 ? escapeHtml(shown) : shown;
  }

  /** The first value as it was sent; undefined without one. */
  text(name: string): string | undefined {
    const value = this.first(name);
    return value === undefined ? undefined : decodeText(value);
  }

  /** All values in the order of their arrival. */
  texts(name: string): string[] {
    return this.values(name).map(decodeText);
  }

  /** The bytes of the first value. */
  bytes(name: string): Uint8Array | undefined {
    const value = this.first(name);
    return value === undefined ? undefined : Buffer.from(value, "latin1");
  }

  /** The parameter was sent, with or without a value. */
  has(name: string): boolean {
    const key = encodeText(name);
    return this.list.some((entry) => entry.name === key);
  }

  /** The parameter was sent with a value that is not empty. */
  filled(name: string): boolean {
    return (this.first(name) ?? "") !== "";
  }

  /** The first value as an integer that a number holds exactly; undefined when it is none. */
  integer(name: string): number | undefined {
    const value = this.int64(name);
    const number = Number(value);
    return value !== undefined && Number.isSafeInteger(number) ? number : undefined;
  }

  /** Decimal, `0x…` or octal with leading 0; undefined when the text is none, or not within signed 64 bits. */
  int64(name: string): bigint | undefined {
    return toInt64(parseInteger(this.first(name) ?? ""));
  }

  /** As `int64`, unsigned: a minus sign wraps around, too large numbers are 2^64 − 1. */
  uint64(name: string): bigint | undefined {
    return toUint64(parseInteger(this.first(name) ?? ""));
  }

  /** The values that are integers. */
  int64s(name: string): bigint[] {
    return this.values(name).flatMap((value) => toInt64(parseInteger(value)) ?? []);
  }

  uint64s(name: string): bigint[] {
    return this.values(name).flatMap((value) => toUint64(parseInteger(value)) ?? []);
  }

  double(name: string): number | undefined {
    return parseDouble(this.first(name) ?? "");
  }

  /** As `double`, in single precision. */
  float(name: string): number | undefined {
    const value = this.double(name);
    return value === undefined ? undefined : Math.fround(value);
  }

  /** Whether the first value is an integer other than 0; undefined when it is no integer. */
  boolean(name: string): boolean | undefined {
    const value = parseInteger(this.first(name) ?? "");
    return value === undefined ? undefined : value !== 0n;
  }

  /** Names and values in the order of their arrival; the value of a name without `=` is empty. */
  *[Symbol.iterator](): IterableIterator<[name: string, value: string]> {
    for (const { name, value } of this.list) yield [decodeText(name), decodeText(value ?? "")];
  }

  get size(): number {
    return this.list.length;
  }

  /** Variables for a template: the last value of each name. Values that are not ASCII are given as their bytes. */
  toVariables(): Record<string, string | Uint8Array> {
    const variables: Record<string, string | Uint8Array> = Object.create(null);
    for (const { name, value } of this.list) variables[decodeText(name)] = hostValue(cutAtNul(value ?? ""));
    return variables;
  }

  /** An object for a schema: a text for a name that came once, an array of texts for one that came several times. */
  toObject(): Record<string, string | string[]> {
    const object: Record<string, string | string[]> = Object.create(null);
    for (const [name, value] of this) {
      const known = object[name];
      if (known === undefined) object[name] = value;
      else if (Array.isArray(known)) known.push(value);
      else object[name] = [known, value];
    }
    return object;
  }

  /** Adds a value behind those of the same name. */
  insert(name: string, value: string | number | bigint): void {
    this.list.push({ name: encodeText(name), value: encodeText(String(value)) });
  }

  /** Removes all values of a name; true if there were any. */
  remove(name: string): boolean {
    const key = encodeText(name);
    const before = this.list.length;
    this.list = this.list.filter((entry) => entry.name !== key);
    return this.list.length < before;
  }

  /** Adds a decoded name and value (byte strings). Throws `HttpError` 413 for one that is too long. */
  add(name: string, value: string | null): void {
    const { limit, filter } = this.rules;
    if (name.length > limit || (value ?? "").length > limit) throw new HttpError(413, "parameter too long");
    if (name === "") return;
    if (filter < 2) this.list.push({ name, value });
    else this.list.push({ name: escapeHtml(name), value: value === null ? null : escapeHtml(value) });
  }

  /** Adds all of another table as they are. */
  addAll(other: Parameters): void {
    this.list.push(...other.list);
  }

  private first(name: string): string | undefined {
    const key = encodeText(name);
    return this.list.find((entry) => entry.name === key && entry.value !== null)?.value ?? undefined;
  }

  private values(name: string): string[] {
    const key = encodeText(name);
    return this.list.flatMap((entry) => (entry.name === key && entry.value !== null ? [entry.value] : []));
  }
}

/** Adds the pairs of URL-encoded text (a byte string). */
export function addUrlEncoded(text: string, into: Parameters): void {
  for (const pair of text === "" ? [] : text.split("&")) addPair(pair, into);
}

/** Adds the pairs of a `Cookie` header (a byte string). */
export function addCookies(header: string, into: Parameters): void {
  for (const pair of header.split(";")) addPair(pair.replace(/^[ \t]+/, ""), into);
}

function addPair(pair: string, into: Parameters): void {
  const equals = pair.indexOf("=");
  const name = decodeUrl(equals < 0 ? pair : pair.slice(0, equals));
  into.add(name, equals < 0 ? null : decodeUrl(pair.slice(equals + 1)));
}

function hostValue(bytes: string): string | Uint8Array {
  return /[^\0-\x7f]/.test(bytes) ? Buffer.from(bytes, "latin1") : bytes;
}
