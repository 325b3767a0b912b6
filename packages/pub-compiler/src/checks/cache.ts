/**
 * Facts of the files of a site, kept from one run of `pubc check` to the next. The cache is only a matter of speed: one that
 * is missing, damaged or from another version is made anew.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Diagnostic } from "pub-parser";
import { VERSION } from "../version.js";
import type { FileFacts } from "./facts.js";

/** What is known of a file; without facts it is no template. */
export interface CachedFile {
  readonly size: number;
  /** Milliseconds since the epoch. */
  readonly modified: number;
  readonly facts: FileFacts | null;
  readonly diagnostics: readonly Diagnostic[];
}

export type Cache = Map<string, CachedFile>;

/** The cache of a site: a file of the user, named after the folder of the site. */
export function cacheFileOf(root: string): string {
  const base = process.env.XDG_CACHE_HOME || join(homedir(), ".cache");
  return join(base, "pubc", `check-${createHash("sha1").update(root).digest("hex").slice(0, 16)}.json`);
}

export function readCache(path: string): Cache {
  try {
    const { tool, files } = JSON.parse(readFileSync(path, "utf8"));
    return tool === toolIdentity() ? new Map(files) : new Map();
  } catch {
    return new Map();
  }
}

export function writeCache(path: string, cache: Cache): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    const temporary = `${path}.${process.pid}.tmp`;
    writeFileSync(temporary, JSON.stringify({ tool: toolIdentity(), files: [...cache] }));
    renameSync(temporary, path);
  } catch {
    // A folder that cannot be written to only makes the next run slower.
  }
}

/** Changes with every build of the compiler, whose files stand beside this one. */
function toolIdentity(): string {
  const folder = dirname(fileURLToPath(import.meta.url));
  const files = readdirSync(folder).map((name) => `${name}:${statSync(join(folder, name)).mtimeMs}`);
  return createHash("sha1")
    .update([VERSION, process.version, ...files.sort()].join("\n"))
    .digest("hex");
}
