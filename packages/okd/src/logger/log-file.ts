// A destination of log entries: a file that is appended to, opened again after it was renamed, set aside when it has
// grown, and waited for when nothing can be written; or a standard stream.

import { existsSync, renameSync, rmSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import type { Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";

/** Log files are readable by all who may read the directory (server specification §5.1). */
const MODE = 0o644;

/** Milliseconds between two attempts when nothing can be written, for example because the disk is full. */
const RETRY_INTERVAL = 1000;

/** Bytes that wait for the file at most; entries beyond are dropped and counted. */
const BACKLOG_LIMIT = 16 * 1024 * 1024;

export interface LogFileRules {
  /** Bytes at which the file is set aside; 0 is never. */
  rotateSize: number;
  /** Files that are kept. */
  rotateKeep: number;
  /** Tells the operator that entries cannot be written, or can be again. */
  trouble(line: string): void;
}

export abstract class LogFile {
  /** Opens `path` for appending; null: uses `standardStream`. Rejects with the system's error. */
  static async open(path: string | null, standardStream: Writable, rules: LogFileRules): Promise<LogFile> {
    if (path === null) return new StandardStream(standardStream);
    const file = await open(path, "a", MODE);
    return new AppendedFile(path, file, (await file.stat()).size, rules);
  }

  /** Appends complete lines. */
  abstract write(lines: string): void;

  /**
   * Opens the file once more under its name, which may have been given to a new file. Rejects when that fails; else the
   * returned function goes over to the new file, or gives it up.
   */
  abstract reopen(): Promise<(goOver: boolean) => Promise<void>>;

  /** Writes what waits, if it can be written. */
  abstract close(): Promise<void>;
}

class StandardStream extends LogFile {
  readonly #stream: Writable;

  constructor(stream: Writable) {
    super();
    this.#stream = stream;
    // A reader that goes away (`okd … | head`) must not stop the server.
    stream.on("error", () => {});
  }

  write(lines: string): void {
    this.#stream.write(lines, "latin1");
  }

  async reopen(): Promise<() => Promise<void>> {
    return async () => {};
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => this.#stream.write("", () => resolve()));
  }
}

class AppendedFile extends LogFile {
  readonly #path: string;
  readonly #rules: LogFileRules;
  #file: FileHandle;
  #size: number;
  /** Lines that wait, and how many bytes they have. */
  #waiting: string[] = [];
  #waitingBytes = 0;
  /** Lines that were dropped since something could be written. */
  #dropped = 0;
  #isInTrouble = false;
  #isClosing = false;
  #isWriting = false;
  /** All that goes on with the file, one after the other. */
  #work: Promise<unknown> = Promise.resolve();

  constructor(path: string, file: FileHandle, size: number, rules: LogFileRules) {
    super();
    this.#path = path;
    this.#file = file;
    this.#size = size;
    this.#rules = rules;
  }

  write(lines: string): void {
    if (this.#waitingBytes + lines.length > BACKLOG_LIMIT) {
      this.#dropped += lines.split("\n").length - 1;
      return;
    }
    this.#waiting.push(lines);
    this.#waitingBytes += lines.length;
    if (this.#isWriting) return;
    this.#isWriting = true;
    void this.#inOrder(() => this.#writeWaiting());
  }

  async reopen(): Promise<(goOver: boolean) => Promise<void>> {
    const fresh = await open(this.#path, "a", MODE);
    const { size } = await fresh.stat();
    return async (goOver) => {
      if (!goOver) {
        await fresh.close();
        return;
      }
      const old = this.#file;
      this.#file = fresh;
      this.#size = size;
      // What is being written to the old file ends there.
      if (!this.#isInTrouble) await this.#inOrder(async () => {});
      await old.close();
    };
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    await this.#inOrder(async () => {});
    await this.#file.close();
  }

  #inOrder<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#work.then(work);
    this.#work = result.catch(() => {});
    return result;
  }

  async #writeWaiting(): Promise<void> {
    while (this.#waiting.length > 0) {
      const bytes = Buffer.from(this.#waiting.splice(0).join(""), "latin1");
      this.#waitingBytes = bytes.length;
      if (!(await this.#writeAll(bytes))) break;
      this.#waitingBytes = this.#waiting.reduce((total, lines) => total + lines.length, 0);
      if (this.#rules.rotateSize > 0 && this.#size >= this.#rules.rotateSize) await this.#setAside();
    }
    this.#isWriting = false;
  }

  /** False when it was given up, because the daemon ends. */
  async #writeAll(bytes: Buffer): Promise<boolean> {
    let position = 0;
    while (position < bytes.length) {
      try {
        const { bytesWritten } = await this.#file.write(bytes, position);
        position += bytesWritten;
        this.#size += bytesWritten;
        if (this.#isInTrouble) this.#endTrouble();
      } catch (error) {
        this.#beginTrouble(error as Error);
        if (this.#isClosing) return false;
        await sleep(RETRY_INTERVAL);
      }
    }
    return true;
  }

  #beginTrouble({ message }: Error): void {
    if (this.#isInTrouble) return;
    this.#isInTrouble = true;
    this.#rules.trouble(`** cannot write ${this.#path}: ${message}; entries wait in memory`);
  }

  #endTrouble(): void {
    this.#isInTrouble = false;
    const lost = this.#dropped === 0 ? "nothing was lost" : `${this.#dropped} entries were dropped`;
    this.#dropped = 0;
    this.#rules.trouble(`++ ${this.#path} is written again; ${lost}`);
  }

  /** Renames the file to NAME.1, and older ones to the next number. */
  async #setAside(): Promise<void> {
    const { rotateKeep, trouble } = this.#rules;
    try {
      rmSync(`${this.#path}.${rotateKeep}`, { force: true });
      for (let number = rotateKeep - 1; number >= 1; number--) {
        const name = `${this.#path}.${number}`;
        if (existsSync(name)) renameSync(name, `${this.#path}.${number + 1}`);
      }
      renameSync(this.#path, `${this.#path}.1`);
      const fresh = await open(this.#path, "a", MODE);
      await this.#file.close();
      this.#file = fresh;
    } catch (error) {
      trouble(`** cannot set ${this.#path} aside: ${(error as Error).message}`);
    }
    // After a failure, too: the next attempt comes when it has grown by as much again.
    this.#size = 0;
  }
}
