/**
 * Names of files: templates name them with byte strings, the operating system gives them as text.
 */

/** A path as the byte string that templates use. */
export function nameOfPath(path: string): string {
  return Buffer.from(path, "utf8").toString("latin1");
}

/** A byte string as text. */
export function decoded(bytes: string): string {
  return Buffer.from(bytes, "latin1").toString("utf8");
}
