// Static files over HTTP: validators, conditional requests, one byte range; small files are kept in memory.

import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import type { Request } from "../service-host/request.js";
import type { Response, ResponseHeaders } from "../service-host/response.js";
import { mimeType } from "./mime-types.js";
import { sendReply } from "./reply.js";

/** Files up to this size in bytes are kept in memory, this many bytes in all. */
const KEPT_FILE_SIZE = 128 * 1024;
const KEPT_BYTES = 64 * 1024 * 1024;

export interface StoredFile {
  path: string;
  /** Changes with the content. */
  hash: string;
  /** MIME type. */
  type: string;
}

interface KeptFile {
  content: Buffer;
  modified: Date;
}

interface Range {
  start: number;
  /** Included. */
  end: number;
}

export class FileSender {
  readonly #kept = new Map<string, KeptFile>();
  #keptBytes = 0;

  /** `gzipLevel`: 0 for no compression. */
  constructor(readonly gzipLevel: number) {}

  /** Sends a file of the site; `name` decides its type. Rejects when it cannot be read. */
  send(request: Request, response: Response, file: { path: string; hash: string }, name: string): void | Promise<void> {
    const stored = { path: file.path, hash: file.hash, type: mimeType(name) };
    const kept = this.#kept.get(file.hash);
    if (kept) return this.#sendWhole(request, response, stored, kept);
    return this.#sendFromDisk(request, response, stored);
  }

  async #sendFromDisk(request: Request, response: Response, file: StoredFile): Promise<void> {
    const handle = await open(file.path, "r");
    try {
      const { size, mtime: modified } = await handle.stat();
      if (size <= KEPT_FILE_SIZE) {
        const kept = { content: await handle.readFile(), modified };
        this.#keep(file.hash, kept);
        await this.#sendWhole(request, response, file, kept);
      } else {
        await sendStream(request, response, file, { size, modified });
      }
    } finally {
      await handle.close();
    }
  }

  #sendWhole(request: Request, response: Response, file: StoredFile, kept: KeptFile): void | Promise<void> {
    const { content, modified } = kept;
    const range = prepare(request, response, file, { size: content.length, modified });
    if (range === "answered") return;
    const { type } = file;
    const headers = validators(file.hash, modified);
    if (range === null)
      return sendReply(request, response, { status: 200, type, body: content, headers }, this.gzipLevel);
    // A range is of the bytes as stored.
    const partHeaders = { "Content-Type": type, ...headers, "Content-Range": contentRange(range, content.length) };
    response.send(206, partHeaders, content.subarray(range.start, range.end + 1));
  }

  #keep(hash: string, file: KeptFile): void {
    this.#kept.set(hash, file);
    this.#keptBytes += file.content.length;
    for (const [oldest, { content }] of this.#kept) {
      if (this.#keptBytes <= KEPT_BYTES) break;
      this.#kept.delete(oldest);
      this.#keptBytes -= content.length;
    }
  }
}

async function sendStream(
  request: Request,
  response: Response,
  file: StoredFile,
  state: { size: number; modified: Date },
): Promise<void> {
  const range = prepare(request, response, file, state);
  if (range === "answered") return;
  const { start, end } = range ?? { start: 0, end: state.size - 1 };
  response.begin(range ? 206 : 200, {
    "Content-Type": file.type,
    ...validators(file.hash, state.modified),
    "Content-Range": range ? contentRange(range, state.size) : undefined,
    "Content-Length": end - start + 1,
  });
  if (request.method !== "HEAD") {
    for await (const piece of createReadStream(file.path, { start, end }) as AsyncIterable<Buffer>) {
      if (response.isGone) return;
      if (!response.write(piece)) await response.drained();
    }
  }
  response.end();
}

/** Answers what needs no content; else the range to send, or null for all of the file. */
function prepare(
  request: Request,
  response: Response,
  { hash }: StoredFile,
  { size, modified }: { size: number; modified: Date },
): Range | "answered" | null {
  if (isNotModified(request, hash, modified)) {
    response.send(304, validators(hash, modified), "");
    return "answered";
  }
  const range = requestedRange(request, size, hash, modified);
  if (range !== "unsatisfiable") return range;
  response.send(416, { "Content-Range": `bytes */${size}` }, "");
  return "answered";
}

function validators(hash: string, modified: Date): ResponseHeaders {
  return { ETag: `"${hash}"`, "Last-Modified": modified.toUTCString(), "Accept-Ranges": "bytes" };
}

function contentRange({ start, end }: Range, size: number): string {
  return `bytes ${start}-${end}/${size}`;
}

/** RFC 9110 §13.2.2: the entity tag decides; the date counts only where no tag is given. */
function isNotModified(request: Request, hash: string, modified: Date): boolean {
  const tags = request.header("if-none-match");
  if (tags !== undefined) {
    return tags.split(",").some((tag) => {
      const plain = tag.trim().replace(/^W\//, "");
      return plain === "*" || plain === `"${hash}"` || plain === `"${hash}-gzip"`;
    });
  }
  const since = Date.parse(request.header("if-modified-since") ?? "");
  return !Number.isNaN(since) && Math.floor(modified.getTime() / 1000) * 1000 <= since;
}

/** The one range asked for; null for all of the file, also for several ranges at once. */
function requestedRange(request: Request, size: number, hash: string, modified: Date): Range | "unsatisfiable" | null {
  const match = /^bytes=(\d*)-(\d*)$/.exec(request.header("range") ?? "");
  if (!match || (match[1] === "" && match[2] === "")) return null;
  const condition = request.header("if-range");
  if (condition !== undefined && condition !== `"${hash}"` && condition !== modified.toUTCString()) return null;
  const [, from, to] = match;
  const start = from === "" ? Math.max(0, size - Number(to)) : Number(from);
  const end = from === "" || to === "" ? size - 1 : Math.min(Number(to), size - 1);
  return start >= size || start > end ? "unsatisfiable" : { start, end };
}
