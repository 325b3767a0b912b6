// A service process once its service has started: takes connections from the dispatcher and from its direct ports, gives
// kept ones back, and ends when its last request is answered.

import { timestamp } from "../http/access-line.js";
import { CHILD_DESCRIPTORS, report } from "../process/child.js";
import { DescriptorChannel } from "../process/descriptor-channel.js";
import type { LogChannel } from "../process/log-channel.js";
import {
  decodeHandOver,
  encodeHandOver,
  type HandOver,
  HandOverKind,
  type ServiceConfiguration,
  type ServiceReport,
  type ServiceUpdate,
} from "../process/messages.js";
import type { ListenerHandle, StreamHandle } from "../process/native-handles.js";
import { DispatcherLink } from "./dispatcher-link.js";
import type { Service, ServiceContext } from "./service.js";
import { ServiceServer } from "./service-server.js";

const NO_BYTES = Buffer.alloc(0);

/** What is told of a connection that came to a direct port, but for port and times. */
const DIRECT_HAND_OVER = {
  status: 0,
  requestNumber: 0,
  clientAddress: "",
  clientPort: 0,
  cipher: "",
  ordinal: 0,
  seal: "",
};

/** Connections that may wait on a direct port (server specification §8). */
const DIRECT_BACKLOG = 2048;

export class RunningProcess {
  readonly #configuration: ServiceConfiguration;
  readonly #log: LogChannel;
  readonly #channel: DescriptorChannel;
  readonly #link: DispatcherLink;
  readonly #listeners = new Set<ListenerHandle>();
  /** Connections that came in during this round of the event loop. */
  readonly #arrived: { handle: StreamHandle; payload: Buffer }[] = [];
  /** Null until the service has started. */
  #service: Service | null = null;
  #server: ServiceServer | null = null;
  /** Connections on their way back to the dispatcher. */
  #handingBack = 0;
  #hasGreeted = false;
  #isAnnounced = false;
  #hasEnough = false;
  #isDrained = false;
  #isStopping = false;
  #isExiting = false;

