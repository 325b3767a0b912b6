// A TLS process or the HTTP/2 gateway as the launcher sees it: one that serves, and former ones that end with their last
// connection.

import type { ChildProcess } from "node:child_process";
import type { StreamHandle } from "../process/native-handles.js";
import { type ChildOptions, sendAway, spawnChild, tell, waitForExit } from "../process/spawn.js";
import type { FrontReport } from "./messages.js";

/** What is started. */
export interface FrontLaunch {
  options: ChildOptions;
  /** The first message. */
  order: object;
  /** The other ends of its socket pairs: to be sent to the processes that they lead to. */
  connect(ends: StreamHandle[]): void;
}

export interface FrontProcessEvents {
  notice(text: string): void;
  /** A process that served has ended without being told to. */
  died(how: string): void;
}

/** Milliseconds for a former process to finish its last connections. */
const DRAIN_TIME = 600_000;

export class FrontProcess {
  readonly #events: FrontProcessEvents;
  #process: ChildProcess | null = null;
  readonly #leaving = new Set<ChildProcess>();
  #launches = 0;

  constructor(events: FrontProcessEvents) {
    this.#events = events;
  }

  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  get restarts(): number {
    return Math.max(0, this.#launches - 1);
  }

  /**
   * Starts a process. When it is ready it takes the place of the one before, which accepts no more. Rejects with its
   * reason when it does not become ready; then the one before stays.
   */
  async launch({ options, order, connect }: FrontLaunch): Promise<void> {
    const { process: child, ends } = spawnChild(options);
    this.#leaving.add(child);
    let failure = "";
    let hasTakenOver = false;
    await new Promise<void>((resolve, reject) => {
      child.on("message", (report: FrontReport) => {
        if (report.type === "notice") this.#events.notice(report.text);
        else if (report.type === "failed") failure = report.message;
        else {
          hasTakenOver = true;
          resolve();
        }
      });
      child.on("error", (error) => reject(error));
      child.on("exit", (code, signal) => {
        const how = signal === null ? `exit status ${code}` : `signal ${signal}`;
        this.#leaving.delete(child);
        reject(new Error(failure || `it ended with ${how}`));
        if (child !== this.#process) return;
        this.#process = null;
        if (hasTakenOver) this.#events.died(how);
      });
      tell(child, order);
      connect(ends);
    });
    this.retire();
    this.#leaving.delete(child);
    this.#process = child;
    this.#launches++;
  }

  send(order: object, handle?: unknown): void {
    if (this.#process) tell(this.#process, order, handle);
  }

  /** Sends a message with the end of a channel, which is closed here. */
  sendEnd(order: object, end: StreamHandle): void {
    if (this.#process) sendAway(this.#process, order, end);
    else end.close();
  }

  /** The process accepts no more and ends with its last connection. */
  retire(): void {
    const old = this.#process;
    this.#process = null;
    if (!old) return;
    this.#leaving.add(old);
    tell(old, { type: "stop" });
    void waitForExit(old, DRAIN_TIME);
  }

  /** Waits for all processes to end; kills those that take longer than `limit` milliseconds. */
  async ended(limit: number): Promise<void> {
    await Promise.all([...this.#leaving].map((child) => waitForExit(child, limit)));
  }

  kill(): void {
    this.#process?.kill("SIGKILL");
    for (const child of this.#leaving) child.kill("SIGKILL");
  }
}
