/**
 * The work on single files: reading them, and writing the modules of templates. A compilation uses one, or one in each
 * of several threads.
 */
import { dirname, join, relative, resolve } from "node:path";
import { allOptimizations, type OptimizationName } from "../1-analyze/optimizations.js";
import { type Answers, type AskedQuestions, ProgramFacts } from "../1-analyze/questions.js";
import { generateBrokenModule, generateModule } from "../2-generate/generate.js";
import { sourceMap } from "../3-bundle/source-map.js";
import { BundleWriter } from "../3-bundle/writer.js";
import { nameOfPath } from "../checks/names.js";
import type { ParsedFile } from "./parsed.js";
import { findSiteFile, type KnownFile, type SiteFile } from "./site-file.js";

export interface CompileOptions {
  readonly dictOrder?: "insertion" | "reference";
  readonly minify?: boolean;
  /** Write the bundle although templates have errors; a broken template reports them when it is rendered. */
  readonly keepGoing?: boolean;
  /** Also write modules for runs that show errors in the page (`--error-display`). */
  readonly traced?: boolean;
  /** The optimisations to make; default: all. */
  readonly optimizations?: ReadonlySet<OptimizationName>;
  /** Threads that compile at the same time; by default as many as there are processors, if the work is worth it. */
  readonly threads?: number;
}

/** Where files are read and modules written. */
export interface Places {
  /** Folder of the site. */
  readonly root: string;
  /** Folder of the bundle. */
  readonly directory: string;
}

export interface ReadRequest {
  /** Path relative to the root. */
  readonly path: string;
  readonly known: KnownFile | null;
}

export interface ReadFile {
  readonly path: string;
  /** Null when there is no such file, "unchanged" when it is what was known. */
  readonly file: SiteFile | "unchanged" | null;
  readonly stamp: string | null;
}

/** A template whose module is to be written. */
export interface ModuleRequest {
  /** Path relative to the root. */
  readonly path: string;
  /** SHA-1 that the file had when it was read. */
  readonly hash: string;
  /** Also write the module for traced runs. */
  readonly traced: boolean;
}

/** Modules that were written, and what they depend on. */
export interface WrittenModule {
  readonly module: string;
  readonly traced?: string;
  readonly asked: AskedQuestions;
}

/** Modules that are made shorter at the same time. */
const AT_ONCE = 32;

export class FileCompiler {
  /** Files that were parsed and whose modules were not written yet. */
  private readonly parsed = new Map<string, ParsedFile>();

  constructor(
    private readonly places: Places,
    private readonly options: CompileOptions,
    readonly writer: BundleWriter = new BundleWriter(places.directory),
  ) {}

  /** Reads a file and keeps its syntax tree until its module is written. */
  read({ path, known }: ReadRequest): ReadFile {
    this.parsed.delete(path);
    const { file, stamp, parsed } = findSiteFile(this.places.root, path, known);
    if (parsed !== null) this.parsed.set(path, parsed);
    return { path, file, stamp };
  }

  /** Lets go of all syntax trees. */
  clear(): void {
    this.parsed.clear();
  }

  /**
   * Writes the modules of a template and the copy of its text. Null when the file is not any more what it was when it
   * was read last: it has to be read again.
   */
  async write({ path, hash, traced }: ModuleRequest, answers: Answers): Promise<WrittenModule | null> {
    if (!this.parsed.has(path)) this.read({ path, known: null });
    const parsed = this.parsed.get(path);
    this.parsed.delete(path);
    if (parsed?.hash !== hash) return null;
    const facts = new ProgramFacts(answers, nameOfPath(path), parsed.template);
    const module = await this.writeModule(path, parsed, facts, false);
    const needsTraced = traced && parsed.log.length === 0;
    const tracedModule = needsTraced ? await this.writeModule(path, parsed, facts, true) : undefined;
    this.writer.copy(path, Buffer.from(parsed.source, "latin1"));
    return { module, ...(tracedModule === undefined ? {} : { traced: tracedModule }), asked: facts.asked };
  }

  /** Writes the modules of several templates. */
  async writeAll(requests: readonly ModuleRequest[], answers: Answers): Promise<[string, WrittenModule | null][]> {
    const written: [string, WrittenModule | null][] = [];
    for (let at = 0; at < requests.length; at += AT_ONCE) {
      const part = requests.slice(at, at + AT_ONCE);
      const modules = await Promise.all(part.map((request) => this.write(request, answers)));
      for (const [index, { path }] of part.entries()) written.push([path, modules[index]]);
    }
    return written;
  }

  private async writeModule(path: string, parsed: ParsedFile, facts: ProgramFacts, traced: boolean): Promise<string> {
    const { writer, options, places } = this;
    const stem = `templates/${path}${traced ? ".traced" : ""}`;
    if (parsed.log.length > 0) return writer.hashed(stem, ".cjs", generateBrokenModule(parsed.log), null);
    const generated = generateModule(parsed.source, parsed.template, {
      referenceOrder: options.dictOrder === "reference",
      program: facts,
      traced,
      optimizations: options.optimizations ?? allOptimizations,
      types: false,
    });
    const sourcePath = relative(dirname(join(resolve(places.directory), stem)), join(places.root, path));
    const map = sourceMap(sourcePath, parsed.source, generated.mappings);
    if (!options.minify) return writer.hashed(stem, ".cjs", generated.code, map);
    const minified = await minify(generated.code, map);
    return writer.hashed(stem, ".cjs", minified.code, minified.map);
  }
}

async function minify(code: string, map: string): Promise<{ code: string; map: string }> {
  const { transform } = await import("esbuild");
  const inline = Buffer.from(map).toString("base64");
  return transform(`${code}//# sourceMappingURL=data:application/json;base64,${inline}\n`, {
    minify: true,
    sourcemap: "external",
    loader: "js",
    target: "node20",
  });
}
