// A service's line to the dispatcher: what it asks (feature S12), and the custom messages that come to it (S11).

import type { DispatcherControl, ProcessAddress, ProcessReply, ProcessStatistics } from "pub-runtime/service";
import {
  type Answer,
  type Delivery,
  decodeExchange,
  EXCHANGE_LIMIT,
  type ExchangeKind,
  encodeExchange,
  type Question,
  type ReplyHead,
} from "../process/exchange.js";
import { HandOverKind } from "../process/messages.js";
import type { CustomHandlers } from "./service.js";

/** The channel that the link speaks through. */
export interface LinkChannel {
  readonly isOpen: boolean;
  send(kind: string, payload: string): void;
}

interface Waiting {
  resolve(answer: { head: Answer; bytes: Buffer }): void;
  reject(error: Error): void;
}

/** A question without its id. */
type Asked = { ask: "statistics" } | { ask: ExchangeKind; to: readonly ProcessAddress[] | null };

export class DispatcherLink implements DispatcherControl {
  /** Set when the service has started. */
  handlers: CustomHandlers = {};
  readonly #channel: LinkChannel;
  readonly #log: (line: string) => void;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;

  constructor(channel: LinkChannel, log: (line: string) => void) {
    this.#channel = channel;
    this.#log = log;
  }

  async statistics(): Promise<readonly ProcessStatistics[]> {
    const { head } = await this.#ask({ ask: "statistics" });
    return "statistics" in head ? head.statistics : [];
  }

  broadcast(bytes: Uint8Array, to: readonly ProcessAddress[] | null): Promise<readonly ProcessReply[]> {
    return this.#send("custom1", bytes, to);
  }

  query(bytes: Uint8Array, to: readonly ProcessAddress[] | null): Promise<readonly ProcessReply[]> {
    return this.#send("custom2", bytes, to);
  }

  /** An answer of the dispatcher. */
  answered(payload: Buffer): void {
    const answer = decodeExchange<Answer>(payload);
    if (answer === null) return;
    const waiting = this.#waiting.get(answer.head.id);
    this.#waiting.delete(answer.head.id);
    if ("failure" in answer.head) waiting?.reject(new Error(answer.head.failure));
    else waiting?.resolve(answer);
  }

  /** A custom message for this process. */
  async delivered(payload: Buffer): Promise<void> {
    const delivery = decodeExchange<Delivery>(payload);
    if (delivery === null) return;
    const { id, kind, from } = delivery.head;
    const reply = (status: string, bytes?: Uint8Array) =>
      this.#channel.send(HandOverKind.outcome, encodeExchange({ id, status }, bytes));
    try {
      const result = await this.handlers[kind]?.(delivery.bytes, from);
      if (result === undefined || result === null || result === false) reply("UNAVAIL");
      else reply("OK", result === true ? undefined : result);
    } catch (error) {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      this.#log(`${kind}: ${Buffer.from(text, "utf8").toString("latin1")}`);
      reply("ERR");
    }
  }

  /** The dispatcher is gone: nothing is answered any more. */
  closed(): void {
    for (const { reject } of this.#waiting.values()) reject(new Error("the dispatcher is gone"));
    this.#waiting.clear();
  }

  async #send(kind: ExchangeKind, bytes: Uint8Array, to: readonly ProcessAddress[] | null): Promise<ProcessReply[]> {
    if (bytes.length > EXCHANGE_LIMIT) {
      throw new RangeError(`a message may have ${EXCHANGE_LIMIT} bytes, this one has ${bytes.length}`);
    }
    const { head, bytes: all } = await this.#ask({ ask: kind, to }, bytes);
    let position = 0;
    return ("replies" in head ? head.replies : []).map(({ length, ...reply }: ReplyHead) => {
      position += length;
      return { ...reply, bytes: all.subarray(position - length, position) };
    });
  }

  #ask(question: Asked, bytes?: Uint8Array): Promise<{ head: Answer; bytes: Buffer }> {
    if (!this.#channel.isOpen) return Promise.reject(new Error("the dispatcher is gone"));
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#channel.send(HandOverKind.question, encodeExchange({ id, ...question } as Question, bytes));
    });
  }
}
