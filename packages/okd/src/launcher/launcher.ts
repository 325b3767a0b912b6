// The main process: starts the log daemon, the dispatcher and the services, connects them with each other, starts what
// crashes again and ends everything in order. It never touches a byte that a client sent.

import { join } from "node:path";
import type { Settings } from "../config/index.js";
import { version } from "../config/version.js";
import { ManagerSocket } from "../manager/manager-socket.js";
import type { ServerStatus } from "../manager/protocol.js";
import type { RouteConfiguration } from "../process/messages.js";
import { bindListener, type NativeHandle, type StreamHandle } from "../process/native-handles.js";
import { TlsFront } from "../tls/front.js";
import { DispatcherProcess } from "./dispatcher-process.js";
import { LoggerProcess } from "./logger-process.js";
import { manage } from "./management.js";
import { planServer, type ServerOptions, type ServerPlan } from "./plan.js";
import { ServiceSlot } from "./service-slot.js";

export interface LauncherEvents {
  /** Clients can connect and every service is ready or given up. */
  listening(addresses: { address: string; port: number; isTls: boolean }[]): void;
  /** A line for the operator that no log file shows on the terminal. */
  operatorLine(line: string): void;
}

interface Listener {
  address: string;
  port: number;
  handle: NativeHandle;
}

/** The server cannot start or go on; the message is for the operator. */
export class LauncherError extends Error {}

export class Launcher {
  readonly #settings: Settings;
  readonly #plan: ServerPlan;
  readonly #routes: RouteConfiguration;
  readonly #events: LauncherEvents;
  /** Directory of the bundled programs. */
  readonly #programs: string;
  readonly #options: ServerOptions;
  readonly #startedAt = Date.now();
  readonly #listeners: Listener[];
  readonly #logger: LoggerProcess;
  readonly #dispatcher: DispatcherProcess;
  readonly #slots: ServiceSlot[];
  /** Null: no TLS. */
  readonly #front: TlsFront | null;
  readonly #stopOrder = deferred();
  #isStopping = false;
  #manager: ManagerSocket | null = null;
  #failed: (error: LauncherError) => void = () => {};
  /** Every service is ready or given up. */
  #settled: () => void = () => {};

