// The template publisher as the launcher sees it. Serving does not depend on it: when it ends, it is started again.

import type { ChildProcess } from "node:child_process";
import { dirname } from "node:path";
import type { PublisherOrder, PublisherReport } from "../process/messages.js";
import { type ConfinedStarter, spawnChild, tell } from "../process/spawn.js";

/** Milliseconds before a publisher that has ended is started again. */
const RESTART_DELAY = 1000;

export interface PublisherEvents {
  /** A new version of the site is good; `needsProcess`: only new processes can have it. */
  published(needsProcess: boolean): void;
  log(line: string): void;
}

export class PublisherProcess {
  readonly #script: string;
  readonly #confine: ConfinedStarter;
  readonly #site: string;
  readonly #events: PublisherEvents;
  #process: ChildProcess | null = null;
  #timer: NodeJS.Timeout | null = null;
  #launches = 0;

  /** `site`: absolute path of the compiled site. */
  constructor(script: string, confine: ConfinedStarter, site: string, events: PublisherEvents) {
    this.#script = script;
    this.#confine = confine;
    this.#site = site;
    this.#events = events;
  }

  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  get restarts(): number {
    return Math.max(0, this.#launches - 1);
  }

  launch(): void {
    this.#launches++;
    const { process: child } = spawnChild({
      script: this.#script,
      permissions: { read: [dirname(this.#script), this.#site], write: [] },
      socketPairs: 0,
      confine: this.#confine,
      suspect: (line) => this.#events.log(`XX ${line}`),
    });
    this.#process = child;
    child.on("message", (report: PublisherReport) => {
      if (report.type === "published") this.#events.published(report.needsProcess);
      else if (report.type === "refused") {
        this.#events.log(`** the changed site is refused, the old one goes on: ${report.reason}`);
      }
    });
    child.on("error", () => {});
    child.on("exit", (code, signal) => {
      if (child !== this.#process) return;
      this.#process = null;
      this.#events.log(`** template publisher ended with ${signal ?? `exit status ${code}`}; restarting`);
      this.#timer = setTimeout(() => this.launch(), RESTART_DELAY);
    });
    tell(child, { type: "start", site: this.#site } satisfies PublisherOrder);
  }

  kill(): void {
    if (this.#timer) clearTimeout(this.#timer);
    const child = this.#process;
    this.#process = null;
    child?.kill("SIGKILL");
  }
}
