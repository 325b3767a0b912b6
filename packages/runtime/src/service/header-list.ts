/**
 * The header fields of a response in the order of the specification (server specification §3.9), guarded against
 * injection.
 */
import type { Field } from "./host.js";
import { encodeText } from "./text.js";

const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const UNSAFE_VALUE = /[^\t\x20-\x7e\x80-\xff]/;

/** Fields that decide where a response ends: the server sets them itself. */
const RESERVED = new Set(["connection", "content-length", "date", "keep-alive", "transfer-encoding"]);

/** Fields that a service adds. */
export class HeaderList {
  private readonly fields = new Map<string, Field>();

  /**
   * Sets a field; a later one replaces an earlier one of the same name in any case. Names and values that could break
   * the head, and fields that are the server's own, are left out: the result is false then.
   */
  set(name: string, value: string | number): boolean {
    const key = name.toLowerCase();
    const bytes = encodeText(String(value));
    if (!NAME.test(name) || UNSAFE_VALUE.test(bytes) || RESERVED.has(key) || key === "set-cookie") return false;
    this.fields.delete(key);
    this.fields.set(key, [name, bytes]);
    return true;
  }

  get(name: string): string | undefined {
    return this.fields.get(name.toLowerCase())?.[1];
  }

  get size(): number {
    return this.fields.size;
  }

  has(name: string): boolean {
    return this.fields.has(name.toLowerCase());
  }

  delete(name: string): boolean {
    return this.fields.delete(name.toLowerCase());
  }

  /** Adds a word to a field that is a list, unless it is there. */
  addWord(name: string, word: string): void {
    const known = this.get(name);
    const words = known === undefined ? [] : known.split(",").map((part) => part.trim());
    if (words.includes("*") || words.some((other) => other.toLowerCase() === word.toLowerCase())) return;
    this.set(name, [...words, word].join(", "));
  }

  [Symbol.iterator](): IterableIterator<Field> {
    return this.fields.values();
  }
}

/** What the head of a response says, besides what the service adds. */
export interface HeadParts {
  readonly contentType?: string;
  readonly connection?: string;
  readonly cacheControl?: string;
  readonly expires?: string;
  readonly contentDisposition?: string;
  readonly server: string;
  readonly contentEncoding?: string;
  readonly isChunked: boolean;
  readonly location?: string;
  readonly contentLength?: number;
}

/** All fields in order. */
export function headFields(parts: HeadParts, added: HeaderList, cookies: readonly string[]): Field[] {
  const fields: Field[] = [];
  const own = (name: string, value: string | undefined) => {
    if (value === undefined || (added.size > 0 && added.has(name))) return;
    const bytes = encodeText(value);
    if (!UNSAFE_VALUE.test(bytes)) fields.push([name, bytes]);
  };
  own("Date", httpDate());
  own("Content-Type", parts.contentType);
  own("Connection", parts.connection);
  own("Cache-control", parts.cacheControl);
  own("Expires", parts.expires);
  own("Content-Disposition", parts.contentDisposition);
  own("Server", parts.server);
  own("X-OKWS-Version", parts.server);
  own("Content-Encoding", parts.contentEncoding);
  if (parts.isChunked) own("Transfer-Encoding", "chunked");
  own("Location", parts.location);
  for (const field of added) fields.push(field);
  if (parts.contentLength !== undefined) fields.push(["Content-Length", String(parts.contentLength)]);
  for (const cookie of cookies) fields.push(["Set-Cookie", cookie]);
  return fields;
}

let currentSecond = -1;
let currentText = "";

/** A time as HTTP writes it; `time` in epoch milliseconds, default now. */
export function httpDate(time?: number): string {
  if (time !== undefined) return new Date(time).toUTCString();
  const second = Math.floor(Date.now() / 1000);
  if (second !== currentSecond) {
    currentSecond = second;
    currentText = new Date(second * 1000).toUTCString();
  }
  return currentText;
}
