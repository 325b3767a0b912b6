// One client connection in a service process: takes its requests apart, has them answered one after the other, and
// gives the connection back to the dispatcher when the next request belongs to another service or this process is about
// to end. It reads HTTP itself rather than with Node's parser, which reads ahead and could not give bytes back.

import net from "node:net";
import type { RequestHead } from "../http/request-head.js";
import type { HandOver } from "../process/messages.js";
import { detachHandle, type StreamHandle } from "../process/native-handles.js";
import type { Traffic } from "../process/statistics.js";
import { BODY_AHEAD_LIMIT, Request, type RequestOrigin, type RequestSource } from "./request.js";
import { RequestFramer } from "./request-framer.js";
import { Response, type ResponseSink } from "./response.js";

/** What a connection needs to know of its server. */
export interface ConnectionHost {
  /** Value of the `Server` header. */
  readonly server: string;
  /** One buffer for all connections: a read is used up before the next one happens anywhere. */
  readonly readBuffer: Buffer;
  /** True if this service takes the request. */
  accepts(head: RequestHead, port: number): boolean;
  /** Answers the request, now or later. */
  serve(request: Request, response: Response): void;
  /** The response was sent, or its client is gone. */
  answered(connection: ClientConnection, request: Request, response: Response): void;
  /** The bytes are no acceptable request; the connection is closing with `status`. Returns the whole response. */
  refuse(connection: ClientConnection, status: number, requestLine: string): string;
  /** The next request is not for this process; the handle belongs to the receiver. */
  handBack(handle: StreamHandle, handOver: HandOver, bytes: Buffer): void;
  closed(connection: ClientConnection): void;
}

export interface ConnectionLimits {
  /** Milliseconds to send a whole request, and to take what is sent. */
  clientTimeout: number;
  /** Milliseconds that a kept connection may be idle. */
  keepaliveTimeout: number;
}

/** Bytes of later requests that are kept while a response is under way; then the client has to wait. */
const AHEAD_LIMIT = 16 * 1024;

/** Milliseconds for a client to stop sending after an answer that came early. */
const LINGER_TIME = 1000;

const NO_BYTES = Buffer.alloc(0);

/**
 * How a connection ends when its process does: back to the dispatcher; at once; or with its next answer, for a connection
 * that the dispatcher does not know.
 */
export type DrainMode = "give-back" | "close" | "last-answer";

/** `leaving`: on its way back to the dispatcher. `lingering`: answered, and what still comes is thrown away. */
type ConnectionState = "serving" | "leaving" | "lingering" | "closed";

export class ClientConnection implements RequestSource, RequestOrigin, ResponseSink {
  readonly socket: net.Socket;
  readonly server: string;
  /** Since when (epoch milliseconds) this process has it. */
  readonly since = Date.now();
  /** Its age was logged. */
  isReported = false;
  /** Requests that began on this connection in this process. */
  requests = 0;
  readonly #host: ConnectionHost;
  readonly #framer = new RequestFramer();
  #state: ConnectionState = "serving";
  #received = 0;
  /** What the socket had sent when its handle was taken from it. */
  #sent: number | null = null;
  /** Bytes received but not used. */
  #ahead: Buffer = NO_BYTES;
  #request: Request | null = null;
  #response: Response | null = null;
  /** The client was told to go on with its body. */
  #hasContinued = false;
  #isProceeding = false;
  #isPaused = false;
  #hasInputEnded = false;
  #isDraining: "no" | DrainMode = "no";
  #peer: string | null | undefined;
  /** Since when (epoch milliseconds) the client is to do something: send a head, a body, or the next request. */
  #waitingSince = Date.now();
  /** Since when the client has not taken anything of what was sent; 0 if nothing waits for it. */
  #stalledSince = 0;

