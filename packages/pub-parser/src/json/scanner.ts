// Tokens of the JSON dialect, and the messages about what is none.

import { readUnicodeEscape } from "../utf8.js";

/** `"end"` at the end of the text, and after everything that cannot be read. */
export type JsonToken =
  | "["
  | "]"
  | "{"
  | "}"
  | ":"
  | ","
  | "true"
  | "false"
  | "null"
  | "string"
  | "integer"
  | "float"
  | "end";

const space = /[ \t\r\n]*/y;
const punctuation = /[[\]{}:,]|true|false|null/y;
const float = /-?(?:[0-9]*\.[0-9]+(?:[eE][+-]?[0-9]+)?|[0-9]+[eE][+-]?[0-9]+)/y;
const integer = /0x[0-9a-fA-F]+|-?[0-9]+/y;
const plainText = /[^\\"']*/y;

const escapes: Readonly<Record<string, string>> = {
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};

export class JsonScanner {
  /** Content of the last string, digits of the last number. */
  text = "";
  readonly messages: string[] = [];
  private position = 0;
  private ended = false;

  constructor(private readonly source: string) {}

  /** Adds a message about the present place. */
  complain(text: string): void {
    let line = 1;
    const { source } = this;
    for (let at = source.indexOf("\n"); at >= 0 && at < this.position; at = source.indexOf("\n", at + 1)) line++;
    this.messages.push(`<json>:${line}: ${text}`);
  }

  next(): JsonToken {
    if (this.ended) return "end";
    this.position = this.endOf(space);
    const { source, position } = this;
    if (position >= source.length) return this.end();
    const quote = source[position];
    if (quote === '"' || quote === "'") return this.string(quote);
    if (this.matches(punctuation)) return this.text as JsonToken;
    if (this.matches(float)) return "float";
    if (this.matches(integer)) return "integer";
    this.position++;
    const code = source.charCodeAt(position);
    this.complain(`illegal token ('${quote}'=${code < 0x80 ? code : code - 0x100}) in JSON environment`);
    return this.end();
  }

  private end(): "end" {
    this.ended = true;
    return "end";
  }

  private endOf(pattern: RegExp): number {
    pattern.lastIndex = this.position;
    return pattern.test(this.source) ? pattern.lastIndex : this.position;
  }

  private matches(pattern: RegExp): boolean {
    const end = this.endOf(pattern);
    if (end === this.position) return false;
    this.text = this.source.slice(this.position, end);
    this.position = end;
    return true;
  }

  private string(quote: string): JsonToken {
    const { source } = this;
    this.text = "";
    let value = "";
    this.position++;
    for (;;) {
      const start = this.position;
      this.position = this.endOf(plainText);
      value += source.slice(start, this.position);
      const character = source[this.position];
      if (character === undefined) {
        this.complain("EOF on JSON string started on line 0");
        return this.end();
      }
      if (character === quote) {
        this.position++;
        this.text = value;
        return "string";
      }
      if (character !== "\\") {
        value += character;
        this.position++;
        continue;
      }
      const escaped = this.escape(quote);
      if (escaped === null) return this.end();
      value += escaped;
    }
  }

  /** The escape at the present place, or `null` after a complaint. An escaped quote is always a double one. */
  private escape(quote: string): string | null {
    const { source, position } = this;
    const unicode = readUnicodeEscape(source, position);
    if (unicode !== null) {
      this.position = unicode.end;
      return unicode.value;
    }
    const letter = source[position + 1];
    if (letter === undefined) {
      this.position = source.length;
      this.complain("EOF on JSON string started on line 0");
      return null;
    }
    this.position = position + 2;
    if (letter === quote) return '"';
    const value = escapes[letter];
    if (value === undefined) {
      this.complain(`illegal escape sequence in string ('\\${letter}')`);
      return null;
    }
    return value;
  }
}
