// The front process: accepts connections, reads one request head of each and hands the connection to a service.
// It never reads a body, writes no page but error pages, and cannot start programs or read the site.

import { getSystemErrorName } from "node:util";
import { type AccessRecord, type LogFormatter, logFormatter, timestamp } from "../http/access-line.js";
import { AddressRanges } from "../http/address-ranges.js";
import { headerOf } from "../http/request-head.js";
import { createRouteTable, type RouteTable } from "../http/routes.js";
import type { ServerStatus } from "../manager/protocol.js";
import { DescriptorChannel } from "../process/descriptor-channel.js";
import type { LogChannel } from "../process/log-channel.js";
import { type ClusterConfiguration, type DispatcherConfiguration, decodeHandOver } from "../process/messages.js";
import {
  type ConnectionHandle,
  type ListenerHandle,
  localPort,
  type NativeHandle,
  peerAddress,
} from "../process/native-handles.js";
import { decodeFrontConnection } from "../tls/messages.js";
import { answerError, answerText } from "./answer.js";
import { Arrival, type ArrivalEvents, NO_ORIGIN } from "./arrival.js";
import { Cluster } from "./cluster.js";
import { Exchange } from "./exchange.js";
import { OriginSeal } from "./origin-seal.js";
import { type StatusPage, statusPages } from "./status-pages.js";

/** Milliseconds between two looks at who has waited too long. */
const SWEEP_INTERVAL = 500;

/** Milliseconds for the services to take the last connections when the dispatcher stops. */
const HAND_OVER_GRACE = 2000;

const PROGRAM = "okd";

/** Connections without a request that are closed at once when the system has no more descriptors. */
const SHED_COUNT = 64;

export interface DispatcherEvents {
  /** A process that stands by is wanted. */
  wake(cluster: string, sibling: number): void;
  /** A process does not respond and is to get the signal. */
  kill(cluster: string, sibling: number, signal: number): void;
  /** The listening sockets, which were closed, are wanted again. */
  wantListeners(): void;
  /** What the launcher knows of the processes; null if it does not answer. */
  serverStatus(): Promise<ServerStatus | null>;
}

export class Dispatcher {
  #configuration!: DispatcherConfiguration;
  readonly #log: LogChannel;
  readonly #events: DispatcherEvents;
  #routes!: RouteTable;
  #proxies!: AddressRanges;
  #statusPage!: ReturnType<typeof statusPages>;
  readonly #clusters = new Map<string, Cluster>();
  readonly #exchange = new Exchange(this.#clusters);
  /** Services that are gone from the configuration, while their processes finish. */
  #formerClusters: Cluster[] = [];
  readonly #listeners = new Set<ListenerHandle>();
  /** Connections with a complete head that no service has taken yet. */
  #inTransit = 0;
  /** Connections accepted, and connections that services gave back. */
  #accepted = 0;
  #readmitted = 0;
  /** Too many connections are in transit: no new ones are accepted. */
  #isPaused = false;
  /** On which connections are accepted, here or by processes that send them here. */
  readonly #ports = new Set<number>();
  /** Connections whose request head is not complete. */
  readonly #reading = new Set<Arrival>();
  readonly #seal = new OriginSeal();
  /** Channels of the processes that accept connections for this one. */
  readonly #fronts = new Set<DescriptorChannel>();
  readonly #sweeper: NodeJS.Timeout;
  #format!: LogFormatter;
  #stopping = false;

  constructor(configuration: DispatcherConfiguration, log: LogChannel, events: DispatcherEvents) {
    this.#log = log;
    this.#events = events;
    this.configure(configuration);
    this.#sweeper = setInterval(() => this.#sweep(), SWEEP_INTERVAL);
  }

  /** From now on this configuration counts, for connections that are there already too. */
  configure(configuration: DispatcherConfiguration): void {
    this.#configuration = configuration;
    this.#routes = createRouteTable(configuration.routes);
    this.#format = logFormatter(configuration.log.accessFormat, configuration.log.json);
    this.#proxies = new AddressRanges(configuration.trustedProxies);
    this.#statusPage = statusPages(configuration.status);
    const { clusters } = configuration.routes;
    for (const description of clusters) {
      const known = this.#clusters.get(description.name);
      if (known) known.configure(description.siblings, configuration);
      else this.#clusters.set(description.name, this.#createCluster(description));
    }
    for (const [name, cluster] of this.#clusters) {
      if (clusters.some((description) => description.name === name)) continue;
      this.#clusters.delete(name);
      this.#formerClusters.push(cluster);
      cluster.configure(0, configuration);
    }
  }

