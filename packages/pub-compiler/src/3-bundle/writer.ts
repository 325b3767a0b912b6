/**
 * Writing a bundle so that nothing half-written is ever visible: new files get names of their own, then the manifest is
 * replaced in one step. Files of the bundle before are kept until the next one, for processes that still use them.
 */
import { createHash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import type { Manifest } from "pub-runtime";
import { MANIFEST_FILE } from "./manifest.js";

export class BundleWriter {
  private readonly madeFolders = new Set<string>();

  constructor(readonly directory: string) {
    this.folder(directory);
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
    const hash = createHash("sha256")
      .update(content)
      .update(map ?? "")
      .digest("hex")
      .slice(0, 12);
    const name = `${stem}-${hash}${extension}`;
    const path = join(this.directory, name);
    if (!existsSync(path)) {
      this.folder(dirname(path));
      const fileName = name.slice(name.lastIndexOf("/") + 1);
      if (map !== null) this.replace(`${path}.map`, map);
      const comment = map === null ? "" : `//# sourceMappingURL=${encodeURIComponent(fileName)}.map\n`;
      this.replace(path, content + comment);
    }
    return name;
  }

  /** Copies a file of the site as it is. */
  copy(source: string, name: string): void {
    const path = join(this.directory, "files", name);
    this.folder(dirname(path));
    const temporary = temporaryName(path);
    copyFileSync(source, temporary);
    renameSync(temporary, path);
  }

  private replace(path: string, content: string): void {
    const temporary = temporaryName(path);
    writeFileSync(temporary, content);
    renameSync(temporary, path);
  }

  /** Makes the new bundle the current one and removes what neither it nor the one before uses. */
  publish(manifest: Manifest): void {
    const path = join(this.directory, MANIFEST_FILE);
    const previous = readManifest(path);
    this.replace(path, `${JSON.stringify(manifest, null, 1)}\n`);
    this.removeUnused(previous === null ? [manifest] : [manifest, previous]);
  }

  private removeUnused(manifests: readonly Manifest[]): void {
    const used = new Set<string>();
    const files = new Set<string>();
    for (const manifest of manifests) {
      used.add(manifest.runtime);
      for (const template of Object.values(manifest.templates)) {
        used.add(template.module);
        if (template.traced !== undefined) used.add(template.traced);
      }
    }
    const [current] = manifests;
    for (const path of [...Object.keys(current.templates), ...Object.keys(current.files)]) files.add(path.slice(1));
    for (const entry of readdirSync(this.directory)) {
      if (/^runtime-.*\.mjs$/.test(entry) && !used.has(entry)) rmSync(join(this.directory, entry));
    }
    this.sweep("templates", (name) => used.has(`templates/${name.replace(/\.map$/, "")}`));
    this.sweep("files", (name) => files.has(name));
  }

  /** Removes files below a folder of the bundle that are not used. */
  private sweep(folder: string, isUsed: (name: string) => boolean): void {
    const root = join(this.directory, folder);
    if (!existsSync(root)) return;
    for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      if (
        !isUsed(
          path
            .slice(root.length + 1)
            .split("\\")
            .join("/"),
        )
      )
        rmSync(path);
    }
  }
}

function temporaryName(path: string): string {
  return `${path}.${process.pid}.tmp`;
}

function readManifest(path: string): Manifest | null {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Manifest;
  } catch {
    return null;
  }
}
