/**
 * A compiled site as a service uses it: reads the manifest of a bundle, loads template modules when they are first
 * rendered, and changes to a newer manifest without disturbing pages in flight.
 */
import { createHash } from "node:crypto";
import { accessSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire, SourceMap } from "node:module";
import { dirname, join, posix, resolve } from "node:path";
import { type Library, needsTracing, type RunOptions } from "../run.js";
import { VariableTable } from "../scope/slot.js";
import { copyValue, decodeUtf8, toHost } from "../values/index.js";
import type { Value } from "../values/types.js";
import { type TemplatePlace, templatePlaces } from "./faults.js";
import { type Localization, localized } from "./localization.js";
import type { Manifest, ManifestTemplate } from "./manifest.js";
import { ManifestReader } from "./manifest-reader.js";
import { publish } from "./publish.js";
import type { FoundFile, Template, TemplateEntry, TemplateSource } from "./source.js";

/** What the template modules export: a function from the runtime to the template. */
type TemplateFactory = (runtime: unknown) => Template;

export interface SitePublishOptions {
  /** Variables of the run, JavaScript values (see `fromHost`). */
  readonly globals?: Readonly<Record<string, unknown>>;
  readonly options?: RunOptions;
  /** Libraries of own functions, see `PublishRequest`. */
  readonly libraries?: readonly Library[];
  readonly localization?: Localization;
  /** Receives the page in pieces while it waits; the body of the result is the rest. */
  readonly write?: (bytes: Uint8Array) => void;
}

export interface SitePage {
  /** The page was found and no failure reached its top level. */
  readonly ok: boolean;
  /** The page ran to its end, though includes may have failed: what a server can send. False for faults and syntax errors. */
  readonly completed: boolean;
  readonly body: Uint8Array;
  /** Lines of the error log; Unicode text. */
  readonly log: readonly string[];
}

export interface SiteConfiguration {
  readonly ok: boolean;
  readonly log: readonly string[];
  /** The globals at the end of the run, as `toHost` makes them. */
  readonly variables: Readonly<Record<string, unknown>>;
}

export interface Site {
  readonly manifest: Manifest;
  /** True when there is a template of that path. */
  has(path: string): boolean;
  /** Renders a template. Errors of the template are in the log; rejects only for faults outside of it. */
  publish(path: string, request?: SitePublishOptions): Promise<SitePage>;
  /**
   * Runs a template for its assignments (pub-language.md §11.3). Without `globals`, or with `toUniversals`, they become
   * universals, which all later runs of the process see.
   */
  runConfig(path: string, request?: SitePublishOptions & { toUniversals?: boolean }): Promise<SiteConfiguration>;
  /** The universals of the process, as `toHost` makes them. */
  universals(): Record<string, unknown>;
  /** The bytes of a file of the site, not run; null when there is none. */
  read(path: string): Promise<Uint8Array | null>;
  /** The syntax errors of a template; null when there is no template of that path. */
  syntaxCheck(path: string): string[] | null;
  /** Reads the manifest again; a broken new bundle is refused with an error and the old one goes on. */
  reload(): Promise<void>;
  close(): void;
}

/**
 * Opens a bundle. `runtime` is the module namespace that templates import from.
 */
