/**
 * What a bundle consists of: `manifest.json`, read by the processes that serve it. The text is kept entry by entry, because
 * of ten thousand entries an edit changes one.
 */
import type { Manifest, ManifestFile, ManifestTemplate } from "pub-runtime";
import { VERSION } from "../version.js";

export const MANIFEST_FILE = "manifest.json";

/** Entries whose text is kept together. */
interface Block {
  readonly paths: readonly string[];
  /** Null when an entry changed. */
  bytes: Buffer | null;
}

const BLOCK_LENGTH = 100;

/** One of the tables of a manifest: entries by path, as lines of JSON in the order of their paths. */
class EntryTable<Entry> {
  private readonly entries = new Map<string, Entry>();
  /** Null when a path was added or taken away. */
  private blocks: Block[] | null = null;
  private readonly blockOf = new Map<string, Block>();

  get(path: string): Entry | undefined {
    return this.entries.get(path);
  }

  set(path: string, entry: Entry): void {
    if (!this.entries.has(path)) this.blocks = null;
    this.entries.set(path, entry);
    const block = this.blockOf.get(path);
    if (block !== undefined) block.bytes = null;
  }

  delete(path: string): void {
    if (this.entries.delete(path)) this.blocks = null;
  }

  get bytes(): Buffer {
    if (this.entries.size === 0) return Buffer.from("{}");
    this.blocks ??= this.divide();
    const parts: Buffer[] = [Buffer.from("{\n")];
    for (const [index, block] of this.blocks.entries()) {
      if (index > 0) parts.push(COMMA);
      block.bytes ??= Buffer.from(block.paths.map((path) => this.line(path)).join(",\n"));
      parts.push(block.bytes);
    }
    return Buffer.concat([...parts, Buffer.from("\n }")]);
  }

  private line(path: string): string {
    return `  ${JSON.stringify(path)}: ${JSON.stringify(this.entries.get(path))}`;
  }

  private divide(): Block[] {
    const paths = [...this.entries.keys()].sort();
    const blocks: Block[] = [];
    this.blockOf.clear();
    for (let at = 0; at < paths.length; at += BLOCK_LENGTH) {
      const block = { paths: paths.slice(at, at + BLOCK_LENGTH), bytes: null };
      blocks.push(block);
      for (const path of block.paths) this.blockOf.set(path, block);
    }
    return blocks;
  }
}

const COMMA = Buffer.from(",\n");

export class ManifestTable {
  readonly templates = new EntryTable<ManifestTemplate>();
  readonly files = new EntryTable<ManifestFile>();

  /** The manifest in JSON: the same for the same bundle, however it came about. Readers rely on its lines. */
  bytes(runtime: string, options: Manifest["options"]): Buffer {
    const head = { version: 1, compiler: VERSION, runtime, options };
    const lines = Object.entries(head).map(([name, value]) => ` ${JSON.stringify(name)}: ${JSON.stringify(value)},\n`);
    return Buffer.concat([
      Buffer.from(`{\n${lines.join("")} "templates": `),
      this.templates.bytes,
      Buffer.from(',\n "files": '),
      this.files.bytes,
      Buffer.from("\n}\n"),
    ]);
  }
}

/** The files of a bundle that the entry of a template needs. */
export function modulesOf(entry: Pick<ManifestTemplate, "module" | "traced">): string[] {
  return entry.traced === undefined ? [entry.module] : [entry.module, entry.traced];
}
