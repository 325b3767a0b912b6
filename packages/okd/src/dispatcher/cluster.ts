// The sibling processes of one service as the dispatcher sees them: which one gets a connection, and the connections
// that wait while none can (server specification §3.5, §1.8).

import type { Sender } from "pub-runtime/service";
import type { ClusterConfiguration, DispatcherConfiguration } from "../process/messages.js";
import type { ConnectionHandle } from "../process/native-handles.js";
import type { Arrival } from "./arrival.js";
import type { ExchangePeer } from "./exchange.js";
import type { OriginSeal } from "./origin-seal.js";
import { type SiblingChoice, siblingChoice } from "./sibling-choice.js";
import { Slot } from "./slot.js";

export interface ClusterEvents {
  /** No process can take the connection; it must be answered with `status`. */
  unserved(arrival: Arrival, status: number): void;
  handedBack(payload: Buffer, handle: ConnectionHandle): void;
  /** A process asks something, says something to what was delivered to it, or is gone and will not. */
  asked(peer: ExchangePeer, from: Sender, payload: Buffer): void;
  outcome(peer: ExchangePeer, payload: Buffer): void;
  silenced(peer: ExchangePeer): void;
  /** A process that stands by is wanted. */
  wake(sibling: number): void;
  /** A process does not respond and is to get the signal. */
  kill(sibling: number, signal: number): void;
  log(line: string): void;
}

export class Cluster {
  readonly name: string;
  slots: Slot[] = [];
  /** Places that are gone from the configuration, while their processes finish. */
  #former: Slot[] = [];
  #configuration: DispatcherConfiguration;
  #choice: SiblingChoice;
  readonly #seal: OriginSeal;
  readonly #events: ClusterEvents;
  readonly #queue: Arrival[] = [];

  constructor(
    { name, siblings }: ClusterConfiguration,
    configuration: DispatcherConfiguration,
    seal: OriginSeal,
    events: ClusterEvents,
  ) {
    this.name = name;
    this.#configuration = configuration;
    this.#seal = seal;
    this.#choice = siblingChoice(configuration);
    this.#events = events;
    this.configure(siblings, configuration);
  }

  /** Connections that wait for a process. */
  get waiting(): number {
    return this.#queue.length;
  }

  /** Requests are served, at once or as soon as a process that stands by has started. */
  get isAvailable(): boolean {
    return this.slots.some(({ state }) => state === "ready" || state === "standby");
  }

