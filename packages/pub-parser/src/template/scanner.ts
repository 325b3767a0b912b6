// The scanner: source text in, tokens out. It is written by hand because the modes of pub cannot be expressed in a table
// of patterns per mode: the translator depth is shared by all modes, `%}` leaves any nesting, strings nest in strings.

import { EOF } from "chevrotain";
import { scanCode } from "./scan-code.js";
import { scanString } from "./scan-string.js";
import { scanText } from "./scan-text.js";
import { Scanner, type ScanResult } from "./scanner-state.js";

/** Cuts a template into tokens. Never throws; what cannot be read becomes an `Invalid` token and a diagnostic. */
export function scan(source: string): ScanResult {
  const scanner = new Scanner(source);
  const end = source.length;
  while (scanner.position < end && !scanner.stopped) {
    const { mode } = scanner;
    if (mode.kind === "root" || mode.kind === "html") scanText(scanner);
    else if (mode.kind === "string") scanString(scanner, mode);
    else scanCode(scanner);
  }
  if (!scanner.stopped) scanner.finish();
  scanner.push(EOF, end, end);
  return scanner;
}
