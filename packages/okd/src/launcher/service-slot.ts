// One service process and its successors: starts it, connects it, watches it, starts it again.

import type { ChildProcess } from "node:child_process";
import type { ServiceConfiguration, ServiceOrder, ServiceReport } from "../process/messages.js";
import type { StreamHandle } from "../process/native-handles.js";
import { type Permissions, sendAway, spawnChild, tell, waitForExit } from "../process/spawn.js";
import { RestartPolicy, type RestartRules } from "./restart-policy.js";

export interface SlotPlan {
  /** As shown to the operator. */
  label: string;
  cluster: string;
  sibling: number;
  script: string;
  permissions: Permissions;
  /** Port of the inspector; null: the process cannot be inspected. */
  inspectPort: number | null;
  environment: Record<string, string>;
  rules: RestartRules;
  /** What a process that starts now is told. */
  configuration(): ServiceConfiguration;
}

export interface SlotEvents {
  /** A new process: the ends are for the log daemon and for the dispatcher. */
  started(slot: ServiceSlot, pid: number, logEnd: StreamHandle, handOverEnd: StreamHandle): void;
  /** The process is ready, for the first time or again. */
  ready(slot: ServiceSlot): void;
  /** The process will not be started again. */
  givenUp(slot: ServiceSlot): void;
  log(line: string): void;
}

export type SlotState = "starting" | "ready" | "waiting" | "given-up" | "stopped";

/** Milliseconds beyond the drain time of a process before it is killed. */
const KILL_MARGIN = 1000;

export class ServiceSlot {
  state: SlotState = "waiting";
  restarts = 0;
  /** When the process became ready (epoch milliseconds). */
  readySince = 0;
  readonly #events: SlotEvents;
  readonly #policy: RestartPolicy;
  #process: ChildProcess | null = null;
  /** The process that replaces the current one as soon as it is ready. */
  #successor: ChildProcess | null = null;
  /** Former processes that finish their last requests. */
  readonly #leaving = new Set<ChildProcess>();
  #timer: NodeJS.Timeout | null = null;
  #launches = 0;
  /** Messages that wait for the service's answer, by their id. */
  readonly #messages = new Map<number, (failure: string | null) => void>();
  #lastMessage = 0;

  constructor(
    readonly plan: SlotPlan,
    events: SlotEvents,
  ) {
    this.#events = events;
    this.#policy = new RestartPolicy(plan.rules);
  }

  get process(): ChildProcess | null {
    return this.#process;
  }

