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
  readonly #events: SlotEvents;
  readonly #policy: RestartPolicy;
  #process: ChildProcess | null = null;
  /** Former processes that finish their last requests. */
  readonly #leaving = new Set<ChildProcess>();
  #timer: NodeJS.Timeout | null = null;
  #launches = 0;

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
    const { script, permissions, environment } = this.plan;
    const isFirst = this.#launches++ === 0;
    const { process: child, ends } = spawnChild({ script, permissions, environment, socketPairs: 2 });
    this.#process = child;
    this.state = "starting";
    let wasReady = false;
    let failure = "";
    child.on("message", (report: ServiceReport) => {
      if (report.type === "failed") failure = report.message;
      else if (child === this.#process) {
        wasReady = true;
        this.state = "ready";
        this.#events.log(`++ service ${this.plan.label}: ready (pid ${child.pid})`);
        this.#events.ready(this);
      }
    });
    child.on("error", (error) => {
      failure = error.message;
    });
    child.on("exit", (code, signal) => {
      this.#leaving.delete(child);
      if (child !== this.#process) return;
      this.#process = null;
      this.#ended({ pid: child.pid, code, signal, failure, wasReady, isFirst });
    });
    const [logEnd, handOverEnd] = ends;
    tell(child, { type: "start", configuration: this.plan.configuration() } satisfies ServiceOrder);
    this.#events.started(this, child.pid!, logEnd, handOverEnd);
  }

  /** The process has lost its dispatcher and finishes on its own; a new one takes over at once. */
  replace(): void {
    if (this.state === "given-up" || this.state === "stopped") return;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    const old = this.#process;
    if (old) {
      this.#leaving.add(old);
      void waitForExit(old, this.plan.configuration().drainTimeout + KILL_MARGIN);
    }
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
    const all = [...this.#leaving, ...(this.#process ? [this.#process] : [])];
    this.#process = null;
    await Promise.all(
      all.map((child) => {
        tell(child, { type: "stop" } satisfies ServiceOrder);
        return waitForExit(child, limit);
      }),
    );
  }

  /** Ends everything at once. */
  kill(): void {
    for (const child of [...this.#leaving, this.#process]) child?.kill("SIGKILL");
  }

  #ended(end: {
    pid: number | undefined;
    code: number | null;
    signal: string | null;
    failure: string;
    wasReady: boolean;
    isFirst: boolean;
  }): void {
    if (this.state === "stopped") return;
    const { pid, code, signal, failure } = end;
    const how = signal === null ? `exit status ${code}` : `signal ${signal}`;
    const what = `service ${this.plan.label}: process ${pid} ended with ${how}${failure && `: ${failure}`}`;
    const decision = this.#policy.decide(end, performance.now());
    if (decision.action === "give-up") {
      this.state = "given-up";
      this.#events.log(`XX ${what}; given up: ${decision.reason}`);
      this.#events.givenUp(this);
      return;
    }
    this.state = "waiting";
    this.restarts++;
    const when = decision.delay === 0 ? "now" : `in ${decision.delay} ms`;
    this.#events.log(`${code === 0 ? "++" : "**"} ${what}; restarting ${when}`);
    this.#timer = setTimeout(() => this.launch(), decision.delay);
  }
}
