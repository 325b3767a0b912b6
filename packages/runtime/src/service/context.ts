/**
 * What the code of a service reaches besides request and response: its process, its templates, its back ends.
 */
import type { Backend, BackendDefinition } from "./backends.js";
import type { DispatcherControl, ServiceHost, ServiceSettings } from "./host.js";
import type { Localiser } from "./localiser.js";
import type { PageArguments, PagePath, Variables } from "./page-types.js";
import type { ConfigurationResult, PageOptions, PageResult, Publisher } from "./publisher.js";
import { encodeText } from "./text.js";
import { Timers } from "./timers.js";

// biome-ignore lint/suspicious/noExplicitAny: definitions of different clients stand in one table
export type BackendTable = Readonly<Record<string, BackendDefinition<any>>>;

/** The back ends of a service by the names that it declared them under. */
export type BackendsOf<Table extends BackendTable> = {
  readonly [Name in keyof Table]: Table[Name] extends BackendDefinition<infer Client> ? Backend<Client> : never;
};

/** The process of the service. */
export class ServiceContext<Table extends BackendTable = BackendTable> {
  readonly timers: Timers;
  /** For the service: templates, once they are there. */
  publisher: Publisher | null = null;
  private readonly stopController = new AbortController();

  constructor(
    private readonly host: ServiceHost,
    readonly backends: BackendsOf<Table>,
  ) {
    this.timers = new Timers((line) => this.log(line));
  }

  /** The configuration of the process (S1). */
  get settings(): ServiceSettings {
    return this.host.settings;
  }

  get name(): string {
    return this.settings.name;
  }

  /** Number among the siblings, from 0, and how many there are (S13). */
  get sibling(): number {
    return this.settings.sibling;
  }

  get siblings(): number {
    return this.settings.siblings;
  }

  get pid(): number {
    return process.pid;
  }

  /** Name in logs: with process id and number when there are siblings. */
  get title(): string {
    return this.siblings > 1 ? `${this.name}[${this.pid}:${this.sibling}]` : this.name;
  }

  /** Variables of the environment, with those of the configuration line (S14). */
  get environment(): NodeJS.ProcessEnv {
    return process.env;
  }

  /** Writes a line to the error log. */
  log(line: string): void {
    this.host.log(encodeText(`${this.title}: ${line}`));
  }

  /** The dispatcher (S12). Throws when the host has none. */
  get dispatcher(): DispatcherControl {
    if (this.host.dispatcher === undefined) throw new Error("this host has no dispatcher");
    return this.host.dispatcher;
  }

  /** Ends the process at once (S16). */
  exit(code = 0): void {
    this.host.exit(code);
  }

  /** Finishes the requests in flight and ends the process; a new one takes over (S16). */
  retire(): void {
    this.host.retire();
  }

  /** Aborted when the process is about to end. */
  get stopping(): AbortSignal {
    return this.stopController.signal;
  }

  /** True when there is a template of that path. */
  hasTemplate(path: string): boolean {
    return this.publisher?.has(path) ?? false;
  }

  /** Runs a template (§4.6); rejects when the service has no site. */
  async publish<Path extends string>(
    path: PagePath<Path> | (Path & PagePath<Path>),
    ...[variables, options]: PageArguments<Path, PageOptions>
  ): Promise<PageResult> {
    return this.templates().publish(path, variables, options);
  }

  /** Runs a template for its assignments; without variables they become universals, which every later page sees. */
  async runConfig<Path extends string>(
    path: PagePath<Path> | (Path & PagePath<Path>),
    variables?: Variables,
    options?: PageOptions & { toUniversals?: boolean },
  ): Promise<ConfigurationResult> {
    return this.templates().runConfig(path, variables, options);
  }

  /** The variables of the process that all pages see. */
  universals(): Variables {
    return this.templates().universals();
  }

  /** The syntax errors of a template; null when there is none of that path. */
  syntaxCheck(path: string): string[] | null {
    return this.templates().syntaxCheck(path);
  }

  /** For the service: long-lived streams end now. */
  announceStop(): void {
    this.stopController.abort();
  }

  templates(): Publisher {
    if (this.publisher === null) throw new Error("this service has no compiled site");
    return this.publisher;
  }
}

/** One request's view of the service. */
export interface RequestContext<Table extends BackendTable = BackendTable, State = unknown> {
  readonly service: ServiceContext<Table>;
  readonly backends: BackendsOf<Table>;
  /** What `setup` returned. */
  readonly state: State;
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal;
  /** Chooses templates by language for all that this request publishes (P16). */
  localiser: Localiser | null;
  log(line: string): void;
}
