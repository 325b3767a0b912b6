/**
 * Templates compiled when they are first needed, straight from the files below a root: for `pubc render`, `config` and
 * the batch mode.
 */
import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { compileFunction } from "node:vm";
import { lineIndex, type Template as SyntaxTree } from "pub-parser";
import type { FoundFile, Template, TemplateEntry, TemplatePlace, TemplateSource } from "pub-runtime";
import * as runtime from "pub-runtime";
import { templatePlaces } from "pub-runtime";
import { features } from "../1-analyze/features.js";
import { allOptimizations, noOptimizations, type OptimizationName } from "../1-analyze/optimizations.js";
import { type Program, programOf } from "../1-analyze/program.js";
import { fileFacts, includedNames } from "../1-analyze/reach.js";
import type { Mapping } from "../2-generate/code.js";
import { generateModule } from "../2-generate/generate.js";
import { type ParsedFile, parseFile } from "./parsed.js";
import { pathBytes, relativeName } from "./paths.js";
import { includeCandidates } from "./program.js";

export interface OnDemandOptions {
  readonly referenceOrder: boolean;
  /** Generate code for runs that show errors in the page, warn about nulls or stop at errors. */
  readonly traced: boolean;
  /** The optimisations to make; default: all. */
  readonly optimizations?: ReadonlySet<OptimizationName>;
}

/** A template compiled in this process. */
export interface CompiledTemplate extends TemplateEntry {
  readonly parsed: ParsedFile;
  /** Generated code with the positions that it comes from. */
  readonly code: string;
  readonly mappings: readonly Mapping[];
}

export class OnDemandSource implements TemplateSource {
  readonly found = new Map<string | undefined, Map<string, FoundFile>>();
  private readonly parsed = new Map<string, ParsedFile | null>();
  private readonly compiled = new Map<string, CompiledTemplate>();
  private program: Program | null = null;
  /** None for good once a file turned up that looks at variables by name. */
  private optimizations: ReadonlySet<OptimizationName>;
  private analyzedFiles = 0;

  constructor(
    /** Folder of the site. */
    private readonly root: string,
    private readonly options: OnDemandOptions,
  ) {
    this.optimizations = options.optimizations ?? allOptimizations;
  }

  find(name: string): CompiledTemplate | null {
    const relative = relativeName(name);
    if (relative === null) return null;
    const known = this.compiled.get(relative);
    if (known !== undefined) return known;
    const parsed = this.parse(relative);
    if (parsed === null) return null;
    const entry = this.compile(relative, parsed);
    this.compiled.set(relative, entry);
    return entry;
  }

  async read(name: string): Promise<Uint8Array | null> {
    const path = this.path(name);
    if (path === null) return null;
    try {
      return await readFile(path);
    } catch {
      return null;
    }
  }

  stat(name: string): { real: string; hash: string; ctime: number } | null {
    const path = this.path(name);
    const bytes = path === null ? null : readRegularFile(path);
    if (bytes === null) return null;
    return { real: this.realName(name), hash: createHash("sha1").update(bytes).digest("hex"), ctime: readingTime() };
  }

  places(error: unknown): TemplatePlace[] {
    return templatePlaces(error, (file, line, column) => {
      const name = file.startsWith(GENERATED_PREFIX) ? file.slice(GENERATED_PREFIX.length) : "";
      const template = this.compiled.get(name);
      return template === undefined ? null : placeInTemplate(name, template, line - 1, column - 1);
    });
  }

  private path(name: string): Buffer | null {
    const relative = relativeName(name);
    return relative === null ? null : Buffer.concat([Buffer.from(`${this.root}/`), pathBytes(relative)]);
  }

  private realName(name: string): string {
    return `${Buffer.from(this.root).toString("latin1")}/${name.replace(/^\//, "")}`;
  }

  private parse(relative: string): ParsedFile | null {
    let parsed = this.parsed.get(relative);
    if (parsed === undefined) {
      const path = this.path(relative);
      const bytes = path === null ? null : readRegularFile(path);
      parsed = bytes === null ? null : parseFile(bytes, relative);
      this.parsed.set(relative, parsed);
    }
    return parsed;
  }

  private compile(relative: string, parsed: ParsedFile): CompiledTemplate {
    const common = { parsed, real: this.realName(relative), hash: parsed.hash, ctime: readingTime() };
    if (parsed.log.length > 0) {
      const template = { errors: parsed.log, render: () => false };
      return { ...common, template, code: "", mappings: [] };
    }
    const program = this.analyze(relative, parsed.template);
    const { code, mappings } = generateModule(parsed.source, parsed.template, {
      referenceOrder: this.options.referenceOrder,
      traced: this.options.traced,
      program: program.factsFor(relative, parsed.template),
      optimizations: this.optimizations,
      types: false,
    });
    const module = { exports: (_runtime: typeof runtime): Template => ({ render: () => false }) };
    compileFunction(code, ["module"], { filename: GENERATED_PREFIX + relative })(module);
    return { ...common, template: module.exports(runtime), code, mappings };
  }

  /** Analyses the program again when a file turns up that the last analysis did not know. */
  private analyze(relative: string, template: SyntaxTree): Program {
    const files: { name: string; template: SyntaxTree }[] = [];
    let isComplete = true;
    const seen = new Set<string>();
    const add = (name: string, tree: SyntaxTree): void => {
      if (seen.has(name)) return;
      seen.add(name);
      files.push({ name, template: tree });
      const facts = fileFacts(tree);
      if (facts.includePatterns.length > 0) isComplete = false;
      for (const requested of includedNames(facts)) {
        for (const candidate of includeCandidates(requested, name)) {
          const parsed = this.parse(candidate);
          if (parsed === null || parsed.log.length > 0) continue;
          add(candidate, parsed.template);
        }
      }
    };
    add(relative, template);
    for (const name of this.compiled.keys()) {
      const parsed = this.parsed.get(name);
      if (parsed != null && parsed.log.length === 0) add(name, parsed.template);
    }
    if (this.program === null || files.length !== this.analyzedFiles) {
      this.program = programOf(files, isComplete, includeCandidates);
      this.analyzedFiles = files.length;
      if (!isComplete || files.some((file) => features(file.template).reflective)) this.optimizations = noOptimizations;
    }
    return this.program;
  }
}

/** Begins the file name of generated code in stack traces. */
const GENERATED_PREFIX = "pub:";

/** The place that a place in generated code (line and column from 0) comes from. */
function placeInTemplate(name: string, template: CompiledTemplate, line: number, column: number): TemplatePlace {
  let offset = 0;
  for (const mapping of template.mappings) {
    if (mapping.line > line || (mapping.line === line && mapping.column > column)) break;
    offset = mapping.offset;
  }
  const position = lineIndex(template.parsed.source).positionAt(offset);
  return { file: Buffer.from(name, "latin1").toString("utf8"), line: position.line, column: position.column };
}

function readingTime(): number {
  return Math.floor(Date.now() / 1000);
}

/** The bytes of a regular file, or null. */
function readRegularFile(path: Buffer): Buffer | null {
  try {
    return statSync(path).isFile() ? readFileSync(path) : null;
  } catch {
    return null;
  }
}