  launch(): void {
    const isFirst = this.#launches++ === 0;
    this.state = "starting";
    let wasReady = false;
    this.#process = this.#spawn({
      ready: () => {
        wasReady = true;
        this.#becomeReady();
        this.#events.ready(this);
      },
      ended: (end) => {
        this.#process = null;
        this.#ended({ ...end, wasReady, isFirst });
      },
    });
  }

  /**
   * Replaces the process without losing a request: a new one is started, and takes over when it is ready. Resolves to
   * null, or to what went wrong; then the old process goes on. Also revives a service that was given up.
   */
  relaunch(): Promise<string | null> {
    if (this.state === "stopped") return Promise.resolve("the server is stopping");
    if (this.#successor) return Promise.resolve("a relaunch is under way");
    return new Promise((resolve) => {
      if (this.#timer) clearTimeout(this.#timer);
      this.#timer = null;
      let hasTakenOver = false;
      const successor = this.#spawn({
        ready: () => {
          hasTakenOver = true;
          const old = this.#process;
          this.#process = successor;
          this.#successor = null;
          this.#becomeReady();
          if (old) this.#letGo(old);
          this.#events.ready(this);
          resolve(null);
        },
        ended: (end) => {
          if (hasTakenOver) {
            this.#process = null;
            this.#ended({ ...end, wasReady: true, isFirst: false });
            return;
          }
          this.#successor = null;
          const failure = `process ${end.pid} ended with ${describeEnd(end)}`;
          this.#events.log(`** service ${this.plan.label}: relaunch failed: ${failure}`);
          if (this.#process === null && this.state !== "stopped") this.#giveUp();
          resolve(failure);
        },
      });
      this.#successor = successor;
    });
  }

  /** Delivers the operator's text. Resolves to null, or to what the service says against it. */
  message(text: string): Promise<string | null> {
    const child = this.#process;
    if (child === null || this.state !== "ready") return Promise.resolve("dead child");
    const id = ++this.#lastMessage;
    return new Promise((resolve) => {
      const settle = (failure: string | null) => {
        this.#messages.delete(id);
        child.off("exit", died);
        resolve(failure);
      };
      const died = () => settle("dead child");
      child.once("exit", died);
      this.#messages.set(id, settle);
      tell(child, { type: "message", id, text } satisfies ServiceOrder);
    });
  }

  /** The process has lost its dispatcher and finishes on its own; a new one takes over at once. */
  replace(): void {
    if (this.state === "given-up" || this.state === "stopped") return;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#process) this.#letGo(this.#process);
    if (this.#successor) this.#letGo(this.#successor);
    this.#successor = null;
    this.launch();
  }

  /** Gives the process a channel to a new log daemon. */
  connectLog(end: StreamHandle): void {
    if (this.#process) sendAway(this.#process, { type: "log" } satisfies ServiceOrder, end);
    else end.close();
  }

  /** Ends the process (and former ones): they have `limit` milliseconds for their requests in flight. */
  async stop(limit: number): Promise<void> {
    this.state = "stopped";
    if (this.#timer) clearTimeout(this.#timer);
    const all = this.#all();
    this.#process = null;
    this.#successor = null;
    await Promise.all(
      all.map((child) => {
        tell(child, { type: "stop" } satisfies ServiceOrder);
        return waitForExit(child, limit);
      }),
    );
  }

  /** Ends everything at once. */
  kill(): void {
    for (const child of this.#all()) child.kill("SIGKILL");
  }

  #all(): ChildProcess[] {
    return [...this.#leaving, this.#process, this.#successor].filter((child) => child !== null);
  }

  /** Starts a process. `ended` is not called for one that was let go. */
  #spawn({ ready, ended }: { ready(): void; ended(end: ProcessExit): void }): ChildProcess {
    const { script, permissions, inspectPort, environment, label } = this.plan;
    const { process: child, ends } = spawnChild({ script, permissions, inspectPort, environment, socketPairs: 2 });
    let failure = "";
    child.on("message", (report: ServiceReport) => {
      if (report.type === "failed") failure = report.message;
      else if (report.type === "message-answer") this.#messages.get(report.id)?.(report.failure);
      else if (report.type === "retire") this.#retire(child);
      else if (child === this.#process || child === this.#successor) {
        this.#events.log(`++ service ${label}: ready (pid ${child.pid})`);
        ready();
      }
    });
    child.on("error", (error) => {
      failure = error.message;
    });
    child.on("exit", (code, signal) => {
      this.#leaving.delete(child);
      if (child === this.#process || child === this.#successor) ended({ pid: child.pid, code, signal, failure });
    });
    const [logEnd, handOverEnd] = ends;
    tell(child, { type: "start", configuration: this.plan.configuration() } satisfies ServiceOrder);
    this.#events.started(this, child.pid!, logEnd, handOverEnd);
    return child;
  }

  #becomeReady(): void {
    this.state = "ready";
    this.readySince = Date.now();
  }

  #retire(child: ChildProcess): void {
    if (child !== this.#process || this.#successor !== null) return;
    this.#events.log(`++ service ${this.plan.label}: process ${child.pid} retires`);
    void this.relaunch();
  }

  /** A process that finishes its last requests on its own, in the time that it has for them. */
  #letGo(child: ChildProcess): void {
    this.#leaving.add(child);
    void waitForExit(child, this.plan.configuration().drainTimeout + KILL_MARGIN);
  }

  #ended(end: ProcessExit & { wasReady: boolean; isFirst: boolean }): void {
    if (this.state === "stopped") return;
    const what = `service ${this.plan.label}: process ${end.pid} ended with ${describeEnd(end)}`;
    const decision = this.#policy.decide(end, performance.now());
    if (decision.action === "give-up") {
      this.#events.log(`XX ${what}; given up: ${decision.reason}`);
      this.#giveUp();
      return;
    }
    this.state = "waiting";
    this.restarts++;
    const when = decision.delay === 0 ? "now" : `in ${decision.delay} ms`;
    this.#events.log(`${end.code === 0 ? "++" : "**"} ${what}; restarting ${when}`);
    this.#timer = setTimeout(() => this.launch(), decision.delay);
  }

  #giveUp(): void {
    this.state = "given-up";
    this.#events.givenUp(this);
  }
}

interface ProcessExit {
  pid: number | undefined;
  code: number | null;
  signal: string | null;
  /** What the process said before, if anything. */
  failure: string;
}

function describeEnd({ code, signal, failure }: ProcessExit): string {
  return (signal === null ? `exit status ${code}` : `signal ${signal}`) + (failure && `: ${failure}`);
}
