/**
 * Runs a site and its services while they are worked on: compiles what changes, serves it, and tells the browsers.
 */
import { existsSync, mkdtempSync, rmSync, unwatchFile, watchFile } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SiteCompiler } from "../project/compile.js";
import type { ServiceEntry, ServiceMistake } from "../services/bundle-services.js";
import { reloadBrowsers, removeBrowserFiles, showMistakes } from "./browser-files.js";
import { type Child, startChild } from "./child.js";
import type { ServerPrograms } from "./server-programs.js";
import { type ServiceWatch, watchServices } from "./service-watch.js";

export interface DevelopmentOptions {
  readonly programs: ServerPrograms;
  /** The script of `pubc`, which compiles in a process of its own. */
  readonly pubc: string;
  /** Folder of the project: everything runs in it. */
  readonly folder: string;
  readonly root: string;
  readonly bundle: string;
  /** Options for `pubc watch`. */
  readonly compileArguments: readonly string[];
  readonly services: readonly ServiceEntry[];
  /** Options for okd. */
  readonly serverArguments: readonly string[];
  /** The `okws_config`: when it changes, the server is started again. */
  readonly serverConfig: string | null;
  /** Services wait for debuggers on fixed ports, which two processes cannot have at the same time. */
  readonly inspected: boolean;
  readonly print: (text: string) => void;
}

export interface DevelopmentServer {
  /** Address of the site. */
  readonly address: string;
  /** Resolves to what went wrong when a part cannot go on. */
  readonly failed: Promise<string>;
  stop(): Promise<void>;
}

/** Compiles and starts everything; rejects when the server does not start. */
export async function startDevelopment(options: DevelopmentOptions): Promise<DevelopmentServer> {
  const session = new Session(options);
  try {
    return await session.start();
  } catch (error) {
    await session.stop();
    throw error;
  }
}

class Session {
  private readonly socketFolder = mkdtempSync(join(tmpdir(), "pubc-dev-"));
  private readonly services: ServiceWatch;
  private compiler: Child | null = null;
  private server: Child | null = null;
  /** Set after the first start, so that a new start has the same port. */
  private port: string | null = null;
  private isStopping = false;
  /** One start of the server after the other. */
  private restarting: Promise<void> = Promise.resolve();
  private fail: (what: string) => void = () => {};

  constructor(private readonly options: DevelopmentOptions) {
    this.services = watchServices(options.services, (mistakes) => this.servicesRebuilt(mistakes));
  }

  async start(): Promise<DevelopmentServer> {
    const failed = new Promise<string>((resolve) => {
      this.fail = resolve;
    });
    const mistakes = await this.services.start();
    await this.compile();
    this.report(mistakes);
    const address = await this.serve();
    const { serverConfig } = this.options;
    if (serverConfig !== null) watchFile(serverConfig, { interval: 300 }, () => void this.restart("its configuration"));
    return { address, failed, stop: () => this.stop() };
  }

  async stop(): Promise<void> {
    this.isStopping = true;
    if (this.options.serverConfig !== null) unwatchFile(this.options.serverConfig);
    await this.services.close();
    await this.restarting;
    await Promise.all([this.server?.stop(), this.compiler?.stop()]);
    removeBrowserFiles(this.options.bundle);
    rmSync(this.socketFolder, { recursive: true, force: true });
  }

  private child(script: string, args: readonly string[]): Child {
    return startChild(script, args, { cwd: this.options.folder, output: this.options.print });
  }

  /** Starts the compiler; there is a bundle when it resolves. */
  private async compile(): Promise<void> {
    const { pubc, root, bundle, compileArguments } = this.options;
    this.compiler = this.child(pubc, ["watch", root, "-o", bundle, ...compileArguments]);
    const { ended } = this.compiler;
    const [, outcome] = await this.compiler.printed(/^\d+ templates?, .* in \d+ ms; (nothing written|written)/);
    void ended.then((code) => this.lost("the compiler", code));
    // With mistakes from the beginning, the other pages can be looked at all the same.
    if (outcome === "nothing written" && !existsSync(join(bundle, "manifest.json"))) {
      await new SiteCompiler(root, bundle, { keepGoing: true }).build();
    }
  }

  /** Starts the server; resolves to its address. */
  private async serve(): Promise<string> {
    const { programs, bundle, serverArguments } = this.options;
    const port = this.port === null ? [] : ["--port", this.port];
    const server = this.child(programs.okd, [bundle, "--watch", "--socket", this.socket, ...serverArguments, ...port]);
    this.server = server;
    const [, address] = await server.printed(/^okd: listening on (http:\S+)/);
    this.port = new URL(address).port || "80";
    void server.ended.then((code) => {
      if (this.server === server) this.lost("the server", code);
    });
    return address;
  }

  private lost(what: string, code: number | null): void {
    if (!this.isStopping) this.fail(`${what} has ended with ${code === null ? "a signal" : `exit code ${code}`}`);
  }

  private get socket(): string {
    return join(this.socketFolder, "okd.sock");
  }

  private async servicesRebuilt(mistakes: readonly ServiceMistake[]): Promise<void> {
    if (this.isStopping) return;
    this.report(mistakes);
    if (mistakes.length > 0) return;
    if (this.options.inspected) await this.restart("a service");
    else {
      await this.relaunch();
      reloadBrowsers(this.options.bundle);
    }
  }

  private report(mistakes: readonly ServiceMistake[]): void {
    for (const { frame } of mistakes) this.options.print(`${frame}\n`);
    showMistakes(this.options.bundle, mistakes);
  }

  /** Replaces the processes of all services without losing a request. */
  private async relaunch(): Promise<void> {
    const { okmgr } = this.options.programs;
    const names = await this.serviceNames();
    if (names.length === 0) return;
    const manager = this.child(okmgr, ["relaunch", ...names, "--socket", this.socket]);
    await manager.ended;
    this.options.print(`pubc dev: ${names.join(", ")} started again\n`);
  }

  private async serviceNames(): Promise<string[]> {
    let text = "";
    const manager = startChild(this.options.programs.okmgr, ["status", "--json", "--socket", this.socket], {
      cwd: this.options.folder,
      output: (piece) => {
        text += piece;
      },
    });
    if ((await manager.ended) !== 0) return [];
    const { services } = JSON.parse(text) as { services: { name: string }[] };
    return [...new Set(services.map(({ name }) => name))].filter((name) => name !== "static");
  }

  private restart(why: string): Promise<void> {
    this.restarting = this.restarting.then(async () => {
      if (this.isStopping) return;
      const old = this.server;
      this.server = null;
      await old?.stop();
      this.options.print(`pubc dev: the server starts again, because ${why} has changed\n`);
      try {
        await this.serve();
      } catch {
        // It has said why. The next change is the next try.
        this.server = null;
      }
    });
    return this.restarting;
  }
}
