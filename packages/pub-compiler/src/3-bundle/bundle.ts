/**
 * The bundle of a site as it grows from build to build: what its manifest says, and which modules it does not need any
 * more. Modules of the bundle before are kept until the next one, for processes that still use them.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Manifest, ManifestTemplate } from "pub-runtime";
import { isPrivate } from "../project/discover.js";
import { MANIFEST_FILE, ManifestTable, modulesOf } from "./manifest.js";
import { type BundleWriter, filesBelow, filesOfManifest, readManifest } from "./writer.js";

export class Bundle {
  private readonly manifest = new ManifestTable();
  /** The name of the runtime in the bundle; null until this process knows the folder. */
  private runtime: string | null = null;
  /** Modules that were replaced since the manifest was published last, with the templates they were for. */
  private replaced = new Map<string, string>();
  /** Modules that only the manifest before the current one names. */
  private outdated = new Map<string, string>();

  constructor(
    private readonly writer: BundleWriter,
    private readonly options: Manifest["options"],
  ) {}

  /**
   * Looks at what is in the folder, before the first modules are written. `files` are those of the site. Returns true when
   * a bundle that was published is gone and has to be written anew.
   */
  open(files: { has(path: string): boolean }): boolean {
    const { writer } = this;
    const isGone = this.runtime !== null && !existsSync(join(writer.directory, MANIFEST_FILE));
    if (isGone) writer.forget();
    else if (this.runtime !== null) return false;
    const previous = readManifest(writer.directory);
    if (previous !== null) {
      const present = new Set(filesBelow(join(writer.directory, "templates")));
      const names = filesOfManifest(previous);
      writer.trust(names.filter((name) => present.has(join(writer.directory, name))));
      for (const [key, entry] of Object.entries(previous.templates)) {
        for (const module of modulesOf(entry)) this.replaced.set(module, key.slice(1));
      }
      writer.sweep(new Set(names), files);
    }
    this.runtime = writer.hashed("runtime", ".mjs", readRuntime(), null);
    return isGone;
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
    this.writer.copyFrom(source, path);
  }

  /** A file that the site has not any more. */
  remove(path: string): void {
    this.noteReplaced(path);
    this.manifest.templates.delete(`/${path}`);
    this.manifest.files.delete(`/${path}`);
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
    writer.publish(manifest.text(runtime ?? "", options));
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
