/**
 * Checking the files below a folder: each is read and parsed only when it changed since the last run, and its tree is let go
 * as soon as the facts are collected.
 */
import { readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import type { FileDiagnostic } from "../project/compile.js";
import { isTemplate, listFiles } from "../project/discover.js";
import { parseFile } from "../project/parsed.js";
import { type CachedFile, readCache, writeCache } from "./cache.js";
import { factsOfFile, type Severities, toDiagnostic } from "./diagnostics.js";
import type { FileFacts } from "./facts.js";
import { nameOfPath } from "./names.js";
import { type LibraryDescription, ownFunctions } from "./own-libraries.js";
import { checkFacts } from "./site/index.js";

export interface TreeOptions {
  readonly severities?: Severities;
  /** Functions that services bring along. */
  readonly libraries?: readonly LibraryDescription[];
  /** Where facts are kept between runs. */
  readonly cacheFile?: string;
}

/** Checks all templates below a folder. `file` of the diagnostics is relative to it. */
export function checkTree(folder: string, options: TreeOptions = {}): FileDiagnostic[] {
  const root = resolve(folder);
  const paths = listFiles(root);
  const files = readFiles(root, paths, options.cacheFile);
  const facts = new Map<string, FileFacts>();
  const pathOf = new Map(paths.map((path) => [nameOfPath(path), path]));
  for (const [path, file] of files) if (file.facts !== null) facts.set(nameOfPath(path), file.facts);
  const sourceOf = (path: string): string => readFileSync(join(root, path), "latin1");
  const libraries = ownFunctions(options.libraries ?? []);
  const view = { files: facts, libraries, exists: (name: string) => pathOf.has(name), names: () => pathOf.keys() };
  const findings = checkFacts(view, (name) => sourceOf(pathOf.get(name) ?? name));
  const diagnostics: FileDiagnostic[] = [];
  for (const [file, { diagnostics: syntax }] of files) {
    const found = findings.get(nameOfPath(file)) ?? [];
    const all = [...syntax, ...found.flatMap((finding) => toDiagnostic(finding, options.severities ?? {}) ?? [])];
    if (all.length === 0) continue;
    const source = sourceOf(file);
    for (const diagnostic of all) diagnostics.push({ file, source, diagnostic });
  }
  return diagnostics;
}

function readFiles(root: string, paths: readonly string[], cacheFile: string | undefined): Map<string, CachedFile> {
  const known = cacheFile === undefined ? new Map<string, CachedFile>() : readCache(cacheFile);
  const files = new Map<string, CachedFile>();
  let changed = known.size !== paths.length;
  for (const path of paths) {
    const { size, mtimeMs: modified } = statSync(join(root, path));
    let file = known.get(path);
    if (file === undefined || file.size !== size || file.modified !== modified) {
      file = { size, modified, ...readTemplate(root, path) };
      changed = true;
    }
    files.set(path, file);
  }
  if (changed && cacheFile !== undefined) writeCache(cacheFile, files);
  return files;
}

function readTemplate(root: string, path: string): Pick<CachedFile, "facts" | "diagnostics"> {
  const bytes = readFileSync(join(root, path));
  if (!isTemplate(path, () => bytes.toString("latin1"))) return { facts: null, diagnostics: [] };
  const parsed = parseFile(bytes, path);
  return { facts: factsOfFile(path, parsed), diagnostics: parsed.diagnostics };
}
