/**
 * A file of a site and what is known of it: plain data, which can be kept between runs and sent between threads.
 */
import { hash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Diagnostic } from "pub-parser";
import { fileFacts } from "../1-analyze/reach.js";
import { collectPageFacts } from "../declarations/collect.js";
import { isTemplate } from "./discover.js";
import { type ParsedFile, parseFile } from "./parsed.js";

/** What is known of a template. */
export interface TemplateFile {
  readonly kind: "template";
  /** SHA-1 of the bytes. */
  readonly hash: string;
  /** The `FileFacts` as JSON; null for a file with errors, which cannot run. */
  readonly facts: string | null;
  /** The `PageFacts` as JSON. */
  readonly page: string;
  readonly diagnostics: readonly Diagnostic[];
  /** Parse errors in the reference's form. */
  readonly log: ParsedFile["log"];
  /** The text, a byte string, when there are diagnostics that need it. */
  readonly source: string | null;
}

/** A file that is delivered as it is. */
export interface PlainFile {
  readonly kind: "plain";
  readonly hash: string;
  readonly size: number;
}

export type SiteFile = TemplateFile | PlainFile;

/** Reads a file; `parsed` is null for what is no template. Throws when it cannot be read. */
export function readSiteFile(root: string, path: string): { file: SiteFile; parsed: ParsedFile | null } {
  const bytes = readFileSync(join(root, path));
  if (!isTemplate(path, () => bytes.toString("latin1"))) {
    return { file: { kind: "plain", hash: hash("sha1", bytes), size: bytes.length }, parsed: null };
  }
  const parsed = parseFile(bytes, path);
  return { file: describe(parsed), parsed };
}

function describe({ hash, template, diagnostics, log, source }: ParsedFile): TemplateFile {
  const facts = log.length === 0 ? JSON.stringify(fileFacts(template)) : null;
  const page = JSON.stringify(collectPageFacts(source, template));
  return { kind: "template", hash, facts, page, diagnostics, log, source: diagnostics.length > 0 ? source : null };
}
