// One process's channel as the log daemon reads it. The process may have been taken over: nothing it writes can look like
// more than its own lines, or fill the disk in a moment.

import type { Socket } from "node:net";

/** Bytes of one entry; a longer one is cut, and its rest dropped. */
const ENTRY_LIMIT = 64 * 1024;

/** Bytes that may come in one interval (milliseconds); what is more is dropped and counted. */
const INTERVAL = 1000;
const INTERVAL_BYTES = 32 * 1024 * 1024;

export interface LogClientEvents {
  /** Whole lines without their marks, by mark. */
  lines(mark: string, text: string): void;
  dropped(bytes: number): void;
  closed(client: LogClient): void;
}

export class LogClient {
  readonly #events: LogClientEvents;
  #rest = "";
  /** The rest of an entry that was too long is still to come. */
  #isSkipping = false;
  #intervalStart = 0;
  #intervalBytes = 0;
  #dropped = 0;

  /** `clock` gives milliseconds. */
  constructor(
    socket: Socket,
    events: LogClientEvents,
    private readonly clock: () => number = Date.now,
  ) {
    this.#events = events;
    socket.setEncoding("latin1");
    socket.on("data", (chunk: string) => this.#receive(chunk));
    socket.on("error", () => socket.destroy());
    socket.on("end", () => socket.destroy());
    socket.on("close", () => {
      this.#reportDropped();
      events.closed(this);
    });
  }

  #receive(chunk: string): void {
    const now = this.clock();
    if (now - this.#intervalStart >= INTERVAL) {
      this.#intervalStart = now;
      this.#intervalBytes = 0;
      this.#reportDropped();
    }
    this.#intervalBytes += chunk.length;
    if (this.#intervalBytes > INTERVAL_BYTES) {
      this.#dropped += chunk.length;
      this.#rest = "";
      this.#isSkipping = !chunk.endsWith("\n");
      return;
    }
    const lines = (this.#rest + chunk).split("\n");
    this.#rest = lines.pop()!;
    if (this.#isSkipping && lines.length > 0) {
      lines.shift();
      this.#isSkipping = false;
    }
    if (this.#isSkipping) this.#rest = "";
    else if (this.#rest.length > ENTRY_LIMIT) {
      lines.push(this.#rest);
      this.#rest = "";
      this.#isSkipping = true;
    }
    this.#deliver(lines);
  }

  #deliver(lines: string[]): void {
    const byMark = new Map<string, string>();
    for (const line of lines) {
      if (line === "") continue;
      byMark.set(line[0], `${byMark.get(line[0]) ?? ""}${escapeControls(line.slice(1, ENTRY_LIMIT))}\n`);
    }
    for (const [mark, text] of byMark) this.#events.lines(mark, text);
  }

  #reportDropped(): void {
    if (this.#dropped === 0) return;
    this.#events.dropped(this.#dropped);
    this.#dropped = 0;
  }
}

/** Honest processes have escaped them already. A terminal that shows a log must not obey it. */
function escapeControls(text: string): string {
  if (!/[\x00-\x1f\x7f]/.test(text)) return text;
  return text.replace(/[\x00-\x1f\x7f]/g, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, "0")}`);
}
