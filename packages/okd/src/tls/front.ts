// What stands before the dispatcher for clients that speak TLS: one TLS process a channel and the HTTP/2 gateway, started,
// connected with each other, renewed when certificates change.

import { closeSync, unwatchFile, watchFile } from "node:fs";
import { join } from "node:path";
import type { Settings, TlsChannel } from "../config/settings.js";
import { bindListener, type NativeHandle, type StreamHandle } from "../process/native-handles.js";
import type { ChildOptions } from "../process/spawn.js";
import type { SecurityPolicy } from "../security/policy.js";
import type { ActivatedSocket } from "../systemd/activation.js";
import { certificatePaths, openCertificateFiles } from "./certificate-files.js";
import { FrontProcess } from "./front-process.js";
import { FRONT_DESCRIPTORS, type Http2Order, type TlsOrder } from "./messages.js";

export interface FrontOptions {
  settings: Settings;
  /** Directory that relative names of certificate files start from. */
  baseDirectory: string;
  /** Directory of the bundled programs. */
  programs: string;
  /** How the TLS processes and the gateway are confined. */
  security: SecurityPolicy;
  /** Sockets that were opened for the server. */
  activated: ActivatedSocket[];
}

export interface FrontEvents {
  /** A new process has a log channel and one to the dispatcher: the other ends. */
  started(logEnd: StreamHandle, dispatcherEnd: StreamHandle): void;
  log(line: string): void;
}

/** Milliseconds between two looks at the files, and for all files of a change to be written. */
const WATCH_INTERVAL = 2000;
const SETTLING_TIME = 1000;

/** Milliseconds after which a process that died is started again. */
const RESTART_DELAY = 200;

/** Milliseconds for the last connections when the server stops; the services have ended then. */
const FINISH_TIME = 2000;

interface Channel {
  settings: TlsChannel;
  listeners: { address: string; port: number; handle: NativeHandle }[];
  process: FrontProcess;
}

export class TlsFront {
  readonly #options: FrontOptions;
  readonly #events: FrontEvents;
  readonly #channels: Channel[] = [];
  readonly #gateway: FrontProcess;
  #isStopping = false;
  #renewal: NodeJS.Timeout | null = null;
  /** One change after the other. */
  #work: Promise<unknown> = Promise.resolve();

