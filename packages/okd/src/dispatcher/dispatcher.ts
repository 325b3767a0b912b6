// The front process: accepts connections, reads one request head of each and hands the connection to a service.
// It never reads a body, writes no page but error pages, and cannot start programs or read the site.

import { getSystemErrorName } from "node:util";
import { accessLineFormatter, errorLine } from "../http/access-line.js";
import { createRouteTable, type RouteTable } from "../http/routes.js";
import { DescriptorChannel } from "../process/descriptor-channel.js";
import type { LogChannel } from "../process/log-channel.js";
import { type DispatcherConfiguration, decodeHandOver } from "../process/messages.js";
import { type ConnectionHandle, type ListenerHandle, localPort, type NativeHandle } from "../process/native-handles.js";
import { decodeFrontConnection } from "../tls/messages.js";
import { answerError } from "./answer.js";
import { Arrival, type ArrivalEvents } from "./arrival.js";
import { Cluster } from "./cluster.js";
import { Exchange } from "./exchange.js";
import { OriginSeal } from "./origin-seal.js";

/** Milliseconds between two looks at who has waited too long. */
const SWEEP_INTERVAL = 500;

/** Milliseconds for the services to take the last connections when the dispatcher stops. */
const HAND_OVER_GRACE = 2000;

const PROGRAM = "okd";

export class Dispatcher {
  readonly #configuration: DispatcherConfiguration;
  readonly #log: LogChannel;
  readonly #routes: RouteTable;
  readonly #clusters = new Map<string, Cluster>();
  readonly #exchange = new Exchange(this.#clusters);
  readonly #listeners: ListenerHandle[] = [];
  /** Connections whose request head is not complete. */
  readonly #reading = new Set<Arrival>();
  readonly #seal = new OriginSeal();
  /** Channels of the processes that accept connections for this one. */
  readonly #fronts = new Set<DescriptorChannel>();
  readonly #sweeper: NodeJS.Timeout;
  readonly #accessLine;
  #stopping = false;

