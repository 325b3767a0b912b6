// Protects the launcher from what a child that was taken over may write to its channel: it drops what no child of this
// server sends, and ends a child whose bytes are no messages.

import type { ChildProcess } from "node:child_process";

/** Bytes of one message. The largest are pieces of heap snapshots. */
const MESSAGE_LIMIT = 16 * 1024 * 1024;

/** Messages that Node needs for its own work on the channel: answers to handles that the launcher has sent. */
const EXPECTED_COMMANDS = new Set(["NODE_HANDLE_ACK", "NODE_HANDLE_NACK"]);

interface Channel {
  onread: (bytes?: ArrayBuffer) => void;
}

/** `suspect` is called (once) with what was wrong; the child has been killed. */
export function guardChannel(child: ChildProcess, suspect: (what: string) => void): void {
  let isCondemned = false;
  const condemn = (what: string) => {
    if (isCondemned) return;
    isCondemned = true;
    child.kill("SIGKILL");
    suspect(what);
  };

  // What comes between two messages is one message, however long.
  let unfinished = 0;
  const channel = channelOf(child);
  const read = channel.onread;
  channel.onread = function guarded(this: Channel, bytes?: ArrayBuffer) {
    if (isCondemned && bytes) return;
    unfinished += bytes?.byteLength ?? 0;
    if (unfinished > MESSAGE_LIMIT) {
      condemn("a message without end");
      return;
    }
    try {
      read.call(this, bytes);
    } catch (error) {
      condemn(`no message (${(error as Error).message})`);
    }
  };

  const emit = child.emit.bind(child) as (event: string, ...values: unknown[]) => boolean;
  child.emit = (event: string, ...values: unknown[]) => {
    if (event !== "message" && event !== "internalMessage") return emit(event, ...values);
    unfinished = 0;
    const [message, handle] = values as [Record<string, unknown> | null, { close?(): void } | undefined];
    if (handle) {
      handle.close?.();
      condemn("a descriptor");
      return false;
    }
    if (isCondemned) return false;
    if (event === "internalMessage") {
      if (EXPECTED_COMMANDS.has(String(message?.cmd))) return emit(event, message);
      condemn(`a message of Node's own (${String(message?.cmd)})`);
      return false;
    }
    if (typeof message !== "object" || message === null || typeof message.type !== "string") {
      condemn("a message of no type");
      return false;
    }
    try {
      return emit(event, message);
    } catch (error) {
      condemn(`a malformed message (${(error as Error).message})`);
      return false;
    }
  };
}

/** The native side of the channel, which Node keeps under a symbol. */
function channelOf(child: ChildProcess): Channel {
  const symbol = Object.getOwnPropertySymbols(child).find(({ description }) => description === "kChannelHandle");
  const channel = symbol && (child as unknown as Record<symbol, Channel | null>)[symbol];
  if (!channel) throw new Error(`the channels of child processes cannot be guarded with Node ${process.version}`);
  return channel;
}
