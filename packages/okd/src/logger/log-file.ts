// A destination of log entries: a file that is appended to and can be opened again after it was renamed, or a standard
// stream.

import { createWriteStream, type WriteStream } from "node:fs";
import { open } from "node:fs/promises";
import type { Writable } from "node:stream";

/** Log files are readable by all who may read the directory (server specification §5.1). */
const MODE = 0o644;

export class LogFile {
  #stream: Writable;

  private constructor(
    readonly path: string | null,
    stream: Writable,
  ) {
    this.#stream = stream;
  }

  /** Opens `path` for appending; null: uses `standardStream`. Rejects with the system's error. */
  static async open(path: string | null, standardStream: Writable): Promise<LogFile> {
    if (path !== null) return new LogFile(path, await openForAppending(path));
    // A reader that goes away (`okd … | head`) must not stop the server.
    standardStream.on("error", () => {});
    return new LogFile(null, standardStream);
  }

  /** Appends complete lines. */
  write(lines: string): void {
    this.#stream.write(lines, "latin1");
  }

  /**
   * Opens the file once more under its name, which may have been given to a new file. Rejects when that fails; else the
   * returned function goes over to the new file, or gives it up.
   */
  async reopen(): Promise<(goOver: boolean) => Promise<void>> {
    if (this.path === null) return async () => {};
    const fresh = await openForAppending(this.path);
    return async (goOver) => {
      const old = this.#stream;
      if (goOver) this.#stream = fresh;
      await ended(goOver ? old : fresh);
    };
  }

  async close(): Promise<void> {
    if (this.path !== null) await ended(this.#stream);
    else await new Promise<void>((resolve) => this.#stream.write("", () => resolve()));
  }
}

async function openForAppending(path: string): Promise<WriteStream> {
  const file = await open(path, "a", MODE);
  return createWriteStream(path, { fd: file, encoding: "latin1" });
}

function ended(stream: Writable): Promise<void> {
  return new Promise((resolve) => stream.end(() => resolve()));
}
