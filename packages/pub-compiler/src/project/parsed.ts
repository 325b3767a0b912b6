/**
 * A parsed template file: its syntax tree, what the reference would log, and our diagnostics.
 */
import { createHash } from "node:crypto";
import { type Diagnostic, parseTemplate, type Template } from "pub-parser";
import { checkRegexes } from "../1-analyze/regexes.js";

export interface ParsedFile {
  /** Byte string. */
  readonly source: string;
  /** SHA-1 of the bytes. */
  readonly hash: string;
  readonly template: Template;
  readonly diagnostics: readonly Diagnostic[];
  /** Parse errors in the reference's form; empty when the file can run (§10.4). */
  readonly log: readonly { readonly line: number; readonly text: string }[];
}

/** Parses the bytes of a template and checks its regular expressions. */
export function parseFile(bytes: Buffer, fileName: string): ParsedFile {
  const source = bytes.toString("latin1");
  const { template, diagnostics, log } = parseTemplate(source, { fileName });
  const regexes = log.length === 0 ? checkRegexes(source, template) : [];
  return {
    source,
    hash: createHash("sha1").update(bytes).digest("hex"),
    template,
    diagnostics: [...diagnostics, ...regexes.map((problem) => problem.diagnostic)],
    log: [...log, ...regexes.map((problem) => problem.log)],
  };
}
