/**
 * Checking the files below a folder: each is read and parsed only when it changed since the last run, and nothing is checked
 * again when nothing changed.
 */
import { readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import type { FileDiagnostic } from "../project/compile.js";
import { listFiles } from "../project/discover.js";
import { type Cache, type CachedFile, readCache, writeCache } from "./cache.js";
import { type Severities, toDiagnostic } from "./diagnostics.js";
import type { FileFacts } from "./facts.js";
import type { Finding } from "./finding.js";
import { contentHash } from "./hash.js";
import { nameOfPath } from "./names.js";
import { type LibraryDescription, ownFunctions } from "./own-libraries.js";
import { contentOf, type FileContent } from "./read-files.js";
import { readContents } from "./read-parallel.js";
import type { SiteView } from "./site/graph.js";
import { checkFacts } from "./site/index.js";

export interface TreeOptions {
  readonly severities?: Severities;
  /** Functions that services bring along. */
  readonly libraries?: readonly LibraryDescription[];
  /** Variables that services hand to pages. */
  readonly published?: Iterable<string>;
  /** Where facts and findings are kept between runs. */
  readonly cacheFile?: string;
  /** Is told what went wrong without being a mistake of the site. */
  readonly warn?: (message: string) => void;
}

/** Findings by name of the file. */
type Findings = ReadonlyMap<string, readonly Finding[]>;

/** Checks all templates below a folder. `file` of the diagnostics is relative to it. */
export async function checkTree(folder: string, options: TreeOptions = {}): Promise<FileDiagnostic[]> {
  const { cacheFile, libraries = [], severities = {}, warn = () => undefined } = options;
  const root = resolve(folder);
  const published = new Set(options.published);
  const described = libraries.map(({ name, patterns, blocking }) => [name, patterns, blocking]);
  const key = JSON.stringify([described, [...published].sort()]);
  const cache = cacheFile === undefined ? null : readCache(cacheFile, warn);
  const listed = listFiles(root).map((path) => statFile(root, path));
  if (cache !== null && cache.findings.key === key && isUnchanged(listed, cache.files)) {
    return diagnosticsOf(root, cache.files, new Map(cache.findings.byFile), severities);
  }
  const started = Date.now();
  const contents = await readChanged(root, listed, cache);
  const findings = findingsOf(root, listed, contents, { libraries: ownFunctions(libraries), published });
  const files = listed.map(({ path, size, modified }, index): CachedFile => {
    const { hash, diagnostics } = contents[index];
    return { path, size, modified: modified > started - RACE ? 0 : modified, hash, diagnostics };
  });
  if (cacheFile !== undefined) {
    const facts = contents.map((content) => content.facts);
    writeCache(cacheFile, files, { key, byFile: [...findings] }, facts);
  }
  return diagnosticsOf(root, files, findings, severities);
}

/** A change so shortly after another one may leave size and time as they are. In milliseconds. */
const RACE = 2000;

interface ListedFile {
  readonly path: string;
  readonly size: number;
  readonly modified: number;
}

function statFile(root: string, path: string): ListedFile {
  const { size, mtimeMs: modified } = statSync(join(root, path));
  return { path, size, modified };
}

function isUnchanged(listed: readonly ListedFile[], known: readonly CachedFile[]): boolean {
  return listed.length === known.length && listed.every((file, index) => isSame(file, known[index]));
}

function isSame(file: ListedFile, known: CachedFile | undefined): boolean {
  return known?.path === file.path && known.size === file.size && known.modified === file.modified;
}

/** What the files say, in their order; those that did not change are taken from the cache. */
async function readChanged(root: string, listed: readonly ListedFile[], cache: Cache | null): Promise<FileContent[]> {
  const facts = cache?.facts() ?? [];
  const known = new Map<string, { file: CachedFile; facts: FileFacts | null }>();
  for (const [index, fact] of facts.entries()) {
    const file = cache?.files[index];
    if (file !== undefined) known.set(file.path, { file, facts: fact });
  }
  const contents: FileContent[] = new Array(listed.length);
  const changed: { path: string; index: number }[] = [];
  for (const [index, file] of listed.entries()) {
    const { path } = file;
    const cached = known.get(path);
    if (cached === undefined) changed.push({ path, index });
    else if (isSame(file, cached.file)) contents[index] = { ...cached.file, facts: cached.facts };
    else {
      const bytes = readFileSync(join(root, path));
      const isTouched = contentHash(bytes) === cached.file.hash;
      contents[index] = isTouched ? { ...cached.file, facts: cached.facts } : contentOf(path, bytes);
    }
  }
  const paths = changed.map(({ path }) => path);
  for (const [at, content] of (await readContents(root, paths)).entries()) contents[changed[at].index] = content;
  return contents;
}

function findingsOf(
  root: string,
  listed: readonly ListedFile[],
  contents: readonly FileContent[],
  services: Pick<SiteView, "libraries" | "published">,
): Findings {
  const pathOf = new Map(listed.map(({ path }) => [nameOfPath(path), path]));
  const facts = new Map<string, FileFacts>();
  for (const [index, { path }] of listed.entries()) {
    const found = contents[index].facts;
    if (found !== null) facts.set(nameOfPath(path), found);
  }
  const view = {
    files: facts,
    ...services,
    exists: (name: string) => pathOf.has(name),
    names: () => pathOf.keys(),
  };
  return checkFacts(view, (name) => sourceOf(root, pathOf.get(name) ?? name));
}

function diagnosticsOf(
  root: string,
  files: readonly CachedFile[],
  findings: Findings,
  severities: Severities,
): FileDiagnostic[] {
  const diagnostics: FileDiagnostic[] = [];
  for (const { path: file, diagnostics: syntax } of files) {
    const found = findings.get(nameOfPath(file)) ?? [];
    const all = [...syntax, ...found.flatMap((finding) => toDiagnostic(finding, severities) ?? [])];
    if (all.length === 0) continue;
    const source = sourceOf(root, file);
    for (const diagnostic of all) diagnostics.push({ file, source, diagnostic });
  }
  return diagnostics;
}

function sourceOf(root: string, path: string): string {
  return readFileSync(join(root, path), "latin1");
}
