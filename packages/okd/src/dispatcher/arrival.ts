// A client connection in the hands of the dispatcher: from accepting (or from a service that gave it back) until a
// service has taken it. It knows the bytes read so far and what they ask for. It works on the native handle: making a
// socket object for a connection that leaves after one read would cost more than all the rest.

import net from "node:net";
import { parseProxyHeader } from "../http/proxy-protocol.js";
import { emptyLinesLength, parseHead, type RequestHead } from "../http/request-head.js";
import type { ConnectionOrigin, HandOver } from "../process/messages.js";
import { type ConnectionHandle, peerAddress } from "../process/native-handles.js";
import type { OriginSeal } from "./origin-seal.js";

export interface ArrivalEvents {
  /** The head is complete; reading has stopped. */
  request(arrival: Arrival, head: RequestHead): void;
  /** The bytes are no acceptable request; reading has stopped. */
  refused(arrival: Arrival, status: number, requestLine: string): void;
  /** The client went away before a head was complete. */
  gone(arrival: Arrival): void;
  /** A connection with a complete head is answered, or taken by a service. */
  settled(arrival: Arrival): void;
}

const NO_BYTES = Buffer.alloc(0);
export const NO_ORIGIN: ConnectionOrigin = { clientAddress: "", clientPort: 0, cipher: "", ordinal: 0 };

/** How a connection comes to the dispatcher. */
export interface ArrivalStart {
  /** The port that accepted it. */
  port: number;
  /** 0 for the first request of the connection. */
  requestNumber: number;
  /** Null: the socket tells it. */
  origin?: ConnectionOrigin | null;
  /** The connection begins with a header of the PROXY protocol. */
  expectsProxyHeader?: boolean;
  /** When the connection was accepted (epoch milliseconds), if this is not its first stay here. */
  acceptedAt?: number;
}

export class Arrival {
  /** Milliseconds (epoch) at which the dispatcher got the connection. */
  readonly since = Date.now();
  head: RequestHead | null = null;
  readonly port: number;
  readonly requestNumber: number;
  readonly acceptedAt: number;
  readonly #events: ArrivalEvents;
  #origin: ConnectionOrigin | null;
  #expectsProxyHeader: boolean;
  #bytes: Buffer = NO_BYTES;
  #state: "reading" | "complete" | "closed" = "reading";

  /** Starts to read. */
  constructor(
    readonly handle: ConnectionHandle,
    { port, requestNumber, origin = null, expectsProxyHeader = false, acceptedAt = Date.now() }: ArrivalStart,
    events: ArrivalEvents,
  ) {
    this.port = port;
    this.requestNumber = requestNumber;
    this.acceptedAt = acceptedAt;
    this.#origin = origin;
    this.#expectsProxyHeader = expectsProxyHeader;
    this.#events = events;
    handle.onread = (bytes) => {
      if (bytes) this.receive(Buffer.from(bytes));
      else this.#leave();
    };
    handle.readStart();
  }

  get hasBytes(): boolean {
    return this.#bytes.length > 0;
  }

  /** What the socket does not tell of the client; null if it tells everything. */
  get origin(): ConnectionOrigin | null {
    return this.#origin;
  }

  get clientAddress(): string | null {
    if (this.#origin) return this.#origin.clientAddress || null;
    return this.#state === "closed" ? null : peerAddress(this.handle);
  }

  /** Adds bytes from the client and reports what they make of the request. */
  receive(chunk: Buffer): void {
    if (this.#state !== "reading") return;
    this.#bytes = this.#bytes.length === 0 ? chunk : Buffer.concat([this.#bytes, chunk]);
    if (this.#expectsProxyHeader && !this.#takeProxyHeader()) return;
    if (this.#bytes[0] === 13) this.#bytes = this.#bytes.subarray(emptyLinesLength(this.#bytes));
    if (this.#bytes.length === 0 || (this.#bytes.length === 1 && this.#bytes[0] === 13)) return;
    const result = parseHead(this.#bytes);
    if (result.kind === "incomplete") return;
    // At once: what arrives from now on is for the service to read.
    this.handle.readStop();
    this.#state = "complete";
    if (result.kind === "head") {
      this.head = result.head;
      this.#events.request(this, result.head);
    } else {
      this.#events.refused(this, result.status, result.requestLine);
    }
  }

  /** What goes to the service along with the descriptor. */
  handOver(status: number, originSeal: OriginSeal): { handOver: HandOver; bytes: string } {
    const { port, requestNumber, acceptedAt } = this;
    const origin = this.#origin;
    const seal = origin ? originSeal.of(this.handle, port, origin) : "";
    return {
      handOver: {
        status,
        port,
        requestNumber,
        ...(origin ?? NO_ORIGIN),
        acceptedAt,
        forwardedAt: Date.now(),
        seal,
      },
      bytes: this.#bytes.toString("latin1"),
    };
  }

  /** Closes the dispatcher's copy of the descriptor; without a service that took it, this closes the connection. */
  release(): void {
    if (this.#state === "closed") return;
    this.#close();
    this.handle.close();
  }

  /**
   * Sends a last answer (byte string) and closes the connection, gently: what the client still sends is read and thrown
   * away for `time` milliseconds, since closing with unread input would reset the connection and lose the answer.
   */
  answer(text: string, time: number): void {
    if (this.#state === "closed") return;
    this.#close();
    const socket = new net.Socket({ handle: this.handle, allowHalfOpen: true } as unknown as net.SocketConstructorOpts);
    socket.on("error", () => {});
    socket.end(text, "latin1");
    socket.resume();
    const timer = setTimeout(() => socket.destroy(), time);
    socket.once("close", () => clearTimeout(timer));
    socket.once("end", () => socket.destroy());
  }

  /** Takes the proxy's header off the bytes; false if there is nothing left to do with them. */
  #takeProxyHeader(): boolean {
    const header = parseProxyHeader(this.#bytes);
    if (header.kind === "incomplete") return false;
    this.#expectsProxyHeader = false;
    if (header.kind === "refused") {
      this.handle.readStop();
      this.#state = "complete";
      this.#events.refused(this, 400, "");
      return false;
    }
    this.#bytes = this.#bytes.subarray(header.length);
    if (header.address !== null) {
      this.#origin = { ...NO_ORIGIN, clientAddress: header.address, clientPort: header.port };
    }
    return true;
  }

  #close(): void {
    const wasComplete = this.#state === "complete";
    this.#state = "closed";
    if (wasComplete) this.#events.settled(this);
  }

  #leave(): void {
    if (this.#state !== "reading") return;
    this.#events.gone(this);
    this.release();
  }
}
