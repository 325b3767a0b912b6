// One client connection in a service process: feeds Node's HTTP parser one request at a time, and gives the connection
// back to the dispatcher when the next request belongs to another service or this process is about to end.

import type { ServerResponse } from "node:http";
import net from "node:net";
import type { RequestHead } from "../http/request-head.js";
import type { HandOver } from "../process/messages.js";
import { detachHandle, handleOf, type StreamHandle } from "../process/native-handles.js";
import { RequestFramer } from "./request-framer.js";

export interface ConnectionEvents {
  /** The socket is ready for the HTTP server, which then gets `data` events with the bytes of one request at a time. */
  attach(socket: net.Socket): void;
  /** True if this service takes the request. */
  accepts(head: RequestHead, port: number): boolean;
  /** The next request is not for this process; the handle belongs to the receiver. */
  handBack(handle: StreamHandle, handOver: HandOver, bytes: Buffer): void;
  refused(connection: ClientConnection, status: number, requestLine: string): void;
  closed(connection: ClientConnection): void;
}

/** Pipelined bytes that are kept while a response is under way; then the client has to wait. */
const AHEAD_LIMIT = 16 * 1024;

const NO_BYTES = Buffer.alloc(0);

export class ClientConnection {
  readonly socket: net.Socket;
  /** Requests that began on this connection in this process. */
  requests = 0;
  /** Since when (epoch milliseconds) a request head is incomplete; 0 if none is. */
  headSince = 0;
  readonly #events: ConnectionEvents;
  readonly #framer = new RequestFramer();
  /** Bytes received but not given to the parser. */
  #ahead: Buffer = NO_BYTES;
  /** A request is being answered. */
  #busy = false;
  #leaving = false;
  #stopped = false;
  /** The client sent so far ahead that reading is paused. */
  #isHeldUp = false;
  #peer: string | undefined;

  constructor(
    handle: StreamHandle,
    readonly handOver: HandOver,
    events: ConnectionEvents,
    readBuffer: Buffer,
  ) {
    this.#events = events;
    const options = {
      handle,
      allowHalfOpen: true,
      // One buffer for all connections: a read is used up before the next one happens anywhere.
      onread: {
        buffer: readBuffer,
        callback: (length: number, buffer: Buffer) => {
          this.#receive(buffer.subarray(0, length));
          return true;
        },
      },
    };
    this.socket = new net.Socket(options as unknown as net.SocketConstructorOpts);
    // Keeps the HTTP server from reading the handle behind our back.
    (handle as unknown as { _consumed: boolean })._consumed = true;
    this.socket.once("close", () => this.#events.closed(this));
    events.attach(this.socket);
  }

  /** Address of the TCP peer. */
  get peer(): string | null {
    this.#peer ??= this.socket.remoteAddress;
    return this.#peer ?? null;
  }

  /** Address of the client: the peer's, unless the dispatcher knows better. */
  get client(): string | null {
    return this.handOver.clientAddress || this.peer;
  }

  /** The bytes that came with the hand-over. */
  start(bytes: Buffer): void {
    this.#receive(bytes);
  }

  /** The HTTP server began to answer a request. */
  begin(response: ServerResponse): void {
    this.#busy = true;
    this.requests++;
    response.once("finish", () => this.#answered());
  }

  /** Leaves as soon as no request is in flight: back to the dispatcher if `giveBack`, else by closing. */
  leave(giveBack: boolean): void {
    this.#leaving = true;
    if (this.#busy || !this.#framer.atBoundary || this.socket.destroyed) return;
    if (giveBack) this.#depart();
    else this.socket.destroySoon();
  }

  #answered(): void {
    this.#busy = false;
    if (this.socket.destroyed || this.socket.writableEnded) return;
    this.#proceed(NO_BYTES);
  }

  #receive(bytes: Buffer): void {
    if (this.#stopped) return;
    if (this.#ahead.length > 0) {
      const joined = Buffer.concat([this.#ahead, bytes]);
      this.#ahead = NO_BYTES;
      this.#proceed(joined);
    } else {
      this.#proceed(bytes);
    }
  }

  /** Feeds the parser with as much of `ahead` + `bytes` as belongs to the current request. */
  #proceed(bytes: Buffer): void {
    let data = this.#ahead.length > 0 ? this.#ahead : bytes;
    this.#ahead = NO_BYTES;
    while (data.length > 0 && !this.#stopped) {
      if (this.#busy && this.#framer.atBoundary) {
        this.#keep(data);
        return;
      }
      const wasBoundary = this.#framer.atBoundary;
      const framing = this.#framer.next(data);
      if (framing.kind === "more") {
        this.#keep(data);
        if (this.headSince === 0) this.headSince = Date.now();
        return;
      }
      if (framing.kind === "refused") {
        this.#stopped = true;
        this.#events.refused(this, framing.status, framing.requestLine);
        return;
      }
      if (framing.kind === "head") {
        this.headSince = 0;
        if ((this.#leaving || !this.#events.accepts(framing.head, this.handOver.port)) && this.requests > 0) {
          this.#keep(data);
          this.#depart();
          return;
        }
      }
      const complete = wasBoundary && this.#framer.atBoundary;
      const piece = data.subarray(0, framing.length);
      data = data.subarray(framing.length);
      // A body may be kept by its reader, but the read buffer is used again.
      this.socket.emit("data", complete ? piece : Buffer.from(piece));
      if (data.length > 0 && this.socket.destroyed) return;
    }
    if (this.#leaving && !this.#busy && this.#framer.atBoundary && this.requests > 0) this.#depart();
    else if (this.#isHeldUp) this.#resumeReading();
  }

  #keep(data: Buffer): void {
    this.#ahead = Buffer.from(data);
    if (this.#busy && data.length > AHEAD_LIMIT) {
      this.#isHeldUp = true;
      handleOf(this.socket).readStop();
    }
  }

  #resumeReading(): void {
    this.#isHeldUp = false;
    if (!this.socket.destroyed) handleOf(this.socket).readStart();
  }

  /** Hands the connection back once everything written has left this process. */
  #depart(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    handleOf(this.socket).readStop();
    const go = () => {
      if (this.socket.destroyed) return;
      const bytes = this.#ahead;
      const handOver = { ...this.handOver, status: 0, requestNumber: this.handOver.requestNumber + this.requests };
      this.#events.handBack(detachHandle(this.socket), handOver, bytes);
    };
    if (this.socket.writableLength === 0) go();
    else this.socket.write("", go);
  }
}
