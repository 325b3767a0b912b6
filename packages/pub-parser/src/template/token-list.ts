// The tokens of a file, as columns of numbers: a million of them are no work for the garbage collector. Token objects are
// made when the parser arrives at them.

import { EOF, type TokenType } from "chevrotain";
import { type Payload, Token, vocabulary } from "./tokens.js";

/** Numbers per token: start, end, type with depth, number of the payload (0: none). */
const WIDTH = 4;
const TYPE_BITS = 16;
const TYPE_MASK = (1 << TYPE_BITS) - 1;

const typeByIndex: TokenType[] = [];
for (const type of [...vocabulary, EOF]) typeByIndex[type.tokenTypeIdx!] = type;

export class TokenList {
  /** Number of tokens. */
  length = 0;
  private columns: Int32Array;
  private readonly payloads: Payload[] = [null];

  constructor(readonly source: string) {
    this.columns = new Int32Array(WIDTH * (16 + (source.length >> 3)));
  }

  push(type: TokenType, start: number, end: number, depth: number, payload: Payload): void {
    const at = this.length * WIDTH;
    if (at === this.columns.length) this.grow();
    const { columns } = this;
    columns[at] = start;
    columns[at + 1] = end;
    columns[at + 2] = type.tokenTypeIdx! | (depth << TYPE_BITS);
    columns[at + 3] = payload === null ? 0 : this.payloads.push(payload) - 1;
    this.length++;
  }

  /** Removes the tokens that begin behind an offset. */
  removeAfter(offset: number): void {
    while (this.length > 0 && this.columns[(this.length - 1) * WIDTH] > offset) this.length--;
  }

  /** The token at an index, as a new object each time; undefined outside of the list. */
  at(index: number): Token | undefined {
    if (index < 0 || index >= this.length) return undefined;
    const at = index * WIDTH;
    const { columns } = this;
    const packed = columns[at + 2];
    const type = typeByIndex[packed & TYPE_MASK];
    const payload = this.payloads[columns[at + 3]];
    return new Token(type, this.source, columns[at], columns[at + 1], packed >> TYPE_BITS, index, payload);
  }

  /** The type of the token at an index of the list. */
  typeAt(index: number): TokenType {
    return typeByIndex[this.columns[index * WIDTH + 2] & TYPE_MASK];
  }

  /** The depth of the token at an index of the list. */
  depthAt(index: number): number {
    return this.columns[index * WIDTH + 2] >> TYPE_BITS;
  }

  private grow(): void {
    const columns = new Int32Array(this.columns.length * 2);
    columns.set(this.columns);
    this.columns = columns;
  }
}
