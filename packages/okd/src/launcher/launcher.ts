// The main process: starts the log daemon, the dispatcher and the services, connects them with each other, starts what
// crashes again and ends everything in order. It never touches a byte that a client sent.

import { dirname, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Settings } from "../config/index.js";
import { version } from "../config/version.js";
import { ManagerSocket } from "../manager/manager-socket.js";
import type { ServerStatus } from "../manager/protocol.js";
import type { RouteConfiguration } from "../process/messages.js";
import {
  addressText,
  bindListener,
  bindUnixListener,
  type NativeHandle,
  type StreamHandle,
} from "../process/native-handles.js";
import type { ConfinedStarter } from "../process/spawn.js";
import { moduleDirectories } from "../security/module-directories.js";
import { SecurityPolicy } from "../security/policy.js";
import type { ActivatedSocket } from "../systemd/activation.js";
import { TlsFront } from "../tls/front.js";
import { DispatcherProcess } from "./dispatcher-process.js";
import { LoggerProcess } from "./logger-process.js";
import { manage } from "./management.js";
import { planServer, type ServerOptions, type ServerPlan } from "./plan.js";
import { PublisherProcess } from "./publisher-process.js";
import { fixedDifferences, prepareSlots } from "./reconfiguration.js";
import { residentMemory } from "./service-process.js";
import { ServiceSlot, type SlotEvents, type SlotPlan } from "./service-slot.js";

export interface LauncherEvents {
  /** Clients can connect and every service is ready or given up. */
  listening(addresses: ListeningAddress[]): void;
  /** A line for the operator that no log file shows on the terminal. */
  operatorLine(line: string): void;
  /** Reads the configuration again: the settings, or the mistakes (one line each). */
  readSettings(): Promise<{ settings: Settings | null; mistakes: string[] }>;
}

export interface ListeningAddress {
  /** Address and port, or the path of a Unix socket. */
  address: string;
  /** Null for a Unix socket. */
  scheme: "http" | "https" | null;
}

/** A started log daemon with the other ends of its first channels. */
interface NewLogger {
  logger: LoggerProcess;
  ends: StreamHandle[];
}

interface Listener {
  /** As shown to the operator: `127.0.0.1:80`, or the path of a Unix socket. */
  label: string;
  isSocket: boolean;
  /** The port that its requests are routed by. */
  port: number;
  handle: NativeHandle;
}

/** The server cannot start or go on; the message is for the operator. */
export class LauncherError extends Error {}

export class Launcher {
  #options: ServerOptions;
  #plan: ServerPlan;
  #routes: RouteConfiguration;
  readonly #events: LauncherEvents;
  /** Directory of the bundled programs. */
  readonly #programs: string;
  readonly #startedAt = Date.now();
  readonly #security: SecurityPolicy;
  readonly #listeners: Listener[];
  #logger: LoggerProcess;
  readonly #dispatcher: DispatcherProcess;
  #slots: ServiceSlot[];
  /** Null: no TLS. */
  readonly #front: TlsFront | null;
  /** Null: changes of the site are not watched for. */
  readonly #publisher: PublisherProcess | null;
  readonly #stopOrder = deferred();
  #isStopping = false;
  /** Changes of the configuration happen one after the other. */
  #changes: Promise<unknown> = Promise.resolve();
  #manager: ManagerSocket | null = null;
  #failed: (error: LauncherError) => void = () => {};
  /** Every service is ready or given up. */
  #settled: () => void = () => {};

