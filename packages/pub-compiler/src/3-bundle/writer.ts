/**
 * Writing a bundle so that nothing half-written is ever visible: new files get names of their own, then the manifest is
 * replaced in one step. Modules of the bundle before are kept until the next one, for processes that still use them.
 */
import { hash } from "node:crypto";
import {
  closeSync,
  copyFileSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { threadId } from "node:worker_threads";
import type { Manifest } from "pub-runtime";
import { MANIFEST_FILE, modulesOf } from "./manifest.js";

/** Files that no manifest names are left alone for so long, in milliseconds: another compiler may be about to publish them. */
const GRACE_TIME = 10_000;

export class BundleWriter {
  private readonly madeFolders = new Set<string>();
  /** Modules that are known to be complete: those of a bundle that was published, and those written here. */
  private readonly complete = new Set<string>();

  constructor(readonly directory: string) {}

  /** Takes modules as they are: they need not be written again. */
  trust(names: Iterable<string>): void {
    for (const name of names) this.complete.add(name);
  }

  /** True for a module that need not be written again. */
  has(name: string): boolean {
    return this.complete.has(name);
  }

  /** Forgets what is in the folder, because somebody else has changed it. */
  forget(): void {
    this.madeFolders.clear();
    this.complete.clear();
  }

  private folder(path: string): void {
    if (this.madeFolders.has(path)) return;
    mkdirSync(path, { recursive: true });
    this.madeFolders.add(path);
  }

  /**
   * Writes a file under a name that contains the hash of its content, with its source map; returns the name. The map
   * counts too: a template can change in a way that moves positions only.
   */
  hashed(stem: string, extension: string, content: string, map: string | null): string {
    const name = `${stem}-${hash("sha256", content + (map ?? "")).slice(0, 12)}${extension}`;
    if (this.complete.has(name)) return name;
    const path = join(this.directory, name);
    const fileName = name.slice(name.lastIndexOf("/") + 1);
    this.folder(dirname(path));
    if (map !== null) this.create(`${path}.map`, map);
    const comment = map === null ? "" : `//# sourceMappingURL=${encodeURIComponent(fileName)}.map\n`;
    this.create(path, content + comment);
    this.complete.add(name);
    return name;
  }

  /** Writes the copy of a file of the site. */
  copy(name: string, content: Buffer): void {
    this.replace(this.copyPath(name), content);
  }

  /** Copies a file of the site as it is. */
  copyFrom(source: string, name: string): void {
    const path = this.copyPath(name);
    const temporary = temporaryName(path);
    copyFileSync(source, temporary);
    renameSync(temporary, path);
  }

  private copyPath(name: string): string {
    const path = join(this.directory, "files", name);
    this.folder(dirname(path));
    return path;
  }

  /** Writes a file that no manifest names yet: nobody looks at it, so that only one that is there has to be replaced. */
  private create(path: string, content: string): void {
    const descriptor = openNew(path);
    if (descriptor === null) {
      this.replace(path, content);
      return;
    }
    try {
      writeAll(descriptor, Buffer.from(content));
    } finally {
      closeSync(descriptor);
    }
  }

  private replace(path: string, content: string | Buffer): void {
    this.folder(dirname(path));
    const temporary = temporaryName(path);
    writeFileSync(temporary, content);
    renameSync(temporary, path);
  }

  /** Makes a manifest the current one. */
  publish(manifest: Buffer): void {
    this.replace(join(this.directory, MANIFEST_FILE), manifest);
  }

  /** Removes modules that are not used any more. */
  removeModules(names: Iterable<string>): void {
    for (const name of names) {
      this.complete.delete(name);
      rmSync(join(this.directory, name), { force: true });
      rmSync(join(this.directory, `${name}.map`), { force: true });
    }
  }

  /** Removes the copy of a file of the site, and folders in which nothing is left: a file may come in their place. */
  removeCopy(name: string): void {
    const root = join(this.directory, "files");
    let path = join(root, name);
    rmSync(path, { force: true });
    for (path = dirname(path); path.length > root.length && removeEmpty(path); path = dirname(path)) {
      this.madeFolders.delete(path);
    }
  }

  /** Removes whatever earlier compilations left: `used` are names of modules, `copies` paths of files. */
  sweep(used: ReadonlySet<string>, copies: { has(path: string): boolean }): void {
    for (const entry of readdirSync(this.directory)) {
      if (/^runtime-.*\.mjs$/.test(entry) && !used.has(entry)) this.removeLeftover(join(this.directory, entry));
    }
    for (const name of this.namesBelow("templates")) {
      if (!used.has(`templates/${name.replace(/\.map$/, "")}`)) {
        this.removeLeftover(join(this.directory, "templates", name));
      }
    }
    for (const name of this.namesBelow("files")) if (!copies.has(name)) this.removeCopy(name);
  }

  /** The files below a folder of the bundle, as paths with `/`. */
  private namesBelow(folder: string): string[] {
    const root = join(this.directory, folder);
    return filesBelow(root).map((path) => path.slice(root.length + 1).replaceAll("\\", "/"));
  }

  private removeLeftover(path: string): void {
    const status = statSync(path, { throwIfNoEntry: false });
    if (status !== undefined && Date.now() - status.mtimeMs > GRACE_TIME) rmSync(path, { force: true });
  }
}

/** The bytes of the manifest in a folder; null when there is none. */
export function manifestBytes(directory: string): Buffer | null {
  try {
    return readFileSync(join(directory, MANIFEST_FILE));
  } catch {
    return null;
  }
}

/** Null for what is no manifest. */
export function parseManifest(bytes: Buffer | null): Manifest | null {
  try {
    const manifest = JSON.parse(bytes?.toString("utf8") ?? "null") as Manifest | null;
    return typeof manifest?.templates === "object" && typeof manifest.files === "object" ? manifest : null;
  } catch {
    return null;
  }
}

/** The modules of a bundle and its runtime. */
export function filesOfManifest(manifest: Manifest): string[] {
  return [manifest.runtime, ...Object.values(manifest.templates).flatMap(modulesOf)];
}

/** The files below a folder; none when it does not exist. */
export function filesBelow(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
  } catch {
    return [];
  }
}

/** Removes a folder if nothing is in it; false if there is. */
function removeEmpty(folder: string): boolean {
  try {
    rmdirSync(folder);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT";
  }
}

function openNew(path: string): number | null {
  try {
    return openSync(path, "wx");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return null;
  }
}

function writeAll(descriptor: number, bytes: Buffer): void {
  for (let written = 0; written < bytes.length; ) written += writeSync(descriptor, bytes, written);
}

function temporaryName(path: string): string {
  return `${path}.${process.pid}-${threadId}.tmp`;
}
