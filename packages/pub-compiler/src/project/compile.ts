/**
 * Compiling a site: files become modules in a bundle. A compiler keeps what it knows between builds, so that a change costs
 * what it touches: the files that changed, and those that depend on what changed in them.
 */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Diagnostic } from "pub-parser";
import { Program } from "../1-analyze/program.js";
import { type Answers, areAnsweredAlike } from "../1-analyze/questions.js";
import type { FileFacts } from "../1-analyze/reach.js";
import { Bundle } from "../3-bundle/bundle.js";
import { modulesOf } from "../3-bundle/manifest.js";
import { BundleWriter } from "../3-bundle/writer.js";
import { nameOfPath } from "../checks/names.js";
import { DECLARATIONS_FILE } from "../declarations/declarations.js";
import type { PageFacts } from "../declarations/page-facts.js";
import { writeDeclarations } from "../declarations/write.js";
import { listFiles } from "./discover.js";
import type { CompileOptions, ModuleRequest, WrittenModule } from "./file-compiler.js";
import { stampOf, statusOf } from "./file-status.js";
import { includeCandidates, type ReflectiveRuns, reflectiveRuns } from "./program.js";
import { type CachedFile, type CachedSite, cachePlaceOf, readSiteCache, writeSiteCache } from "./site-cache.js";
import type { KnownFile, SiteFile, TemplateFile } from "./site-file.js";
import { Team } from "./team.js";
import { writeTypeScript } from "./typescript.js";

export type { CompileOptions } from "./file-compiler.js";

/** A diagnostic with the file that it is about. */
export interface FileDiagnostic {
  /** Path relative to the root. */
  readonly file: string;
  /** Byte string. */
  readonly source: string;
  readonly diagnostic: Diagnostic;
}

export interface CompileResult {
  readonly templates: number;
  readonly files: number;
  readonly diagnostics: readonly FileDiagnostic[];
  readonly errors: number;
  readonly warnings: number;
  /** False when errors kept the bundle from being written. */
  readonly written: boolean;
}

/** What surrounds a compilation, but has no influence on its result. */
export interface CompilerSurroundings {
  /** Folder in which knowledge is kept for the next compilation; nothing is kept without it. */
  readonly cache?: string;
  /** Called with a line about something that did not go well, but is no reason to stop. */
  readonly warn?: (message: string) => void;
}

const NO_RUNS: ReflectiveRuns = { entries: new Set(), files: new Set() };

export class SiteCompiler {
  private readonly root: string;
  private readonly directory: string;
  private readonly cachePlace: { readonly file: string; readonly key: string } | null;
  private readonly warn: (message: string) => void;
  /** What the last compilation knew; null before it was read. */
  private cache: CachedSite | null = null;
  /** Something is known that the cache does not have. */
  private isNew = false;
  private readonly team: Team;
  private readonly bundle: Bundle;
  /** All files of the site by path relative to the root. */
  private readonly files = new Map<string, SiteFile>();
  /** How they looked when they were read (`stampOf`). */
  private readonly stamps = new Map<string, string>();
  /** Files with diagnostics. */
  private readonly reported = new Map<string, TemplateFile>();
  private readonly program = new Program(true, includeCandidates);
  private readonly facts = new Map<string, FileFacts>();
  /** Facts that the program does not know yet, as JSON; null for those that are gone. */
  private readonly newFacts = new Map<string, string | null>();
  /** The declarations may say something else than the templates. */
  private pagesChanged = true;
  /** Modules of the templates as they were last written. */
  private readonly modules = new Map<string, WrittenModule>();
  /** Templates whose modules are not written yet as they should be. */
  private readonly stale = new Set<string>();
  /** Files that the manifest does not have yet as they are. */
  private readonly unpublished = new Set<string>();
  /** What the modules were written for. */
  private answers: Answers | null = null;
  private reflective = NO_RUNS;
  private templateCount = 0;

  constructor(
    root: string,
    directory: string,
    private readonly options: CompileOptions = {},
    { cache, warn = () => {} }: CompilerSurroundings = {},
  ) {
    this.root = resolve(root);
    this.directory = resolve(directory);
    this.warn = warn;
    this.cachePlace = cache === undefined ? null : cachePlaceOf(cache, this.root, this.directory, options);
    const writer = new BundleWriter(this.directory);
    this.bundle = new Bundle(writer, { dictOrder: options.dictOrder ?? "insertion" });
    this.team = new Team({ root: this.root, directory: this.directory }, options, writer);
  }

  /** Compiles everything. */
  async build(): Promise<CompileResult> {
    const paths = listFiles(this.root, [this.directory]);
    const isGone = this.bundle.look();
    if (this.cache === null) this.cache = this.readCache();
    const known = this.files.size === 0 ? this.fromCache(paths) : null;
    if (known !== null) return known;
    if (isGone) this.takeAllAnew();
    const changed = paths.filter((path) => !this.isUnchanged(path));
    const found = new Set(paths);
    const removed = [...this.files.keys()].filter((path) => !found.has(path));
    const result = await this.update(changed, removed);
    if (result.written) this.declare();
    this.remember();
    return result;
  }

