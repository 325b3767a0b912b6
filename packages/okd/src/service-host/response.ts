// The answer to one HTTP request: a whole body at once, or a stream. Texts are byte strings.

import type { Socket } from "node:net";
import type { LogFacts, ResponseHead } from "pub-runtime/service";
import { PHRASES } from "pub-runtime/service";
import type { Request } from "./request.js";

/** Header fields; several values make several lines. */
export type ResponseHeaders = Record<string, string | number | string[] | undefined>;

/** What a response needs from its connection. */
export interface ResponseSink {
  readonly socket: Socket;
  /** Value of the `Server` header. */
  readonly server: string;
  /** False: the connection ends after this response. */
  mayKeepAlive(): boolean;
  /** Everything is written. */
  done(response: Response): void;
}

const NO_BODY_STATUS = new Set([204, 304]);

/** Bodies up to this size (bytes) are joined with the head into one write. */
const JOIN_LIMIT = 64 * 1024;

const UNSAFE_FIELD = /[^\t\x20-\x7e\x80-\xff]/;

export class Response {
  status = 0;
  /** What the service adds to the log. */
  facts: LogFacts = {};
  /** Bytes of the body as written, with chunk marks. */
  bodyLength = 0;
  /** The connection stays open after this response. */
  keepAlive = false;
  readonly #request: Request;
  readonly #sink: ResponseSink;
  #state: "open" | "streaming" | "done" | "gone" = "open";
  #isChunked = false;
  readonly #closeListeners: (() => void)[] = [];

  constructor(request: Request, sink: ResponseSink) {
    this.#request = request;
    this.#sink = sink;
  }

  /** Nothing has been sent yet. */
  get isUnsent(): boolean {
    return this.#state === "open";
  }

  /** The client went away before the end. */
  get isGone(): boolean {
    return this.#state === "gone";
  }

  get isDone(): boolean {
    return this.#state === "done";
  }

  /** The connection may be kept after this response. */
  get canKeepAlive(): boolean {
    return this.#request.head.keepAlive && this.#sink.mayKeepAlive();
  }

