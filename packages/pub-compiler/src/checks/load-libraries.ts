/**
 * Finds the libraries of own functions that the modules of a project export.
 */
import { resolve } from "node:path";
import { importModule, messageOf } from "../configuration/import-module.js";
import type { LibraryDescription } from "./own-libraries.js";

/** A module that was named cannot be used; the message is for who named it. */
export class LibraryError extends Error {
  override readonly name = "LibraryError";
}

/** The libraries that modules export, themselves or as a part of a service. Throws a `LibraryError`. */
export async function loadLibraries(paths: readonly string[]): Promise<LibraryDescription[]> {
  const found: LibraryDescription[] = [];
  for (const path of paths) {
    let exported: unknown[];
    try {
      exported = Object.values(await importModule(resolve(path)));
    } catch (error) {
      throw new LibraryError(`the library ${path} cannot be loaded: ${messageOf(error)}`);
    }
    const libraries = exported.flatMap(librariesIn);
    if (libraries.length === 0) {
      throw new LibraryError(`${path} exports no library; write \`export const library = defineLibrary(…)\``);
    }
    found.push(...libraries);
  }
  return found;
}

/** A library itself, or those of a service. */
function librariesIn(value: unknown): LibraryDescription[] {
  if (typeof value !== "object" || value === null) return [];
  if ("libraries" in value && Array.isArray(value.libraries)) return value.libraries.flatMap(librariesIn);
  if (!("name" in value) || !("patterns" in value)) return [];
  const { name, patterns } = value;
  const isTable = typeof patterns === "object" && patterns !== null;
  if (typeof name !== "string" || !isTable) return [];
  if (!Object.values(patterns).every((pattern) => typeof pattern === "string")) return [];
  return [value as LibraryDescription];
}