  /** Accepts connections on a bound socket. Throws when the system does not allow it. */
  listen(listener: ListenerHandle, port: number): void {
    if (this.#stopping) {
      listener.close();
      return;
    }
    listener.onconnection = (status, connection) => {
      if (connection) this.#admit(connection, port);
      else this.#acceptFailed(status);
    };
    const status = listener.listen(this.#configuration.backlog);
    if (status !== 0) throw new Error(`port ${port}: ${getSystemErrorName(status)}`);
    this.#listeners.add(listener);
    this.#ports.add(port);
  }

  /** A new process of a service; `end` is the dispatcher's end of its channel. */
  adopt(cluster: string, sibling: number, pid: number, end: NativeHandle): void {
    if (this.#stopping) {
      end.close();
      return;
    }
    let known = this.#clusters.get(cluster);
    if (!known) {
      // A process of a configuration that is about to count: no route leads to it yet.
      known = this.#createCluster({ name: cluster, uri: null, siblings: 0 });
      this.#clusters.set(cluster, known);
    }
    known.place(sibling).adopt(end, pid);
  }

  /** A process that accepts connections, decrypts them and sends them here; `end` is the end of its channel. */
  adoptFront(end: NativeHandle): void {
    const channel: DescriptorChannel = new DescriptorChannel(end.fd, end, {
      message: (_kind, payload, handle) => {
        if (!handle) return;
        const { port, origin } = decodeFrontConnection(payload);
        this.#ports.add(port);
        if (this.#stopping) handle.close();
        else {
          this.#accepted++;
          this.#reading.add(new Arrival(handle, { port, requestNumber: 0, origin }, this.#arrivalEvents));
        }
      },
      closed: () => this.#fronts.delete(channel),
    });
    this.#fronts.add(channel);
  }

  giveUp(cluster: string, sibling: number): void {
    this.#clusters.get(cluster)?.giveUp(sibling);
  }

  standBy(cluster: string, sibling: number): void {
    this.#clusters.get(cluster)?.standBy(sibling);
  }

  /** Stops accepting, gives away what is complete, closes the rest and ends all channels. */
  async stop(): Promise<void> {
    if (this.#stopping) return;
    this.#stopping = true;
    for (const listener of this.#listeners) listener.close();
    for (const arrival of this.#reading) arrival.release();
    this.#reading.clear();
    for (const cluster of this.#clusters.values()) cluster.rejectWaiting();
    const clusters = [...this.#clusters.values(), ...this.#formerClusters];
    const slots = clusters.flatMap((cluster) => cluster.allSlots);
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
      this.#completed(arrival);
      const page = this.#statusPage(head.path, arrival.clientAddress);
      if (page) {
        void this.#answerPage(arrival, page);
        return;
      }
      const route = this.#routes.find(head.path, arrival.port, head.host);
      if (route === null) this.#answer(arrival, 404);
      else this.#clusters.get(route.name)!.offer(arrival, route.sibling);
    },
    refused: (arrival, status, requestLine) => {
      this.#completed(arrival);
      this.#answer(arrival, status, requestLine);
    },
    gone: (arrival) => this.#reading.delete(arrival),
    settled: () => {
      this.#inTransit--;
      if (this.#isPaused) this.#resumeIfPossible();
    },
  };

  #createCluster(description: ClusterConfiguration): Cluster {
    const { name } = description;
    return new Cluster(description, this.#configuration, this.#seal, {
      unserved: (arrival, status) => this.#answer(arrival, status),
      handedBack: (payload, handle) => this.#readmit(payload, handle),
      asked: (peer, from, payload) => void this.#exchange.ask(peer, from, payload),
      outcome: (peer, payload) => this.#exchange.outcome(peer, payload),
      silenced: (peer) => this.#exchange.lost(peer),
      wake: (sibling) => this.#events.wake(name, sibling),
      kill: (sibling, signal) => this.#events.kill(name, sibling, signal),
      log: (line) => this.#logLine(line),
    });
  }

  #admit(connection: ConnectionHandle, port: number): void {
    if (this.#configuration.tcpNoDelay) connection.setNoDelay?.(true);
    this.#accepted++;
    const { proxyProtocol } = this.#configuration;
    const expectsProxyHeader = proxyProtocol && this.#proxies.includes(peerAddress(connection));
    // A Unix socket tells neither the client's address nor the port.
    const origin = connection.getpeername ? null : NO_ORIGIN;
    const start = { port, requestNumber: 0, origin, expectsProxyHeader };
    this.#reading.add(new Arrival(connection, start, this.#arrivalEvents));
  }

  /** Without descriptors nobody could come in any more: those who have waited longest without a request must go. */
  #acceptFailed(status: number): void {
    this.#logLine(`accept failed: ${getSystemErrorName(status)}`);
    let count = 0;
    for (const arrival of this.#reading) {
      if (++count > SHED_COUNT) return;
      this.#reading.delete(arrival);
      arrival.release();
    }
  }

  #completed(arrival: Arrival): void {
    this.#reading.delete(arrival);
    const { high, log } = this.#configuration.waterMarks;
    if (++this.#inTransit <= high || high === 0 || this.#isPaused || this.#stopping) return;
    this.#isPaused = true;
    // A listening socket cannot be told to pause; the launcher keeps it open, so that clients wait in its queue.
    for (const listener of this.#listeners) listener.close();
    this.#listeners.clear();
    if (log) this.#logLine(`++ accept disabled: ${this.#inTransit} connections in transit`);
  }

  #resumeIfPossible(): void {
    const { low, log } = this.#configuration.waterMarks;
    if (this.#inTransit > 0 && this.#inTransit >= low) return;
    this.#isPaused = false;
    if (this.#stopping) return;
    this.#events.wantListeners();
    if (log) this.#logLine(`++ accept enabled: ${this.#inTransit} connections in transit`);
  }

  #logLine(line: string): void {
    this.#log.write("error", `${PROGRAM} ${timestamp(Date.now())} ${line}`);
  }

  /** A kept connection that a service gave back, since the next request is for another one. */
  #readmit(payload: Buffer, handle: ConnectionHandle): void {
    if (this.#stopping) {
      handle.close();
      return;
    }
    this.#readmitted++;
    const { handOver, bytes } = decodeHandOver(payload);
    const { seal, requestNumber, clientAddress, clientPort, cipher, ordinal, acceptedAt } = handOver;
    const origin = seal === "" ? null : { clientAddress, clientPort, cipher, ordinal };
    // A service may have been taken over: what it says of the connection counts only if it was said here before.
    const port = origin ? handOver.port : localPort(handle);
    if (port === null || !this.#ports.has(port) || (origin && !this.#seal.isGenuine(seal, handle, port, origin))) {
      this.#logLine("refused a connection that a service gave back: its origin is not genuine");
      handle.close();
      return;
    }
    const arrival = new Arrival(handle, { port, requestNumber, origin, acceptedAt }, this.#arrivalEvents);
    this.#reading.add(arrival);
    arrival.receive(bytes);
  }

  async #answerPage(arrival: Arrival, page: StatusPage): Promise<void> {
    const client = arrival.clientAddress;
    const reply = await page({
      startedAt: this.#configuration.startedAt,
      accepted: this.#accepted,
      readmitted: this.#readmitted,
      inTransit: this.#inTransit - 1,
      clusters: [...this.#clusters.values()],
      isStopping: this.#stopping,
      serverStatus: () => this.#events.serverStatus(),
    });
    const bytes = answerText(arrival, reply, this.#configuration.identity);
    this.#logAnswer(arrival, client, reply.status, bytes);
  }

  /** With the error document if there is one and a service can publish it, else with the built-in page (§3.10). */
  #answer(arrival: Arrival, status: number, requestLine?: string): void {
    const { errorPages } = this.#configuration;
    if (arrival.head && errorPages?.statuses.includes(status)) {
      if (this.#clusters.get(errorPages.cluster)?.offerError(arrival, status)) return;
    }
    const client = arrival.clientAddress;
    const bytes = answerError(arrival, status, this.#configuration.identity);
    this.#logAnswer(arrival, client, status, bytes, requestLine);
  }

  #logAnswer(arrival: Arrival, client: string | null, status: number, bytes: number, requestLine?: string): void {
    const { head } = arrival;
    if (!this.#configuration.log.enabled) return;
    const line = requestLine ?? (head ? `${head.method} ${head.target} HTTP/1.${head.minorVersion}` : "");
    const record: AccessRecord = {
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
      time: null,
      header: (name) => (head && headerOf(head.text, name)) ?? null,
    };
    this.#log.write("access", this.#format.access(record));
    if (status >= 400) this.#log.write("entry", this.#format.error(record, head?.path ?? line));
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
    for (const cluster of this.#clusters.values()) cluster.sweep(now, demuxTimeout);
    this.#formerClusters = this.#formerClusters.filter((cluster) => cluster.allSlots.some((slot) => !slot.isEmpty));
  }
}
