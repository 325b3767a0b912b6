/**
 * Compiling a site: files become modules in a bundle. A compiler keeps what it knows between builds, so that a change costs
 * what it touches: the files that changed, and those that depend on what changed in them.
 */
import { join, resolve } from "node:path";
import type { Diagnostic } from "pub-parser";
import { Program } from "../1-analyze/program.js";
import { type Answers, areAnsweredAlike } from "../1-analyze/questions.js";
import type { FileFacts } from "../1-analyze/reach.js";
import { Bundle } from "../3-bundle/bundle.js";
import { BundleWriter } from "../3-bundle/writer.js";
import { nameOfPath } from "../checks/names.js";
import type { PageFacts } from "../declarations/page-facts.js";
import { writeDeclarations } from "../declarations/write.js";
import { listFiles } from "./discover.js";
import type { CompileOptions, ModuleRequest, WrittenModule } from "./file-compiler.js";
import { includeCandidates, type ReflectiveRuns, reflectiveRuns } from "./program.js";
import type { SiteFile, TemplateFile } from "./site-file.js";
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

const NO_RUNS: ReflectiveRuns = { entries: new Set(), files: new Set() };

export class SiteCompiler {
  private readonly root: string;
  private readonly directory: string;
  private readonly team: Team;
  private readonly bundle: Bundle;
  /** All files of the site by path relative to the root. */
  private readonly files = new Map<string, SiteFile>();
  /** Files with diagnostics. */
  private readonly reported = new Map<string, TemplateFile>();
  private readonly program = new Program(true, includeCandidates);
  private readonly facts = new Map<string, FileFacts>();
  /** What the templates need from outside, by name. */
  private readonly pages = new Map<string, PageFacts>();
  /** The declarations say something else than `pages`. */
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
  ) {
    this.root = resolve(root);
    this.directory = resolve(directory);
    const writer = new BundleWriter(this.directory);
    this.bundle = new Bundle(writer, { dictOrder: options.dictOrder ?? "insertion" });
    this.team = new Team({ root: this.root, directory: this.directory }, options, writer);
  }

  /** Compiles everything. */
  async build(): Promise<CompileResult> {
    const paths = listFiles(this.root, [this.directory]);
    const found = new Set(paths);
    const removed = [...this.files.keys()].filter((path) => !found.has(path));
    const result = await this.update(paths, removed);
    if (result.written) this.declare();
    return result;
  }

  /** Writes the modules of the last build as TypeScript into a folder; returns how many there are. */
  writeTypeScript(folder: string): number {
    if (this.answers === null) return 0;
    const templates = [...this.modules.keys()].sort();
    const referenceOrder = this.options.dictOrder === "reference";
    return writeTypeScript({ root: this.root, templates, folder, referenceOrder }, this.answers);
  }

  /** Brings the declarations up to date. That looks at all pages, so that after an edit it can wait. */
  declare(): void {
    if (this.pagesChanged) writeDeclarations(this.directory, this.pages);
    this.pagesChanged = false;
  }

  /**
   * Compiles again after these files (paths relative to the root) were added, changed or removed. Does not write
   * declarations.
   */
  async update(changed: readonly string[], removed: readonly string[]): Promise<CompileResult> {
    try {
      for (const path of removed) this.take(path, null);
      let unread = changed;
      // A file may change once more while it is compiled.
      do {
        for (const [path, file] of await this.team.read(unread)) this.take(path, file);
        if (this.errorCount() > 0 && !this.options.keepGoing) return this.result(false);
        unread = await this.writeModules();
      } while (unread.length > 0);
      this.publish();
      return this.result(true);
    } finally {
      await this.team.rest();
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
  private take(path: string, file: SiteFile | null): void {
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
    if (templateBefore?.facts !== template?.facts) this.setFacts(nameOfPath(path), template?.facts ?? null);
    if (templateBefore?.page !== template?.page) this.setPage(nameOfPath(path), template?.page ?? null);
    if (template !== null) this.stale.add(path);
    else {
      this.stale.delete(path);
      this.modules.delete(path);
    }
    this.unpublished.add(path);
  }

  private setFacts(name: string, text: string | null): void {
    const facts = text === null ? null : (JSON.parse(text) as FileFacts);
    if (facts === null) this.facts.delete(name);
    else this.facts.set(name, facts);
    this.program.set(name, facts);
  }

  private setPage(name: string, text: string | null): void {
    if (text === null) this.pages.delete(name);
    else this.pages.set(name, JSON.parse(text));
    this.pagesChanged = true;
  }

  /** Writes the modules that are missing. Returns the files that changed meanwhile. */
  private async writeModules(): Promise<string[]> {
    const answers = this.analyze();
    if (this.bundle.open(this.files)) this.takeAllAnew();
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
    for (const [path, { kind }] of this.files) {
      this.unpublished.add(path);
      if (kind === "template") this.stale.add(path);
    }
  }

  /** Analyses the program anew; templates that depend on what is different now become stale. */
  private analyze(): Answers {
    const answers = this.program.answers();
    if (answers === this.answers) return answers;
    this.answers = answers;
    const before = this.reflective;
    const after = reflectiveRuns(this.facts);
    this.reflective = after;
    for (const [path, { asked }] of this.modules) {
      const name = nameOfPath(path);
      if (!areAnsweredAlike(answers, name, asked) || before.files.has(name) !== after.files.has(name)) {
        this.stale.add(path);
      }
      if (before.entries.has(name) !== after.entries.has(name)) this.unpublished.add(path);
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
