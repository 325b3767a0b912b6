// The compiled site that a service publishes: its manifest, its page runtime, and its files.

import { statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** The part of `manifest.json` that the server reads. */
export interface Manifest {
  version: number;
  /** Module of the page runtime, below the site's directory. */
  runtime: string;
  templates: Record<string, unknown>;
  files: Record<string, { hash: string; size: number }>;
}

export interface PublishResult {
  /** False if the page or a file that it includes failed. */
  ok: boolean;
  /** False if the page failed as a whole: it is missing, has syntax errors, or a fault ended it. */
  completed: boolean;
  body: Uint8Array;
  /** Error messages of the page, Unicode. */
  log: readonly string[];
}

export interface PublishOptions {
  /** Strip white space. */
  wss: boolean;
  /** What the built-in functions escape that read parameters (server specification §4.4). */
  filterCgi: 0 | 1 | 2;
  /** Begins the lines that the page logs. */
  programName: string;
}

/** What the page runtime's `openSite` returns. Its texts are Unicode; bytes are given as `Uint8Array`. */
interface RuntimeSite {
  /** The manifest that was read last. */
  readonly manifest: Manifest;
  has(path: string): boolean;
  publish(path: string, request: { globals: Record<string, unknown>; options: PublishOptions }): Promise<PublishResult>;
  reload(): Promise<void>;
  close(): void;
}

export const MANIFEST_VERSION = 1;

export class Site {
  private constructor(
    readonly directory: string,
    readonly runtime: RuntimeSite,
    private stamp: string,
  ) {}

  /** Opens the compiled site in `directory`. Rejects when it is missing, broken or of another version. */
  static async open(directory: string): Promise<Site> {
    const stamp = manifestStamp(directory);
    const manifest = await readManifest(directory);
    const module = (await import(pathToFileURL(join(directory, manifest.runtime)).href)) as {
      openSite(directory: string): Promise<RuntimeSite>;
    };
    return new Site(directory, await module.openSite(directory), stamp);
  }

  /** The manifest that was read last. */
  get manifest(): Manifest {
    return this.runtime.manifest;
  }

  /** All paths of this class are Unicode and absolute inside the site. */
  hasTemplate(path: string): boolean {
    return this.runtime.has(path);
  }

  /** Runs a template. `variables`: numbers and byte strings. Rejects for faults of the server only. */
  publish(
    path: string,
    variables: Iterable<[string, string | number]>,
    options: PublishOptions,
  ): Promise<PublishResult> {
    const globals: Record<string, unknown> = Object.create(null);
    for (const [name, value] of variables) globals[name] = typeof value === "string" ? hostText(value) : value;
    return this.runtime.publish(path, { globals, options });
  }

  /** Path in the file system of a static file of the site, with its entry in the manifest. */
  file(path: string): { path: string; hash: string; size: number } | null {
    const { files } = this.manifest;
    if (!Object.hasOwn(files, path)) return null;
    return { ...files[path], path: join(this.directory, "files", path) };
  }

  /** True if the manifest was replaced since it was last read. */
  get isStale(): boolean {
    return manifestStamp(this.directory) !== this.stamp;
  }

  /** From now on the site is stale only if it is replaced once more. */
  markSeen(): void {
    this.stamp = manifestStamp(this.directory);
  }

  /** Reads the site again; pages in flight finish with what they have. Rejects and changes nothing if it is broken. */
  async reload(): Promise<void> {
    // Also when it turns out to be broken: it is tried again after the next change only.
    this.markSeen();
    await this.runtime.reload();
  }
}

/** Reads and checks a manifest. Rejects with a message for the operator. */
export async function readManifest(directory: string): Promise<Manifest> {
  const file = join(directory, "manifest.json");
  const manifest = JSON.parse(await readFile(file, "utf8")) as Manifest;
  if (manifest.version !== MANIFEST_VERSION) {
    throw new Error(`${file} is of version ${manifest.version}, this server reads version ${MANIFEST_VERSION}`);
  }
  return manifest;
}

/** A byte string as the page runtime wants it. */
function hostText(bytes: string): string | Uint8Array {
  return /[^\0-\x7f]/.test(bytes) ? Buffer.from(bytes, "latin1") : bytes;
}

/** Changes whenever the manifest is replaced. */
function manifestStamp(directory: string): string {
  try {
    const { ino, mtimeMs, size } = statSync(join(directory, "manifest.json"));
    return `${ino} ${mtimeMs} ${size}`;
  } catch {
    return "";
  }
}
