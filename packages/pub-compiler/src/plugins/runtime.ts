/**
 * Where bundlers find the page runtime when the project itself does not have it.
 */
import { fileURLToPath } from "node:url";

/** What modules of pages import. */
export const RUNTIME = "pub-runtime";

/** The runtime that came with the compiler. */
export function runtimePath(): string {
  return fileURLToPath(import.meta.resolve(RUNTIME));
}

/** What the plug-ins can be told. */
export interface PluginOptions {
  /** Folder of the site, which includes start from; by default the folder of each page. */
  readonly root?: string;
  readonly dictOrder?: "insertion" | "reference";
  /** Imports of which files are pages. Default: names that end with `.pub`. */
  readonly include?: RegExp;
}

export const PAGES = /\.pub$/;