  /** Writes the modules of the last build as TypeScript into a folder; returns how many there are. */
  writeTypeScript(folder: string): number {
    const answers = this.answers ?? this.analyze();
    const templates = [...this.modules.keys()].sort();
    const referenceOrder = this.options.dictOrder === "reference";
    return writeTypeScript({ root: this.root, templates, folder, referenceOrder }, answers);
  }

  /** Brings the declarations up to date. That looks at all pages, so that after an edit it can wait. */
  declare(): void {
    if (!this.pagesChanged || !this.bundle.exists()) return;
    const pages = new Map<string, PageFacts>();
    for (const [path, file] of this.files) {
      if (file.kind === "template") pages.set(nameOfPath(path), JSON.parse(file.page));
    }
    writeDeclarations(this.directory, pages);
    this.pagesChanged = false;
  }

  /**
   * Compiles again after these files (paths relative to the root) were added, changed or removed; a folder stands for all
   * files in it. Does not write declarations.
   */
  async update(changed: readonly string[], removed: readonly string[]): Promise<CompileResult> {
    try {
      const present = new Set(changed);
      for (const path of this.removedFiles(removed)) if (!present.has(path)) this.take(path, null, null);
      let unread = [...present];
      // A file may change once more while it is compiled.
      do {
        const requests = unread.map((path) => ({ path, known: this.known(path) }));
        for (const { path, file, stamp } of await this.team.read(requests)) this.take(path, file, stamp);
        if (this.errorCount() > 0 && !this.options.keepGoing) return this.result(false);
        unread = await this.writeModules();
      } while (unread.length > 0);
      this.publish();
      return this.result(true);
    } finally {
      await this.team.rest();
    }
  }

  /** Keeps what is known for the next compilation, if there is a cache and anything is new. */
  remember(): void {
    const { cachePlace } = this;
    if (cachePlace === null || !this.isNew) return;
    const files = new Map<string, CachedFile>();
    for (const [path, file] of this.files) {
      const module = this.stale.has(path) ? null : (this.modules.get(path) ?? null);
      files.set(path, { stamp: this.stamps.get(path) ?? null, file, module });
    }
    try {
      const manifest = this.unpublished.size > 0 ? null : this.bundle.manifestHash();
      writeSiteCache(cachePlace.file, cachePlace.key, { manifest, files });
      this.isNew = false;
    } catch (error) {
      this.warn(
        `cannot write the cache ${cachePlace.file} (${(error as Error).message}); the next start will be slower`,
      );
    }
  }

  private readCache(): CachedSite {
    const { cachePlace } = this;
    try {
      const found = cachePlace === null ? null : readSiteCache(cachePlace.file, cachePlace.key);
      if (found !== null) return found;
    } catch (error) {
      this.warn(`the cache ${cachePlace?.file} is damaged (${(error as Error).message}); compiling everything`);
    }
    return { manifest: null, files: new Map() };
  }

  /** Takes over what the last compilation knew. Returns the result when nothing has changed since. */
  private fromCache(paths: readonly string[]): CompileResult | null {
    const { files, manifest } = this.cache ?? { files: new Map<string, CachedFile>(), manifest: null };
    let isSame =
      files.size === paths.length &&
      manifest !== null &&
      manifest === this.bundle.manifestHash() &&
      existsSync(join(this.directory, DECLARATIONS_FILE));
    for (const [path, { stamp, file, module }] of files) {
      this.take(path, file, stamp);
      if (file.kind === "plain") continue;
      if (module !== null && this.bundle.has(path, modulesOf(module))) {
        this.modules.set(path, module);
        this.stale.delete(path);
      } else isSame = false;
    }
    this.isNew = files.size === 0;
    if (!isSame || !paths.every((path) => this.isUnchanged(path))) return null;
    if (this.errorCount() > 0 && !this.options.keepGoing) return null;
    this.pagesChanged = false;
    return this.result(true);
  }

  private known(path: string): KnownFile | null {
    const file = this.files.get(path);
    return file === undefined ? null : { hash: file.hash, stamp: this.stamps.get(path) ?? null };
  }

  /** True when a file is what it was, as far as that can be told without reading it. */
  private isUnchanged(path: string): boolean {
    const stamp = this.stamps.get(path);
    if (stamp === undefined) return false;
    const status = statusOf(join(this.root, path));
    return status !== null && stampOf(status) === stamp;
  }

  /** The files of the site that are meant by removed paths: files, or folders with all that was in them. */
  private *removedFiles(removed: readonly string[]): IterableIterator<string> {
    for (const path of removed) {
      if (this.files.has(path)) yield path;
      else yield* [...this.files.keys()].filter((file) => file.startsWith(`${path}/`));
    }
  }

