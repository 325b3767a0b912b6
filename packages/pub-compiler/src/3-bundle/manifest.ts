/**
 * What a bundle consists of: `manifest.json`, read by the processes that serve it. The text is kept entry by entry, because
 * of ten thousand entries an edit changes one.
 */
import type { Manifest, ManifestFile, ManifestTemplate } from "pub-runtime";
import { VERSION } from "../version.js";

export const MANIFEST_FILE = "manifest.json";

/** One of the tables of a manifest: entries by path, as lines of JSON in the order of their paths. */
class EntryTable<Entry> {
  private readonly entries = new Map<string, { readonly entry: Entry; readonly line: string }>();
  private paths: string[] | null = null;

  get(path: string): Entry | undefined {
    return this.entries.get(path)?.entry;
  }

  set(path: string, entry: Entry): void {
    if (!this.entries.has(path)) this.paths = null;
    this.entries.set(path, { entry, line: `  ${JSON.stringify(path)}: ${JSON.stringify(entry)}` });
  }

  delete(path: string): boolean {
    if (!this.entries.delete(path)) return false;
    this.paths = null;
    return true;
  }

  *values(): IterableIterator<Entry> {
    for (const { entry } of this.entries.values()) yield entry;
  }

  keys(): IterableIterator<string> {
    return this.entries.keys();
  }

  get text(): string {
    this.paths ??= [...this.entries.keys()].sort();
    if (this.paths.length === 0) return "{}";
    return `{\n${this.paths.map((path) => this.entries.get(path)?.line).join(",\n")}\n }`;
  }
}

export class ManifestTable {
  readonly templates = new EntryTable<ManifestTemplate>();
  readonly files = new EntryTable<ManifestFile>();

  /** The text of the manifest: the same for the same bundle, however it came about. */
  text(runtime: string, options: Manifest["options"]): string {
    const head = { version: 1, compiler: VERSION, runtime, options };
    const lines = Object.entries(head).map(([name, value]) => ` ${JSON.stringify(name)}: ${JSON.stringify(value)}`);
    lines.push(` "templates": ${this.templates.text}`, ` "files": ${this.files.text}`);
    return `{\n${lines.join(",\n")}\n}\n`;
  }
}

/** The files of a bundle that the entry of a template needs. */
export function modulesOf(entry: Pick<ManifestTemplate, "module" | "traced">): string[] {
  return entry.traced === undefined ? [entry.module] : [entry.module, entry.traced];
}
