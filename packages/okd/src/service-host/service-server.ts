// The HTTP side of a service process: connections come from the dispatcher, requests go to the service, every response
// is logged.

import http from "node:http";
import type { Socket } from "node:net";
import { type AccessRecord, accessLineFormatter, errorLine } from "../http/access-line.js";
import { HEAD_LIMIT } from "../http/request-head.js";
import { createRouteTable } from "../http/routes.js";
import { errorPage, PHRASES } from "../http/status.js";
import type { LogChannel } from "../process/log-channel.js";
import type { HandOver, ServiceConfiguration } from "../process/messages.js";
import type { StreamHandle } from "../process/native-handles.js";
import { ClientConnection, type ConnectionEvents } from "./client-connection.js";
import type { Service } from "./service.js";

const READ_BUFFER_SIZE = 64 * 1024;

/** Milliseconds between two looks at clients that send too slowly. */
const SWEEP_INTERVAL = 1000;

/** Milliseconds for the client to stop sending after an early answer. */
const LINGER_TIME = 1000;

export interface ServerEvents {
  /** A connection that this process does not serve any further; false: nobody takes it. */
  handBack(handle: StreamHandle, handOver: HandOver, bytes: Buffer): void;
  /** The last connection has gone while the server drains. */
  drained(): void;
}

export class ServiceServer {
  readonly program: string;
  readonly #configuration: ServiceConfiguration;
  readonly #service: Service;
  readonly #log: LogChannel;
  readonly #events: ServerEvents;
  readonly #http: http.Server;
  readonly #connections = new Map<Socket, ClientConnection>();
  readonly #readBuffer = Buffer.allocUnsafeSlow(READ_BUFFER_SIZE);
  readonly #accessLine;
  readonly #sweeper: NodeJS.Timeout;
  #draining: "no" | "give-back" | "close" = "no";

