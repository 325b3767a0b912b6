// Takes the requests on a connection apart, one after the other: bytes of the next one stay untouched, since they may
// belong to another service.

import { emptyLinesLength, type HeadResult, parseHead, type RequestHead } from "../http/request-head.js";

/** What the bytes at hand are. */
export type Framing =
  /** A complete head begins; the bytes up to `length` are the head. */
  | { kind: "head"; head: RequestHead; length: number }
  /** Body bytes of the current request, `length` of them; `pieces` is what they say when decoded. */
  | { kind: "body"; length: number; pieces: Buffer[] }
  /** Not enough bytes to tell; come back with more. */
  | { kind: "more" }
  | { kind: "refused"; status: number; requestLine: string };

const NO_BYTES = Buffer.alloc(0);

export class RequestFramer {
  /** Bytes of the body still to come; -1: chunked, see `#chunks`. */
  #bodyLeft = 0;
  #chunks = new ChunkScanner();
  /** The previous head: clients on kept connections repeat themselves, and comparing is ten times faster than parsing. */
  #knownBytes: Buffer = NO_BYTES;
  #knownHead: RequestHead | null = null;

  /** True between two requests: the next bytes are a head. */
  get atBoundary(): boolean {
    return this.#bodyLeft === 0;
  }

  /** Looks at `bytes`, which begin where the last frame ended. After `head` and `body` the framer has moved on. */
  next(bytes: Buffer): Framing {
    if (this.#bodyLeft > 0) {
      const length = Math.min(this.#bodyLeft, bytes.length);
      this.#bodyLeft -= length;
      return { kind: "body", length, pieces: [bytes.subarray(0, length)] };
    }
    if (this.#bodyLeft < 0) {
      const pieces: Buffer[] = [];
      const length = this.#chunks.scan(bytes, pieces);
      if (length === -1) return { kind: "refused", status: 400, requestLine: "" };
      if (this.#chunks.done) this.#bodyLeft = 0;
      return { kind: "body", length, pieces };
    }
    if (this.#knownHead && bytes.equals(this.#knownBytes)) {
      return { kind: "head", head: this.#knownHead, length: bytes.length };
    }
    return this.#parse(bytes);
  }

  #parse(bytes: Buffer): Framing {
    if (bytes.length === 0) return { kind: "more" };
    const empty = bytes[0] === 13 ? emptyLinesLength(bytes) : 0;
    const rest = empty === 0 ? bytes : bytes.subarray(empty);
    if (rest.length === 0 || (rest.length === 1 && rest[0] === 13)) return { kind: "more" };
    const result: HeadResult = parseHead(rest);
    if (result.kind === "incomplete") return { kind: "more" };
    if (result.kind === "refused") return result;
    const { head } = result;
    this.#bodyLeft = head.bodyLength;
    if (head.bodyLength === -1) this.#chunks = new ChunkScanner();
    const length = empty + head.length;
    if (length === bytes.length && head.bodyLength === 0) {
      this.#knownBytes = Buffer.from(bytes);
      this.#knownHead = head;
    }
    return { kind: "head", head, length };
  }
}

const ChunkState = {
  size: 0,
  sizeLineFeed: 1,
  data: 2,
  dataReturn: 3,
  dataLineFeed: 4,
  trailerStart: 5,
  trailer: 6,
  trailerLineFeed: 7,
  lastLineFeed: 8,
  done: 9,
} as const;
type ChunkState = (typeof ChunkState)[keyof typeof ChunkState];

/** Bytes of one chunk-size line with its extensions, and of all trailers. */
const CHUNK_LINE_LIMIT = 1024;
const TRAILER_LIMIT = 8 * 1024;

/** Decodes a chunked body (RFC 9112 §7.1). */
class ChunkScanner {
  #state: ChunkState = ChunkState.size;
  #line = "";
  #left = 0;
  #trailerLength = 0;

  get done(): boolean {
    return this.#state === ChunkState.done;
  }

  /** Number of bytes that belong to the body, or -1 if it is malformed; adds the data in them to `pieces`. */
  scan(bytes: Buffer, pieces: Buffer[]): number {
    let position = 0;
    while (position < bytes.length && this.#state !== ChunkState.done) {
      if (this.#state === ChunkState.data) {
        const length = Math.min(this.#left, bytes.length - position);
        pieces.push(bytes.subarray(position, position + length));
        position += length;
        this.#left -= length;
        if (this.#left === 0) this.#state = ChunkState.dataReturn;
      } else if (!this.#step(bytes[position++])) {
        return -1;
      }
    }
    return position;
  }

  #step(byte: number): boolean {
    switch (this.#state) {
      case ChunkState.size:
        if (byte !== 13) {
          this.#line += String.fromCharCode(byte);
          return byte !== 10 && this.#line.length <= CHUNK_LINE_LIMIT;
        }
        this.#state = ChunkState.sizeLineFeed;
        return true;
      case ChunkState.sizeLineFeed:
        return byte === 10 && this.#beginChunk();
      case ChunkState.dataReturn:
        this.#state = ChunkState.dataLineFeed;
        return byte === 13;
      case ChunkState.dataLineFeed:
        this.#state = ChunkState.size;
        return byte === 10;
      case ChunkState.trailerStart:
        this.#state = byte === 13 ? ChunkState.lastLineFeed : ChunkState.trailer;
        return byte !== 10;
      case ChunkState.trailer:
        if (byte === 13) this.#state = ChunkState.trailerLineFeed;
        return byte !== 10 && ++this.#trailerLength <= TRAILER_LIMIT;
      case ChunkState.trailerLineFeed:
        this.#state = ChunkState.trailerStart;
        return byte === 10;
      case ChunkState.lastLineFeed:
        this.#state = ChunkState.done;
        return byte === 10;
      default:
        return false;
    }
  }

  #beginChunk(): boolean {
    const size = /^([0-9A-Fa-f]{1,12})(?:[ \t]*;.*)?$/.exec(this.#line);
    if (!size) return false;
    this.#line = "";
    this.#left = Number.parseInt(size[1], 16);
    this.#state = this.#left === 0 ? ChunkState.trailerStart : ChunkState.data;
    return true;
  }
}
