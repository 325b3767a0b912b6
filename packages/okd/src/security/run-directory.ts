// The directory for what one run of the server needs on disk, and what former runs that were killed have left.

import { chmodSync, lstatSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

const PREFIX = "okd-run-";

/** Makes one in `parent` that others may pass through but not list; removes those of this user whose server is gone. */
export function makeRunDirectory(parent: string): string {
  for (const name of readdirSync(parent)) {
    const pid = Number(new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1] ?? 0);
    if (pid === 0 || isRunning(pid)) continue;
    const path = join(parent, name);
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats?.isDirectory() && stats.uid === process.getuid?.()) rmSync(path, { recursive: true, force: true });
  }
  const directory = mkdtempSync(join(parent, `${PREFIX}${process.pid}-`));
  chmodSync(directory, 0o711);
  return directory;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
