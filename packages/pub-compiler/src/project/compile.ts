/**
 * Compiling a site: parsed files become modules in a bundle. A compiler keeps what it knows between builds, so that a
 * change costs what it touches.
 */
import { readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Diagnostic } from "pub-parser";
import type { Manifest, ManifestFile, ManifestTemplate } from "pub-runtime";
import type { ProgramFacts } from "../1-analyze/program.js";
import { generateBrokenModule, generateModule } from "../2-generate/generate.js";
import { createManifest } from "../3-bundle/manifest.js";
import { sourceMap } from "../3-bundle/source-map.js";
import { BundleWriter } from "../3-bundle/writer.js";
import { writeDeclarations } from "../declarations/write.js";
import { syntaxDiagnostics } from "./check.js";
import { isPrivate } from "./discover.js";
import type { ParsedFile } from "./parsed.js";
import { SiteFiles } from "./site.js";

export interface CompileOptions {
  readonly dictOrder?: "insertion" | "reference";
  readonly minify?: boolean;
  /** Write the bundle although templates have errors; a broken template reports them when it is rendered. */
  readonly keepGoing?: boolean;
  /** Also write modules for runs that show errors in the page (`--error-display`). */
  readonly traced?: boolean;
}

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

export class SiteCompiler {
  private readonly site: SiteFiles;
  private readonly modules = new Map<ParsedFile, ManifestTemplate>();
  /** What the modules were generated for: when that changes, none of them can be kept. */
  private programKey = "";
  private runtimeCode: string | undefined;

  constructor(
    root: string,
    private readonly directory: string,
    private readonly options: CompileOptions = {},
  ) {
    this.site = new SiteFiles(root, [resolve(directory)]);
  }

  /** Compiles everything. */
  async build(): Promise<CompileResult> {
    this.site.scan();
    return this.write(null);
  }

  /** Compiles again after these files (paths relative to the root) were added, changed or removed. */
  async update(changed: readonly string[], removed: readonly string[]): Promise<CompileResult> {
    for (const path of removed) this.site.remove(path);
    for (const path of changed) this.site.read(path);
    return this.write(new Set(changed));
  }

  private async write(changed: ReadonlySet<string> | null): Promise<CompileResult> {
    const { site, options } = this;
    const diagnostics = syntaxDiagnostics(site);
    const errors = diagnostics.filter(({ diagnostic }) => diagnostic.severity === "error").length;
    const summary = {
      templates: site.templates.size,
      files: site.plain.size,
      diagnostics,
      errors,
      warnings: diagnostics.length - errors,
    };
    if (errors > 0 && !options.keepGoing) return { ...summary, written: false };

    const writer = new BundleWriter(this.directory);
    const templates = await this.writeTemplates(writer);
    const files: Record<string, ManifestFile> = {};
    for (const [path, file] of site.plain) if (!isPrivate(path)) files[`/${path}`] = { ...file };
    for (const path of changed ?? [...site.plain.keys(), ...site.templates.keys()]) {
      if (site.plain.has(path) || site.templates.has(path)) writer.copy(join(site.root, path), path);
    }
    this.runtimeCode ??= readRuntime();
    const runtime = writer.hashed("runtime", ".mjs", this.runtimeCode, null);
    const manifest: Manifest = createManifest({
      runtime,
      options: { dictOrder: options.dictOrder ?? "insertion" },
      templates,
      files,
    });
    writer.publish(manifest);
    writeDeclarations(this.directory, site.templates);
    return { ...summary, written: true };
  }

  private async writeTemplates(writer: BundleWriter): Promise<Record<string, ManifestTemplate>> {
    const { site, options } = this;
    const program = site.analyze();
    const reflective = site.reflectiveRuns();
    const templates: Record<string, ManifestTemplate> = {};
    const current = new Set<ParsedFile>();
    const programKey = `${program.key}${[...reflective.entries].sort()}|${[...reflective.files].sort()}`;
    if (programKey !== this.programKey) this.modules.clear();
    this.programKey = programKey;
    for (const [path, parsed] of site.templates) {
      current.add(parsed);
      let entry = this.modules.get(parsed);
      if (entry === undefined) {
        const module = await this.writeModule(writer, path, parsed, program, false);
        const needsTraced = (options.traced || reflective.files.has(path)) && parsed.log.length === 0;
        const traced = needsTraced ? await this.writeModule(writer, path, parsed, program, true) : undefined;
        entry = {
          module,
          hash: parsed.hash,
          ...(traced === undefined ? {} : { traced }),
          ...(reflective.entries.has(path) ? { reflective: true } : {}),
        };
        this.modules.set(parsed, entry);
      }
      templates[`/${path}`] = entry;
    }
    for (const parsed of this.modules.keys()) if (!current.has(parsed)) this.modules.delete(parsed);
    return templates;
  }

  private async writeModule(
    writer: BundleWriter,
    path: string,
    parsed: ParsedFile,
    program: ProgramFacts,
    traced: boolean,
  ): Promise<string> {
    const stem = `templates/${path}${traced ? ".traced" : ""}`;
    if (parsed.log.length > 0) return writer.hashed(stem, ".cjs", generateBrokenModule(parsed.log), null);
    const generated = generateModule(parsed.source, parsed.template, {
      referenceOrder: this.options.dictOrder === "reference",
      program,
      traced,
      staticNames: !traced,
      types: false,
    });
    const sourcePath = relative(dirname(join(resolve(this.directory), stem)), join(this.site.root, path));
    const map = sourceMap(sourcePath, parsed.source, generated.mappings);
    if (!this.options.minify) return writer.hashed(stem, ".cjs", generated.code, map);
    const { transform } = await import("esbuild");
    const inline = Buffer.from(map).toString("base64");
    const minified = await transform(`${generated.code}//# sourceMappingURL=data:application/json;base64,${inline}\n`, {
      minify: true,
      sourcemap: "external",
      loader: "js",
      target: "node20",
    });
    return writer.hashed(stem, ".cjs", minified.code, minified.map);
  }
}

/** The page runtime as it is put into bundles: without the reference to a source map that stays behind. */
function readRuntime(): string {
  const path = fileURLToPath(import.meta.resolve("pub-runtime"));
  return readFileSync(path, "utf8").replace(/\n\/\/# sourceMappingURL=.*\n?$/, "\n");
}
