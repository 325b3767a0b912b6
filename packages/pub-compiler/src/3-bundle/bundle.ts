/**
 * The bundle of a site as it grows from build to build: what its manifest says, and which modules it does not need any
 * more. Modules of the bundle before are kept until the next one, for processes that still use them.
 */
import { hash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Manifest, ManifestTemplate } from "pub-runtime";
import { isPrivate } from "../project/discover.js";
import { MANIFEST_FILE, ManifestTable, modulesOf } from "./manifest.js";
import { type BundleWriter, filesBelow, filesOfManifest, manifestBytes, parseManifest } from "./writer.js";

export class Bundle {
  private readonly manifest = new ManifestTable();
  /** The name of the runtime in the bundle; null until this process knows the folder. */
  private runtime: string | null = null;
  /** What was in the folder when this process looked first. */
  private previous: { readonly manifest: Manifest | null; readonly copies: Set<string> } | null = null;
  /** The manifest that was published last; before that, the one in the folder. */
  private published: Buffer | null = null;
  /** Modules that were replaced since the manifest was published last, with the templates they were for. */
  private replaced = new Map<string, string>();
  /** Modules that only the manifest before the current one names. */
  private outdated = new Map<string, string>();

  constructor(
    private readonly writer: BundleWriter,
    private readonly options: Manifest["options"],
  ) {}

  /**
   * Looks at what is in the folder, as long as this process has not written to it. Returns true when a bundle that was
   * written is gone and has to be written anew.
   */
  look(): boolean {
    const { writer } = this;
    const isGone = this.runtime !== null && !this.exists();
    if (isGone) {
      writer.forget();
      this.runtime = null;
      this.previous = null;
      this.published = null;
    }
    if (this.previous !== null) return isGone;
    this.published = manifestBytes(writer.directory);
    const manifest = parseManifest(this.published);
    const copies = new Set<string>();
    if (manifest !== null) {
      const modules = new Set(filesBelow(join(writer.directory, "templates")));
      writer.trust(filesOfManifest(manifest).filter((name) => modules.has(join(writer.directory, name))));
      const folder = join(writer.directory, "files");
      for (const path of filesBelow(folder)) copies.add(path.slice(folder.length + 1).replaceAll("\\", "/"));
    }
    this.previous = { manifest, copies };
    return isGone;
  }

  /** True when there is a bundle in the folder. */
  exists(): boolean {
    return existsSync(join(this.writer.directory, MANIFEST_FILE));
  }

  /** SHA-1 of the manifest that was published last, or was in the folder before; null when there was none. */
  manifestHash(): string | null {
    return this.published === null ? null : hash("sha1", this.published);
  }

  /** True when the modules are in the folder, and the copy of the template that they are for. */
  has(path: string, modules: readonly string[]): boolean {
    return this.previous?.copies.has(path) === true && modules.every((name) => this.writer.has(name));
  }

  /** Prepares the folder for the first modules. `files` are those of the site. */
  prepare(files: { has(path: string): boolean }): void {
    if (this.runtime !== null) return;
    const { writer } = this;
    const manifest = this.previous?.manifest ?? null;
    if (manifest !== null) {
      for (const [key, entry] of Object.entries(manifest.templates)) {
        for (const module of modulesOf(entry)) this.replaced.set(module, key.slice(1));
      }
      writer.sweep(new Set(filesOfManifest(manifest)), files);
    }
    this.runtime = writer.hashed("runtime", ".mjs", readRuntime(), null);
  }

  setTemplate(path: string, entry: ManifestTemplate): void {
    this.noteReplaced(path);
    this.manifest.files.delete(`/${path}`);
    this.manifest.templates.set(`/${path}`, entry);
  }

  /** A file that is delivered as it is; `source` is where it stands. */
  setPlain(path: string, source: string, file: { readonly hash: string; readonly size: number }): void {
    this.noteReplaced(path);
    this.manifest.templates.delete(`/${path}`);
    if (!isPrivate(path)) this.manifest.files.set(`/${path}`, { hash: file.hash, size: file.size });
    const { manifest, copies } = this.previous ?? {};
    const isThere = copies?.delete(path) === true && manifest?.files[`/${path}`]?.hash === file.hash;
    if (!isThere) this.writer.copyFrom(source, path);
  }

  /** A file that the site has not any more. */
  remove(path: string): void {
    this.noteReplaced(path);
    this.manifest.templates.delete(`/${path}`);
    this.manifest.files.delete(`/${path}`);
  }

  /** Makes room: a file of the site is gone, and others may come in its place. */
  removeCopy(path: string): void {
    this.previous?.copies.delete(path);
    this.writer.removeCopy(path);
  }

  private noteReplaced(path: string): void {
    for (const module of this.modulesOfTemplate(path)) this.replaced.set(module, path);
  }

  private modulesOfTemplate(path: string): string[] {
    const entry = this.manifest.templates.get(`/${path}`);
    return entry === undefined ? [] : modulesOf(entry);
  }

  /** Makes all that was set since the last time visible in one step. */
  publish(): void {
    const { writer, manifest, options, runtime } = this;
    const bytes = manifest.bytes(runtime ?? "", options);
    // Servers need not look at a bundle that says nothing new.
    if (this.published?.equals(bytes) !== true) writer.publish(bytes);
    this.published = bytes;
    const isUnused = ([module, path]: [string, string]) => !this.modulesOfTemplate(path).includes(module);
    writer.removeModules([...this.outdated].filter(isUnused).map(([module]) => module));
    this.outdated = new Map([...this.replaced].filter(isUnused));
    this.replaced = new Map();
  }
}

/** The page runtime as it is put into bundles: without the reference to a source map that stays behind. */
function readRuntime(): string {
  const path = fileURLToPath(import.meta.resolve("pub-runtime"));
  return readFileSync(path, "utf8").replace(/\n\/\/# sourceMappingURL=.*\n?$/, "\n");
}