  /** Opens the channel to the dispatcher, which hooks of the service may ask while it starts. */
  constructor(configuration: ServiceConfiguration, log: LogChannel) {
    this.#configuration = configuration;
    this.#log = log;
    this.#channel = new DescriptorChannel(CHILD_DESCRIPTORS.handOver, log.handle, {
      message: (kind, payload, handle) => this.#receive(kind, payload, handle),
      closed: () => {
        this.#link.closed();
        this.drain(false);
      },
    });
    this.#link = new DispatcherLink(this.#channel, (line) => this.#writeError(`${configuration.name}: ${line}`));
  }

  /** Starts the service that `create` makes. Rejects when it does not start. */
  async start(create: (context: ServiceContext) => Promise<Service>): Promise<void> {
    const configuration = this.#configuration;
    const service = await create({
      configuration,
      log: (line) => this.#writeError(line),
      retire: () => report<ServiceReport>({ type: "retire" }),
      dispatcher: this.#link,
    });
    this.#service = service;
    this.#link.handlers = service.custom ?? {};
    this.#server = new ServiceServer(configuration, service, this.#log, {
      handBack: (handle, handOver, bytes) => this.#handBack(handle, handOver, bytes),
      left: () => this.#checkWaterMarks(),
      drained: () => {
        this.#isDrained = true;
        void this.#exit();
      },
    });
  }

  /** Asks the dispatcher for connections. */
  announce(): void {
    this.#isAnnounced = true;
    if (!this.#hasGreeted) return;
    this.#channel.send(HandOverKind.ready);
    report<ServiceReport>({ type: "ready" });
  }

  /** The log daemon is gone. */
  logLost(): void {
    this.#service?.logLost?.();
  }

  /** Delivers the operator's text; resolves to null, or to what the service says against it. */
  async message(text: string): Promise<string | null> {
    return this.#service?.message ? this.#service.message(text) : "no messages handled";
  }

  /** A new version of the site is to be published from now on. */
  siteChanged(): void {
    void this.#service?.siteChanged?.();
  }

  update(update: ServiceUpdate): void {
    this.#server?.update(update);
  }

  /** Accepts connections on a direct port, for whatever path (server specification §3.1). */
  listen(listener: ListenerHandle, port: number): void {
    if (this.#isStopping) {
      listener.close();
      return;
    }
    this.#listeners.add(listener);
    listener.onconnection = (_status, connection) => {
      if (!connection) return;
      const now = Date.now();
      const handOver = { ...DIRECT_HAND_OVER, port, acceptedAt: now, forwardedAt: now };
      this.#server?.accept(connection, handOver, NO_BYTES);
      this.#checkWaterMarks();
    };
    listener.listen(DIRECT_BACKLOG);
  }

  /** Finishes the requests in flight and ends the process. Kept connections go back to the dispatcher if `giveBack`. */
  drain(giveBack: boolean): void {
    const server = this.#server;
    // There is nothing to finish before the service has started.
    if (server === null) process.exit(0);
    this.#closeListeners();
    if (!this.#isStopping) this.#service?.stopping?.();
    this.#isStopping = true;
    setTimeout(() => this.#exit(true), this.#configuration.drainTimeout).unref();
    // After the round in which connections may have come that were sent before.
    setImmediate(() => setImmediate(() => server.drain(giveBack)));
  }

  #receive(kind: string, payload: Buffer, handle: StreamHandle | null): void {
    if (kind === HandOverKind.connection && handle) {
      if (this.#arrived.length === 0) setImmediate(() => this.#takeArrived());
      this.#arrived.push({ handle, payload: Buffer.from(payload) });
      return;
    }
    switch (kind) {
      case HandOverKind.hello:
        this.#hasGreeted = true;
        if (this.#isAnnounced) this.announce();
        break;
      case HandOverKind.drain:
        this.drain(true);
        break;
      case HandOverKind.count:
        this.#channel.send(HandOverKind.counted, JSON.stringify(this.#server?.statistics() ?? null));
        break;
      case HandOverKind.answer:
        this.#link.answered(payload);
        break;
      case HandOverKind.delivery:
        void this.#link.delivered(payload);
        break;
      default:
        handle?.close();
    }
  }

  /**
   * What came in during one round of the event loop is acknowledged before it is served: a connection that was not
   * acknowledged has had no effect yet, so that the dispatcher may give it to another process if this one dies.
   */
  #takeArrived(): void {
    const taken = this.#arrived.splice(0);
    // Before the acknowledgement, so that the dispatcher does not send more in between.
    this.#checkWaterMarks(taken.length);
    this.#channel.send(HandOverKind.taken, String(taken.length));
    for (const { handle, payload } of taken) {
      const { handOver, bytes } = decodeHandOver(payload);
      this.#server?.accept(handle, handOver, bytes);
    }
  }

  #handBack(handle: StreamHandle, handOver: HandOver, bytes: Buffer): void {
    if (!this.#channel.isOpen) {
      handle.close();
      return;
    }
    this.#handingBack++;
    this.#channel.send(HandOverKind.handBack, encodeHandOver(handOver, bytes.toString("latin1")), handle, () => {
      handle.close();
      this.#handingBack--;
      if (this.#isDrained) void this.#exit();
    });
  }

  /** Stops and resumes taking connections (server specification §1.8). `coming`: connections about to be added. */
  #checkWaterMarks(coming = 0): void {
    const { high, low, log } = this.#configuration.waterMarks;
    const open = (this.#server?.connections ?? 0) + coming;
    if (high === 0 || this.#isStopping || (this.#hasEnough ? open >= low : open < high)) return;
    this.#hasEnough = !this.#hasEnough;
    this.#channel.send(this.#hasEnough ? HandOverKind.enough : HandOverKind.more);
    if (this.#hasEnough) this.#closeListeners();
    else if (this.#configuration.directPorts.length > 0) report<ServiceReport>({ type: "listeners-wanted" });
    if (!log) return;
    const what = this.#hasEnough ? "disabled" : "enabled";
    this.#writeError(`${this.#server?.program} ${timestamp(Date.now())} ++ accept ${what}: ${open} connections`);
  }

  /** The launcher keeps the sockets open: clients wait in their queues for another process, or this one. */
  #closeListeners(): void {
    for (const listener of this.#listeners) listener.close();
    this.#listeners.clear();
  }

  #writeError(line: string): void {
    this.#log.write("error", line);
  }

  async #exit(isLate = false): Promise<void> {
    if (this.#isExiting || (this.#handingBack > 0 && this.#channel.isOpen && !isLate)) return;
    this.#isExiting = true;
    this.#server?.close();
    // The service may have something to say to others at its end.
    await this.#service?.close?.();
    this.#channel.close();
    await this.#log.end();
    process.exit(0);
  }
}
