// The HTTP side of a service process: connections come from the dispatcher, requests go to the service, every response
// is logged.

import type { Socket } from "node:net";
import { errorPage, PHRASES, TrustedProxies } from "pub-runtime/service";
import { type AccessRecord, type LogFormatter, logFormatter, timestamp } from "../http/access-line.js";
import { createRouteTable, type RouteTable } from "../http/routes.js";
import type { LogChannel } from "../process/log-channel.js";
import type { HandOver, ServiceConfiguration, ServiceUpdate } from "../process/messages.js";
import type { StreamHandle } from "../process/native-handles.js";
import { ServiceCounters, type ServiceStatistics } from "../process/statistics.js";
import { ClientConnection, type ConnectionHost } from "./client-connection.js";
import { type Request, RequestAborted } from "./request.js";
import type { Response } from "./response.js";
import type { Service } from "./service.js";

const READ_BUFFER_SIZE = 64 * 1024;

/** Milliseconds between two looks at clients that take too long. */
const SWEEP_INTERVAL = 500;

/** What is logged when the client was gone before the end of the response (server specification §3.9). */
const CLIENT_GONE = 600;

export interface ServerEvents {
  /** A connection that this process does not serve any further. */
  handBack(handle: StreamHandle, handOver: HandOver, bytes: Buffer): void;
  /** A connection has gone. */
  left(): void;
  /** The last connection has gone while the server drains. */
  drained(): void;
}

export class ServiceServer implements ConnectionHost {
  readonly server: string;
  readonly readBuffer = Buffer.allocUnsafeSlow(READ_BUFFER_SIZE);
  /** Name of the process in logs. */
  program = "";
  readonly #configuration: ServiceConfiguration;
  readonly #service: Service;
  readonly #log: LogChannel;
  readonly #events: ServerEvents;
  #routes!: RouteTable;
  #siblings = 1;
  readonly #proxies: TrustedProxies;
  readonly #connections = new Map<Socket, ClientConnection>();
  readonly #format: LogFormatter;
  readonly #counters = new ServiceCounters();
  readonly #sweeper: NodeJS.Timeout;
  #isDraining = false;

  constructor(configuration: ServiceConfiguration, service: Service, log: LogChannel, events: ServerEvents) {
    this.#configuration = configuration;
    this.#service = service;
    this.#log = log;
    this.#events = events;
    this.server = configuration.identity.serverHeader;
    this.update(configuration);
    this.#format = logFormatter(configuration.log.accessFormat, configuration.log.json);
    this.#proxies = new TrustedProxies(configuration.trustedProxies);
    this.#sweeper = setInterval(() => this.#sweep(), SWEEP_INTERVAL);
  }

  /** The client connections that are open. */
  get connections(): number {
    return this.#connections.size;
  }

  statistics(): ServiceStatistics {
    return this.#counters.statistics([...this.#connections.values()].map(({ traffic }) => traffic));
  }

  /** Other services, or other siblings, than before. */
  update({ routes, siblings }: ServiceUpdate): void {
    const { name, sibling } = this.#configuration;
    this.program = siblings > 1 ? `${name}[${process.pid}:${sibling}]` : name;
    this.#siblings = siblings;
    this.#routes = createRouteTable(routes);
  }

  /** Takes a connection from the dispatcher. `bytes`: what was read already. */
  accept(handle: StreamHandle, handOver: HandOver, bytes: Buffer): void {
    const connection = new ClientConnection(handle, handOver, this);
    this.#connections.set(connection.socket, connection);
    connection.start(bytes);
  }

