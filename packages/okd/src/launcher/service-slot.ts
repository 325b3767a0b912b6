// The place of one sibling of a service: starts its process, connects it, starts it again when it ends, replaces it.

import type { StreamHandle } from "../process/native-handles.js";
import { type DirectPortRules, DirectPorts } from "./direct-ports.js";
import { RestartPolicy, type RestartRules } from "./restart-policy.js";
import { describeEnd, type ProcessEnd, type ProcessPlan, ServiceProcess } from "./service-process.js";

export interface SlotPlan extends Omit<ProcessPlan, "listeners" | "profileDirectory"> {
  /** As shown to the operator. */
  label: string;
  cluster: string;
  sibling: number;
  rules: RestartRules;
  directPorts: DirectPortRules;
  /** It is started by the first request. */
  isLazy: boolean;
  /** Text that is equal when a running process need not be replaced for another plan. */
  key: string;
}

export interface SlotEvents {
  /** A new process, whose channels end at the log daemon and at the dispatcher. */
  launched(slot: ServiceSlot, process: ServiceProcess): void;
  /** The state has changed to `ready`, `given-up`, `drained` or `standby`. */
  settled(slot: ServiceSlot): void;
  log(line: string): void;
}

/**
 * `standby`: to be started at the first request. `waiting`: to be started again. `given-up`: ended too often.
 * `drained`: ended by the operator. The last two come back by order only.
 */
export type SlotState = "standby" | "starting" | "ready" | "waiting" | "given-up" | "drained" | "stopped";

/** A process that is to take over, held back until `commit`. */
export interface Successor {
  /** Null when it can take over, else why not. */
  failure: string | null;
  commit(): Promise<string | null>;
  discard(): void;
}

export class ServiceSlot {
  state: SlotState = "waiting";
  restarts = 0;
  /** When the process became ready (epoch milliseconds). */
  readySince = 0;
  #plan: SlotPlan;
  readonly #events: SlotEvents;
  #policy: RestartPolicy;
  #ports: DirectPorts;
  #process: ServiceProcess | null = null;
  /** The process that replaces the current one as soon as it is ready. */
  #successor: ServiceProcess | null = null;
  /** Is told how the take-over went. */
  #takenOver: (failure: string | null) => void = () => {};
  /** Former processes that finish their last requests. */
  readonly #leaving = new Set<ServiceProcess>();
  #timer: NodeJS.Timeout | null = null;
  #launches = 0;

  constructor(plan: SlotPlan, events: SlotEvents) {
    this.#plan = plan;
    this.#events = events;
    this.#policy = new RestartPolicy(plan.rules);
    this.#ports = new DirectPorts(plan.directPorts);
  }

  get plan(): SlotPlan {
    return this.#plan;
  }

  get process(): ServiceProcess | null {
    return this.#process;
  }

  /** A process runs, or is about to: for another plan it must be replaced. */
  get hasProcess(): boolean {
    return this.state === "starting" || this.state === "ready" || this.state === "waiting";
  }

  /** Starts the process of a place that stands by. */
  wake(): void {
    if (this.state === "standby") this.launch();
  }

