/**
 * The modules of a site as TypeScript: the same code as in the bundle, with types, for people who want to read it, check it
 * or build it into a program of their own.
 */

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { allOptimizations } from "../1-analyze/optimizations.js";
import { type Answers, ProgramFacts } from "../1-analyze/questions.js";
import { generateModule } from "../2-generate/generate.js";
import { nameOfPath } from "../checks/names.js";
import { findSiteFile } from "./site-file.js";

export interface TypeScriptOptions {
  /** Folder of the site. */
  readonly root: string;
  /** Paths of the templates relative to the root. */
  readonly templates: Iterable<string>;
  /** Folder for the modules: `a/b.html` becomes `a/b.html.ts`. Other files in it are left alone. */
  readonly folder: string;
  readonly referenceOrder: boolean;
}

/** Writes the modules of all templates that have no syntax errors; returns how many. */
export function writeTypeScript(
  { root, templates, folder, referenceOrder }: TypeScriptOptions,
  answers: Answers,
): number {
  let count = 0;
  for (const path of templates) {
    const { parsed } = findSiteFile(root, path, null);
    if (parsed === null || parsed.log.length > 0) continue;
    const { code } = generateModule(parsed.source, parsed.template, {
      referenceOrder,
      program: new ProgramFacts(answers, nameOfPath(path), parsed.template),
      traced: false,
      optimizations: allOptimizations,
      types: true,
    });
    const file = join(folder, `${path}.ts`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, code);
    count++;
  }
  return count;
}
