// Entries of the logs as JSON: one object in one line, whatever bytes the values have.

/** A value of an entry; texts are byte strings. */
type JsonValue = string | number | boolean | null | undefined;

/**
 * The object as a byte string of UTF-8 without control characters. Bytes that are not UTF-8 become U+FFFD; what is
 * undefined is left out.
 */
export function jsonBytes(entry: object): string {
  const text = JSON.stringify(entry, (_key, value: JsonValue) =>
    typeof value === "string" ? Buffer.from(value, "latin1").toString("utf8") : value,
  );
  return Buffer.from(text.replaceAll("\x7f", "\\u007f"), "utf8").toString("latin1");
}

const LEVELS: Record<string, string> = { "++": "info", "**": "error", XX: "fatal" };

/** Splits a line for the operator into its level and its message (server specification §5.6). */
export function operatorLevel(line: string): { level: string; message: string } {
  const level = LEVELS[line.slice(0, 2)];
  return level === undefined ? { level: "info", message: line } : { level, message: line.slice(3) };
}