export async function openBundle(directory: string, runtime: unknown): Promise<Site> {
  const root = resolve(directory);
  const reader = new ManifestReader(root);
  let current = new BundleSource(root, (await reader.read()).manifest, runtime);
  // A debugger can set breakpoints in scripts that it knows.
  if (isInspected()) current.loadAll();
  const universals = new VariableTable();
  const run = (path: string, request: SitePublishOptions, write?: (bytes: string) => void) => {
    const source = current.forRun(path, request.options);
    const { localization } = request;
    return publish(localization === undefined ? source : localized(source, localization), {
      name: byteString(path),
      globals: request.globals,
      universals,
      options: { dictOrder: current.manifest.options.dictOrder, ...request.options },
      libraries: request.libraries,
      write,
    });
  };
  return {
    get manifest() {
      return current.manifest;
    },
    has: (path) => current.has(path),
    async publish(path, request = {}) {
      const { write } = request;
      const result = await run(path, request, write && ((bytes) => write(Buffer.from(bytes, "latin1"))));
      return {
        ok: result.accepted && result.succeeded,
        completed: result.completed,
        body: Buffer.from(result.output, "latin1"),
        log: result.log.map(decodeUtf8),
      };
    },
    async runConfig(path, request = {}) {
      const result = await run(path, { ...request, options: { ...request.options, config: true } });
      const globals = [...result.run.globals.entries()];
      if (request.globals === undefined || request.toUniversals) {
        for (const [name, value] of globals) {
          universals.bind(name, copyValue(value));
          if (result.run.builtin(name) !== undefined) universals.hidesBuiltins = true;
        }
      }
      return {
        ok: result.accepted && result.succeeded,
        log: result.log.map(decodeUtf8),
        variables: hostVariables(globals),
      };
    },
    universals: () => hostVariables(universals.entries()),
    read: (path) => current.read(byteString(path)),
    syntaxCheck: (path) => current.syntaxCheck(byteString(path)),
    async reload() {
      const { manifest, changed } = await reader.read();
      const next = new BundleSource(root, manifest, runtime);
      next.checkModules(current.manifest, changed ?? Object.keys(manifest.templates));
      next.takeOver(current);
      if (isInspected()) next.loadAll();
      current = next;
    },
    close() {
      current.unload();
    },
  };
}

/** Node listens for a debugger. */
function isInspected(): boolean {
  return process.getBuiltinModule("node:inspector")?.url() !== undefined;
}

function byteString(text: string): string {
  return Buffer.from(text).toString("latin1");
}

function hostVariables(variables: Iterable<[string, Value]>): Record<string, unknown> {
  return Object.fromEntries([...variables].map(([name, value]) => [decodeUtf8(name), toHost(value)]));
}

/** The key of a candidate name in the manifest; null when it leaves the root. */
function manifestKey(name: string): string | null {
  const path = Buffer.from(name, "latin1").toString("utf8");
  if (path.includes("\0") || posix.normalize(path.replace(/^\/+/, "")).startsWith("..")) return null;
  return posix.normalize(`/${path}`);
}

class BundleSource implements TemplateSource {
  readonly found = new Map<string | undefined, Map<string, FoundFile>>();
  private readonly loaded = new Map<string, TemplateEntry>();
  private readonly maps = new Map<string, SourceMap | null>();
  private readonly require: NodeJS.Require;
  private tracedSource: BundleSource | null = null;

  constructor(
    private readonly root: string,
    readonly manifest: Manifest,
    private readonly runtime: unknown,
    private readonly traced = false,
  ) {
    this.require = createRequire(join(root, "manifest.json"));
  }

  /** The source for a run of a page: some need modules that print, check and look up names step by step. */
  forRun(path: string, options: RunOptions | undefined): BundleSource {
    const key = manifestKey(Buffer.from(path).toString("latin1"));
    const reflective = key !== null && this.manifest.templates[key]?.reflective === true;
    if (!reflective && !needsTracing(options)) return this;
    this.tracedSource ??= new BundleSource(this.root, this.manifest, this.runtime, true);
    return this.tracedSource;
  }

  /** The syntax errors of a template, or null when there is none of that name (a byte string). */
  syntaxCheck(name: string): string[] | null {
    const entry = this.find(name);
    if (entry === null) return null;
    return (entry.template.errors ?? []).map((error) => decodeUtf8(`${name}:${error.line}: ${error.text}`));
  }

  has(path: string): boolean {
    const key = manifestKey(byteString(path));
    return key !== null && Object.hasOwn(this.manifest.templates, key);
  }

  find(name: string): TemplateEntry | null {
    const key = manifestKey(name);
    if (key === null) return null;
    const known = this.loaded.get(key);
    if (known !== undefined) return known;
    if (!Object.hasOwn(this.manifest.templates, key)) return null;
    const description = this.manifest.templates[key];
    const entry: TemplateEntry = {
      template: this.load(description),
      real: join(this.root, "files", key),
      hash: description.hash,
      ctime: Math.floor(Date.now() / 1000),
    };
    this.loaded.set(key, entry);
    return entry;
  }

