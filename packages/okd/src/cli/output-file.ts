// The file that a command writes what it was asked for to: it is there only when it is complete.

import { closeSync, openSync, renameSync, rmSync, writeSync } from "node:fs";

/** For its owner only: the memory of a process may hold secrets. */
const MODE = 0o600;

export class OutputFile {
  readonly #path: string;
  readonly #partial: string;
  readonly #fd: number;

  /** Throws the system's error when nothing can be written there. */
  constructor(path: string) {
    this.#path = path;
    this.#partial = `${path}.${process.pid}.part`;
    this.#fd = openSync(this.#partial, "w", MODE);
  }

  write(text: string): void {
    writeSync(this.#fd, text);
  }

  /** Returns the path of the file, or null if it was given up. */
  close(isComplete: boolean): string | null {
    closeSync(this.#fd);
    if (isComplete) renameSync(this.#partial, this.#path);
    else rmSync(this.#partial);
    return isComplete ? this.#path : null;
  }
}
