// A client connection in the hands of the dispatcher: from accepting (or from a service that gave it back) until a
// service has taken it. It knows the bytes read so far and what they ask for.

import type { Socket } from "node:net";
import { emptyLinesLength, parseHead, type RequestHead } from "../http/request-head.js";
import type { HandOver } from "../process/messages.js";
import { handleOf, type StreamHandle } from "../process/native-handles.js";

export interface ArrivalEvents {
  /** The head is complete; reading has stopped. */
  request(arrival: Arrival, head: RequestHead): void;
  /** The bytes are no acceptable request; reading has stopped. */
  refused(arrival: Arrival, status: number, requestLine: string): void;
  /** The client went away before a head was complete. */
  gone(arrival: Arrival): void;
}

const NO_BYTES = Buffer.alloc(0);

export class Arrival {
  /** Milliseconds (epoch) at which the dispatcher got the connection. */
  readonly since = Date.now();
  head: RequestHead | null = null;
  readonly #handle: StreamHandle;
  #bytes: Buffer = NO_BYTES;
  #reading = true;

  constructor(
    readonly socket: Socket,
    readonly port: number,
    readonly requestNumber: number,
    readonly events: ArrivalEvents,
  ) {
    this.#handle = handleOf(socket);
    socket.on("data", (chunk: Buffer) => this.receive(chunk));
    socket.on("end", () => this.#leave());
    socket.on("close", () => this.#leave());
    // Its consequence, `close`, is what counts.
    socket.on("error", () => {});
  }

  get hasBytes(): boolean {
    return this.#bytes.length > 0;
  }

  get handle(): StreamHandle {
    return this.#handle;
  }

  /** Adds bytes from the client and reports what they make of the request. */
  receive(chunk: Buffer): void {
    if (!this.#reading) return;
    this.#bytes = this.#bytes.length === 0 ? chunk : Buffer.concat([this.#bytes, chunk]);
    if (this.#bytes[0] === 13) this.#bytes = this.#bytes.subarray(emptyLinesLength(this.#bytes));
    if (this.#bytes.length === 0 || (this.#bytes.length === 1 && this.#bytes[0] === 13)) return;
    const result = parseHead(this.#bytes);
    if (result.kind === "incomplete") return;
    // At once: what arrives from now on is for the service to read.
    this.#handle.readStop();
    this.#reading = false;
    if (result.kind === "head") {
      this.head = result.head;
      this.events.request(this, result.head);
    } else {
      this.events.refused(this, result.status, result.requestLine);
    }
  }

  /** What goes to the service along with the descriptor. */
  handOver(status: number): { handOver: HandOver; bytes: string } {
    const { port, requestNumber } = this;
    return {
      handOver: { status, port, requestNumber, clientAddress: "", clientPort: 0 },
      bytes: this.#bytes.toString("latin1"),
    };
  }

  /** Closes the dispatcher's copy of the descriptor; without a service that took it, this closes the connection. */
  release(): void {
    this.#reading = false;
    this.socket.destroy();
  }

  /** From here on what the client sends is thrown away, until it closes or the time (milliseconds) is over. */
  linger(time: number): void {
    this.#reading = false;
    this.socket.resume();
    this.#handle.readStart();
    const timer = setTimeout(() => this.socket.destroy(), time);
    this.socket.once("close", () => clearTimeout(timer));
    this.socket.once("end", () => this.socket.destroy());
  }

  #leave(): void {
    if (!this.#reading) return;
    this.#reading = false;
    this.events.gone(this);
    this.socket.destroy();
  }
}
