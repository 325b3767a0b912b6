// The dispatcher's view of one service process and its successor: their channels, and the connections on their way.

import { DescriptorChannel } from "../process/descriptor-channel.js";
import { encodeHandOver, HandOverKind } from "../process/messages.js";
import type { ConnectionHandle, NativeHandle, StreamHandle } from "../process/native-handles.js";
import { readStatistics, type ServiceStatistics } from "../process/statistics.js";
import type { Arrival } from "./arrival.js";
import type { ExchangePeer, ExchangePlace } from "./exchange.js";
import type { OriginSeal } from "./origin-seal.js";

/**
 * `absent`: not running, will come (back). `standby`: comes when it is woken. `starting`: running, not ready.
 * `given-up`: will not come.
 */
export type SlotState = "absent" | "standby" | "starting" | "ready" | "given-up";

export interface SlotEvents {
  /** The process can take (more) connections. */
  available(): void;
  /** A process is gone; `untaken` are the connections that it has never seen. */
  lost(pid: number, untaken: Arrival[]): void;
  /** A process gives a kept connection back, with the bytes of its next request. */
  handedBack(payload: Buffer, handle: ConnectionHandle): void;
  /** A process asks something, says something to what was delivered to it, or is gone and will not. */
  asked(peer: ExchangePeer, payload: Buffer): void;
  outcome(peer: ExchangePeer, payload: Buffer): void;
  silenced(peer: ExchangePeer): void;
}

/** Milliseconds for a process to tell what it has counted. */
const STATISTICS_TIME = 1000;

interface Delivery {
  arrival: Arrival;
  since: number;
}

/** One process. */
interface Line extends ExchangePeer {
  channel: DescriptorChannel;
  underWay: Delivery[];
  /** The process has asked for no more connections. */
  hasEnough: boolean;
  /** Those who want to know what the process has counted. */
  asking: ((statistics: ServiceStatistics | null) => void)[];
}

export class Slot implements ExchangePlace {
  /** Connections sent since the process became ready, and when that was (epoch milliseconds). */
  sent = 0;
  readySince = 0;
  /** Connections sent to any process of this place. */
  handOvers = 0;
  /** Since when (epoch milliseconds) the current process counts as overloaded; 0 if it does not. */
  overloadedSince = 0;
  /** What is said of a place without a process. */
  #withoutProcess: "absent" | "standby" | "given-up" = "absent";
  /** The process that gets connections. */
  #current: Line | null = null;
  /** A process that is not ready yet; the current one serves until it is. */
  #next: Line | null = null;
  /** Former processes that finish what they have. */
  readonly #retiring = new Set<Line>();
  readonly #events: SlotEvents;

  constructor(
    readonly sibling: number,
    private readonly seal: OriginSeal,
    events: SlotEvents,
  ) {
    this.#events = events;
  }