  /** Opens the ports; throws `BindError`. `programs`: directory of the other programs. */
  constructor(options: ServerOptions, programs: string, events: LauncherEvents) {
    this.#settings = options.settings;
    this.#options = options;
    this.#programs = programs;
    this.#events = events;
    this.#plan = planServer(options);
    this.#listeners = openListeners(this.#plan.listen);
    const { referencePort } = this.#plan.routes;
    const first = this.#listeners[this.#plan.listen.findIndex(({ port }) => port === referencePort)];
    this.#front = this.#openFront();
    this.#routes = {
      ...this.#plan.routes,
      referencePort: first?.port ?? referencePort,
      primaryTlsPorts: (this.#front?.addresses ?? []).flatMap(({ port, isPrimary }) => (isPrimary ? [port] : [])),
    };
    this.#logger = new LoggerProcess(this.#script("logger"), this.#plan.logger, {
      died: (how) => this.#loggerDied(how),
    });
    this.#dispatcher = new DispatcherProcess(this.#script("dispatcher"), this.#settings.lifecycle, {
      died: (line) => this.#dispatcherDied(line),
      givenUp: (line) => this.#fail(line),
      terminated: () => this.stop(),
      log: (line) => this.log(line),
    });
    let inspectPort = this.#options.inspectPort;
    const nextInspectPort = () => (inspectPort === null || inspectPort === 0 ? inspectPort : inspectPort++);
    this.#slots = this.#plan.services.flatMap((service) =>
      Array.from({ length: service.siblings }, (_, sibling) => this.#createSlot(service, sibling, nextInspectPort())),
    );
  }

  /**
   * Runs the server until `stop` is called or it cannot go on; resolves (or rejects with `LauncherError`) when all
   * processes have ended.
   */
  async run(): Promise<void> {
    const failed = new Promise<never>((_, reject) => {
      this.#failed = reject;
    });
    try {
      await Promise.race([failed, this.#startAll(), this.#stopOrder.promise]);
      await Promise.race([failed, this.#stopOrder.promise]);
    } catch (error) {
      // The caller shows it to the operator.
      if (this.#plan.logger.errorLog !== null) this.#logger.operatorLine(`XX ${(error as Error).message}`);
      await this.#stopAll();
      throw error;
    }
    await this.#stopAll();
  }

  /** Finishes the requests in flight and ends all processes. */
  stop(): void {
    this.#stopOrder.resolve();
  }

  /** Ends all processes at once. */
  kill(): void {
    this.#manager?.close();
    for (const slot of this.#slots) slot.kill();
    this.#front?.kill();
    this.#dispatcher.kill();
    this.#logger.kill();
  }

  /** Opens the log files again: they were renamed. */
  async turnLogs(): Promise<void> {
    await this.#logger.turn();
    this.log("++ logs turned");
  }

  log(line: string): void {
    this.#logger.operatorLine(line);
    if (!this.#logger.isRunning || this.#plan.logger.errorLog !== null) this.#events.operatorLine(line);
  }

  async #startAll(): Promise<void> {
    const logging = this.#logger.start().catch((error: Error) => {
      throw new LauncherError(`the log daemon cannot start: ${error.message}`);
    });
    await this.#openManagerSocket();
    this.#startDispatcher();
    const ready = new Promise<void>((resolve) => {
      this.#settled = resolve;
    });
    for (const slot of this.#slots) slot.launch();
    const front = this.#front?.start().catch((error: Error) => {
      throw new LauncherError(error.message);
    });
    await Promise.all([logging, this.#dispatcher.listening, ready, front]);
    if (this.#slots.every(({ state }) => state === "given-up")) throw new LauncherError("no service could be started");
    if (this.#isStopping) return;
    this.#events.listening([
      ...this.#listeners.map(({ address, port }) => ({ address, port, isTls: false })),
      ...(this.#front?.addresses ?? []).map(({ address, port }) => ({ address, port, isTls: true })),
    ]);
  }

  async #openManagerSocket(): Promise<void> {
    const { managerSocket } = this.#options;
    if (managerSocket === null) return;
    const server = {
      slots: this.#slots,
      turnLogs: () => this.turnLogs(),
      status: () => this.#status(),
      log: (line: string) => this.log(line),
    };
    const { socketMode } = this.#settings.manager;
    try {
      this.#manager = await ManagerSocket.open(managerSocket, socketMode, (request) => manage(server, request));
    } catch (error) {
      throw new LauncherError(`the management socket cannot be opened: ${(error as Error).message}`);
    }
  }

  #status(): ServerStatus {
    const now = Date.now();
    return {
      version,
      pid: process.pid,
      uptime: now - this.#startedAt,
      addresses: [...this.#listeners, ...(this.#front?.addresses ?? [])].map(
        ({ address, port }) => `${address}:${port}`,
      ),
      dispatcher: { pid: this.#dispatcher.pid, restarts: this.#dispatcher.restarts },
      logger: { pid: this.#logger.pid, restarts: this.#logger.restarts },
      services: this.#slots.map(({ plan, state, process: child, restarts, readySince }) => ({
        name: plan.cluster,
        sibling: plan.sibling,
        siblings: this.#slots.filter((other) => other.plan.cluster === plan.cluster).length,
        state,
        pid: child?.pid ?? 0,
        restarts,
        readyFor: state === "ready" ? now - readySince : 0,
      })),
    };
  }

  #openFront(): TlsFront | null {
    if (!this.#settings.tls.enabled) return null;
    const { settings, baseDirectory } = this.#options;
    try {
      return new TlsFront(
        { settings, baseDirectory, programs: this.#programs },
        {
          started: (logEnd, dispatcherEnd) => {
            this.#logger.addClient(logEnd);
            this.#dispatcher.addFront(dispatcherEnd);
          },
          log: (line) => this.log(line),
        },
      );
    } catch (error) {
      for (const { handle } of this.#listeners) handle.close();
      throw error;
    }
  }

  #startDispatcher(): void {
    const end = this.#dispatcher.launch(this.#plan.dispatcher(this.#routes), this.#listeners);
    this.#logger.addClient(end);
    for (const slot of this.#slots) {
      if (slot.state === "given-up") this.#dispatcher.giveUp(slot.plan.cluster, slot.plan.sibling);
    }
  }

  #createSlot(service: ServerPlan["services"][number], sibling: number, inspectPort: number | null): ServiceSlot {
    const { name, siblings, module, environment, writableDirectories, nativeAddons } = service;
    const label = siblings > 1 ? `${name}[${sibling}]` : name;
    const plan = {
      label,
      cluster: name,
      sibling,
      script: this.#script("service-host"),
      permissions: {
        // Where the module of a service has its own modules is not known.
        read: module === null ? [this.#programs, this.#options.site] : null,
        write: writableDirectories,
        addons: nativeAddons,
      },
      inspectPort,
      environment,
      rules: this.#settings.lifecycle,
      configuration: () => service.configuration(sibling, this.#routes),
    };
    return new ServiceSlot(plan, {
      started: (_slot, pid, logEnd, handOverEnd) => {
        this.#logger.addClient(logEnd);
        this.#dispatcher.addService(name, sibling, pid, handOverEnd);
      },
      ready: () => this.#checkSettled(),
      givenUp: () => {
        this.#dispatcher.giveUp(name, sibling);
        this.#checkSettled();
      },
      log: (line) => this.log(line),
    });
  }

  #checkSettled(): void {
    if (this.#slots.every(({ state }) => state === "ready" || state === "given-up")) this.#settled();
  }

  /** Services have lost their channels with the dispatcher: they finish, and new ones take over. */
  #dispatcherDied(line: string): void {
    if (this.#isStopping) return;
    this.log(line);
    this.#startDispatcher();
    this.#front?.replace();
    for (const slot of this.#slots) slot.replace();
  }

  #loggerDied(how: string): void {
    if (this.#isStopping) return;
    this.#events.operatorLine(`** log daemon ended with ${how}`);
    if (this.#settings.lifecycle.dieWithLogger) {
      this.#fail("the log daemon has died");
      return;
    }
    const front = this.#front?.processes.map((_, index) => ({
      connectLog: (end: StreamHandle) => this.#front!.connectLog(index, end),
    }));
    const clients = [...this.#slots, this.#dispatcher, ...(front ?? [])];
    this.#logger.restart(clients.length).then(
      (ends) => {
        clients.forEach((client, index) => {
          client.connectLog(ends[index]);
        });
        this.log(`** log daemon ended with ${how}; restarted`);
      },
      (error: Error) => this.#events.operatorLine(`XX the log daemon cannot start again: ${error.message}`),
    );
  }

  #fail(message: string): void {
    this.#failed(new LauncherError(message));
  }

  async #stopAll(): Promise<void> {
    this.#isStopping = true;
    const { shutdownTimeout } = this.#settings.lifecycle;
    this.#manager?.close();
    for (const { handle } of this.#listeners) handle.close();
    this.#front?.stopAccepting();
    await this.#dispatcher.finish();
    await Promise.all(this.#slots.map((slot) => slot.stop(shutdownTimeout)));
    await this.#dispatcher.end();
    await this.#front?.stop();
    this.log("++ stopped");
    await this.#logger.finish();
  }

  #script(name: string): string {
    return join(this.#programs, `${name}.js`);
  }
}

function openListeners(addresses: { address: string; port: number }[]): Listener[] {
  const listeners: Listener[] = [];
  try {
    for (const { address, port } of addresses) listeners.push({ address, ...bindListener(address, port) });
  } catch (error) {
    for (const { handle } of listeners) handle.close();
    throw error;
  }
  return listeners;
}

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
