// The dispatcher between services: answers what they ask about the processes, delivers custom messages and gathers the
// answers (server specification §1.3, §4.8). Nothing that a service sends is trusted.

import type { ProcessAddress, ProcessStatistics, Sender } from "pub-runtime/service";
import {
  type Answer,
  decodeExchange,
  EXCHANGE_LIMIT,
  EXCHANGE_TIME,
  type ExchangeKind,
  encodeExchange,
  type Outcome,
  type Question,
  type ReplyHead,
} from "../process/exchange.js";
import { HandOverKind } from "../process/messages.js";

/** Deliveries without an answer at which no more are taken. */
const UNDER_WAY_LIMIT = 10_000;

/** A running process of a service. */
export interface ExchangePeer {
  readonly pid: number;
  send(kind: string, payload: string): void;
}

/** A place for a process. */
export interface ExchangePlace {
  readonly sibling: number;
  /** The process that serves, or null. */
  readonly peer: ExchangePeer | null;
  /** Connections that it got, and since when it serves (epoch milliseconds). */
  readonly sent: number;
  readonly readySince: number;
}

interface UnderWay {
  peer: ExchangePeer;
  settle(status: string, bytes?: Buffer): void;
}

const NO_BYTES = Buffer.alloc(0);

export class Exchange {
  /** The places of each service by its name. */
  readonly #places: (service: string) => readonly ExchangePlace[] | undefined;
  readonly #services: () => Iterable<string>;
  readonly #underWay = new Map<number, UnderWay>();
  #lastId = 0;

  constructor(clusters: ReadonlyMap<string, { slots: readonly ExchangePlace[] }>) {
    this.#places = (service) => clusters.get(service)?.slots;
    this.#services = () => clusters.keys();
  }

  /** A question of a process; it is answered in any case, unless it cannot be read. */
  async ask(asker: ExchangePeer, from: Sender, payload: Buffer): Promise<void> {
    const question = decodeExchange<Question>(payload);
    if (question === null) return;
    const { head, bytes } = question;
    const answer = (head: Answer, bytes?: Buffer) => asker.send(HandOverKind.answer, encodeExchange(head, bytes));
    const { id } = head;
    if (head.ask === "statistics") {
      answer({ id, statistics: this.#statistics() });
      return;
    }
    const failure = this.#check(head, bytes);
    if (failure !== null) {
      answer({ id, failure });
      return;
    }
    const targets = head.to === null ? this.#everywhere() : head.to.flatMap((address) => this.#resolve(address));
    const replies = await Promise.all(targets.map((target) => this.#deliver(target, head.ask, from, bytes)));
    const heads = replies.map(({ reply, bytes }): ReplyHead => ({ ...reply, length: bytes.length }));
    answer({ id, replies: heads }, Buffer.concat(replies.map(({ bytes }) => bytes)));
  }

  /** What a process says to a delivery. */
  outcome(peer: ExchangePeer, payload: Buffer): void {
    const outcome = decodeExchange<Outcome>(payload);
    if (outcome === null) return;
    const { head, bytes } = outcome;
    const delivery = this.#underWay.get(head.id);
    if (delivery?.peer !== peer) return;
    if (typeof head.status !== "string" || bytes.length > EXCHANGE_LIMIT) delivery.settle("ERR");
    else delivery.settle(head.status, bytes);
  }

  /** The process is gone: it answers no more. */
  lost(peer: ExchangePeer): void {
    for (const delivery of this.#underWay.values()) if (delivery.peer === peer) delivery.settle("DEADCHILD");
  }

  #statistics(): ProcessStatistics[] {
    const now = Date.now();
    return this.#everywhere().flatMap(({ service, place }) => {
      if (place === null || place.peer === null) return [];
      const { sibling, sent: connections, readySince } = place;
      return [{ service, sibling, pid: place.peer.pid, connections, seconds: Math.floor((now - readySince) / 1000) }];
    });
  }

  #check({ ask, to }: { ask: string; to: unknown }, bytes: Buffer): string | null {
    if (ask !== "custom1" && ask !== "custom2") return "unknown question";
    if (bytes.length > EXCHANGE_LIMIT) return `a message of ${bytes.length} bytes is too long`;
    if (this.#underWay.size >= UNDER_WAY_LIMIT) return "too many messages are under way";
    const isAddress = (one: Partial<ProcessAddress> | null) =>
      typeof one?.service === "string" && (one.sibling === undefined || Number.isInteger(one.sibling));
    return to === null || (Array.isArray(to) && to.length <= UNDER_WAY_LIMIT && to.every(isAddress))
      ? null
      : "the addresses are no list of services";
  }

  #everywhere(): Target[] {
    return [...this.#services()].flatMap((service) => this.#resolve({ service }));
  }

  /** The places that an address names; one without a place when there is none. */
  #resolve({ service, sibling = -1 }: ProcessAddress): Target[] {
    const places = this.#places(service)?.filter((place) => sibling === -1 || place.sibling === sibling) ?? [];
    if (places.length === 0) return [{ service, sibling, place: null }];
    return places.map((place) => ({ service, sibling: place.sibling, place }));
  }

  #deliver(
    { service, sibling, place }: Target,
    kind: ExchangeKind,
    from: Sender,
    bytes: Buffer,
  ): Promise<{ reply: Omit<ReplyHead, "length">; bytes: Buffer }> {
    const reply = (status: string, bytes: Buffer = NO_BYTES) => ({ reply: { service, sibling, status }, bytes });
    if (place === null) return Promise.resolve(reply("NOSUCHCHILD"));
    const { peer } = place;
    if (peer === null) return Promise.resolve(reply("DEADCHILD"));
    const id = ++this.#lastId;
    return new Promise((resolve) => {
      const settle = (status: string, bytes?: Buffer) => {
        this.#underWay.delete(id);
        clearTimeout(timer);
        resolve(reply(status, bytes));
      };
      const timer = setTimeout(() => settle("ERR"), EXCHANGE_TIME).unref();
      this.#underWay.set(id, { peer, settle });
      peer.send(HandOverKind.delivery, encodeExchange({ id, kind, from }, bytes));
    });
  }
}

interface Target {
  service: string;
  sibling: number;
  /** Null: there is no such process. */
  place: ExchangePlace | null;
}
