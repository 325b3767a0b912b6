/**
 * Publishing templates of the compiled site (server specification §4.6).
 */
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type * as PageRuntime from "../index.js";
import type { Library, RunOptions } from "../run.js";
import type { Site } from "../site/bundle.js";
import type { ServiceLibrary } from "./library.js";
import type { Localiser } from "./localiser.js";
import type { Variables } from "./page-types.js";

/** Options of one publishing (§4.6, pub-language.md §11.1). */
export interface PageOptions extends RunOptions {
  /** The bytes of the file as they are, not run. */
  readonly raw?: boolean;
  /** Null: no localisation, although the request has a localiser. */
  readonly localiser?: Localiser | null;
}

export interface PageResult {
  /** The template was found and no failure reached its top level. */
  readonly ok: boolean;
  readonly body: Uint8Array;
  /** Error messages of the page. */
  readonly log: readonly string[];
}

export interface ConfigurationResult {
  readonly ok: boolean;
  readonly variables: Variables;
  readonly log: readonly string[];
}

const NOTHING = new Uint8Array();

export class Publisher {
  private checking: Promise<void> | null = null;
  private checkedAt = Date.now();

  private constructor(
    private readonly directory: string,
    private readonly site: Site,
    private readonly libraries: readonly Library[],
    private readonly defaults: RunOptions,
    private readonly log: (line: string) => void,
    /** Milliseconds between two looks at the manifest. */
    private readonly checkInterval: number,
    private stamp: string,
  ) {}

  /** Opens the compiled site in `directory`. Rejects when it is missing or broken. */
  static async open(
    directory: string,
    libraries: readonly ServiceLibrary[],
    defaults: RunOptions,
    log: (line: string) => void,
    checkInterval: number,
  ): Promise<Publisher> {
    const stamp = await manifestStamp(directory);
    const manifest = JSON.parse(await readFile(join(directory, "manifest.json"), "utf8")) as { runtime: string };
    const runtime = (await import(pathToFileURL(join(directory, manifest.runtime)).href)) as typeof PageRuntime;
    const site = await runtime.openSite(directory);
    const bound = libraries.map((library) => library.bind(runtime));
    return new Publisher(directory, site, bound, defaults, log, checkInterval, stamp);
  }

  /** True when there is a template of that path. */
  has(path: string): boolean {
    return this.site.has(path);
  }

  /**
   * Runs a template. Its errors are in the result and in the error log; rejects only for faults of the server and for
   * variables that have no pub value. `write` receives what is printed so far whenever the page waits.
   */
  async publish(
    path: string,
    variables: Variables = {},
    options: PageOptions = {},
    write?: (bytes: Uint8Array) => void,
  ): Promise<PageResult> {
    await this.refresh();
    const { raw, localiser, ...runOptions } = options;
    if (raw) {
      const bytes = await this.site.read(path);
      return bytes === null ? this.missing(path) : { ok: true, body: bytes, log: [] };
    }
    const result = await this.site.publish(path, { ...this.request(variables, runOptions, localiser), write });
    this.report(result.log);
    return result;
  }

  /**
   * Runs a template for its assignments. Without variables, or with `toUniversals`, they become universals, which every
   * later page sees.
   */
  async runConfig(
    path: string,
    variables?: Variables,
    options: PageOptions & { toUniversals?: boolean } = {},
  ): Promise<ConfigurationResult> {
    await this.refresh();
    const { raw: _, localiser, toUniversals, ...runOptions } = options;
    const request = this.request(variables, runOptions, localiser);
    const result = await this.site.runConfig(path, { ...request, toUniversals });
    this.report(result.log);
    return result;
  }

  /** The variables of the process that all pages see. */
  universals(): Variables {
    return this.site.universals();
  }

  /** The syntax errors of a template; null when there is none of that path. */
  syntaxCheck(path: string): string[] | null {
    return this.site.syntaxCheck(path);
  }

  close(): void {
    this.site.close();
  }

  private request(variables: Variables | undefined, options: RunOptions, localiser: Localiser | null | undefined) {
    return {
      globals: variables,
      options: { ...this.defaults, ...options },
      libraries: this.libraries,
      localization: localiser ?? undefined,
    };
  }

  private missing(path: string): PageResult {
    const log = [`okws-pub3[error]: ${path}: file not found`];
    this.report(log);
    return { ok: false, body: NOTHING, log };
  }

  private report(log: readonly string[]): void {
    for (const line of log) this.log(line);
  }

  /** Takes over a site that was compiled again; a broken one is reported and the old one goes on. */
  private refresh(): Promise<void> {
    if (this.checking !== null) return this.checkInterval === 0 ? this.checking : Promise.resolve();
    if (Date.now() - this.checkedAt < this.checkInterval) return Promise.resolve();
    this.checkedAt = Date.now();
    const reload = async () => {
      try {
        const stamp = await manifestStamp(this.directory);
        if (stamp === this.stamp) return;
        this.stamp = stamp;
        await this.site.reload();
      } catch (error) {
        this.log(`the changed site cannot be read: ${(error as Error).message}`);
      }
    };
    this.checking = reload().finally(() => {
      this.checking = null;
    });
    // Outside of development nobody has to wait for it.
    return this.checkInterval === 0 ? this.checking : Promise.resolve();
  }
}

async function manifestStamp(directory: string): Promise<string> {
  const { ino, mtimeMs, size } = await stat(join(directory, "manifest.json"));
  return `${ino} ${mtimeMs} ${size}`;
}
