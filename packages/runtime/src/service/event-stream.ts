/**
 * Server-sent events: https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
import type { BodyStream } from "./body-stream.js";

export interface ServerEvent {
  readonly data: string;
  readonly event?: string;
  readonly id?: string;
  /** Milliseconds until the browser connects again. */
  readonly retry?: number;
}

/** Milliseconds between two comments that keep proxies from closing an idle stream. */
const HEARTBEAT = 15_000;

export class EventStream {
  private readonly timer: NodeJS.Timeout;
  private isClosed = false;
  private resolveClosed: () => void = () => {};
  /** Resolves when the stream has ended: the client went away, `close` was called, or the process is about to end. */
  readonly closed: Promise<void>;

  constructor(
    private readonly body: BodyStream,
    /** Id of the last event that the client saw before it connected again. */
    readonly lastEventId: string | undefined,
    stopping: AbortSignal,
    gone: AbortSignal,
    heartbeat = HEARTBEAT,
  ) {
    this.closed = new Promise((resolve) => {
      this.resolveClosed = resolve;
    });
    this.timer = setInterval(() => void this.body.write(":\n\n"), heartbeat).unref();
    const ends = [
      { signal: stopping, end: () => this.close() },
      { signal: gone, end: () => this.finish(() => this.body.abandon()) },
    ];
    for (const { signal, end } of ends) {
      if (signal.aborted) queueMicrotask(end);
      else signal.addEventListener("abort", end, { once: true });
    }
    // Browsers tell the page that it is connected when they see the first bytes.
    void this.body.write(":\n\n");
  }

  /** Sends an event. False: the client is gone. Line breaks in `event` and `id` are left out. */
  async send({ data, event, id, retry }: ServerEvent): Promise<boolean> {
    if (this.isClosed) return false;
    let text = "";
    if (event !== undefined) text += `event: ${oneLine(event)}\n`;
    if (id !== undefined) text += `id: ${oneLine(id)}\n`;
    if (retry !== undefined) text += `retry: ${Math.trunc(retry)}\n`;
    for (const line of data.split(/\r\n|\r|\n/)) text += `data: ${line}\n`;
    return this.body.write(`${text}\n`);
  }

  /** Ends the stream. */
  close(): void {
    this.finish(() => this.body.end());
  }

  private finish(end: () => void): void {
    this.isClosed = true;
    clearInterval(this.timer);
    end();
    this.resolveClosed();
  }
}

function oneLine(text: string): string {
  return text.replace(/[\r\n\0]/g, "");
}
