// One process of a service, from its start to its end: what the launcher tells it and what it reports.

import type { ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import type { ServiceConfiguration, ServiceOrder, ServiceReport, ServiceUpdate } from "../process/messages.js";
import type { NativeHandle, StreamHandle } from "../process/native-handles.js";
import { PendingAnswers } from "../process/pending-answers.js";
import { type ConfinedStarter, type Permissions, sendAway, spawnChild, tell, waitForExit } from "../process/spawn.js";

/** What a process is started with. */
export interface ProcessPlan {
  script: string;
  permissions: Permissions;
  confine(command: string[], firstDescriptor: number, profileDirectory: string | null): ReturnType<ConfinedStarter>;
  /** The process sent what no service sends. */
  suspect(line: string): void;
  environment: Record<string, string>;
  /** Port of the inspector; null: the process cannot be inspected. */
  inspectPort: number | null;
  /** Directory for the CPU profile of the process, which is written when it ends; null for none. */
  profileDirectory: string | null;
  configuration: ServiceConfiguration;
  /** Listening sockets of its direct ports. */
  listeners: { port: number; handle: NativeHandle }[];
}

export interface ProcessEvents {
  /** The dispatcher sends connections. */
  ready(process: ServiceProcess): void;
  /** It asks for a successor. */
  retires(process: ServiceProcess): void;
  ended(process: ServiceProcess, end: ProcessEnd): void;
}

export interface ProcessEnd {
  code: number | null;
  signal: string | null;
  /** What the process said before, if anything. */
  failure: string;
}

export class ServiceProcess {
  /** Resolves to null when the service has started, or to why the process has ended before. */
  readonly started: Promise<string | null>;
  /** The log daemon's end of its log channel, and the dispatcher's of the channel for connections. */
  readonly logEnd: StreamHandle;
  readonly handOverEnd: StreamHandle;
  /** From then on `pid` is the one of the program itself. */
  readonly identified: Promise<void>;
  /** The process has been ready at some time. */
  wasReady = false;
  readonly #child: ChildProcess;
  readonly #answers: PendingAnswers;
  readonly #drainTimeout: number;

  constructor(plan: ProcessPlan, events: ProcessEvents) {
    const { script, environment, inspectPort, profileDirectory, configuration, listeners } = plan;
    const {
      process: child,
      ends,
      identified,
    } = spawnChild({
      script,
      // Node's permission model does not let a process be profiled.
      permissions: profileDirectory === null ? plan.permissions : null,
      confine: (command, firstDescriptor) => plan.confine(command, firstDescriptor, profileDirectory),
      suspect: plan.suspect,
      environment,
      inspectPort,
      flags: profileDirectory === null ? [] : ["--cpu-prof", `--cpu-prof-dir=${profileDirectory}`],
      socketPairs: 2,
    });
    this.#child = child;
    this.identified = identified;
    this.#drainTimeout = configuration.drainTimeout;
    [this.logEnd, this.handOverEnd] = ends;
    this.#answers = new PendingAnswers(child);
    let failure = "";
    this.started = new Promise((resolve) => {
      child.on("message", (report: ServiceReport) => {
        if (report.type === "started") resolve(null);
        else if (report.type === "failed") failure = report.message;
        else if (report.type === "piece") this.#answers.piece(report.id, report.text);
        else if (report.type === "answer") this.#answers.settle(report.id, report.failure);
        else if (report.type === "retire") events.retires(this);
        else if (report.type === "listeners-wanted") this.#sendListeners(listeners);
        else {
          this.wasReady = true;
          events.ready(this);
        }
      });
      const end = (code: number | null, signal: string | null) => {
        const what: ProcessEnd = { code, signal, failure };
        resolve(`process ${this.pid} ended with ${describeEnd(what)}`);
        events.ended(this, what);
      };
      child.on("error", (error) => {
        failure = error.message;
        if (child.pid === undefined) end(1, null);
      });
      child.on("exit", end);
    });
    tell(child, { type: "start", configuration } satisfies ServiceOrder);
    this.#sendListeners(listeners);
  }

  /** Lets the process ask for connections. */
  announce(): void {
    tell(this.#child, { type: "announce" } satisfies ServiceOrder);
  }

  /** A new version of the site is there. */
  siteChanged(): void {
    tell(this.#child, { type: "site" } satisfies ServiceOrder);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  update(update: ServiceUpdate): void {
    tell(this.#child, { type: "update", update } satisfies ServiceOrder);
  }

  /** Delivers the operator's text. Resolves to null, or to what the service says against it. */
  message(text: string): Promise<string | null> {
    return this.#answers.ask((id): ServiceOrder => ({ type: "message", id, text }));
  }

  /** Gives a heap snapshot in pieces; resolves to null or to what went wrong. */
  heapSnapshot(piece: (text: string) => void): Promise<string | null> {
    return this.#answers.ask((id): ServiceOrder => ({ type: "heap", id }), piece);
  }

  /** Gives the process a channel to a new log daemon. */
  connectLog(end: StreamHandle): void {
    sendAway(this.#child, { type: "log" } satisfies ServiceOrder, end);
  }

  /** Orders the process to finish its requests and end. */
  stop(): void {
    tell(this.#child, { type: "stop" } satisfies ServiceOrder);
  }

  signal(signal: NodeJS.Signals | number): boolean {
    return this.#child.kill(signal);
  }

  /** Resolves when the process has ended; it is killed when it has not after the time that it has for its last requests. */
  exit(limit = this.#drainTimeout + KILL_MARGIN): Promise<void> {
    return waitForExit(this.#child, limit);
  }

  #sendListeners(listeners: ProcessPlan["listeners"]): void {
    for (const { port, handle } of listeners) {
      tell(this.#child, { type: "listener", port } satisfies ServiceOrder, handle);
    }
  }

  /** Bytes of its memory that are resident; null where the system does not tell. */
  get memory(): number | null {
    return residentMemory(this.pid);
  }
}

/** Milliseconds beyond the drain time of a process before it is killed. */
const KILL_MARGIN = 1000;

/** Bytes of memory of a process that are resident; null where the system does not tell. */
export function residentMemory(pid: number): number | null {
  try {
    const [, kibibytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"))!;
    return Number(kibibytes) * 1024;
  } catch {
    return null;
  }
}

export function describeEnd({ code, signal, failure }: ProcessEnd): string {
  return (signal === null ? `exit status ${code}` : `signal ${signal}`) + (failure && `: ${failure}`);
}
