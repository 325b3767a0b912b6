/**
 * Reads and parses files of a site for the checks. A tree is let go as soon as its facts are collected, so that memory stays low.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Diagnostic } from "pub-parser";
import { isTemplate } from "../project/discover.js";
import { parseFile } from "../project/parsed.js";
import { factsOfFile } from "./diagnostics.js";
import type { FileFacts } from "./facts.js";
import { contentHash } from "./hash.js";

/** What a file says: nothing of it depends on other files. */
export interface FileContent {
  /** Of its bytes. */
  readonly hash: string;
  /** Null when the file is no template. */
  readonly facts: FileFacts | null;
  /** Syntax errors. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads a file below a folder. */
export function readContent(root: string, path: string): FileContent {
  return contentOf(path, readFileSync(join(root, path)));
}

export function contentOf(path: string, bytes: Buffer): FileContent {
  const hash = contentHash(bytes);
  if (!isTemplate(path, () => bytes.toString("latin1"))) return { hash, facts: null, diagnostics: [] };
  const parsed = parseFile(bytes, path);
  return { hash, facts: factsOfFile(path, parsed), diagnostics: parsed.diagnostics };
}