  /** Gives the process a channel to a new log daemon. */
  connectLog(end: StreamHandle): void {
    if (this.#process) this.#process.connectLog(end);
    else end.close();
  }

  /** Starts the process, as soon as its direct ports are open. */
  launch(): void {
    this.state = "starting";
    const attempt = this.#ports.open();
    if (attempt.failure !== null) {
      this.#retryPorts(attempt);
      return;
    }
    const isFirst = this.#launches++ === 0;
    this.#process = this.#start(null, isFirst);
    void this.#announceWhenStarted(this.#process);
  }

  /** The process is started by the first request. */
  standBy(): void {
    this.state = "standby";
    this.#events.settled(this);
  }

  /**
   * Replaces the process without losing a request: a new one is started, and takes over when it is ready. Resolves to
   * null, or to what went wrong; then the old process goes on. Also revives a service that was given up.
   */
  async relaunch(profileDirectory: string | null = null): Promise<string | null> {
    const successor = await this.prepare(this.#plan, profileDirectory);
    if (successor.failure === null) return successor.commit();
    this.#events.log(`** service ${this.#plan.label}: relaunch failed: ${successor.failure}`);
    return successor.failure;
  }

  /** Starts a process of `plan` that is held back until it is committed. It resolves when the process has started. */
  async prepare(plan: SlotPlan, profileDirectory: string | null = null): Promise<Successor> {
    const refuse = (failure: string): Successor => ({ failure, commit: async () => failure, discard() {} });
    if (this.state === "stopped") return refuse("the server is stopping");
    if (this.#successor) return refuse("a relaunch is under way");
    const ports = new DirectPorts(plan.directPorts, this.#ports);
    const { failure } = ports.open();
    if (failure !== null) {
      ports.release(this.#ports);
      return refuse(failure);
    }
    const previous = { plan: this.#plan, ports: this.#ports, state: this.state };
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    const successor = this.#start(profileDirectory, false, plan, ports);
    this.#successor = successor;
    const giveUp = () => {
      if (this.#successor === successor) this.#successor = null;
      ports.release(previous.ports);
      if (this.#process !== null || this.state === "stopped") return;
      this.#settle(previous.state === "drained" || previous.state === "standby" ? previous.state : "given-up");
    };
    const reason = await successor.started;
    if (reason !== null) {
      giveUp();
      return refuse(reason);
    }
    return {
      failure: null,
      commit: () => {
        previous.ports.release(ports);
        this.#adoptPlan(plan, ports);
        return this.#takeOver(successor);
      },
      discard: () => {
        giveUp();
        successor.signal("SIGKILL");
      },
    };
  }

  /** Another plan for which the running process need not be replaced. */
  update(plan: SlotPlan): void {
    this.#adoptPlan(plan, this.#ports);
    const { routes, siblings } = plan.configuration;
    for (const child of [this.#process, this.#successor]) child?.update({ routes, siblings });
  }

  /** Delivers the operator's text. Resolves to null, or to what the service says against it. */
  async message(text: string): Promise<string | null> {
    return this.#process === null || this.state !== "ready" ? "dead child" : this.#process.message(text);
  }

  /** Ends the process after its last requests; none is started in its place. */
  drain(): void {
    if (this.state === "stopped" || this.state === "drained") return;
    this.#abandon();
    this.#settle("drained");
  }

  /** The service is gone from the configuration. */
  retire(): void {
    this.state = "stopped";
    this.#abandon();
    this.#ports.close();
  }

  /** Starts a service again that was given up or drained. Resolves to null, or to what went wrong. */
  revive(): Promise<string | null> {
    if (this.state !== "given-up" && this.state !== "drained") return Promise.resolve(null);
    this.#policy = new RestartPolicy(this.#plan.rules);
    return this.relaunch();
  }

  /** The process has lost its dispatcher and finishes on its own; a new one takes over at once. */
  replace(): void {
    if (!this.hasProcess) return;
    this.#abandon();
    this.launch();
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
        child.stop();
        return child.exit(limit);
      }),
    );
    this.#ports.close();
  }

  /** Ends everything at once. */
  kill(): void {
    for (const child of this.#all()) child.signal("SIGKILL");
  }

  #all(): ServiceProcess[] {
    return [...this.#leaving, this.#process, this.#successor].filter((child) => child !== null);
  }

  #start(profileDirectory: string | null, isFirst: boolean, plan = this.#plan, ports = this.#ports): ServiceProcess {
    const child = new ServiceProcess(
      { ...plan, profileDirectory, listeners: ports.listeners },
      {
        ready: () => this.#becameReady(child),
        retires: () => this.#retires(child),
        ended: (_child, end) => this.#ended(child, end, isFirst),
      },
    );
    void child.identified.then(() => this.#events.launched(this, child));
    return child;
  }

  #adoptPlan(plan: SlotPlan, ports: DirectPorts): void {
    if (JSON.stringify(plan.rules) !== JSON.stringify(this.#plan.rules)) this.#policy = new RestartPolicy(plan.rules);
    this.#plan = plan;
    this.#ports = ports;
  }

  async #announceWhenStarted(child: ServiceProcess): Promise<void> {
    if ((await child.started) === null) child.announce();
  }

  #takeOver(successor: ServiceProcess): Promise<string | null> {
    return new Promise((resolve) => {
      this.#takenOver = resolve;
      if (this.#successor !== successor) resolve("the new process has ended");
      else successor.announce();
    });
  }

  #becameReady(child: ServiceProcess): void {
    if (child !== this.#process && child !== this.#successor) return;
    this.#events.log(`++ service ${this.#plan.label}: ready (pid ${child.pid})`);
    if (child === this.#successor) {
      const old = this.#process;
      this.#process = child;
      this.#successor = null;
      if (old) this.#letGo(old);
      this.#takenOver(null);
    }
    this.readySince = Date.now();
    this.#settle("ready");
  }

  #retires(child: ServiceProcess): void {
    if (child !== this.#process || this.#successor !== null) return;
    this.#events.log(`++ service ${this.#plan.label}: process ${child.pid} retires`);
    void this.relaunch();
  }

  /** Nothing that runs belongs to this place any more; it finishes what it has. */
  #abandon(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    for (const child of [this.#process, this.#successor]) if (child) this.#letGo(child);
    this.#process = null;
    this.#successor = null;
  }

  /** A process that finishes its last requests on its own, in the time that it has for them. */
  #letGo(child: ServiceProcess): void {
    this.#leaving.add(child);
    // The dispatcher may not have it in use, so that nobody else would tell it.
    if (!child.wasReady) child.stop();
    void child.exit();
  }

  #ended(child: ServiceProcess, end: ProcessEnd, isFirst: boolean): void {
    if (this.#leaving.delete(child) || this.state === "stopped") return;
    if (child === this.#successor) {
      this.#successor = null;
      this.#takenOver(`process ${child.pid} ended with ${describeEnd(end)}`);
      if (this.#process === null) this.#settle("given-up");
      return;
    }
    if (child !== this.#process) return;
    this.#process = null;
    const what = `service ${this.#plan.label}: process ${child.pid} ended with ${describeEnd(end)}`;
    const decision = this.#policy.decide({ code: end.code, wasReady: child.wasReady, isFirst }, performance.now());
    if (decision.action === "give-up") {
      this.#events.log(`XX ${what}; given up: ${decision.reason}`);
      this.#settle("given-up");
      return;
    }
    this.state = "waiting";
    this.restarts++;
    const when = decision.delay === 0 ? "now" : `in ${decision.delay} ms`;
    this.#events.log(`${end.code === 0 ? "++" : "**"} ${what}; restarting ${when}`);
    this.#timer = setTimeout(() => this.launch(), decision.delay);
  }

  #retryPorts({ failure, delay }: { failure: string | null; delay: number | null }): void {
    if (delay === null) {
      this.#events.log(`XX service ${this.#plan.label}: ${failure}; given up`);
      this.#settle("given-up");
      return;
    }
    this.state = "waiting";
    this.#events.log(`** service ${this.#plan.label}: ${failure}; trying again in ${delay} ms`);
    this.#timer = setTimeout(() => this.launch(), delay);
  }

  #settle(state: SlotState): void {
    this.state = state;
    this.#events.settled(this);
  }
}
