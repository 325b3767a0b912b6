/**
 * A site while it is compiled: its parsed files, kept from one build to the next, and what they include.
 */

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Template } from "pub-parser";
import { features } from "../1-analyze/features.js";
import { analyzeProgram, type ProgramFacts } from "../1-analyze/program.js";
import { isTemplate, listFiles } from "./discover.js";
import { type ParsedFile, parseFile } from "./parsed.js";
import { includeCandidates, includes } from "./program.js";

/** A file of the site that is not a template. */
export interface PlainFile {
  readonly hash: string;
  readonly size: number;
}

export class SiteFiles {
  readonly root: string;
  /** Templates by path relative to the root. */
  readonly templates = new Map<string, ParsedFile>();
  readonly plain = new Map<string, PlainFile>();

  constructor(
    root: string,
    private readonly excluded: readonly string[] = [],
  ) {
    this.root = resolve(root);
  }

  /** Reads all files of the folder. */
  scan(): void {
    this.templates.clear();
    this.plain.clear();
    for (const path of listFiles(this.root, this.excluded)) this.read(path);
  }

  /** Reads a file again that was added or changed. */
  read(path: string): void {
    const bytes = readFileSync(join(this.root, path));
    if (isTemplate(path, () => bytes.toString("latin1"))) {
      this.plain.delete(path);
      const known = this.templates.get(path);
      const parsed = parseFile(bytes, path);
      if (known?.hash !== parsed.hash) this.templates.set(path, parsed);
    } else {
      this.templates.delete(path);
      this.plain.set(path, { hash: createHash("sha1").update(bytes).digest("hex"), size: bytes.length });
    }
  }

  remove(path: string): void {
    this.templates.delete(path);
    this.plain.delete(path);
  }

  /** The templates that an include of a constant name in a file may mean. */
  resolveInclude(name: string, includer: string): string[] {
    return includeCandidates(name, includer).filter((candidate) => this.templates.has(candidate));
  }

  /** What is known of the whole site as one program. */
  analyze(): ProgramFacts {
    const valid = [...this.templates].filter(([, file]) => file.log.length === 0);
    const byName = new Map<string, Set<Template>>();
    for (const [path, file] of valid) {
      for (const name of includes(file.template).names) {
        const found = byName.get(name) ?? new Set();
        byName.set(name, found);
        for (const target of this.resolveInclude(name, path)) {
          const template = this.templates.get(target)?.template;
          if (template !== undefined) found.add(template);
        }
      }
    }
    return analyzeProgram(
      valid.map(([name, file]) => ({ name, template: file.template })),
      true,
      (name) => [...(byName.get(name) ?? [])],
    );
  }

  /** The files that a file may include: by constant names, or those that fit the constant parts of a computed one. */
  private included(path: string, template: Template): string[] {
    const { names, patterns } = includes(template);
    const found = names.flatMap((name) => this.resolveInclude(name, path));
    if (patterns.length === 0) return found;
    const folder = path.includes("/") ? `${path.slice(0, path.lastIndexOf("/"))}/` : "";
    for (const candidate of this.templates.keys()) {
      const relative = candidate.startsWith(folder) ? candidate.slice(folder.length) : candidate;
      const forms = [candidate, `/${candidate}`, relative];
      if (patterns.some((pattern) => forms.some((form) => pattern.test(form)))) found.push(candidate);
    }
    return found;
  }

  /**
   * The pages in whose runs variables can be looked at by name from other files, and all files of such runs: their names
   * cannot be resolved while compiling.
   */
  reflectiveRuns(): { entries: ReadonlySet<string>; files: ReadonlySet<string> } {
    const valid = [...this.templates].filter(([, file]) => file.log.length === 0);
    const start = valid.filter(([, file]) => features(file.template).reflective).map(([path]) => path);
    if (start.length === 0) return { entries: new Set(), files: new Set() };
    const forward = new Map(valid.map(([path, file]) => [path, this.included(path, file.template)]));
    const backward = new Map<string, string[]>();
    for (const [path, targets] of forward) {
      for (const target of targets) backward.set(target, [...(backward.get(target) ?? []), path]);
    }
    const entries = reachable(start, backward);
    return { entries, files: reachable([...entries], forward) };
  }
}

function reachable(start: readonly string[], edges: ReadonlyMap<string, readonly string[]>): Set<string> {
  const seen = new Set(start);
  const queue = [...start];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    for (const target of edges.get(next) ?? []) {
      if (seen.has(target)) continue;
      seen.add(target);
      queue.push(target);
    }
  }
  return seen;
}
