/**
 * What the file system says of a file without its being read.
 */
import { lstatSync, type Stats } from "node:fs";

/** A file that changed less than this, in milliseconds, before it was read may change again without a different time. */
const TIME_RESOLUTION = 50;

/** What tells without reading a file whether it is the same; null when that cannot be told. */
export function stampOf({ mtimeMs, ctimeMs, size, ino }: Stats): string | null {
  return Date.now() - ctimeMs < TIME_RESOLUTION ? null : `${mtimeMs} ${ctimeMs} ${size} ${ino}`;
}

/** What is at a path; null when there is nothing. Links are not followed. */
export function statusOf(path: string): Stats | null {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) ?? null;
  } catch (error) {
    if (!isMissing(error)) throw error;
    return null;
  }
}

/** True for the errors of a file that is gone or is no file. */
export function isMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === "ENOENT" || code === "ENOTDIR" || code === "EISDIR";
}