  private modulePath(description: ManifestTemplate): string {
    return join(this.root, this.traced ? (description.traced ?? description.module) : description.module);
  }

  private load(description: ManifestTemplate): Template {
    const factory = this.require(this.modulePath(description)) as TemplateFactory;
    return factory(this.runtime);
  }

  async read(name: string): Promise<Uint8Array | null> {
    const key = manifestKey(name);
    if (key === null) return null;
    try {
      return await readFile(join(this.root, "files", key));
    } catch {
      return null;
    }
  }

  stat(name: string): { real: string; hash: string; ctime: number } | null {
    const key = manifestKey(name);
    if (key === null) return null;
    const real = join(this.root, "files", key);
    try {
      const hash = createHash("sha1").update(readFileSync(real)).digest("hex");
      return { real, hash, ctime: Math.floor(Date.now() / 1000) };
    } catch {
      return null;
    }
  }

  /** Keeps what was loaded from modules that did not change. */
  takeOver(previous: BundleSource): void {
    for (const [key, entry] of previous.loaded) {
      const before = previous.modulePath(previous.manifest.templates[key]);
      const after = this.manifest.templates[key];
      if (after !== undefined && this.modulePath(after) === before) this.loaded.set(key, entry);
      else delete this.require.cache[before];
    }
    if (previous.tracedSource !== null) {
      this.tracedSource = new BundleSource(this.root, this.manifest, this.runtime, true);
      this.tracedSource.takeOver(previous.tracedSource);
    }
  }

  /** Fails when a module of these templates is missing that the manifest before did not have. */
  checkModules(before: Manifest, keys: readonly string[]): void {
    for (const key of keys) {
      const description = this.manifest.templates[key];
      const known = before.templates[key];
      if (known?.module !== description.module) accessSync(join(this.root, description.module));
      const { traced } = description;
      if (traced !== undefined && known?.traced !== traced) accessSync(join(this.root, traced));
    }
  }

  loadAll(): void {
    for (const key of Object.keys(this.manifest.templates)) this.find(byteString(key));
  }

  unload(): void {
    this.tracedSource?.unload();
    for (const key of this.loaded.keys()) {
      delete this.require.cache[this.modulePath(this.manifest.templates[key])];
    }
    this.loaded.clear();
  }

  places(error: unknown): TemplatePlace[] {
    const modules = new Map(
      [...this.loaded.keys()].map((key) => [this.modulePath(this.manifest.templates[key]), key] as const),
    );
    // Where Node applies source maps itself, stacks name the templates as they lie in the site's own folder.
    let siteFolder: string | undefined;
    return templatePlaces(error, (file, line, column) => {
      const key = modules.get(file);
      if (key !== undefined) return this.originalPlace(file, key, line, column);
      siteFolder ??= this.siteFolder(modules);
      const path = file.startsWith(siteFolder) ? file.slice(siteFolder.length) : "";
      return Object.hasOwn(this.manifest.templates, path) ? { file: path, line, column } : null;
    });
  }

  /** The map of a module, kept: a page may run into the same error again and again. */
  private map(module: string): SourceMap | null {
    let map = this.maps.get(module);
    if (map === undefined) {
      try {
        map = new SourceMap(JSON.parse(readFileSync(`${module}.map`, "utf8")));
      } catch {
        map = null;
      }
      this.maps.set(module, map);
    }
    return map;
  }

  private originalPlace(module: string, key: string, line: number, column: number): TemplatePlace {
    const entry = this.map(module)?.findEntry(line - 1, column - 1);
    // Without a readable map the name of the template has to do.
    if (entry === undefined || !("originalLine" in entry)) return { file: key, line: 1, column: 1 };
    return { file: key, line: entry.originalLine + 1, column: entry.originalColumn + 1 };
  }

  /** The folder that templates were compiled from, found by the source of one of them. */
  private siteFolder(modules: ReadonlyMap<string, string>): string {
    for (const [module, key] of modules) {
      const source = this.map(module)?.payload.sources[0];
      const path = source === undefined ? "" : resolve(dirname(module), source);
      if (path.endsWith(key)) return path.slice(0, -key.length);
    }
    return "";
  }
}
