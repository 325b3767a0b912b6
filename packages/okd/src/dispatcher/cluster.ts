// The sibling processes of one service as the dispatcher sees them: which one gets a connection, and the connections
// that wait while none can (server specification §3.5, §1.8).

import type { Sender } from "pub-runtime/service";
import type { ClusterConfiguration, DispatcherConfiguration } from "../process/messages.js";
import type { ConnectionHandle } from "../process/native-handles.js";
import type { Arrival } from "./arrival.js";
import type { ExchangePeer } from "./exchange.js";
import type { OriginSeal } from "./origin-seal.js";
import { Slot } from "./slot.js";

export interface ClusterEvents {
  /** No process can take the connection; it must be answered with `status`. */
  unserved(arrival: Arrival, status: number): void;
  handedBack(payload: Buffer, handle: ConnectionHandle): void;
  /** A process asks something, says something to what was delivered to it, or is gone and will not. */
  asked(peer: ExchangePeer, from: Sender, payload: Buffer): void;
  outcome(peer: ExchangePeer, payload: Buffer): void;
  silenced(peer: ExchangePeer): void;
  log(line: string): void;
}

type Limits = Pick<DispatcherConfiguration, "siblingChoice" | "queueLimit" | "handOverQuota" | "handOverTimeBudget">;

export class Cluster {
  readonly name: string;
  readonly slots: Slot[];
  readonly #limits: Limits;
  readonly #events: ClusterEvents;
  readonly #queue: Arrival[] = [];

  constructor(configuration: ClusterConfiguration, limits: Limits, seal: OriginSeal, events: ClusterEvents) {
    this.name = configuration.name;
    this.#limits = limits;
    this.#events = events;
    this.slots = Array.from({ length: configuration.siblings }, (_, sibling): Slot => {
      return new Slot(sibling, seal, {
        available: () => this.#drain(),
        lost: (pid, untaken) => {
          events.log(`${this.name}: child process died (pid ${pid})`);
          this.#requeue(untaken);
        },
        handedBack: events.handedBack,
        asked: (peer, payload) => events.asked(peer, { service: this.name, sibling }, payload),
        outcome: events.outcome,
        silenced: events.silenced,
      });
    });
  }

  /** Connections that wait for a process. */
  get waiting(): number {
    return this.#queue.length;
  }

  /** Hands the connection to a process, keeps it until there is one, or reports it as unserved. */
  offer(arrival: Arrival): void {
    const slot = this.#queue.length === 0 ? this.#choose(arrival) : null;
    if (slot) {
      slot.send(arrival, 0);
      return;
    }
    const now = Date.now();
    let ready = 0;
    let stuck = 0;
    let expected = 0;
    for (const { state, oldestWait } of this.slots.map((s) => ({ state: s.state, oldestWait: s.oldestWait(now) }))) {
      if (state === "ready") {
        ready++;
        if (this.#limits.handOverTimeBudget > 0 && oldestWait > this.#limits.handOverTimeBudget) stuck++;
      } else if (state !== "given-up") expected++;
    }
    // A healthy process with a full quota takes more in a moment; the limit is for waiting without a process.
    const limitReached = ready === 0 && this.#queue.length >= this.#limits.queueLimit;
    if (ready + expected === 0 || limitReached || (ready > 0 && ready === stuck && expected === 0)) {
      this.#events.unserved(arrival, 503);
    } else {
      this.#queue.push(arrival);
    }
  }

  /** The process will not come back; without any other, nobody waits in vain. */
  giveUp(sibling: number): void {
    this.slots[sibling].giveUp();
    if (this.slots.every((slot) => slot.state === "given-up")) this.rejectWaiting();
  }

  /** Answers those that have waited longer than `limit` milliseconds. */
  expire(now: number, limit: number): void {
    while (this.#queue.length > 0 && now - this.#queue[0].since > limit) {
      this.#events.unserved(this.#queue.shift()!, 503);
    }
  }

  rejectWaiting(): void {
    for (const arrival of this.#queue.splice(0)) this.#events.unserved(arrival, 503);
  }

  #drain(): void {
    while (this.#queue.length > 0) {
      const slot = this.#choose(this.#queue[0]);
      if (!slot) return;
      slot.send(this.#queue.shift()!, 0);
    }
  }

  #requeue(untaken: Arrival[]): void {
    this.#queue.unshift(...untaken);
    if (this.slots.every((slot) => slot.state === "given-up")) this.rejectWaiting();
    else this.#drain();
  }

  #choose(arrival: Arrival): Slot | null {
    const { slots } = this;
    const { handOverQuota } = this.#limits;
    const first = slots.length === 1 ? 0 : this.#firstChoice(arrival);
    for (let offset = 0; offset < slots.length; offset++) {
      const slot = slots[(first + offset) % slots.length];
      if (slot.state === "ready" && (handOverQuota === 0 || slot.underWay < handOverQuota)) return slot;
    }
    return null;
  }

  #firstChoice(arrival: Arrival): number {
    const { siblingChoice } = this.#limits;
    if (siblingChoice === "random") return Math.floor(Math.random() * this.slots.length);
    const ordinal = arrival.origin?.ordinal ?? 0;
    if (siblingChoice === "tls-ordinal" && ordinal > 0) return (ordinal - 1) % this.slots.length;
    let hash = 0;
    for (const character of arrival.clientAddress ?? "") {
      hash = (Math.imul(hash, 31) + character.charCodeAt(0)) >>> 0;
    }
    return hash % this.slots.length;
  }
}