  constructor(
    handle: StreamHandle,
    readonly handOver: HandOver,
    host: ConnectionHost,
  ) {
    this.#host = host;
    this.server = host.server;
    const options = {
      handle,
      allowHalfOpen: true,
      onread: {
        buffer: host.readBuffer,
        callback: (length: number, buffer: Buffer) => {
          this.#receive(buffer.subarray(0, length));
          return true;
        },
      },
    };
    this.socket = new net.Socket(options as unknown as net.SocketConstructorOpts);
    this.socket.on("end", () => this.#inputEnded());
    this.socket.on("close", () => this.#closed());
    // Its consequence, `close`, is what counts.
    this.socket.on("error", () => {});
    // Makes the stream tell its end; the bytes come through `onread`.
    this.socket.resume();
  }

  get cipher(): string {
    return this.handOver.cipher;
  }

  /** Address of the TCP peer. */
  get peer(): string | null {
    if (this.#peer === undefined) this.#peer = this.socket.remoteAddress ?? (this.handOver.clientAddress || null);
    return this.#peer;
  }

  get client(): string | null {
    return this.handOver.clientAddress || this.peer;
  }

  get clientPort(): number {
    return this.handOver.clientPort || (this.socket.remotePort ?? 0);
  }

  get port(): number {
    return this.handOver.port;
  }

  get acceptedAt(): number {
    return this.handOver.acceptedAt;
  }

  get forwardedAt(): number {
    return this.handOver.forwardedAt;
  }

  /** Bytes from and to the client so far. */
  get traffic(): Traffic {
    return { received: this.#received, sent: this.#sent ?? this.socket.bytesWritten };
  }

  /** The bytes that came with the hand-over. */
  start(bytes: Buffer): void {
    this.#receive(bytes);
  }

  mayKeepAlive(): boolean {
    const keeps = this.#isDraining === "no" || this.#isDraining === "give-back";
    return keeps && !this.#hasInputEnded && (this.#request?.isComplete ?? true);
  }

  wantBody(): void {
    this.#sendContinue();
    this.#resume();
  }

  done(): void {
    const request = this.#request!;
    const response = this.#response!;
    this.#host.answered(this, request, response);
    this.#request = null;
    this.#response = null;
    this.#waitingSince = Date.now();
    if (!request.isComplete) this.#linger();
    else if (!response.keepAlive) this.#end();
    else if (!this.#isProceeding) this.#proceedWhenDrained();
  }

  /** Leaves as soon as no request is in flight. */
  drain(mode: DrainMode): void {
    this.#isDraining = mode;
    if (this.#request !== null || this.#state !== "serving" || this.#isProceeding) return;
    if (mode === "give-back") this.#leave();
    else if (mode === "close") this.#end();
  }

  /** Looks whether the client takes too long. `now`: epoch milliseconds. */
  checkTime(now: number, { clientTimeout, keepaliveTimeout }: ConnectionLimits): void {
    if (this.#isStalled(now, clientTimeout)) {
      this.socket.destroy();
      return;
    }
    if (this.#state !== "serving") return;
    const waited = now - this.#waitingSince;
    if (this.#request !== null) {
      // A body that nobody reads yet is not the client's fault.
      if (this.#request.isComplete || this.#isPaused || waited <= clientTimeout) return;
      if (this.#response!.isUnsent) this.#refuse(408, "");
      else this.socket.destroy();
    } else if (this.#ahead.length > 0) {
      if (waited > clientTimeout) this.#refuse(408, "");
    } else if (waited > keepaliveTimeout) this.#end();
  }

  #isStalled(now: number, limit: number): boolean {
    if (!this.socket.writableNeedDrain) this.#stalledSince = 0;
    else if (this.#stalledSince === 0) {
      this.#stalledSince = now;
      this.socket.once("drain", () => {
        this.#stalledSince = 0;
      });
    } else return now - this.#stalledSince > limit;
    return false;
  }

  #receive(bytes: Buffer): void {
    this.#received += bytes.length;
    if (this.#state !== "serving") return;
    if (this.#ahead.length > 0) {
      const joined = Buffer.concat([this.#ahead, bytes]);
      this.#ahead = NO_BYTES;
      this.#proceed(joined);
    } else {
      this.#proceed(bytes);
    }
  }

  #proceedWhenDrained(): void {
    if (this.socket.writableNeedDrain) {
      this.socket.once("drain", () => this.#proceedWhenDrained());
      return;
    }
    this.#resume();
    const ahead = this.#ahead;
    this.#ahead = NO_BYTES;
    this.#proceed(ahead);
  }

  /** Uses as much of `data` as the current request, or a next one, can take now; keeps the rest. */
  #proceed(data: Buffer): void {
    this.#isProceeding = true;
    let position = 0;
    while (position < data.length && this.#state === "serving") {
      // One request after the other: the answers must be in order, and the next one may be for another service.
      if (this.#framer.atBoundary && (this.#request !== null || this.socket.writableNeedDrain)) break;
      const rest = position === 0 ? data : data.subarray(position);
      const framing = this.#framer.next(rest);
      if (framing.kind === "more") break;
      if (framing.kind === "refused") {
        this.#refuse(framing.status, framing.requestLine);
        break;
      }
      if (framing.kind === "body") {
        position += framing.length;
        this.#takeBody(framing.pieces);
      } else if (
        this.requests > 0 &&
        (this.#isDraining === "close" ||
          this.#isDraining === "give-back" ||
          !this.#host.accepts(framing.head, this.handOver.port))
      ) {
        this.#keep(data.subarray(position));
        this.#isProceeding = false;
        this.#leave();
        return;
      } else {
        position += framing.length;
        this.#begin(framing.head);
      }
    }
    this.#isProceeding = false;
    if (this.#state !== "serving") return;
    if (position < data.length) {
      this.#keep(position === 0 ? data : data.subarray(position));
      if (this.#request === null && this.socket.writableNeedDrain) this.#proceedWhenDrained();
    } else if (this.#request === null) {
      if (this.#hasInputEnded || this.#isDraining === "close") this.#end();
      else if (this.#isDraining === "give-back") this.#leave();
    }
  }

  #begin(head: RequestHead): void {
    const isFirst = this.requests++ === 0;
    // The answer to a first request goes out at once in any case.
    if (!isFirst) this.socket.setNoDelay(true);
    const number = this.handOver.requestNumber + this.requests;
    const request = new Request(head, this, number, isFirst ? this.handOver.status : 0, this);
    const response = new Response(request, this);
    this.#request = request;
    this.#response = response;
    this.#hasContinued = false;
    this.#waitingSince = Date.now();
    this.#host.serve(request, response);
  }

  #takeBody(pieces: Buffer[]): void {
    const request = this.#request;
    if (request === null) return;
    // The read buffer is used again.
    for (const piece of pieces) request.addBody(Buffer.from(piece));
    if (this.#framer.atBoundary) request.completeBody();
    else if (request.kept > BODY_AHEAD_LIMIT) this.#pause();
  }

  #keep(data: Buffer): void {
    this.#ahead = Buffer.from(data);
    if (data.length > AHEAD_LIMIT) this.#pause();
    if (this.#request === null) this.#waitingSince = Date.now();
  }

  #pause(): void {
    this.#isPaused = true;
    this.socket.pause();
  }

  #resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#waitingSince = Date.now();
    this.socket.resume();
  }

  #sendContinue(): void {
    if (this.#hasContinued || !this.#request!.head.expectsContinue || !this.#response!.isUnsent) return;
    this.#hasContinued = true;
    this.socket.write("HTTP/1.1 100 Continue\r\n\r\n", "latin1");
  }

  #refuse(status: number, requestLine: string): void {
    const response = this.#response;
    const canAnswer = response === null || response.isUnsent;
    this.#request?.abort();
    response?.abort();
    this.#request = null;
    this.#response = null;
    if (canAnswer) this.socket.write(this.#host.refuse(this, status, requestLine), "latin1");
    this.#linger();
  }

  /** Ends the sending side, and the connection when the client has stopped sending: with unread input it would reset. */
  #linger(): void {
    this.#state = "lingering";
    this.#resume();
    this.socket.end();
    const timer = setTimeout(() => this.socket.destroy(), LINGER_TIME);
    this.socket.once("close", () => clearTimeout(timer));
  }

  #end(): void {
    this.#state = "closed";
    this.socket.destroySoon();
  }

  #inputEnded(): void {
    this.#hasInputEnded = true;
    if (this.#state === "lingering") this.socket.destroy();
    else if (this.#request === null) this.#end();
    else if (!this.#request.isComplete) this.socket.destroy();
    else this.#request.endInput();
  }

  /** Hands the connection back once everything written has left this process. */
  #leave(): void {
    this.#state = "leaving";
    this.socket.pause();
    const go = () => {
      if (this.socket.destroyed) return;
      const handOver = { ...this.handOver, status: 0, requestNumber: this.handOver.requestNumber + this.requests };
      this.#sent = this.socket.bytesWritten;
      this.#host.handBack(detachHandle(this.socket), handOver, this.#ahead);
    };
    if (this.socket.writableLength === 0) go();
    else this.socket.write("", go);
  }

  #closed(): void {
    if (this.#state === "serving") this.#state = "closed";
    const request = this.#request;
    const response = this.#response;
    this.#request = null;
    this.#response = null;
    if (request !== null && response !== null) {
      request.abort();
      response.abort();
      this.#host.answered(this, request, response);
    }
    this.#host.closed(this);
  }
}
