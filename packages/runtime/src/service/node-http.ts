/**
 * Node's HTTP server as a host: for tests, and for services that run without okd.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import type { ConnectionFacts, Field, HostRequest, HostResponse, LogFacts, ResponseHead } from "./host.js";
import type { RunningService } from "./running-service.js";
import { PHRASES } from "./status.js";

export interface ListenerOptions {
  /** Receives what the log of a process would say of a response. */
  readonly note?: (facts: LogFacts & { readonly status: number }) => void;
}

/** Milliseconds for a client to finish sending a body that was refused. */
const LINGER_TIME = 1000;

const NO_BYTES = Buffer.alloc(0);

/** A request listener for `http.createServer`. */
export function createRequestListener(
  service: Pick<RunningService, "serve">,
  options: ListenerOptions = {},
): (request: IncomingMessage, response: ServerResponse) => void {
  const connections = new WeakMap<Socket, Connection>();
  return (request, response) => {
    const { socket } = request;
    let connection = connections.get(socket);
    if (connection === undefined) {
      connection = { requests: 0, open: new Set() };
      connections.set(socket, connection);
      const { open } = connection;
      // Responses that wait for their turn are not told by Node.
      socket.once("close", () => {
        for (const waiting of open) waiting.close();
      });
    }
    const answer = new NodeResponse(request, response, connection, options);
    void service.serve(new NodeRequest(request, ++connection.requests), answer);
  };
}

/** What is known of a connection as long as it lasts. */
interface Connection {
  requests: number;
  /** Responses that are not over. */
  readonly open: Set<NodeResponse>;
}

class NodeRequest implements HostRequest {
  readonly askedStatus = 0;
  readonly fields: readonly Field[];
  readonly connection: ConnectionFacts;

  constructor(
    private readonly incoming: IncomingMessage,
    requestNumber: number,
  ) {
    const { rawHeaders, socket } = incoming;
    const fields: Field[] = [];
    for (let index = 0; index < rawHeaders.length; index += 2) fields.push([rawHeaders[index], rawHeaders[index + 1]]);
    this.fields = fields;
    const cipher = (socket as Partial<TLSSocket>).getCipher?.();
    this.connection = {
      peerAddress: socket.remoteAddress ?? null,
      peerPort: socket.remotePort ?? 0,
      localPort: socket.localPort ?? 0,
      isSecure: cipher !== undefined,
      cipher: cipher === undefined ? "" : `${cipher.version} ${cipher.name}`,
      acceptedAt: 0,
      forwardedAt: 0,
      requestNumber,
    };
  }

  get method(): string {
    return this.incoming.method ?? "GET";
  }

  get target(): string {
    return this.incoming.url ?? "/";
  }

  get minorVersion(): number {
    return this.incoming.httpVersionMinor;
  }

  get hasBody(): boolean {
    const { headers } = this.incoming;
    return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
  }

  isBodyComplete(): boolean {
    return this.incoming.complete;
  }

  body(): AsyncIterable<Uint8Array> {
    // Who stops reading still has an answer to send.
    return this.incoming.iterator({ destroyOnReturn: false });
  }
}

class NodeResponse implements HostResponse {
  readonly canKeepAlive: boolean;
  private isClosed = false;
  private readonly listeners: (() => void)[] = [];

  constructor(
    private readonly request: IncomingMessage,
    private readonly response: ServerResponse,
    private readonly connection: Connection,
    private readonly options: ListenerOptions,
  ) {
    this.canKeepAlive = response.shouldKeepAlive;
    response.sendDate = false;
    response.once("close", () => this.close());
    connection.open.add(this);
  }

  get isGone(): boolean {
    return this.isClosed && !this.response.writableFinished;
  }

  /** The response is over, sent or not. */
  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.connection.open.delete(this);
    for (const listener of this.listeners) listener();
  }

  send(head: ResponseHead, body: Uint8Array): void {
    if (this.isGone) return;
    this.writeHead(head);
    if (!head.keepAlive && !this.request.complete) this.linger(body);
    else this.response.end(body);
  }

  begin(head: ResponseHead): void {
    if (this.isGone) return;
    this.writeHead(head);
    // Sends the head now; `flushHeaders` would take its bytes for characters.
    this.response.write(NO_BYTES);
  }

  write(piece: Uint8Array): boolean {
    return this.response.write(piece);
  }

  async drained(): Promise<void> {
    const { response } = this;
    if (this.isClosed || (!response.writableNeedDrain && !response.destroyed)) return;
    await new Promise<void>((resolve) => {
      response.once("drain", resolve);
      this.onClose(resolve);
    });
  }

  end(): void {
    this.response.end();
  }

  destroy(): void {
    this.response.destroy();
  }

  onClose(listener: () => void): void {
    if (this.isClosed) listener();
    else this.listeners.push(listener);
  }

  note(facts: LogFacts): void {
    this.onClose(() => this.options.note?.({ ...facts, status: this.isGone ? 600 : this.response.statusCode }));
  }

  private writeHead({ status, fields, keepAlive }: ResponseHead): void {
    const { response } = this;
    if (!fields.some(([name]) => name === "Connection")) response.removeHeader("Connection");
    response.shouldKeepAlive = keepAlive;
    response.writeHead(status, PHRASES[status] ?? "", fields.flat());
  }

  /** Closing at once, with input unread, would reset the connection and lose the answer. */
  private linger(body: Uint8Array): void {
    const { request, response } = this;
    response.write(body);
    request.resume();
    const timer = setTimeout(() => response.end(), LINGER_TIME);
    request.once("close", () => {
      clearTimeout(timer);
      response.end();
    });
  }
}