  get state(): SlotState {
    if (this.#current) return "ready";
    if (this.#next) return "starting";
    return this.#withoutProcess;
  }

  /** The current process has asked for no more connections. */
  get hasEnough(): boolean {
    return this.#current?.hasEnough ?? false;
  }

  /** No process is left, not even a former one. */
  get isEmpty(): boolean {
    return this.#lines().length === 0;
  }

  get pid(): number {
    return (this.#current ?? this.#next)?.pid ?? 0;
  }

  /** The process that serves. */
  get peer(): ExchangePeer | null {
    return this.#current;
  }

  /** Connections sent to the current process but not yet acknowledged. */
  get underWay(): number {
    return this.#current?.underWay.length ?? 0;
  }

  /** Connections sent to any process but not yet acknowledged. */
  get allUnderWay(): number {
    let count = 0;
    for (const line of this.#lines()) count += line.underWay.length;
    return count;
  }

  /** Milliseconds that the oldest unacknowledged connection of the current process has waited. */
  oldestWait(now: number): number {
    const oldest = this.#current?.underWay[0];
    return oldest ? now - oldest.since : 0;
  }

  /** A new process: `end` is this side of its channel. It takes over when it is ready. */
  adopt(end: NativeHandle, pid: number): void {
    this.#withoutProcess = "absent";
    if (this.#next) this.#lose(this.#next);
    const send = (kind: string, payload: string) => line.channel.send(kind, payload);
    const line: Line = { pid, underWay: [], hasEnough: false, asking: [], channel: null as never, send };
    line.channel = new DescriptorChannel(end.fd, end, {
      message: (kind, payload, handle) => this.#receive(line, kind, payload, handle),
      closed: () => this.#lose(line),
    });
    this.#next = line;
    line.channel.send(HandOverKind.hello);
  }

  /** Sends a connection; `status` other than 0 asks for an error page. */
  send(arrival: Arrival, status: number): void {
    const { channel, underWay } = this.#current!;
    this.sent++;
    this.handOvers++;
    underWay.push({ arrival, since: Date.now() });
    const { handOver, bytes } = arrival.handOver(status, this.seal);
    channel.send(HandOverKind.connection, encodeHandOver(handOver, bytes), arrival.handle);
  }

  /** What the current process has counted; null if there is none or it does not answer in time. */
  statistics(): Promise<ServiceStatistics | null> {
    const line = this.#current;
    if (!line) return Promise.resolve(null);
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(null), STATISTICS_TIME);
      line.asking.push((statistics) => {
        clearTimeout(timer);
        resolve(statistics);
      });
      line.channel.send(HandOverKind.count);
    });
  }

  /** There will be no process; one that runs finishes what it has. */
  giveUp(): void {
    this.#withoutProcess = "given-up";
    for (const line of [this.#current, this.#next]) if (line) this.#retire(line);
    this.#current = null;
    this.#next = null;
  }

  /** A process is started when it is woken. */
  standBy(): void {
    this.#withoutProcess = "standby";
  }

  /** Somebody was told to start a process that stood by. */
  waking(): void {
    this.#withoutProcess = "absent";
  }

  /** Ends all channels: the processes finish what they have and exit. */
  close(): void {
    for (const line of this.#lines()) {
      line.channel.close();
      for (const { arrival } of line.underWay) arrival.release();
    }
    this.#current = null;
    this.#next = null;
    this.#retiring.clear();
  }

  #lines(): Line[] {
    return [...this.#retiring, this.#current, this.#next].filter((line) => line !== null);
  }

  #receive(line: Line, kind: string, payload: Buffer, handle: StreamHandle | null): void {
    switch (kind) {
      case HandOverKind.ready:
        this.#takeOver(line);
        break;
      case HandOverKind.taken:
        for (const { arrival } of line.underWay.splice(0, Number(payload.toString("latin1")))) arrival.release();
        if (line === this.#current && !line.hasEnough) this.#events.available();
        break;
      case HandOverKind.enough:
        line.hasEnough = true;
        break;
      case HandOverKind.more:
        line.hasEnough = false;
        if (line === this.#current) this.#events.available();
        break;
      case HandOverKind.counted:
        for (const answer of line.asking.splice(0)) answer(readStatistics(payload.toString("latin1")));
        break;
      case HandOverKind.handBack:
        // Of what libuv takes for a handle, only streams are connections.
        if (handle && "readStart" in handle) this.#events.handedBack(payload, handle as ConnectionHandle);
        else (handle as NativeHandle | null)?.close();
        break;
      case HandOverKind.question:
        this.#events.asked(line, payload);
        break;
      case HandOverKind.outcome:
        this.#events.outcome(line, payload);
        break;
      default:
        handle?.close();
    }
  }

  #takeOver(line: Line): void {
    if (line !== this.#next) return;
    const old = this.#current;
    this.#current = line;
    this.#next = null;
    this.sent = 0;
    this.readySince = Date.now();
    if (old) this.#retire(old);
    this.#events.available();
  }

  #retire(line: Line): void {
    this.#retiring.add(line);
    line.channel.send(HandOverKind.drain);
  }

  #lose(line: Line): void {
    line.channel.close();
    this.#events.silenced(line);
    for (const answer of line.asking.splice(0)) answer(null);
    const isRetired = this.#retiring.delete(line);
    if (line === this.#current) this.#current = null;
    if (line === this.#next) this.#next = null;
    const untaken = line.underWay.splice(0).map((delivery) => delivery.arrival);
    if (!isRetired || untaken.length > 0) this.#events.lost(line.pid, untaken);
  }
}
