// A process's end of its private channel to the log daemon: entries are collected and sent in batches.
// When the log daemon is gone, serving goes on, and entries wait for the next one.

import net from "node:net";
import { handleOf, type StreamHandle } from "./native-handles.js";

/** Entries that are sent at once when so many have come together (server specification §5.1). */
const BATCH_SIZE = 256;

/** Bytes of entries kept for a daemon that does not read, or is gone; more are dropped. */
const BACKLOG_BYTES = 8 * 1024 * 1024;

/** `error`: a text. `entry`: an entry of the error log as it is to be written. */
export type LogFile = "entry" | "access" | "error" | "tls";

const MARK: Record<LogFile, string> = { access: "a", error: "e", entry: "E", tls: "t" };

export class LogChannel {
  #socket: net.Socket;
  readonly #flushInterval: () => number;
  readonly #lost: () => void;
  #isEnding = false;
  #batch = "";
  #count = 0;
  #timer: NodeJS.Timeout | null = null;

  /** The inherited channel's handle: a Unix socket of this process. */
  readonly handle: StreamHandle;

  /** `fd`: the inherited descriptor. `flushInterval`: milliseconds that an entry may wait. `lost`: the daemon is gone. */
  constructor(fd: number, flushInterval: () => number, lost: () => void = () => {}) {
    this.#lost = lost;
    this.#socket = this.#prepare(new net.Socket({ fd, readable: true, writable: true }));
    this.handle = handleOf(this.#socket);
    this.#flushInterval = flushInterval;
  }

  /** Goes on with a channel to another daemon. */
  replace(handle: StreamHandle): void {
    this.flush();
    const former = this.#socket;
    this.#socket = this.#prepare(new net.Socket({ handle } as net.SocketConstructorOpts));
    // What the old daemon has not read yet still goes to it.
    former.end();
    this.flush();
  }

  /** Adds one entry, a byte string. Line breaks and other control characters in it are escaped. */
  write(file: LogFile, entry: string): void {
    if (this.#batch.length > BACKLOG_BYTES) return;
    this.#batch += `${MARK[file]}${escapeControls(entry)}\n`;
    if (++this.#count >= BATCH_SIZE) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), this.#flushInterval()).unref();
  }

  /** Sends what has been collected. */
  flush(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#count = 0;
    // Without a daemon entries wait for the next one.
    if (this.#socket.destroyed) return;
    const batch = this.#batch;
    this.#batch = "";
    if (batch === "" || this.#socket.writableLength > BACKLOG_BYTES) return;
    this.#socket.write(batch, "latin1");
  }

  /** Sends everything and closes the channel. */
  async end(): Promise<void> {
    this.flush();
    this.#isEnding = true;
    if (this.#socket.destroyed) return;
    await new Promise<void>((resolve) => {
      this.#socket.once("close", () => resolve());
      this.#socket.end(() => resolve());
    });
  }

  #prepare(socket: net.Socket): net.Socket {
    socket.on("error", () => socket.destroy());
    // The daemon says nothing: what is read is its end.
    socket.resume();
    socket.once("close", () => {
      if (socket === this.#socket && !this.#isEnding) this.#lost();
    });
    socket.unref();
    return socket;
  }
}

function escapeControls(text: string): string {
  if (!/[\x00-\x1f\x7f]/.test(text)) return text;
  return text.replace(/[\x00-\x1f\x7f]/g, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, "0")}`);
}