  /** All places, those included that only finish. */
  get allSlots(): Slot[] {
    return [...this.slots, ...this.#former];
  }

  /** Another number of siblings, other limits. Processes that are too many finish what they have. */
  configure(siblings: number, configuration: DispatcherConfiguration): void {
    this.#configuration = configuration;
    this.#choice = siblingChoice(configuration);
    const surplus = this.slots.splice(siblings);
    for (const slot of surplus) slot.giveUp();
    this.#former = [...this.#former.filter((slot) => !slot.isEmpty), ...surplus];
    if (siblings > 0) this.place(siblings - 1);
    if (siblings === 0) this.rejectWaiting();
  }

  /**
   * Hands the connection to a process, keeps it until there is one, or reports it as unserved. `preferred`: the sibling
   * that the client asks for, if it can.
   */
  offer(arrival: Arrival, preferred: number | null = null): void {
    const first = this.#firstChoice(arrival, preferred);
    const slot = this.#queue.length === 0 ? this.#choose(first) : null;
    if (this.slots[first]?.state === "standby") this.#wake(first);
    if (slot) {
      slot.send(arrival, 0);
      return;
    }
    const now = Date.now();
    const busy = this.slots.filter((each) => each.state === "ready" && this.#overload(each, now) !== null).length;
    const ready = this.slots.filter(({ state }) => state === "ready").length;
    const expected = this.slots.filter(({ state }) => state !== "ready" && state !== "given-up").length;
    // A healthy process with a full quota takes more in a moment; the limit is for waiting without a process.
    const limitReached = ready === 0 && this.#queue.length >= this.#configuration.queueLimit;
    if (ready + expected === 0 || limitReached || (ready > 0 && ready === busy && expected === 0)) {
      this.#events.unserved(arrival, 503);
    } else {
      this.#queue.push(arrival);
    }
  }

  /** Hands a connection over to be answered with an error page; false if no process can at this moment. */
  offerError(arrival: Arrival, status: number): boolean {
    const slot = this.#queue.length === 0 ? this.#choose(0) : null;
    slot?.send(arrival, status);
    return slot !== null;
  }

  /** The place of a sibling, which may be one that a configuration to come will have. */
  place(sibling: number): Slot {
    while (this.slots.length <= sibling) this.slots.push(this.#createSlot(this.slots.length));
    return this.slots[sibling];
  }

  /** The process will not come back; without any other, nobody waits in vain. */
  giveUp(sibling: number): void {
    this.slots[sibling]?.giveUp();
    if (this.#isHopeless) this.rejectWaiting();
    else if (this.#queue.length > 0) this.#wakeIfNoneComes();
  }

  standBy(sibling: number): void {
    this.slots[sibling]?.standBy();
  }

  /** Answers those that have waited longer than `limit` milliseconds, and looks for processes that do not respond. */
  sweep(now: number, limit: number): void {
    while (this.#queue.length > 0 && now - this.#queue[0].since > limit) {
      this.#events.unserved(this.#queue.shift()!, 503);
    }
    for (const slot of this.slots) this.#judge(slot, now);
  }

  rejectWaiting(): void {
    for (const arrival of this.#queue.splice(0)) this.#events.unserved(arrival, 503);
  }

  get #isHopeless(): boolean {
    return this.slots.every(({ state }) => state === "given-up");
  }

  #createSlot(sibling: number): Slot {
    return new Slot(sibling, this.#seal, {
      available: () => this.#drain(),
      lost: (pid, untaken) => {
        this.#events.log(`${this.name}: child process died (pid ${pid})`);
        this.#requeue(untaken);
      },
      handedBack: this.#events.handedBack,
      asked: (peer, payload) => this.#events.asked(peer, { service: this.name, sibling }, payload),
      outcome: this.#events.outcome,
      silenced: this.#events.silenced,
    });
  }

  #wakeIfNoneComes(): void {
    const standby = this.slots.find(({ state }) => state === "standby");
    const others = this.slots.filter(({ state }) => state !== "standby" && state !== "given-up");
    if (standby && others.length === 0) this.#wake(standby.sibling);
  }

  #wake(sibling: number): void {
    this.slots[sibling].waking();
    this.#events.wake(sibling);
  }

  /** Why a process that is ready gets no connections, or null. */
  #overload(slot: Slot, now: number): string | null {
    const { handOverTimeBudget } = this.#configuration;
    if (slot.hasEnough) return "it has enough connections";
    const wait = slot.oldestWait(now);
    if (handOverTimeBudget > 0 && wait > handOverTimeBudget) return `it has not taken a connection for ${wait} ms`;
    return null;
  }

  /** Logs the beginning of an overload, and has a process ended that does not respond for too long. */
  #judge(slot: Slot, now: number): void {
    const reason = slot.state === "ready" ? this.#overload(slot, now) : null;
    if (reason === null) {
      slot.overloadedSince = 0;
      return;
    }
    if (slot.overloadedSince === 0) {
      slot.overloadedSince = now;
      this.#events.log(`${this.name}: **OVERLOAD of process ${slot.pid}: ${reason}`);
    }
    const { emergencyKill } = this.#configuration;
    // A process that says that it has enough responds.
    if (emergencyKill === null || slot.hasEnough || now - slot.overloadedSince < emergencyKill.wait) return;
    slot.overloadedSince = 0;
    this.#events.log(
      `${this.name}: process ${slot.pid} does not respond; ending it with signal ${emergencyKill.signal}`,
    );
    this.#events.kill(slot.sibling, emergencyKill.signal);
  }

  #drain(): void {
    while (this.#queue.length > 0) {
      const slot = this.#choose(this.#firstChoice(this.#queue[0], null));
      if (!slot) return;
      slot.send(this.#queue.shift()!, 0);
    }
  }

  #requeue(untaken: Arrival[]): void {
    this.#queue.unshift(...untaken);
    if (this.#isHopeless) this.rejectWaiting();
    else this.#drain();
  }

  #choose(first: number): Slot | null {
    const { slots } = this;
    const { handOverQuota } = this.#configuration;
    for (let offset = 0; offset < slots.length; offset++) {
      const slot = slots[(first + offset) % slots.length];
      if (slot.state !== "ready" || slot.hasEnough) continue;
      if (handOverQuota === 0 || slot.underWay < handOverQuota) return slot;
    }
    return null;
  }

  #firstChoice(arrival: Arrival, preferred: number | null): number {
    const { length } = this.slots;
    if (preferred !== null && preferred < length) return preferred;
    return length <= 1 ? 0 : this.#choice(arrival, length);
  }
}