  private errorCount(): number {
    let count = 0;
    for (const { diagnostics } of this.reported.values()) {
      for (const diagnostic of diagnostics) if (diagnostic.severity === "error") count++;
    }
    return count;
  }

  private result(written: boolean): CompileResult {
    const diagnostics = [...this.reported]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([file, { source, diagnostics }]) =>
        diagnostics.map((diagnostic) => ({ file, source: source ?? "", diagnostic })),
      );
    const errors = this.errorCount();
    return {
      templates: this.templateCount,
      files: this.files.size - this.templateCount,
      diagnostics,
      errors,
      warnings: diagnostics.length - errors,
      written,
    };
  }

  /** Takes up what a file is now; null when it is gone. */
  private take(path: string, file: SiteFile | "unchanged" | null, stamp: string | null): void {
    if (stamp === null) this.stamps.delete(path);
    else this.stamps.set(path, stamp);
    this.isNew = true;
    if (file === "unchanged") return;
    const before = this.files.get(path) ?? null;
    if (before?.kind === file?.kind && before?.hash === file?.hash) return;
    const template = file?.kind === "template" ? file : null;
    const templateBefore = before?.kind === "template" ? before : null;
    if (templateBefore !== null) this.templateCount--;
    if (template !== null) this.templateCount++;
    if (file === null) this.files.delete(path);
    else this.files.set(path, file);
    if (template !== null && template.diagnostics.length > 0) this.reported.set(path, template);
    else this.reported.delete(path);
    // An edit that leaves the facts as they are changes nothing for other files.
    if (templateBefore?.facts !== template?.facts) this.newFacts.set(nameOfPath(path), template?.facts ?? null);
    if (templateBefore?.page !== template?.page) this.pagesChanged = true;
    if (template !== null) this.stale.add(path);
    else {
      this.stale.delete(path);
      this.modules.delete(path);
    }
    this.unpublished.add(path);
  }

  /** Writes the modules that are missing. Returns the files that changed meanwhile. */
  private async writeModules(): Promise<string[]> {
    const answers = this.analyze();
    if (this.bundle.look()) this.takeAllAnew();
    this.bundle.prepare(this.files);
    for (const path of this.unpublished) if (!this.files.has(path)) this.bundle.removeCopy(path);
    const requests: ModuleRequest[] = [];
    for (const path of this.stale) {
      const file = this.files.get(path);
      if (file?.kind === "template") requests.push({ path, hash: file.hash, traced: this.isTraced(path) });
    }
    const changed: string[] = [];
    for (const [path, module] of await this.team.write(requests, answers)) {
      if (module === null) {
        changed.push(path);
        continue;
      }
      this.modules.set(path, module);
      this.stale.delete(path);
      this.unpublished.add(path);
    }
    return changed;
  }

  /** Somebody else has emptied the folder of the bundle. */
  private takeAllAnew(): void {
    this.pagesChanged = true;
    for (const [path, { kind }] of this.files) {
      this.unpublished.add(path);
      if (kind === "template") this.stale.add(path);
    }
  }

  /** Analyses the program anew; templates that depend on what is different now become stale. */
  private analyze(): Answers {
    for (const [name, text] of this.newFacts) {
      const facts: FileFacts | null = text === null ? null : JSON.parse(text);
      if (facts === null) this.facts.delete(name);
      else this.facts.set(name, facts);
      this.program.set(name, facts);
    }
    this.newFacts.clear();
    const answers = this.program.answers();
    if (answers === this.answers) return answers;
    this.answers = answers;
    const before = this.reflective.entries;
    this.reflective = reflectiveRuns(this.facts);
    const after = this.reflective.entries;
    for (const [path, { asked, traced }] of this.modules) {
      const name = nameOfPath(path);
      const hasOther = (traced !== undefined) !== (this.isTraced(path) && this.facts.has(name));
      if (hasOther || !areAnsweredAlike(answers, name, asked)) this.stale.add(path);
      if (before.has(name) !== after.has(name)) this.unpublished.add(path);
    }
    return answers;
  }

  private isTraced(path: string): boolean {
    return this.options.traced === true || this.reflective.files.has(nameOfPath(path));
  }

  /** Brings the bundle up to date. */
  private publish(): void {
    const { bundle, unpublished } = this;
    for (const path of unpublished) {
      const file = this.files.get(path);
      const module = this.modules.get(path);
      if (file === undefined) bundle.remove(path);
      else if (file.kind === "plain") bundle.setPlain(path, join(this.root, path), file);
      else if (module !== undefined) {
        bundle.setTemplate(path, {
          module: module.module,
          hash: file.hash,
          ...(module.traced === undefined ? {} : { traced: module.traced }),
          ...(this.reflective.entries.has(nameOfPath(path)) ? { reflective: true } : {}),
        });
      }
    }
    bundle.publish();
    unpublished.clear();
  }
}
