/**
 * Exceptions of generated code as text for the log.
 */

/** The place in a template that a place in generated code (line and column from 1) comes from; null for other code. */
export type LocateInTemplate = (file: string, line: number, column: number) => string | null;

/** The text of an internal fault: its message and the positions in templates that its stack goes through. */
export function describeFault(fault: unknown, locate: LocateInTemplate): string {
  if (!(fault instanceof Error)) return `internal error: ${String(fault)}`;
  const places: string[] = [];
  for (const line of (fault.stack ?? "").split("\n")) {
    const match = /\(?([^\s()]+):(\d+):(\d+)\)?$/.exec(line);
    const place = match === null ? null : locate(match[1], Number(match[2]), Number(match[3]));
    if (place !== null) places.push(place);
  }
  return `internal error: ${fault.message}${places.length === 0 ? "" : ` at ${places.join(", from ")}`}`;
}