  /** Opens the ports; throws `BindError`. */
  constructor(options: FrontOptions, events: FrontEvents) {
    this.#options = options;
    this.#events = events;
    this.#gateway = new FrontProcess({
      notice: (text) => events.log(`** HTTP/2 gateway: ${text}`),
      died: (how) => this.#died("the HTTP/2 gateway", how),
    });
    const { address } = options.settings.network;
    try {
      for (const settings of options.settings.tls.channels) {
        const process = new FrontProcess({
          notice: (text) => events.log(`** TLS channel ${settings.name}: ${text}`),
          died: (how) => this.#died(`the TLS process of channel ${settings.name}`, how),
        });
        const channel: Channel = { settings, listeners: [], process };
        this.#channels.push(channel);
        for (const port of settings.primaryPort === null ? settings.ports : [settings.primaryPort, ...settings.ports]) {
          const opened = options.activated.find((socket) => socket.port === port);
          channel.listeners.push(opened ?? { address, ...bindListener(address, port) });
        }
      }
    } catch (error) {
      this.#closeListeners();
      throw error;
    }
  }

  /** The ports as opened; those of services without a port are primary. */
  get addresses(): { address: string; port: number; isPrimary: boolean }[] {
    return this.#channels.flatMap(({ settings, listeners }) =>
      listeners.map(({ address, port }, index) => ({
        address,
        port,
        isPrimary: settings.primaryPort !== null && index === 0,
      })),
    );
  }

  get processes(): { name: string; process: FrontProcess }[] {
    const channels = this.#channels.map(({ settings, process }) => ({ name: `tls ${settings.name}`, process }));
    return [...channels, { name: "http2", process: this.#gateway }];
  }

  /** Starts all processes. Rejects with the reason when a certificate cannot be used. */
  async start(): Promise<void> {
    await this.#inOrder(() => this.#launchAll());
    for (const path of this.#paths()) {
      watchFile(path, { interval: WATCH_INTERVAL, persistent: false }, () => this.#fileChanged());
    }
  }

  /** The dispatcher is another one now. */
  replace(): void {
    void this.#inOrder(async () => {
      if (this.#isStopping) return;
      await this.#launchAll().catch((error: Error) => this.#events.log(`XX ${error.message}`));
    });
  }

  /** Reads the certificates again. Resolves to null, or to why they stay as they were. */
  reload(): Promise<string | null> {
    return this.#inOrder(async () => {
      const failures: string[] = [];
      for (const channel of this.#channels) {
        await this.#launchChannel(channel).catch((error: Error) => failures.push(error.message));
      }
      return failures.length === 0 ? null : failures.join("; ");
    });
  }

  /** Accepts no more; connections go on. */
  stopAccepting(): void {
    this.#isStopping = true;
    if (this.#renewal) clearTimeout(this.#renewal);
    for (const path of this.#paths()) unwatchFile(path);
    this.#closeListeners();
    for (const { process } of this.processes) process.retire();
  }

  async stop(): Promise<void> {
    await Promise.all(this.processes.map(({ process }) => process.ended(FINISH_TIME)));
  }

  kill(): void {
    for (const { process } of this.processes) process.kill();
  }

  /** For a process: the channel to a new log daemon. */
  connectLog(index: number, end: StreamHandle): void {
    this.processes[index].process.sendEnd({ type: "log" } satisfies TlsOrder, end);
  }

  async #launchAll(): Promise<void> {
    await this.#launchGateway();
    for (const channel of this.#channels) await this.#launchChannel(channel);
  }

  #launchGateway(): Promise<void> {
    const { security } = this.#options;
    const directory = security.makeDirectory(security.http2);
    const timeout = Math.max(...this.#channels.map(({ settings }) => settings.timeout));
    return this.#gateway.launch({
      options: this.#childOptions("http2", directory, 2),
      order: {
        type: "start",
        configuration: { directory, timeout, flushInterval: this.#flushInterval },
      } satisfies Http2Order,
      connect: ([logEnd, dispatcherEnd]) => this.#events.started(logEnd, dispatcherEnd),
    });
  }

  async #launchChannel({ settings, listeners, process }: Channel): Promise<void> {
    const { name, timeout, cipherList, honorCipherOrder, allowClientRenegotiation, http2, ordinal } = settings;
    const opened = openCertificateFiles(settings, this.#options.baseDirectory, FRONT_DESCRIPTORS.files);
    try {
      const { security } = this.#options;
      const directory = security.makeDirectory(security.tls);
      const order: TlsOrder = {
        type: "start",
        configuration: {
          name,
          certificates: opened.files,
          timeout,
          ciphers: cipherList,
          honorCipherOrder,
          allowClientRenegotiation,
          http2,
          ordinal: ordinal ?? 0,
          backlog: this.#options.settings.network.listenQueueSize,
          directory,
          flushInterval: this.#flushInterval,
        },
      };
      await process.launch({
        options: { ...this.#childOptions("tls", directory, 3), descriptors: opened.descriptors },
        order,
        connect: ([logEnd, dispatcherEnd, http2End]) => {
          this.#events.started(logEnd, dispatcherEnd);
          this.#gateway.sendEnd({ type: "source" } satisfies Http2Order, http2End);
        },
      });
    } catch (error) {
      throw new Error(`TLS channel ${name}: ${(error as Error).message}`);
    } finally {
      for (const descriptor of opened.descriptors) closeSync(descriptor);
    }
    for (const { port, handle } of listeners) process.send({ type: "listener", port } satisfies TlsOrder, handle);
  }

  #childOptions(program: "tls" | "http2", directory: string, socketPairs: number): ChildOptions {
    const { programs, security } = this.#options;
    const confinement = security[program];
    return {
      script: join(programs, `${program}.js`),
      permissions: { read: [programs, directory], write: [directory] },
      socketPairs,
      suspect: (line) => this.#events.log(`XX ${line}`),
      confine: (command, firstDescriptor) => security.start(command, confinement, firstDescriptor),
    };
  }

  get #flushInterval(): number {
    const { tick, period } = this.#options.settings.logs;
    return tick * period;
  }

  #paths(): string[] {
    const pairs = this.#channels.flatMap(({ settings }) => certificatePaths(settings, this.#options.baseDirectory));
    return [...new Set(pairs.flatMap(({ certificate, key }) => [certificate, key]))];
  }

  /** Certificate and key are written one after the other. */
  #fileChanged(): void {
    if (this.#renewal) clearTimeout(this.#renewal);
    this.#renewal = setTimeout(async () => {
      const failure = await this.reload();
      if (this.#isStopping) return;
      if (failure === null) this.#events.log("++ certificates renewed");
      else this.#events.log(`** the certificates stay as they were: ${failure}`);
    }, SETTLING_TIME);
  }

  #died(what: string, how: string): void {
    if (this.#isStopping) return;
    this.#events.log(`** ${what} ended with ${how}; restarting`);
    setTimeout(() => this.replace(), RESTART_DELAY);
  }

  #inOrder<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#work.then(work);
    this.#work = result.catch(() => {});
    return result;
  }

  #closeListeners(): void {
    for (const { listeners } of this.#channels) for (const { handle } of listeners) handle.close();
  }
}