  constructor(configuration: DispatcherConfiguration, log: LogChannel) {
    this.#configuration = configuration;
    this.#log = log;
    this.#routes = createRouteTable(configuration.routes);
    this.#accessLine = accessLineFormatter(configuration.log.accessFormat);
    for (const cluster of configuration.routes.clusters) {
      this.#clusters.set(
        cluster.name,
        new Cluster(cluster, configuration, this.#seal, {
          unserved: (arrival, status) => this.#answer(arrival, status),
          handedBack: (payload, handle) => this.#readmit(payload, handle),
          asked: (peer, from, payload) => void this.#exchange.ask(peer, from, payload),
          outcome: (peer, payload) => this.#exchange.outcome(peer, payload),
          silenced: (peer) => this.#exchange.lost(peer),
          log: (line) => this.#log.write("error", `okd ${line}`),
        }),
      );
    }
    this.#sweeper = setInterval(() => this.#sweep(), SWEEP_INTERVAL);
  }

  /** Accepts connections on a bound socket. Throws when the system does not allow it. */
  listen(listener: ListenerHandle, port: number): void {
    listener.onconnection = (status, connection) => {
      if (connection) this.#reading.add(new Arrival(connection, port, 0, null, this.#arrivalEvents));
      else this.#log.write("error", `okd accept failed: ${getSystemErrorName(status)}`);
    };
    const status = listener.listen(this.#configuration.backlog);
    if (status !== 0) throw new Error(`port ${port}: ${getSystemErrorName(status)}`);
    this.#listeners.push(listener);
  }

  /** A new process of a service; `end` is the dispatcher's end of its channel. */
  adopt(cluster: string, sibling: number, pid: number, end: NativeHandle): void {
    const slot = this.#clusters.get(cluster)?.slots[sibling];
    if (!slot || this.#stopping) end.close();
    else slot.adopt(end, pid);
  }

  /** A process that accepts connections, decrypts them and sends them here; `end` is the end of its channel. */
  adoptFront(end: NativeHandle): void {
    const channel: DescriptorChannel = new DescriptorChannel(end.fd, end, {
      message: (_kind, payload, handle) => {
        if (!handle) return;
        const { port, origin } = decodeFrontConnection(payload);
        if (this.#stopping) handle.close();
        else this.#reading.add(new Arrival(handle, port, 0, origin, this.#arrivalEvents));
      },
      closed: () => this.#fronts.delete(channel),
    });
    this.#fronts.add(channel);
  }

  giveUp(cluster: string, sibling: number): void {
    this.#clusters.get(cluster)?.giveUp(sibling);
  }

  /** Stops accepting, gives away what is complete, closes the rest and ends all channels. */
  async stop(): Promise<void> {
    if (this.#stopping) return;
    this.#stopping = true;
    for (const listener of this.#listeners) listener.close();
    for (const arrival of this.#reading) arrival.release();
    this.#reading.clear();
    for (const cluster of this.#clusters.values()) cluster.rejectWaiting();
    const slots = [...this.#clusters.values()].flatMap((cluster) => cluster.slots);
    const deadline = Date.now() + HAND_OVER_GRACE;
    while (slots.some((slot) => slot.allUnderWay > 0) && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    for (const slot of slots) slot.close();
    for (const channel of this.#fronts) channel.close();
    clearInterval(this.#sweeper);
  }

  readonly #arrivalEvents: ArrivalEvents = {
    request: (arrival, head) => {
      this.#reading.delete(arrival);
      const name = this.#routes.find(head.path, arrival.port);
      if (name === null) this.#answer(arrival, 404);
      else this.#clusters.get(name)!.offer(arrival);
    },
    refused: (arrival, status, requestLine) => {
      this.#reading.delete(arrival);
      this.#answer(arrival, status, requestLine);
    },
    gone: (arrival) => this.#reading.delete(arrival),
  };

  /** A kept connection that a service gave back, since the next request is for another one. */
  #readmit(payload: Buffer, handle: ConnectionHandle): void {
    if (this.#stopping) {
      handle.close();
      return;
    }
    const { handOver, bytes } = decodeHandOver(payload);
    const { seal, requestNumber, clientAddress, clientPort, cipher, ordinal, acceptedAt } = handOver;
    const origin = seal === "" ? null : { clientAddress, clientPort, cipher, ordinal };
    // A service may have been taken over: what it says of the connection counts only if it was said here before.
    const port = origin ? handOver.port : localPort(handle);
    if (port === null || (origin && !this.#seal.isGenuine(seal, handle, port, origin))) {
      this.#log.write("error", `okd refused a connection that a service gave back: its origin is not genuine`);
      handle.close();
      return;
    }
    const arrival = new Arrival(handle, port, requestNumber, origin, this.#arrivalEvents, acceptedAt);
    this.#reading.add(arrival);
    arrival.receive(bytes);
  }

  #answer(arrival: Arrival, status: number, requestLine?: string): void {
    const { head } = arrival;
    const client = arrival.clientAddress;
    const bytes = answerError(arrival, status, this.#configuration.identity);
    if (!this.#configuration.log.enabled) return;
    const line = requestLine ?? (head ? `${head.method} ${head.target} HTTP/1.${head.minorVersion}` : "");
    this.#log.write(
      "access",
      this.#accessLine({
        client,
        peer: client,
        requestLine: line,
        status,
        bytes,
        uncompressed: 0,
        program: PROGRAM,
        requestNumber: arrival.requestNumber + 1,
        userId: 0n,
        custom: null,
        header: () => null,
      }),
    );
    this.#log.write("error", errorLine(client, PROGRAM, head?.path ?? line, status));
  }

  #sweep(): void {
    const now = Date.now();
    const { demuxTimeout, keepaliveTimeout } = this.#configuration;
    for (const arrival of this.#reading) {
      const silentlyKept = arrival.requestNumber > 0 && !arrival.hasBytes;
      if (now - arrival.since <= (silentlyKept ? keepaliveTimeout : demuxTimeout)) continue;
      this.#reading.delete(arrival);
      if (arrival.hasBytes || arrival.requestNumber === 0) this.#answer(arrival, 408);
      else arrival.release();
    }
    for (const cluster of this.#clusters.values()) cluster.expire(now, demuxTimeout);
  }
}
