/**
 * A page as one JavaScript module: the template, everything that it includes, and functions that render it. For bundlers.
 */

import { readFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { features } from "../1-analyze/features.js";
import { allOptimizations, noOptimizations } from "../1-analyze/optimizations.js";
import { programOf } from "../1-analyze/program.js";
import { fileFacts, includedNames } from "../1-analyze/reach.js";
import type { Mapping } from "../2-generate/code.js";
import { generateModule } from "../2-generate/generate.js";
import { joinedSourceMap } from "../3-bundle/source-map.js";
import { decoded, nameOfPath } from "../checks/names.js";
import { type SourceDiagnostic, sourceDiagnostic } from "../checks/source-diagnostic.js";
import { isTemplate, listFiles } from "../project/discover.js";
import { type ParsedFile, parseFile } from "../project/parsed.js";
import { includeCandidates } from "../project/program.js";

export interface PageModuleOptions {
  /** Folder of the site, which includes start from; by default the folder of the page. */
  readonly root?: string;
  readonly dictOrder?: "insertion" | "reference";
}

export interface PageModule {
  /** An ES module that imports `pub-runtime`. Exports `render` (also the default) and `publish`. Empty with errors. */
  readonly code: string;
  /** Source map as JSON, to the templates. */
  readonly map: string;
  /** Absolute paths of the files that the module is made of. */
  readonly files: readonly string[];
  /** Mistakes in any of these files. */
  readonly diagnostics: readonly SourceDiagnostic[];
}

/** Compiles a page. Throws when its file cannot be read. */
export function pageModule(file: string, options: PageModuleOptions = {}): PageModule {
  const path = resolve(file);
  const root = options.root === undefined ? dirname(path) : resolve(options.root);
  const main = nameOfPath(relative(root, path).split("\\").join("/"));
  if (main.startsWith("..")) throw new Error(`${path} is not below the root of the site, ${root}`);
  const templates = new Reader(root).readAll(main);
  const files = [...templates.keys()].map((name) => join(root, decoded(name)));
  const diagnostics = [...templates].flatMap(([name, { source, diagnostics: found }]) =>
    found.map((diagnostic) => sourceDiagnostic({ file: decoded(name), source, diagnostic })),
  );
  if (diagnostics.some(({ severity }) => severity === "error")) return { code: "", map: "", files, diagnostics };
  return { ...generate(main, root, templates, options), files, diagnostics };
}

/** Reads a page and what it may include. Names are byte strings. */
class Reader {
  private readonly templates = new Map<string, ParsedFile>();
  private names: readonly string[] | null = null;

  constructor(private readonly root: string) {}

  readAll(main: string): ReadonlyMap<string, ParsedFile> {
    const pending = [main];
    for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
      if (this.templates.has(name)) continue;
      const parsed = this.read(name, name === main);
      if (parsed === null) continue;
      this.templates.set(name, parsed);
      if (parsed.log.length === 0) pending.push(...this.included(name, parsed));
    }
    return this.templates;
  }

  private read(name: string, isNeeded: boolean): ParsedFile | null {
    try {
      return parseFile(readFileSync(join(this.root, decoded(name))), name);
    } catch (error) {
      // A missing file is reported when the page is rendered; another candidate may be there.
      if (isNeeded) throw error;
      return null;
    }
  }

  private included(name: string, { template }: ParsedFile): string[] {
    const facts = fileFacts(template);
    const found = [...includedNames(facts)].flatMap((requested) => includeCandidates(requested, name));
    const patterns = facts.includePatterns.map((pattern) => new RegExp(pattern));
    if (patterns.length === 0) return found;
    const folder = name.slice(0, name.lastIndexOf("/") + 1);
    for (const candidate of this.allNames()) {
      const beside = candidate.startsWith(folder) ? candidate.slice(folder.length) : candidate;
      const forms = [candidate, `/${candidate}`, beside];
      if (patterns.some((pattern) => forms.some((form) => pattern.test(form)))) found.push(candidate);
    }
    return found;
  }

  private allNames(): readonly string[] {
    this.names ??= listFiles(this.root)
      .filter((path) => isTemplate(path, () => readFileSync(join(this.root, path), "latin1")))
      .map(nameOfPath);
    return this.names;
  }
}

function generate(
  main: string,
  root: string,
  templates: ReadonlyMap<string, ParsedFile>,
  options: PageModuleOptions,
): { code: string; map: string } {
  const dictOrder = options.dictOrder ?? "insertion";
  const files = [...templates].map(([name, { template }]) => ({ name, template }));
  const program = programOf(files, true, includeCandidates);
  const isReflective = files.some(({ template }) => features(template).reflective);
  const lines = ['import { embeddedPage } from "pub-runtime";', "const templates = {};"];
  const sources: { path: string; source: string; mappings: Mapping[] }[] = [];
  for (const [name, { source, template, hash }] of templates) {
    const generated = generateModule(source, template, {
      referenceOrder: dictOrder === "reference",
      traced: false,
      program: program.factsFor(name, template),
      optimizations: isReflective ? noOptimizations : allOptimizations,
      types: false,
    });
    lines.push("{ const module = {};");
    const first = lines.length;
    lines.push(...generated.code.split("\n"));
    lines.push(`templates[${JSON.stringify(name)}] = { create: module.exports, hash: ${JSON.stringify(hash)} }; }`);
    const mappings = generated.mappings.map((mapping) => ({ ...mapping, line: mapping.line + first }));
    sources.push({ path: decoded(name), source, mappings });
  }
  const call = `embeddedPage(${JSON.stringify(main)}, templates, ${JSON.stringify({ dictOrder })})`;
  lines.push(`export const { render, publish } = ${call};`, "export default render;", "");
  // Bundlers want paths relative to the module, which stands for the page.
  const folder = dirname(join(root, decoded(main)));
  const placed = sources.map((each) => ({
    ...each,
    path: relative(folder, join(root, each.path)) || basename(each.path),
  }));
  return { code: lines.join("\n"), map: joinedSourceMap(placed) };
}
