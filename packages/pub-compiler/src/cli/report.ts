/**
 * Printing diagnostics and summaries for people.
 */
import { relative, resolve } from "node:path";
import { formatDiagnostic } from "pub-parser";
import { decoded, nameOfPath } from "../checks/names.js";
import type { FileDiagnostic } from "../project/compile.js";

/** True when text for a person may be coloured. */
export function useColor(stream: NodeJS.WriteStream): boolean {
  return stream.isTTY === true && process.env.NO_COLOR === undefined;
}

/**
 * Diagnostics with code frames; file names are relative to the working directory. `link` gives the address of what explains
 * a code; it is shown where there are colours.
 */
export function formatDiagnostics(
  root: string,
  diagnostics: readonly FileDiagnostic[],
  color: boolean,
  link?: (code: string) => string,
): string {
  const options = color && link !== undefined ? { color, link } : { color };
  return diagnostics
    .map(({ file, source, diagnostic }) =>
      decoded(formatDiagnostic(diagnostic, source, nameOfPath(shownPath(root, file)), options)),
    )
    .join("\n");
}

/** The path of a file below a folder, as seen from the working directory. */
export function shownPath(root: string, file: string): string {
  const path = resolve(root, file);
  const shown = relative(process.cwd(), path);
  return shown === "" || shown.startsWith("..") ? path : shown;
}

/** `1 error`, `2 errors`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
