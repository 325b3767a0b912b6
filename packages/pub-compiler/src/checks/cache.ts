/**
 * What is known of a site, kept from one run of `pubc check` to the next in one file. The cache is only a matter of speed: one
 * that is missing or from another version is made anew, and so is one that is damaged, with a warning.
 *
 * The file has four lines of JSON, so that a run looks at no more of it than it needs: who wrote it, a table of the files,
 * the findings, the facts of the files.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Diagnostic } from "pub-parser";
import { VERSION } from "../version.js";
import type { FileFacts } from "./facts.js";
import type { Finding } from "./finding.js";
import { contentHash } from "./hash.js";

/** A file when it was read last. */
export interface CachedFile {
  readonly path: string;
  readonly size: number;
  /** Milliseconds since the epoch; 0 when the file was changed so shortly before that it may change again unnoticed. */
  readonly modified: number;
  readonly hash: string;
  /** Syntax errors. */
  readonly diagnostics: readonly Diagnostic[];
}

export interface CachedFindings {
  /** What else than the files they depend on. */
  readonly key: string;
  /** By name of the file. */
  readonly byFile: readonly (readonly [string, readonly Finding[]])[];
}

export interface Cache {
  readonly files: readonly CachedFile[];
  readonly findings: CachedFindings;
  /** In the order of the files, null for what is no template; null when they are damaged. */
  facts(): readonly (FileFacts | null)[] | null;
}

/** The cache of a site: a file of the user, named after the folder of the site. */
export function cacheFileOf(root: string): string {
  const base = process.env.XDG_CACHE_HOME || join(homedir(), ".cache");
  return join(base, "pubc", `check-${contentHash(root).slice(0, 16)}.json`);
}

/** The first line of a cache: who wrote it, and length and hash of each of the parts behind it. */
interface Head {
  readonly tool: string;
  readonly parts: readonly { readonly length: number; readonly hash: string }[];
}

/** Reads a cache; null when there is none that can be used. `warn` is told of a damaged one. */
export function readCache(path: string, warn: (message: string) => void): Cache | null {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch {
    return null;
  }
  const undamaged = <Result>(read: () => Result): Result | null => {
    try {
      return read();
    } catch {
      warn(`the cache ${path} is damaged; it is made anew`);
      return null;
    }
  };
  return undamaged(() => {
    const start = bytes.indexOf("\n") + 1;
    const head: Head = JSON.parse(bytes.toString("latin1", 0, start));
    if (head.tool !== toolIdentity()) return null;
    const length = head.parts.reduce((sum, part) => sum + part.length, start);
    if (length !== bytes.length) throw new Error("this is not all that was written");
    const part = (index: number) => {
      const from = head.parts.slice(0, index).reduce((sum, { length }) => sum + length, start);
      const content = bytes.subarray(from, from + head.parts[index].length);
      if (contentHash(content) !== head.parts[index].hash) throw new Error("this is not what was written");
      return JSON.parse(content.toString("latin1"));
    };
    return { files: part(0), findings: part(1), facts: () => undamaged(() => part(2)) };
  });
}

/** Writes a cache under a new name and moves it into place, so that nobody reads half of one. */
export function writeCache(
  path: string,
  files: readonly CachedFile[],
  findings: CachedFindings,
  facts: readonly (FileFacts | null)[],
): void {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    const parts = [files, findings, facts].map((part) => Buffer.from(`${asciiJson(part)}\n`, "latin1"));
    const head: Head = {
      tool: toolIdentity(),
      parts: parts.map((part) => ({ length: part.length, hash: contentHash(part) })),
    };
    writeFileSync(temporary, Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), ...parts]));
    renameSync(temporary, path);
  } catch {
    // A folder that cannot be written to only makes the next run slower.
    rmSync(temporary, { force: true });
  }
}

/** JSON without other characters than those of ASCII: it is read byte by byte. */
function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u0080-\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** Changes with every build of the compiler, whose files stand beside this one. */
function toolIdentity(): string {
  const folder = dirname(fileURLToPath(import.meta.url));
  const files = readdirSync(folder).map((name) => `${name}:${statSync(join(folder, name)).mtimeMs}`);
  return contentHash([VERSION, process.version, ...files.sort()].join("\n"));
}
