/**
 * Printing diagnostics and summaries for people.
 */
import { join, relative } from "node:path";
import { formatDiagnostic } from "pub-parser";
import type { FileDiagnostic } from "../project/compile.js";

/** True when text for a person may be coloured. */
export function useColor(stream: NodeJS.WriteStream): boolean {
  return stream.isTTY === true && process.env.NO_COLOR === undefined;
}

/** Diagnostics with code frames; file names are relative to the working directory. */
export function formatDiagnostics(root: string, diagnostics: readonly FileDiagnostic[], color: boolean): string {
  return diagnostics
    .map(({ file, source, diagnostic }) => {
      const name = relative(process.cwd(), join(root, file)) || file;
      return `${formatDiagnostic(diagnostic, source, name, { color })}\n`;
    })
    .join("\n");
}

/** `1 error`, `2 errors`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
