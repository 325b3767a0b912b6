/**
 * Writes the declarations of a site beside its bundle.
 */
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DECLARATIONS_FILE, declarationText } from "./declarations.js";
import type { PageFacts } from "./page-facts.js";

/** Writes `site.d.ts` into a folder, unless it is there and the same. Templates go by their names below the root. */
export function writeDeclarations(directory: string, files: ReadonlyMap<string, PageFacts>): void {
  const text = declarationText(new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1))));
  const path = join(directory, DECLARATIONS_FILE);
  if (readText(path) === text) return;
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, text);
  renameSync(temporary, path);
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
