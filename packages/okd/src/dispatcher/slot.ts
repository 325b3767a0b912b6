// The dispatcher's view of one service process and its successor: their channels, and the connections on their way.

import { DescriptorChannel } from "../process/descriptor-channel.js";
import { encodeHandOver, HandOverKind } from "../process/messages.js";
import type { ConnectionHandle, NativeHandle, StreamHandle } from "../process/native-handles.js";
import type { Arrival } from "./arrival.js";
import type { ExchangePeer, ExchangePlace } from "./exchange.js";
import type { OriginSeal } from "./origin-seal.js";

/** `absent`: not running, will come (back). `starting`: running, not ready. `given-up`: will never come. */
export type SlotState = "absent" | "starting" | "ready" | "given-up";

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

interface Delivery {
  arrival: Arrival;
  since: number;
}

/** One process. */
interface Line extends ExchangePeer {
  channel: DescriptorChannel;
  underWay: Delivery[];
}

export class Slot implements ExchangePlace {
  /** Connections sent since the process became ready, and when that was (epoch milliseconds). */
  sent = 0;
  readySince = 0;
  #isGivenUp = false;
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
    return this.#isGivenUp ? "given-up" : "absent";
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
    this.#isGivenUp = false;
    if (this.#next) this.#lose(this.#next);
    const send = (kind: string, payload: string) => line.channel.send(kind, payload);
    const line: Line = { pid, underWay: [], channel: null as never, send };
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
    underWay.push({ arrival, since: Date.now() });
    const { handOver, bytes } = arrival.handOver(status, this.seal);
    channel.send(HandOverKind.connection, encodeHandOver(handOver, bytes), arrival.handle);
  }

  /** The process will not come back. */
  giveUp(): void {
    this.#isGivenUp = true;
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
        if (line === this.#current) this.#events.available();
        break;
      case HandOverKind.handBack:
        if (handle) this.#events.handedBack(payload, handle as ConnectionHandle);
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
    if (old) {
      this.#retiring.add(old);
      old.channel.send(HandOverKind.drain);
    }
    this.#events.available();
  }

  #lose(line: Line): void {
    line.channel.close();
    this.#events.silenced(line);
    const isRetired = this.#retiring.delete(line);
    if (line === this.#current) this.#current = null;
    if (line === this.#next) this.#next = null;
    const untaken = line.underWay.splice(0).map((delivery) => delivery.arrival);
    if (!isRetired || untaken.length > 0) this.#events.lost(line.pid, untaken);
  }
}
