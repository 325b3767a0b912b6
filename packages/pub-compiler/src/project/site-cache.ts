/**
 * What a compilation knows of a site, kept for the next one: a file that can be thrown away at any time. It is written
 * beside and renamed, so that compilations at the same time see a whole one; every line has a check sum.
 */
import { hash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { crc32 } from "node:zlib";
import { BUILD } from "../version.js";
import type { CompileOptions, WrittenModule } from "./file-compiler.js";
import type { SiteFile } from "./site-file.js";

export interface CachedFile {
  /** See `stampOf`; null when the file has to be read to know whether it changed. */
  readonly stamp: string | null;
  readonly file: SiteFile;
  /** Null for a file that is no template, or whose module was not written. */
  readonly module: WrittenModule | null;
}

export interface CachedSite {
  /** SHA-1 of the manifest that all modules are in; null when not all are. */
  readonly manifest: string | null;
  readonly files: ReadonlyMap<string, CachedFile>;
}

/** The file in a folder for caches that belongs to a site and its bundle, and what it must have been written for. */
export function cachePlaceOf(
  folder: string,
  root: string,
  directory: string,
  { dictOrder, minify, traced }: CompileOptions,
): { file: string; key: string } {
  const site = hash("sha1", JSON.stringify([root, directory])).slice(0, 16);
  const options = [dictOrder ?? "insertion", minify ?? false, traced ?? false];
  const key = hash("sha1", JSON.stringify([BUILD, process.version, options]));
  return { file: join(folder, `site-${site}.cache`), key };
}

const FORMAT = "pubc cache 1";

/**
 * Reads a cache that was written for the same key; null when there is none. Throws when it is damaged.
 */
export function readSiteCache(path: string, key: string): CachedSite | null {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
  const [head, ...lines] = text.split("\n");
  const { format, key: writtenFor, manifest, count } = JSON.parse(checked(head));
  if (format !== FORMAT || writtenFor !== key) return null;
  // The last line ends with a newline, too.
  if (lines.length !== count + 1) throw new Error(`it has ${lines.length - 1} of ${count} entries`);
  const files = new Map<string, CachedFile>();
  for (let at = 0; at < count; at++) {
    const [name, stamp, file, module] = JSON.parse(checked(lines[at]));
    files.set(name, { stamp, file, module });
  }
  return { manifest, files };
}

/** Throws when the file cannot be written. */
export function writeSiteCache(path: string, key: string, { manifest, files }: CachedSite): void {
  const lines = [checkable(JSON.stringify({ format: FORMAT, key, manifest, count: files.size }))];
  for (const [name, { stamp, file, module }] of files) {
    lines.push(checkable(JSON.stringify([name, stamp, file, module])));
  }
  const folder = dirname(path);
  mkdirSync(folder, { recursive: true });
  // Nobody wants to see it in a repository.
  writeFileSync(join(folder, ".gitignore"), "*\n");
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, `${lines.join("\n")}\n`);
  renameSync(temporary, path);
}

const SUM_LENGTH = 8;

function checkable(line: string): string {
  return sum(line) + line;
}

function checked(line: string): string {
  const content = line.slice(SUM_LENGTH);
  if (line.slice(0, SUM_LENGTH) !== sum(content)) throw new Error("a check sum is wrong");
  return content;
}

function sum(text: string): string {
  return crc32(text).toString(16).padStart(SUM_LENGTH, "0");
}
