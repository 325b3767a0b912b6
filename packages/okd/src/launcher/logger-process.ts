// The log daemon as the launcher sees it.

import type { ChildProcess } from "node:child_process";
import { dirname } from "node:path";
import type { LoggerConfiguration, LoggerOrder, LoggerReport } from "../process/messages.js";
import type { StreamHandle } from "../process/native-handles.js";
import { type ConfinedStarter, sendAway, spawnChild, tell, waitForExit } from "../process/spawn.js";

/** Milliseconds that the daemon waits at the end for clients that have not closed. */
const CLOSING_TIME = 2000;

/** Milliseconds for the daemon to write the last entries. */
const FINISH_TIME = 2000;

export interface LoggerEvents {
  /** The daemon ended without being told to. */
  died(how: string): void;
  /** Something is wrong with the logs themselves. */
  trouble(line: string): void;
}

export class LoggerProcess {
  readonly #script: string;
  readonly #confine: ConfinedStarter;
  readonly #configuration: LoggerConfiguration;
  readonly #events: LoggerEvents;
  #process: ChildProcess | null = null;
  #isReady = false;
  #launches = 0;

  constructor(script: string, confine: ConfinedStarter, configuration: LoggerConfiguration, events: LoggerEvents) {
    this.#script = script;
    this.#confine = confine;
    this.#configuration = configuration;
    this.#events = events;
  }

  /** There is a daemon, or one that is just starting. */
  get isRunning(): boolean {
    return this.#process !== null;
  }

  /**
   * Starts a daemon with `clients` channels; resolves to their other ends. Rejects when the logs cannot be opened.
   */
  start(clients = 0): Promise<StreamHandle[]> {
    return this.#launch(clients);
  }

  /** The daemon's end of the log channel of another process. */
  addClient(end: StreamHandle): void {
    if (this.#process) sendAway(this.#process, { type: "client" } satisfies LoggerOrder, end);
    else end.close();
  }

  operatorLine(line: string): void {
    if (this.#process) tell(this.#process, { type: "operator", line } satisfies LoggerOrder);
  }

  get restarts(): number {
    return Math.max(0, this.#launches - 1);
  }

  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  /** Opens the log files again under their names. Rejects when that fails; then nothing has changed. */
  async turn(): Promise<void> {
    const child = this.#process;
    if (!child) throw new Error("the log daemon is not running");
    const failure = await new Promise<string | null>((resolve) => {
      const settle = (result: string | null) => {
        child.off("message", listen);
        child.off("exit", died);
        resolve(result);
      };
      const listen = (report: LoggerReport) => {
        if (report.type === "turned") settle(report.failure);
      };
      const died = () => settle("the log daemon has died");
      child.on("message", listen);
      child.once("exit", died);
      tell(child, { type: "turn" } satisfies LoggerOrder);
    });
    if (failure !== null) throw new Error(`logger failed to turn over logs: ${failure}`);
  }

  /** Writes what is left and ends; `limit`: milliseconds for its clients to close their channels. */
  async finish(limit = CLOSING_TIME): Promise<void> {
    const child = this.#process;
    this.#process = null;
    if (!child) return;
    tell(child, { type: "finish", limit } satisfies LoggerOrder);
    await waitForExit(child, limit + FINISH_TIME);
  }

  kill(): void {
    this.#process?.kill("SIGKILL");
  }

  async #launch(clients: number): Promise<StreamHandle[]> {
    const { accessLog, errorLog, tlsLog } = this.#configuration;
    const write = [accessLog, errorLog, tlsLog].flatMap((path) => (path === null ? [] : [dirname(path)]));
    const { process: child, ends } = spawnChild({
      script: this.#script,
      // It reads its pid file and looks which old files there are.
      permissions: { read: [dirname(this.#script), ...write], write },
      socketPairs: clients,
      confine: this.#confine,
      // The end of the daemon tells the operator.
      suspect: () => {},
    });
    this.#process = child;
    this.#launches++;
    this.#isReady = false;
    await new Promise<void>((resolve, reject) => {
      child.on("message", (report: LoggerReport) => {
        if (report.type === "ready") resolve();
        else if (report.type === "failed") reject(new Error(report.message));
        else if (report.type === "trouble") this.#events.trouble(report.line);
      });
      child.on("error", reject);
      child.on("exit", (code, signal) => {
        const how = signal === null ? `exit status ${code}` : `signal ${signal}`;
        reject(new Error(how));
        if (child !== this.#process) return;
        this.#process = null;
        if (this.#isReady) this.#events.died(how);
      });
      const configuration = this.#configuration;
      tell(child, { type: "start", configuration, inherited: clients } satisfies LoggerOrder);
    });
    this.#isReady = true;
    return ends;
  }
}
