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
import { isMissing, stampOf, statusOf } from "./file-status.js";
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

/** What was known of a file when it was looked at last. */
export interface KnownFile {
  readonly stamp: string | null;
  readonly hash: string;
}

export interface FoundFile {
  /** Null when there is no such file, "unchanged" when it is what was known. */
  readonly file: SiteFile | "unchanged" | null;
  readonly stamp: string | null;
  /** The syntax tree of a template that was read. */
  readonly parsed: ParsedFile | null;
}

/** Reads and parses a file, unless it is known. */
export function findSiteFile(root: string, path: string, known: KnownFile | null): FoundFile {
  try {
    const status = statusOf(join(root, path));
    if (!status?.isFile()) return NO_FILE;
    const stamp = stampOf(status);
    if (stamp !== null && stamp === known?.stamp) return { file: "unchanged", stamp, parsed: null };
    const bytes = readFileSync(join(root, path));
    const sha1 = hash("sha1", bytes);
    if (sha1 === known?.hash) return { file: "unchanged", stamp, parsed: null };
    if (!isTemplate(path, () => bytes.toString("latin1"))) {
      return { file: { kind: "plain", hash: sha1, size: bytes.length }, stamp, parsed: null };
    }
    const parsed = parseFile(bytes, path);
    return { file: describe(parsed), stamp, parsed };
  } catch (error) {
    if (!isMissing(error)) throw error;
    return NO_FILE;
  }
}

const NO_FILE: FoundFile = { file: null, stamp: null, parsed: null };

function describe({ hash, template, diagnostics, log, source }: ParsedFile): TemplateFile {
  const facts = log.length === 0 ? JSON.stringify(fileFacts(template)) : null;
  const page = JSON.stringify(collectPageFacts(source, template));
  return { kind: "template", hash, facts, page, diagnostics, log, source: diagnostics.length > 0 ? source : null };
}