  /**
   * Finishes the requests in flight. Kept connections go back to the dispatcher, or are closed. `drained` is called
   * when none is left.
   */
  drain(giveBack: boolean): void {
    this.#isDraining = true;
    for (const connection of [...this.#connections.values()]) {
      const isDirect = this.#configuration.directPorts.includes(connection.port);
      connection.drain(giveBack ? (isDirect ? "last-answer" : "give-back") : "close");
    }
    this.#reportDrained();
  }

  /** Stops the clock; connections still open are cut. */
  close(): void {
    clearInterval(this.#sweeper);
    for (const socket of this.#connections.keys()) socket.destroy();
  }

  accepts({ path, host }: { path: string; host: string }, port: number): boolean {
    if (this.#configuration.directPorts.includes(port)) return true;
    const route = this.#routes.find(path, port, host);
    if (route?.name !== this.#configuration.name) return false;
    // Numbers that no sibling has mean any.
    return route.sibling === null || route.sibling === this.#configuration.sibling || route.sibling >= this.#siblings;
  }

  serve(request: Request, response: Response): void {
    let answer: void | Promise<void>;
    try {
      answer = this.#service.handle(request, response);
    } catch (error) {
      this.#fail(response, error);
      return;
    }
    if (answer instanceof Promise) answer.catch((error) => this.#fail(response, error));
  }

  answered(connection: ClientConnection, request: Request, response: Response): void {
    const status = response.isGone ? CLIENT_GONE : response.status;
    const time = performance.now() - request.since;
    this.#counters.countRequest(status, time);
    if (!this.#configuration.log.enabled) return;
    const { method, target, head } = request;
    const { clientAddress, errorText, uncompressedLength = 0, userId = 0n, custom = null } = response.facts;
    this.#logResponse(errorText || request.path, {
      client: clientAddress ?? this.#clientAddress(connection, request),
      peer: connection.peer,
      requestLine: `${method} ${target} HTTP/1.${head.minorVersion}`,
      status,
      bytes: response.bodyLength,
      uncompressed: uncompressedLength,
      program: this.program,
      requestNumber: request.number,
      userId,
      custom,
      time,
      header: (name) => request.header(name) ?? null,
    });
  }

  refuse(connection: ClientConnection, status: number, requestLine: string): string {
    const { client, peer, handOver, requests } = connection;
    const page = errorPage(status, this.#configuration.identity);
    if (this.#configuration.log.enabled) {
      this.#logResponse("", {
        client,
        peer,
        requestLine,
        status,
        bytes: page.length,
        uncompressed: 0,
        program: this.program,
        requestNumber: handOver.requestNumber + requests + 1,
        userId: 0n,
        custom: null,
        time: null,
        header: () => null,
      });
    }
    const lines = [
      `HTTP/1.1 ${status} ${PHRASES[status] ?? ""}`,
      `Date: ${new Date().toUTCString()}`,
      "Content-Type: text/html",
      `Server: ${this.server}`,
      "Connection: close",
      `Content-Length: ${page.length}`,
    ];
    return `${lines.join("\r\n")}\r\n\r\n${page}`;
  }

  handBack(handle: StreamHandle, handOver: HandOver, bytes: Buffer): void {
    this.#counters.handedBack++;
    this.#events.handBack(handle, handOver, bytes);
  }

  closed(connection: ClientConnection): void {
    this.#connections.delete(connection.socket);
    this.#counters.countTraffic(connection.traffic);
    this.#events.left();
    this.#reportDrained();
  }

  #fail(response: Response, error: unknown): void {
    if (error instanceof RequestAborted) return;
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.#log.write("error", `${this.program}: ${Buffer.from(text, "utf8").toString("latin1")}`);
    const page = errorPage(500, this.#configuration.identity);
    if (response.isUnsent) response.send(500, { "Content-Type": "text/html" }, page);
    else response.destroy();
  }

  /** The client's address as trusted proxies tell it (server specification §3.8). */
  #clientAddress(connection: ClientConnection, request: Request): string | null {
    return this.#proxies.client(connection.client, connection.cipher !== "", (name) => request.header(name)).address;
  }

  #logResponse(path: string, record: AccessRecord): void {
    this.#log.write("access", this.#format.access(record));
    if (record.status >= 400) this.#log.write("entry", this.#format.error(record, path));
  }

  #reportDrained(): void {
    if (this.#isDraining && this.#connections.size === 0) this.#events.drained();
  }

  #sweep(): void {
    const now = Date.now();
    const { zombieTimeout } = this.#configuration;
    for (const connection of this.#connections.values()) {
      connection.checkTime(now, this.#configuration);
      if (zombieTimeout > 0 && now - connection.since > zombieTimeout && !connection.isReported) {
        connection.isReported = true;
        const seconds = Math.round((now - connection.since) / 1000);
        const what = `connection of ${connection.client ?? "-"} is open for ${seconds} s, with ${connection.requests} requests`;
        this.#log.write("error", `${this.program} ${timestamp(now)} ++ ${what}`);
      }
    }
  }
}
