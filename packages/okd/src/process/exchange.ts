// What services say to the dispatcher and through it to each other: questions about the processes, custom messages and
// custom queries (server specification §4.8). A message is one line of JSON, then bytes.

import type { ProcessAddress, ProcessReply, ProcessStatistics, Sender } from "pub-runtime/service";

/** Bytes of the longest custom message and of the longest answer to one. */
export const EXCHANGE_LIMIT = 1024 * 1024;

/** Milliseconds that a process has for its answer to a custom message. */
export const EXCHANGE_TIME = 10_000;

/** `custom1` is told whether the message was taken; `custom2` is answered with bytes. */
export type ExchangeKind = "custom1" | "custom2";

/** Service → dispatcher. With the bytes of the message. `to` null: all processes. */
export type Question =
  | { id: number; ask: "statistics" }
  | { id: number; ask: ExchangeKind; to: readonly ProcessAddress[] | null };

/** One process's reply within an answer; its bytes follow those of the replies before it. */
export type ReplyHead = Omit<ProcessReply, "bytes"> & { length: number };

/** Dispatcher → service: what became of a question. */
export type Answer =
  | { id: number; statistics: readonly ProcessStatistics[] }
  | { id: number; replies: readonly ReplyHead[] }
  | { id: number; failure: string };

/** Dispatcher → service, with the bytes of the message. `from` is what the dispatcher knows, not what was said. */
export interface Delivery {
  id: number;
  kind: ExchangeKind;
  from: Sender;
}

/** Service → dispatcher, with the bytes of the answer. `status`: a name of server specification §1.3. */
export interface Outcome {
  id: number;
  status: string;
}

const NO_BYTES = new Uint8Array();

export function encodeExchange(head: Question | Answer | Delivery | Outcome, bytes: Uint8Array = NO_BYTES): string {
  return `${JSON.stringify(head)}\n${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1")}`;
}

/** The inverse; `bytes` is a copy. Null for what is no such message: the other side may be anybody's code. */
export function decodeExchange<Head extends { id: number }>(payload: Buffer): { head: Head; bytes: Buffer } | null {
  const end = payload.indexOf(10);
  if (end === -1) return null;
  try {
    const head = JSON.parse(payload.toString("latin1", 0, end));
    if (typeof head !== "object" || head === null || !Number.isSafeInteger(head.id)) return null;
    return { head, bytes: Buffer.from(payload.subarray(end + 1)) };
  } catch {
    return null;
  }
}
