/**
 * Names of templates below a root folder. Names are byte strings, as templates use them; paths are what the operating
 * system wants.
 */
import { posix } from "node:path";

/** A name as a path relative to the root without leading `/`; null when it leaves the root or is no file name. */
export function relativeName(name: string): string | null {
  if (name.includes("\0")) return null;
  const normalized = posix.normalize(`/${name}`).slice(1);
  const escapes = posix.normalize(name.replace(/^\/+/, "")).startsWith("..");
  return normalized === "" || normalized.endsWith("/") || escapes ? null : normalized;
}

/** A byte string as the bytes of a path. */
export function pathBytes(path: string): Buffer {
  return Buffer.from(path, "latin1");
}