  /** Opens the ports; throws `BindError`. `programs`: directory of the other programs. */
  constructor(options: ServerOptions, programs: string, events: LauncherEvents) {
    this.#options = options;
    this.#programs = programs;
    this.#events = events;
    this.#plan = planServer(options);
    this.#security = this.#secure();
    this.#listeners = openListeners(this.#plan, options.activated);
    this.#front = this.#openFront();
    this.#routes = this.#boundRoutes(this.#plan);
    this.#logger = this.#createLogger(this.#plan);
    this.#dispatcher = new DispatcherProcess(
      this.#script("dispatcher"),
      this.#confine("dispatcher"),
      options.settings.lifecycle,
      {
        died: (line) => this.#dispatcherDied(line),
        givenUp: (line) => this.#fail(line),
        terminated: () => this.stop(),
        wake: (cluster, sibling) => this.#slot(cluster, sibling)?.wake(),
        kill: (cluster, sibling, signal) => this.#slot(cluster, sibling)?.process?.signal(signal),
        status: () => this.#status(),
        log: (line) => this.log(line),
      },
    );
    this.#publisher = this.#createPublisher();
    this.#slots = this.#slotPlans(this.#plan, this.#routes).map((plan) => this.#createSlot(plan));
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
    this.#publisher?.kill();
    this.#security.close();
    this.#dispatcher.kill();
    this.#logger.kill();
  }

  /** Opens the log files again: they were renamed. */
  async turnLogs(): Promise<void> {
    await this.#logger.turn();
    this.log("++ logs turned");
  }

  /**
   * Reads the configuration again and goes over to it, without losing a request. Resolves to what speaks against it;
   * then nothing has changed.
   */
  reload(): Promise<string[]> {
    return this.#change(async () => {
      const { settings, mistakes } = await this.#events.readSettings();
      if (settings === null) return mistakes;
      // What the operator has ordered counts until the configuration says something else.
      const scale = new Map(this.#options.scale);
      for (const { uri, siblings } of this.#options.settings.services) {
        const now = settings.services.find((service) => service.uri === uri);
        if (now?.siblings !== siblings) scale.delete(uri);
      }
      return this.#goOver({ ...this.#options, settings, scale }, "configuration reloaded");
    });
  }

  /** Sets the number of siblings of a service. Resolves to what speaks against it. */
  scale(name: string, siblings: number): Promise<string[]> {
    return this.#change(async () => {
      const scale = new Map(this.#options.scale).set(name, siblings);
      return this.#goOver({ ...this.#options, scale }, `service ${name} has ${siblings} siblings now`);
    });
  }

  log(line: string): void {
    this.#logger.operatorLine(line);
    if (!this.#logger.isRunning || this.#plan.logger.errorLog !== null) this.#events.operatorLine(line);
  }

  /** How a process beside the services is started. */
  #confine(process: "logger" | "dispatcher" | "publisher"): ConfinedStarter {
    return (command, firstDescriptor) => this.#security.start(command, this.#security[process], firstDescriptor);
  }

  #secure(): SecurityPolicy {
    const { site, development, inspectPort } = this.#options;
    const { security } = this.#options.settings;
    // A debugger connects to the processes.
    const isolation = inspectPort === null ? security.isolation : "off";
    const settings: Settings = { ...this.#options.settings, security: { ...security, isolation } };
    const isConfigured = this.#options.isConfigured && !development && inspectPort === null;
    const services = this.#plan.services.map((service) => ({ ...service, service: service.settings }));
    const policy = new SecurityPolicy({ settings, site, programs: this.#programs, services, isConfigured });
    const { directory } = settings.logs;
    if (directory !== null) policy.prepareLogDirectory(resolve(directory));
    return policy;
  }

  get #lifecycle(): Settings["lifecycle"] {
    return this.#options.settings.lifecycle;
  }

  async #startAll(): Promise<void> {
    for (const notice of this.#security.notices) this.#events.operatorLine(`** ${notice}`);
    const logging = this.#logger.start().catch((error: Error) => {
      throw new LauncherError(`the log daemon cannot start: ${error.message}`);
    });
    await this.#openManagerSocket();
    this.#startDispatcher();
    const ready = new Promise<void>((resolve) => {
      this.#settled = resolve;
    });
    void this.#launchServices();
    this.#publisher?.launch();
    const front = this.#front?.start().catch((error: Error) => {
      throw new LauncherError(error.message);
    });
    await Promise.all([logging, this.#dispatcher.listening, ready, front]);
    if (this.#slots.every(({ state }) => state === "given-up")) throw new LauncherError("no service could be started");
    if (this.#isStopping) return;
    this.#events.listening(this.#addresses());
  }

  #addresses(): ListeningAddress[] {
    return [
      ...this.#listeners.map(({ label, isSocket }) => ({
        address: label,
        scheme: isSocket ? null : ("http" as const),
      })),
      ...(this.#front?.addresses ?? []).map(({ address, port }) => ({
        address: addressText(address, port),
        scheme: "https" as const,
      })),
    ];
  }

  /** In batches, so that a machine is not overrun by hundreds of processes that start at once (§1.2). */
  async #launchServices(): Promise<void> {
    const { startupBatchSize, startupBatchWait } = this.#lifecycle;
    const names = new Set(this.#slots.map(({ plan }) => plan.cluster));
    let launched = 0;
    for (const name of names) {
      const slots = this.#slots.filter(({ plan }) => plan.cluster === name);
      if (slots[0].plan.isLazy) {
        for (const slot of slots) slot.standBy();
        continue;
      }
      if (launched > 0 && startupBatchSize > 0 && launched % startupBatchSize === 0) await sleep(startupBatchWait);
      if (this.#isStopping) return;
      launched++;
      for (const slot of slots) slot.launch();
    }
  }

  async #openManagerSocket(): Promise<void> {
    const { managerSocket, settings } = this.#options;
    if (managerSocket === null) return;
    const server = {
      slots: () => this.#slots,
      turnLogs: () => this.turnLogs(),
      reload: () => this.reload(),
      scale: (name: string, siblings: number) => this.scale(name, siblings),
      status: () => this.#status(),
      log: (line: string) => this.log(line),
    };
    try {
      this.#manager = await ManagerSocket.open(managerSocket, settings.manager.socketMode, (request, piece) =>
        manage(server, request, piece),
      );
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
      addresses: this.#addresses().map(({ address }) => address),
      dispatcher: {
        pid: this.#dispatcher.pid,
        restarts: this.#dispatcher.restarts,
        memory: residentMemory(this.#dispatcher.pid),
      },
      logger: { pid: this.#logger.pid, restarts: this.#logger.restarts, memory: residentMemory(this.#logger.pid) },
      publisher: this.#publisher && {
        pid: this.#publisher.pid,
        restarts: this.#publisher.restarts,
        memory: residentMemory(this.#publisher.pid),
      },
      services: this.#slots.map(({ plan, state, process: child, restarts, readySince }) => ({
        name: plan.cluster,
        sibling: plan.sibling,
        siblings: this.#slots.filter((other) => other.plan.cluster === plan.cluster).length,
        state,
        pid: child?.pid ?? 0,
        restarts,
        readyFor: state === "ready" ? now - readySince : 0,
        memory: child?.memory ?? null,
      })),
    };
  }

  #openFront(): TlsFront | null {
    const { settings, baseDirectory, activated } = this.#options;
    if (!settings.tls.enabled) return null;
    try {
      return new TlsFront(
        { settings, baseDirectory, programs: this.#programs, security: this.#security, activated },
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
    const end = this.#dispatcher.launch(this.#plan.dispatcher(this.#routes, this.#startedAt), this.#listeners);
    this.#logger.addClient(end);
    for (const slot of this.#slots) this.#tellDispatcher(slot);
  }

  /** What the dispatcher must know of a place that has no process. */
  #tellDispatcher({ state, plan }: ServiceSlot): void {
    if (state === "given-up" || state === "drained") this.#dispatcher.giveUp(plan.cluster, plan.sibling);
    else if (state === "standby") this.#dispatcher.standBy(plan.cluster, plan.sibling);
  }

  #slot(cluster: string, sibling: number): ServiceSlot | undefined {
    return this.#slots.find(({ plan }) => plan.cluster === cluster && plan.sibling === sibling);
  }

  #slotPlans(plan: ServerPlan, routes: RouteConfiguration): SlotPlan[] {
    let { inspectPort } = this.#options;
    const nextInspectPort = () => (inspectPort === null || inspectPort === 0 ? inspectPort : inspectPort++);
    return plan.services.flatMap((service) =>
      Array.from({ length: service.siblings }, (_, sibling) => ({
        ...this.#slotPlan(service, sibling, plan, routes),
        inspectPort: nextInspectPort(),
      })),
    );
  }

  #slotPlan(
    service: ServerPlan["services"][number],
    sibling: number,
    plan: ServerPlan,
    routes: RouteConfiguration,
  ): Omit<SlotPlan, "inspectPort"> {
    const { name, siblings, module, environment, writableDirectories, nativeAddons, isLazy } = service;
    const configuration = service.configuration(sibling, routes);
    const readable = [
      this.#programs,
      this.#options.site,
      ...(module === null ? [] : moduleDirectories(module)),
      ...service.readablePaths,
    ];
    const permissions = { read: readable, write: writableDirectories, addons: nativeAddons };
    const secured = { ...service, service: service.settings };
    const confinement = this.#security.service(secured, { readable, writable: writableDirectories });
    const { routes: _routes, siblings: _siblings, ...lasting } = configuration;
    return {
      label: siblings > 1 ? `${name}[${sibling}]` : name,
      cluster: name,
      sibling,
      script: this.#script("service-host"),
      permissions,
      confine: (command: string[], firstDescriptor: number, profileDirectory: string | null) => {
        const wider = profileDirectory === null ? confinement : this.#security.widened(confinement, profileDirectory);
        return this.#security.start(command, wider, firstDescriptor);
      },
      suspect: (line: string) => this.log(`XX service ${name}: ${line}`),
      environment,
      isLazy,
      configuration,
      rules: plan.restartRules,
      directPorts: {
        address: plan.directPortRules.address,
        ports: configuration.directPorts,
        retrySchedule: plan.directPortRules.retrySchedule,
      },
      key: JSON.stringify({ environment, permissions, lasting }),
    };
  }

  #createSlot(plan: SlotPlan): ServiceSlot {
    const events: SlotEvents = {
      launched: ({ plan: { cluster, sibling } }, { pid, logEnd, handOverEnd }) => {
        this.#logger.addClient(logEnd);
        this.#dispatcher.addService(cluster, sibling, pid, handOverEnd);
      },
      settled: (slot) => {
        this.#tellDispatcher(slot);
        this.#checkSettled();
      },
      log: (line) => this.log(line),
    };
    return new ServiceSlot(plan, events);
  }

  #checkSettled(): void {
    const isSettled = ({ state }: ServiceSlot) => state !== "starting" && state !== "waiting";
    if (this.#slots.every(isSettled)) this.#settled();
  }

  /** Carries out one change after the other. */
  #change<Result>(change: () => Promise<Result>): Promise<Result> {
    const result = this.#changes.then(change);
    this.#changes = result.catch(() => {});
    return result;
  }

  /**
   * First everything that may fail, while the old processes serve; then the change itself, which cannot: the dispatcher
   * reads the new table of services and the new processes in one go.
   */
  async #goOver(options: ServerOptions, done: string): Promise<string[]> {
    const plan = planServer(options);
    const fixed = fixedDifferences(this.#options.settings, options.settings);
    if (fixed.length > 0) return fixed;
    const routes = this.#boundRoutes(plan);
    const prepared = await prepareSlots(this.#slots, this.#slotPlans(plan, routes), (slot) => this.#createSlot(slot));
    const logger =
      prepared.failures.length > 0 ? null : await this.#prepareLogger(plan, this.#logClients(prepared.slots).length);
    const failures = typeof logger === "string" ? [logger] : prepared.failures;
    if (failures.length > 0 || typeof logger === "string" || this.#isStopping) {
      prepared.discard();
      // It has heard of places that will not be.
      this.#dispatcher.configure(this.#plan.dispatcher(this.#routes, this.#startedAt));
      return failures.length > 0 ? failures : ["the server is stopping"];
    }
    this.#options = options;
    this.#plan = plan;
    this.#routes = routes;
    this.#dispatcher.configure(plan.dispatcher(routes, this.#startedAt));
    this.#slots = prepared.slots;
    const failed = await prepared.commit();
    if (logger !== null) this.#exchangeLogger(logger);
    this.log(`++ ${done}`);
    return failed;
  }

  /** A new log daemon if the new plan needs one; a text if that cannot write. */
  async #prepareLogger(plan: ServerPlan, clients: number): Promise<NewLogger | null | string> {
    if (JSON.stringify(plan.logger) === JSON.stringify(this.#plan.logger)) return null;
    const logger = this.#createLogger(plan);
    const { accessLog } = plan.logger;
    try {
      if (accessLog !== null) this.#security.prepareLogDirectory(dirname(accessLog));
      return { logger, ends: await logger.start(clients) };
    } catch (error) {
      return `the log daemon cannot start: ${(error as Error).message}`;
    }
  }

  /** Every process goes on with the new daemon; the old one writes what was sent to it, and ends. */
  #exchangeLogger({ logger, ends }: NewLogger): void {
    const old = this.#logger;
    this.#logger = logger;
    this.#connectLog(ends);
    void old.finish(this.#lifecycle.shutdownTimeout);
  }

  #connectLog(ends: StreamHandle[]): void {
    this.#logClients().forEach((client, index) => {
      client.connectLog(ends[index]);
    });
  }

  /** All who write logs. */
  #logClients(slots = this.#slots): { connectLog(end: StreamHandle): void }[] {
    const front = (this.#front?.processes ?? []).map((_, index) => ({
      connectLog: (end: StreamHandle) => this.#front!.connectLog(index, end),
    }));
    return [...slots, this.#dispatcher, ...front];
  }

  /** In development services watch the site themselves. */
  #createPublisher(): PublisherProcess | null {
    const { settings, development, site } = this.#options;
    if (development || !settings.templates.push) return null;
    return new PublisherProcess(this.#script("publisher"), this.#confine("publisher"), site, {
      published: (needsProcess) => void this.#change(() => this.#publish(needsProcess)),
      log: (line) => this.log(line),
    });
  }

  async #publish(needsProcess: boolean): Promise<void> {
    this.log("++ the site has changed: publishing the new version");
    if (!needsProcess) for (const { process } of this.#slots) process?.siteChanged();
    else await Promise.all(this.#slots.map((slot) => (slot.hasProcess ? slot.relaunch() : null)));
  }

  #createLogger(plan: ServerPlan): LoggerProcess {
    const logger: LoggerProcess = new LoggerProcess(this.#script("logger"), this.#confine("logger"), plan.logger, {
      died: (how) => {
        if (logger === this.#logger) this.#loggerDied(how);
      },
      trouble: (line) => this.#events.operatorLine(line),
    });
    return logger;
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
    if (this.#lifecycle.dieWithLogger) {
      this.#fail("the log daemon has died");
      return;
    }
    this.#logger.start(this.#logClients().length).then(
      (ends) => {
        this.#connectLog(ends);
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
    const { shutdownTimeout } = this.#lifecycle;
    this.#manager?.close();
    this.#publisher?.kill();
    for (const { handle } of this.#listeners) handle.close();
    this.#front?.stopAccepting();
    await this.#dispatcher.finish();
    await Promise.all(this.#slots.map((slot) => slot.stop(shutdownTimeout)));
    await this.#dispatcher.end();
    await this.#front?.stop();
    this.log("++ stopped");
    await this.#logger.finish();
    this.#security.close();
  }

  /** With the reference port that the system has chosen, if it was to choose one. */
  #boundRoutes({ routes, listen }: ServerPlan): RouteConfiguration {
    const index = listen.findIndex(({ port }) => port === routes.referencePort);
    const primaryTlsPorts = (this.#front?.addresses ?? []).flatMap(({ port, isPrimary }) => (isPrimary ? [port] : []));
    return { ...routes, referencePort: this.#listeners[index]?.port ?? routes.referencePort, primaryTlsPorts };
  }

  #script(name: string): string {
    return join(this.#programs, `${name}.js`);
  }
}

/** Those among `activated` are open already. */
function openListeners(
  { listen, sockets, routes: { referencePort } }: ServerPlan,
  activated: ActivatedSocket[],
): Listener[] {
  const listeners: Listener[] = [];
  try {
    for (const { address, port } of listen) {
      const bound = activated.find((socket) => socket.port === port) ?? bindListener(address, port);
      listeners.push({ ...bound, label: addressText(address, bound.port), isSocket: false });
    }
    const port = listeners[listen.findIndex((each) => each.port === referencePort)]?.port ?? referencePort;
    for (const { path, mode } of sockets) {
      listeners.push({ handle: bindUnixListener(path, mode), port, label: path, isSocket: true });
    }
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
