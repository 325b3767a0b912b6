// The dispatcher's view of one service process: its channel, whether it is ready, and the connections on their way.

import { DescriptorChannel } from "../process/descriptor-channel.js";
import { encodeHandOver, HandOverKind } from "../process/messages.js";
import type { ConnectionHandle, NativeHandle, StreamHandle } from "../process/native-handles.js";
import type { Arrival } from "./arrival.js";

/** `absent`: not running, will come (back). `starting`: running, not ready. `given-up`: will never come. */
export type SlotState = "absent" | "starting" | "ready" | "given-up";

export interface SlotEvents {
  /** The process can take (more) connections. */
  available(): void;
  /** The process is gone; `untaken` are the connections that it has never seen. */
  lost(untaken: Arrival[]): void;
  /** The process gives a kept connection back, with the bytes of its next request. */
  handedBack(payload: Buffer, handle: ConnectionHandle): void;
}

interface Delivery {
  arrival: Arrival;
  since: number;
}

export class Slot {
  state: SlotState = "absent";
  pid = 0;
  /** Connections sent since the process became ready, and when that was (epoch milliseconds). */
  sent = 0;
  readySince = 0;
  #channel: DescriptorChannel | null = null;
  #underWay: Delivery[] = [];
  readonly #events: SlotEvents;

  constructor(
    readonly sibling: number,
    events: SlotEvents,
  ) {
    this.#events = events;
  }

  /** Connections sent but not yet acknowledged. */
  get underWay(): number {
    return this.#underWay.length;
  }

  /** Milliseconds that the oldest unacknowledged connection has waited. */
  oldestWait(now: number): number {
    return this.#underWay.length === 0 ? 0 : now - this.#underWay[0].since;
  }

  /** A new process: `end` is this side of its channel. */
  adopt(end: NativeHandle, pid: number): void {
    this.detach();
    this.state = "starting";
    this.pid = pid;
    const channel: DescriptorChannel = new DescriptorChannel(end.fd, end, {
      message: (kind, payload, handle) => this.#receive(kind, payload, handle),
      closed: () => this.#lose(channel),
    });
    this.#channel = channel;
    channel.send(HandOverKind.hello);
  }

  /** Sends a connection; `status` other than 0 asks for an error page. */
  send(arrival: Arrival, status: number): void {
    this.sent++;
    this.#underWay.push({ arrival, since: Date.now() });
    const { handOver, bytes } = arrival.handOver(status);
    this.#channel!.send(HandOverKind.connection, encodeHandOver(handOver, bytes), arrival.handle);
  }

  /** Ends the channel: the process finishes what it has and exits. Returns the connections that it may not see. */
  detach(): Arrival[] {
    this.#channel?.close();
    this.#channel = null;
    if (this.state !== "given-up") this.state = "absent";
    return this.#underWay.splice(0).map((delivery) => delivery.arrival);
  }

  #receive(kind: string, payload: Buffer, handle: StreamHandle | null): void {
    switch (kind) {
      case HandOverKind.ready:
        this.state = "ready";
        this.sent = 0;
        this.readySince = Date.now();
        this.#events.available();
        break;
      case HandOverKind.taken: {
        for (const { arrival } of this.#underWay.splice(0, Number(payload.toString("latin1")))) arrival.release();
        this.#events.available();
        break;
      }
      case HandOverKind.handBack:
        if (handle) this.#events.handedBack(payload, handle as ConnectionHandle);
        break;
      default:
        handle?.close();
    }
  }

  #lose(channel: DescriptorChannel): void {
    if (channel !== this.#channel) return;
    this.#events.lost(this.detach());
  }
}