  constructor(configuration: ServiceConfiguration, service: Service, log: LogChannel, events: ServerEvents) {
    this.#configuration = configuration;
    this.#service = service;
    this.#log = log;
    this.#events = events;
    const { name, sibling, siblings } = configuration;
    this.program = siblings > 1 ? `${name}[${process.pid}:${sibling}]` : name;
    this.#accessLine = accessLineFormatter(configuration.log.accessFormat);
    this.#http = http.createServer({
      // Heads were checked and measured before; the parser must not be stricter.
      maxHeaderSize: 2 * HEAD_LIMIT,
      requestTimeout: configuration.clientTimeout,
      headersTimeout: configuration.clientTimeout,
      keepAliveTimeout: configuration.keepaliveTimeout,
      connectionsCheckingInterval: SWEEP_INTERVAL,
    });
    (this.#http as unknown as { httpAllowHalfOpen: boolean }).httpAllowHalfOpen = true;
    this.#http.on("request", (request, response) => this.#serve(request, response));
    this.#http.on("clientError", (error: NodeJS.ErrnoException, socket) => this.#clientError(error, socket as Socket));
    // The server listens nowhere; the event starts its watch over slow requests.
    this.#http.emit("listening");
    const routes = createRouteTable(configuration.routes);
    this.#connectionEvents = {
      attach: (socket) => this.#http.emit("connection", socket),
      accepts: (head, port) => routes.find(head.path, port) === name,
      handBack: (handle, handOver, bytes) => this.#events.handBack(handle, handOver, bytes),
      refused: (connection, status, requestLine) => this.#refuse(connection, status, requestLine),
      closed: (connection) => this.#closed(connection),
    };
    this.#sweeper = setInterval(() => this.#sweep(), SWEEP_INTERVAL);
  }

  readonly #connectionEvents: ConnectionEvents;

  /** Takes a connection from the dispatcher. `bytes`: what was read already. */
  accept(handle: StreamHandle, handOver: HandOver, bytes: Buffer): void {
    const connection = new ClientConnection(handle, handOver, this.#connectionEvents, this.#readBuffer);
    this.#connections.set(connection.socket, connection);
    connection.start(bytes);
  }

  /**
   * Finishes the requests in flight. Kept connections go back to the dispatcher, or are closed. `drained` is called
   * when none is left.
   */
  drain(giveBack: boolean): void {
    this.#draining = giveBack ? "give-back" : "close";
    for (const connection of [...this.#connections.values()]) connection.leave(giveBack);
    this.#reportDrained();
  }

  /** Stops the clocks; connections still open are cut. */
  close(): void {
    clearInterval(this.#sweeper);
    for (const socket of this.#connections.keys()) socket.destroy();
    this.#http.close(() => {});
  }

  async #serve(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const connection = this.#connections.get(request.socket)!;
    const first = connection.requests === 0;
    connection.begin(response);
    if (this.#configuration.log.enabled) this.#logWhenDone(connection, request, response);
    if (this.#draining === "close") response.shouldKeepAlive = false;
    const status = first ? connection.handOver.status : 0;
    try {
      await this.#service.handle({ request, response, client: connection.client, status });
    } catch (error) {
      this.#log.write("error", `${this.program}: ${(error as Error).stack ?? error}`);
      if (response.headersSent) response.destroy();
      else {
        const page = errorPage(500, this.#configuration.identity);
        response.writeHead(500, { "Content-Type": "text/html", "Content-Length": page.length });
        response.end(page, "latin1");
      }
    }
  }

  #logWhenDone(connection: ClientConnection, request: http.IncomingMessage, response: http.ServerResponse): void {
    const { socket } = connection;
    const { peer, client, requests } = connection;
    const before = socket.bytesWritten;
    let bytes: number | null = null;
    const measure = () => bodyBytes(request, response, socket.bytesWritten - before);
    response.once("finish", () => {
      bytes = measure();
    });
    response.once("close", () => {
      const status = response.writableFinished ? response.statusCode : 600;
      this.#logResponse({
        peer,
        client,
        requestLine: `${request.method} ${request.url} HTTP/${request.httpVersion}`,
        path: request.url!.replace(/\?.*/s, ""),
        status,
        bytes: bytes ?? measure(),
        uncompressed: Number(uncompressedLengths.get(response) ?? 0),
        requestNumber: connection.handOver.requestNumber + requests,
        header: (name) => headerText(request.headers[name]),
      });
    });
  }

  #logResponse(record: Omit<AccessRecord, "program"> & { path: string }): void {
    this.#log.write("access", this.#accessLine({ ...record, program: this.program }));
    if (record.status >= 400) {
      this.#log.write("error", errorLine(record.client, this.program, record.path, record.status));
    }
  }

  #clientError(error: NodeJS.ErrnoException, socket: Socket): void {
    const connection = this.#connections.get(socket);
    if (!connection || socket.destroyed) return;
    if (error.code === "ECONNRESET" || error.code === "EPIPE") socket.destroy();
    else if (error.code === "ERR_HTTP_REQUEST_TIMEOUT") this.#refuse(connection, 408, "");
    else this.#refuse(connection, error.code === "HPE_HEADER_OVERFLOW" ? 431 : 400, "");
  }

  /** Answers a request that no service code sees, and closes the connection. */
  #refuse(connection: ClientConnection, status: number, requestLine: string): void {
    const { socket } = connection;
    const page = errorPage(status, this.#configuration.identity);
    if (this.#configuration.log.enabled) {
      this.#logResponse({
        peer: connection.peer,
        client: connection.client,
        requestLine,
        path: "",
        status,
        bytes: page.length,
        uncompressed: 0,
        requestNumber: connection.handOver.requestNumber + connection.requests + 1,
        header: () => null,
      });
    }
    const head = [
      `HTTP/1.1 ${status} ${PHRASES[status] ?? ""}`,
      "Content-Type: text/html",
      "Connection: close",
      `Server: ${this.#configuration.identity.serverHeader}`,
      `Content-Length: ${page.length}`,
    ].join("\r\n");
    socket.end(`${head}\r\n\r\n${page}`, "latin1");
    const timer = setTimeout(() => socket.destroy(), LINGER_TIME);
    socket.once("close", () => clearTimeout(timer));
  }

  #closed(connection: ClientConnection): void {
    this.#connections.delete(connection.socket);
    this.#reportDrained();
  }

  #reportDrained(): void {
    if (this.#draining !== "no" && this.#connections.size === 0) this.#events.drained();
  }

  #sweep(): void {
    const limit = Date.now() - this.#configuration.clientTimeout;
    for (const connection of this.#connections.values()) {
      if (connection.headSince !== 0 && connection.headSince < limit) {
        connection.headSince = 0;
        this.#refuse(connection, 408, "");
      }
    }
  }
}

/** Lengths of bodies before compression, told by the service for the log. */
export const uncompressedLengths = new WeakMap<http.ServerResponse, number>();

/** Bytes of the body as sent, chunk marks included; for HEAD what would have been sent. */
function bodyBytes(request: http.IncomingMessage, response: http.ServerResponse, written: number): number {
  if (request.method === "HEAD") return Number(response.getHeader("content-length") ?? 0);
  const head = (response as unknown as { _header: string | null })._header;
  return Math.max(0, written - (head?.length ?? 0));
}

function headerText(value: string | string[] | undefined): string | null {
  return value === undefined ? null : String(value);
}
