/**
 * Writes the declarations of a site beside its bundle.
 */
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { nameOfPath } from "../checks/names.js";
import type { ParsedFile } from "../project/parsed.js";
import { collectPageFacts } from "./collect.js";
import { DECLARATIONS_FILE, declarationText } from "./declarations.js";
import type { PageFacts } from "./page-facts.js";

const factsOf = new WeakMap<ParsedFile, PageFacts>();

/** Writes `site.d.ts` into a folder, unless it is there and the same. Templates go by their paths below the root. */
export function writeDeclarations(directory: string, templates: ReadonlyMap<string, ParsedFile>): void {
  const files = new Map<string, PageFacts>();
  for (const path of [...templates.keys()].sort()) files.set(nameOfPath(path), factsOfFile(templates.get(path)!));
  const text = declarationText(files);
  const path = join(directory, DECLARATIONS_FILE);
  if (readText(path) === text) return;
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, text);
  renameSync(temporary, path);
}

function factsOfFile(parsed: ParsedFile): PageFacts {
  let facts = factsOf.get(parsed);
  if (facts === undefined) {
    facts = collectPageFacts(parsed.source, parsed.template);
    factsOf.set(parsed, facts);
  }
  return facts;
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
