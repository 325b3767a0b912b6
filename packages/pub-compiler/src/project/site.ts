/**
 * A site while it is compiled: its parsed files, kept from one build to the next, and what they include.
 */

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Template } from "pub-parser";
import { analyzeWaiting, type WaitAnalysis } from "../1-analyze/waiting.js";
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

  /** Which functions of the whole site may wait. */
  analyzeWaiting(): WaitAnalysis {
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
    return analyzeWaiting(
      valid.map(([name, file]) => ({ name, template: file.template })),
      true,
      (name) => [...(byName.get(name) ?? [])],
    );
  }
}