  /** Sends a whole response. */
  send(status: number, headers: ResponseHeaders, body: Uint8Array | string): void {
    if (this.#state !== "open") return;
    const withoutBody = NO_BODY_STATUS.has(status);
    const head = this.#head(status, headers, withoutBody ? "" : `Content-Length: ${body.length}\r\n`);
    this.#sendWhole(head, withoutBody ? "" : body);
  }

  /** Sends a whole response with a complete head. */
  sendComplete(head: ResponseHead, body: Uint8Array): void {
    if (this.#state === "open") this.#sendWhole(this.#completeHead(head), head.framing === "none" ? "" : body);
  }

  /** Begins a response whose body follows in pieces; without `Content-Length` its length is left open. */
  begin(status: number, headers: ResponseHeaders): void {
    if (this.#state !== "open") return;
    const hasLength = Object.keys(headers).some((name) => name.toLowerCase() === "content-length");
    this.#isChunked = !hasLength && this.#request.head.minorVersion === 1;
    const isDelimitedByClose = !hasLength && !this.#isChunked;
    this.#beginStream(
      this.#head(status, headers, this.#isChunked ? "Transfer-Encoding: chunked\r\n" : "", isDelimitedByClose),
    );
  }

  /** Begins a response with a complete head; its body follows in pieces. */
  beginComplete(head: ResponseHead): void {
    if (this.#state !== "open") return;
    this.#isChunked = head.framing === "chunked";
    this.#beginStream(this.#completeHead(head));
  }

  /** Adds a piece of the body. False: wait for `drained` before the next one. */
  write(piece: Uint8Array | string): boolean {
    if (this.#state !== "streaming" || piece.length === 0) return this.#state === "streaming";
    if (this.#request.method === "HEAD") return true;
    const { socket } = this.#sink;
    if (!this.#isChunked) {
      this.bodyLength += piece.length;
      return typeof piece === "string" ? socket.write(piece, "latin1") : socket.write(piece);
    }
    const mark = `${piece.length.toString(16)}\r\n`;
    this.bodyLength += mark.length + piece.length + 2;
    socket.cork();
    socket.write(mark, "latin1");
    if (typeof piece === "string") socket.write(piece, "latin1");
    else socket.write(piece);
    const isFree = socket.write("\r\n", "latin1");
    socket.uncork();
    return isFree;
  }

  /** Resolves when the client has taken enough for the next piece, or is gone. */
  async drained(): Promise<void> {
    const { socket } = this.#sink;
    if (this.#state !== "streaming" || (!socket.writableNeedDrain && !socket.destroyed)) return;
    await new Promise<void>((resolve) => {
      socket.once("drain", resolve);
      this.onClose(resolve);
    });
  }

  /** Ends a response that was begun. */
  end(): void {
    if (this.#state !== "streaming") return;
    if (this.#isChunked && this.#request.method !== "HEAD") {
      this.#sink.socket.write("0\r\n\r\n", "latin1");
      this.bodyLength += 5;
    }
    this.#finish();
  }

  /** Gives the response up in the middle: the client sees a broken connection. */
  destroy(): void {
    if (this.#state === "open" || this.#state === "streaming") this.#sink.socket.destroy();
  }

  /** `listener` is called when the response is over, whole or not. */
  onClose(listener: () => void): void {
    if (this.#state === "done" || this.#state === "gone") listener();
    else this.#closeListeners.push(listener);
  }

  /** For the connection: the client is gone. */
  abort(): void {
    if (this.#state === "done" || this.#state === "gone") return;
    this.#state = "gone";
    this.#notify();
  }

  #sendWhole(head: string, body: Uint8Array | string): void {
    const { socket } = this.#sink;
    this.bodyLength = body.length;
    if (body.length === 0 || this.#request.method === "HEAD") {
      socket.write(head, "latin1");
    } else if (typeof body === "string") {
      socket.write(head + body, "latin1");
    } else if (body.length <= JOIN_LIMIT) {
      const bytes = Buffer.allocUnsafe(head.length + body.length);
      bytes.write(head, "latin1");
      bytes.set(body, head.length);
      socket.write(bytes);
    } else {
      socket.setNoDelay(true);
      socket.write(head, "latin1");
      socket.write(body);
    }
    this.#finish();
  }

  #beginStream(head: string): void {
    this.#state = "streaming";
    this.#sink.socket.setNoDelay(true);
    this.#sink.socket.write(head, "latin1");
  }

  #finish(): void {
    this.#state = "done";
    this.#notify();
    this.#sink.done(this);
  }

  #notify(): void {
    for (const listener of this.#closeListeners.splice(0)) listener();
  }

  #head(status: number, headers: ResponseHeaders, lengthLine: string, closes = false): string {
    this.status = status;
    const { head } = this.#request;
    this.keepAlive = this.canKeepAlive && !closes;
    let text = `${this.#statusLine(status)}Date: ${httpDate()}\r\n`;
    for (const name in headers) {
      const value = headers[name];
      if (value === undefined) continue;
      if (Array.isArray(value)) for (const each of value) text += field(name, each);
      else text += field(name, value);
    }
    text += `Server: ${this.#sink.server}\r\n`;
    if (!this.keepAlive) text += "Connection: close\r\n";
    else if (head.minorVersion === 0) text += "Connection: keep-alive\r\n";
    return `${text}${lengthLine}\r\n`;
  }

  #completeHead({ status, fields, keepAlive }: ResponseHead): string {
    this.status = status;
    this.keepAlive = keepAlive;
    let text = this.#statusLine(status);
    for (const [name, value] of fields) text += field(name, value);
    return `${text}\r\n`;
  }

  #statusLine(status: number): string {
    return `HTTP/1.${this.#request.head.minorVersion} ${status} ${PHRASES[status] ?? ""}\r\n`;
  }
}

/** A header line; one that would break the head is left out (server specification §3.9). */
function field(name: string, value: string | number): string {
  if (typeof value === "string" && UNSAFE_FIELD.test(value)) return "";
  return `${name}: ${value}\r\n`;
}

let dateSecond = 0;
let dateText = "";

/** The time of now for a `Date` header. */
function httpDate(): string {
  const now = Date.now();
  if (now - dateSecond >= 1000) {
    dateSecond = now - (now % 1000);
    dateText = new Date(now).toUTCString();
  }
  return dateText;
}
