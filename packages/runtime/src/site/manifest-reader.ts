/**
 * Reads the manifest of a bundle again and again. Of ten thousand entries an edit changes one: only the lines that are
 * different from the last time are parsed, as long as the manifest is laid out as the compiler does it.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Manifest, ManifestTemplate } from "./manifest.js";

export interface ReadManifest {
  readonly manifest: Manifest;
  /** The templates whose entries are different from the last time; null when that is not known. */
  readonly changed: readonly string[] | null;
}

export class ManifestReader {
  private last: { readonly bytes: Buffer; readonly manifest: Manifest } | null = null;

  /** `directory` is the folder of the bundle. */
  constructor(private readonly directory: string) {}

  /** Reads the manifest. Rejects when it is missing, damaged, or of another version; the next call begins anew. */
  async read(): Promise<ReadManifest> {
    const path = join(this.directory, "manifest.json");
    const { last } = this;
    this.last = null;
    const bytes = await readFile(path);
    const entries = last === null ? null : changedEntries(last.bytes, bytes);
    if (last === null || entries === null) {
      const manifest = JSON.parse(bytes.toString("utf8")) as Manifest;
      if (manifest.version !== 1 || typeof manifest.templates !== "object") {
        throw new Error(`${path} is not a manifest of this version; compile the site again`);
      }
      this.last = { bytes, manifest };
      return { manifest, changed: null };
    }
    // Pages under way go on with the old table.
    const templates: Record<string, ManifestTemplate> = { ...last.manifest.templates };
    for (const key of entries.before.keys()) delete templates[key];
    for (const [key, entry] of entries.after) templates[key] = entry;
    const manifest = { ...last.manifest, templates };
    this.last = { bytes, manifest };
    return { manifest, changed: [...entries.after.keys()] };
  }
}

type Entries = ReadonlyMap<string, ManifestTemplate>;

/** The entries of templates in the lines that are different; null when other lines are, too. */
function changedEntries(before: Buffer, after: Buffer): { before: Entries; after: Entries } | null {
  if (before.equals(after)) return { before: new Map(), after: new Map() };
  const start = after.lastIndexOf("\n", commonStart(before, after) - 1) + 1;
  const longest = Math.min(before.length, after.length) - start;
  const tail = commonEnd(before, after, longest);
  // The common end begins with the end of a line.
  const lineEnd = after.indexOf("\n", after.length - tail);
  if (start === 0 || lineEnd < 0) return null;
  const rest = after.length - lineEnd;
  const entriesBefore = entriesOf(before, start, before.length - rest);
  const entriesAfter = entriesOf(after, start, lineEnd);
  return entriesBefore === null || entriesAfter === null ? null : { before: entriesBefore, after: entriesAfter };
}

const TEMPLATES = '\n "templates": {\n';
const TEMPLATES_END = '\n },\n "files": {';
const ENTRY = /^ {2}("\/(?:[^"\\]|\\.)*"): (\{.*\}),?$/;

/** The entries on some lines of a manifest; null when they are not lines of the table of templates. */
function entriesOf(manifest: Buffer, start: number, end: number): Entries | null {
  const first = manifest.indexOf(TEMPLATES);
  if (first < 0 || start < first + TEMPLATES.length || end > manifest.indexOf(TEMPLATES_END)) return null;
  const entries = new Map<string, ManifestTemplate>();
  if (end <= start) return entries;
  for (const line of manifest.toString("utf8", start, end).split("\n")) {
    const match = ENTRY.exec(line);
    if (match === null) return null;
    entries.set(JSON.parse(match[1]), JSON.parse(match[2]));
  }
  return entries;
}

/** How much is compared at once, in bytes. */
const PART = 4096;

/** The number of bytes at the start that are the same. */
function commonStart(a: Buffer, b: Buffer): number {
  const length = Math.min(a.length, b.length);
  let at = 0;
  while (at + PART <= length && a.compare(b, at, at + PART, at, at + PART) === 0) at += PART;
  while (at < length && a[at] === b[at]) at++;
  return at;
}

/** The number of bytes at the end that are the same, `longest` at most. */
function commonEnd(a: Buffer, b: Buffer, longest: number): number {
  let count = 0;
  const isSame = (from: number, to: number): boolean =>
    a.compare(b, b.length - to, b.length - from, a.length - to, a.length - from) === 0;
  while (count + PART <= longest && isSame(count, count + PART)) count += PART;
  while (count < longest && isSame(count, count + 1)) count++;
  return count;
}
