// The dispatcher as the launcher sees it. The ports stay open in the launcher, so that connections wait in the system's
// queue while a crashed dispatcher is replaced.

import type { ChildProcess } from "node:child_process";
import { dirname } from "node:path";
import type { ServerStatus } from "../manager/protocol.js";
import type { DispatcherConfiguration, DispatcherOrder, DispatcherReport } from "../process/messages.js";
import type { NativeHandle, StreamHandle } from "../process/native-handles.js";
import { type ConfinedStarter, sendAway, spawnChild, tell, waitForExit } from "../process/spawn.js";
import { RestartPolicy, type RestartRules } from "./restart-policy.js";

/** Milliseconds for the dispatcher to give its last connections away. */
const FINISH_TIME = 4000;

export interface DispatcherEvents {
  /** The dispatcher ended without being told to and is to be started again now. */
  died(line: string): void;
  givenUp(line: string): void;
  /** Somebody sent it a termination signal, which is meant for the whole server. */
  terminated(): void;
  /** A request wants a process that stands by. */
  wake(cluster: string, sibling: number): void;
  /** A process does not respond. */
  kill(cluster: string, sibling: number, signal: number): void;
  /** What a page of the dispatcher tells about the processes. */
  status(): ServerStatus;
  log(line: string): void;
}

export class DispatcherProcess {
  readonly #script: string;
  readonly #confine: ConfinedStarter;
  readonly #events: DispatcherEvents;
  readonly #policy: RestartPolicy;
  #process: ChildProcess | null = null;
  #launches = 0;
  #allListening: () => void = () => {};
  #stopped: () => void = () => {};
  /** Resolves when the first dispatcher accepts connections on all ports. */
  readonly listening: Promise<void>;

  constructor(script: string, confine: ConfinedStarter, rules: RestartRules, events: DispatcherEvents) {
    this.#script = script;
    this.#confine = confine;
    this.#events = events;
    this.#policy = new RestartPolicy(rules);
    this.listening = new Promise((resolve) => {
      this.#allListening = resolve;
    });
  }

  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  get restarts(): number {
    return Math.max(0, this.#launches - 1);
  }

  /** Starts a dispatcher on open ports. Returns the log daemon's end of its log channel. */
  launch(configuration: DispatcherConfiguration, listeners: { port: number; handle: NativeHandle }[]): StreamHandle {
    const isFirst = this.#launches++ === 0;
    const { process: child, ends } = spawnChild({
      script: this.#script,
      permissions: { read: [dirname(this.#script)], write: [] },
      socketPairs: 1,
      confine: this.#confine,
      suspect: (line) => this.#events.log(`XX ${line}`),
    });
    this.#process = child;
    let missing = listeners.length;
    const sendListeners = () => {
      for (const { port, handle } of listeners) {
        tell(child, { type: "listener", port } satisfies DispatcherOrder, handle);
      }
    };
    child.on("message", (report: DispatcherReport) => {
      switch (report.type) {
        case "listening":
          if (--missing === 0) this.#allListening();
          break;
        case "listen-failed":
          this.#events.givenUp(`cannot listen: ${report.message}`);
          break;
        case "listeners-wanted":
          if (child === this.#process) sendListeners();
          break;
        case "stopped":
          this.#stopped();
          break;
        case "terminate":
          this.#events.terminated();
          break;
        case "status-wanted":
          tell(child, { type: "status", status: this.#events.status() } satisfies DispatcherOrder);
          break;
        case "wake":
          this.#events.wake(report.cluster, report.sibling);
          break;
        case "kill":
          this.#events.kill(report.cluster, report.sibling, report.signal);
          break;
      }
    });
    child.on("error", (error) => this.#events.log(`XX dispatcher: ${error.message}`));
    child.on("exit", (code, signal) => {
      this.#stopped();
      if (child !== this.#process) return;
      this.#process = null;
      this.#ended(code, signal, isFirst, missing <= 0);
    });
    tell(child, { type: "start", configuration } satisfies DispatcherOrder);
    sendListeners();
    return ends[0];
  }

  /** The dispatcher's end of the channel of a new service process. */
  addService(cluster: string, sibling: number, pid: number, end: StreamHandle): void {
    const order: DispatcherOrder = { type: "service", cluster, sibling, pid };
    if (this.#process) sendAway(this.#process, order, end);
    else end.close();
  }

  giveUp(cluster: string, sibling: number): void {
    if (this.#process) tell(this.#process, { type: "given-up", cluster, sibling } satisfies DispatcherOrder);
  }

  /** The dispatcher's end of the channel of a process that accepts connections for it. */
  addFront(end: StreamHandle): void {
    if (this.#process) sendAway(this.#process, { type: "front" } satisfies DispatcherOrder, end);
    else end.close();
  }

  standBy(cluster: string, sibling: number): void {
    if (this.#process) tell(this.#process, { type: "standby", cluster, sibling } satisfies DispatcherOrder);
  }

  /** Another configuration, at once for all that is sent later. */
  configure(configuration: DispatcherConfiguration): void {
    if (this.#process) tell(this.#process, { type: "configure", configuration } satisfies DispatcherOrder);
  }

  connectLog(end: StreamHandle): void {
    if (this.#process) sendAway(this.#process, { type: "log" } satisfies DispatcherOrder, end);
    else end.close();
  }

  /** Takes no more connections; resolves when all are given away. The process lives on. */
  async finish(): Promise<void> {
    const child = this.#process;
    if (!child) return;
    const stopped = new Promise<void>((resolve) => {
      this.#stopped = resolve;
    });
    const timer = setTimeout(() => child.kill("SIGKILL"), FINISH_TIME);
    tell(child, { type: "stop" } satisfies DispatcherOrder);
    await stopped;
    clearTimeout(timer);
  }

  async end(): Promise<void> {
    const child = this.#process;
    this.#process = null;
    if (!child) return;
    if (child.connected) child.disconnect();
    await waitForExit(child, FINISH_TIME);
  }

  kill(): void {
    this.#process?.kill("SIGKILL");
  }

  #ended(code: number | null, signal: string | null, isFirst: boolean, wasReady: boolean): void {
    const how = signal === null ? `exit status ${code}` : `signal ${signal}`;
    const decision = this.#policy.decide({ code, wasReady, isFirst }, performance.now());
    if (decision.action === "give-up") this.#events.givenUp(`the dispatcher ended with ${how}: ${decision.reason}`);
    // Nobody is served until there is a dispatcher again: no delay.
    else this.#events.died(`** dispatcher ended with ${how}; restarting it and the services`);
  }
}
