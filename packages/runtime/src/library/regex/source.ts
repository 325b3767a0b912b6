/**
 * The pattern text while it is parsed: position, options in force, and what is known of its groups so far.
 */
import type { SetMode } from "./character-set.js";
import { PatternError, type PatternMessage } from "./messages.js";
import { codeAt, utf8Width } from "./unicode.js";

/** Options that a pattern can change on its way, `(?i)`. */
export interface Options {
  caseless: boolean;
  multiLine: boolean;
  dotAll: boolean;
  extended: boolean;
  ungreedy: boolean;
  extra: boolean;
  duplicateNames: boolean;
}

/** Options of the whole pattern. */
export interface Modes {
  utf: boolean;
  /** Classes follow Unicode properties, `(*UCP)`. */
  ucp: boolean;
  /** `\R` is CR, LF or CRLF only, `(*BSR_ANYCRLF)`. */
  asciiNewlines: boolean;
}

/** Numbers beyond this are "too big". */
const NUMBER_LIMIT = 214748363;

export class PatternSource {
  at = 0;
  /** Inside `\Q…\E`. */
  quoting = false;
  /** Capturing groups opened so far. */
  groupCount = 0;

  constructor(
    readonly text: string,
    public options: Options,
    readonly modes: Modes,
  ) {}

  /** The byte at a distance from the position; "" behind the end. */
  peek(distance = 0): string {
    return this.text.charAt(this.at + distance);
  }

  startsWith(text: string): boolean {
    return this.text.startsWith(text, this.at);
  }

  /** Takes one character: a byte, or a code point in UTF mode. */
  takeCode(): number {
    const lead = this.text.charCodeAt(this.at);
    if (!this.modes.utf) {
      this.at++;
      return lead;
    }
    const code = codeAt(this.text, this.at);
    this.at += utf8Width(lead);
    return code;
  }

  /** Takes decimal digits; fails at the end of them when the number is too big. */
  takeNumber(): number {
    let value = 0;
    while (isDigit(this.peek())) {
      if (value > NUMBER_LIMIT) {
        while (isDigit(this.peek())) this.at++;
        this.fail("numberTooBig");
      }
      value = value * 10 + Number(this.text[this.at++]);
    }
    return value;
  }

  /** Takes word characters. */
  takeName(): string {
    const start = this.at;
    while (isWord(this.peek())) this.at++;
    return this.text.slice(start, this.at);
  }

  fail(reason: PatternMessage, offset = this.at): never {
    throw new PatternError(reason, offset);
  }

  get setMode(): SetMode {
    return { utf: this.modes.utf, caseless: this.options.caseless };
  }
}

export function isDigit(byte: string): boolean {
  return byte >= "0" && byte <= "9" && byte !== "";
}

export function isLetter(byte: string): boolean {
  return (byte >= "a" && byte <= "z") || (byte >= "A" && byte <= "Z");
}

export function isWord(byte: string): boolean {
  return isLetter(byte) || isDigit(byte) || byte === "_";
}

/** Whether the text at an offset (behind `{`) completes a counted quantifier: `2}`, `2,}`, `2,3}`. */
export function isCounted(text: string, at: number): boolean {
  counted.lastIndex = at;
  return counted.test(text);
}

const counted = /\d+(?:,\d*)?\}/y;
