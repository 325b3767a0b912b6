// Static files over HTTP: validators, conditional requests, one byte range; small files are kept in memory.

import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { mimeType } from "./mime-types.js";
import { type ReplyRules, sendReply } from "./reply.js";

/** Files up to this size in bytes are kept in memory, this many bytes in all. */
const KEPT_FILE_SIZE = 128 * 1024;
const KEPT_BYTES = 64 * 1024 * 1024;

export interface StoredFile {
  path: string;
  /** Changes with the content. */
  hash: string;
}

interface KeptFile {
  content: Buffer;
  modified: Date;
}

export class FileSender {
  readonly #kept = new Map<string, KeptFile>();
  #keptBytes = 0;

  /** Sends a file of the site; `name` decides its type. Rejects when it cannot be read. */
  async send(
    request: IncomingMessage,
    response: ServerResponse,
    file: StoredFile,
    name: string,
    rules: ReplyRules,
  ): Promise<void> {
    const kept = this.#kept.get(file.hash);
    if (kept) {
      await sendWhole(request, response, file, name, kept, rules);
      return;
    }
    const handle = await open(file.path, "r");
    try {
      const { size, mtime } = await handle.stat();
      if (size <= KEPT_FILE_SIZE) {
        const content = await handle.readFile();
        const fresh = { content, modified: mtime };
        this.#keep(file.hash, fresh);
        await sendWhole(request, response, file, name, fresh, rules);
      } else {
        await sendStream(request, response, file, name, { size, modified: mtime }, rules);
      }
    } finally {
      await handle.close();
    }
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

async function sendWhole(
  request: IncomingMessage,
  response: ServerResponse,
  file: StoredFile,
  name: string,
  { content, modified }: KeptFile,
  rules: ReplyRules,
): Promise<void> {
  const headers = validators(file.hash, modified);
  if (isNotModified(request, file.hash, modified)) {
    sendNotModified(response, headers, rules);
    return;
  }
  const range = requestedRange(request, content.length, file.hash, modified);
  if (range === "unsatisfiable") sendUnsatisfiable(response, content.length, rules);
  else if (range) {
    const part = content.subarray(range.start, range.end + 1);
    const status = 206;
    const partHeaders = { ...headers, "Content-Range": `bytes ${range.start}-${range.end}/${content.length}` };
    // A range is of the bytes as stored.
    await sendReply(
      request,
      response,
      { status, type: mimeType(name), body: part, headers: partHeaders },
      {
        ...rules,
        gzipLevel: 0,
      },
    );
  } else await sendReply(request, response, { status: 200, type: mimeType(name), body: content, headers }, rules);
}

async function sendStream(
  request: IncomingMessage,
  response: ServerResponse,
  file: StoredFile,
  name: string,
  { size, modified }: { size: number; modified: Date },
  rules: ReplyRules,
): Promise<void> {
  const headers = validators(file.hash, modified);
  if (isNotModified(request, file.hash, modified)) {
    sendNotModified(response, headers, rules);
    return;
  }
  const range = requestedRange(request, size, file.hash, modified);
  if (range === "unsatisfiable") {
    sendUnsatisfiable(response, size, rules);
    return;
  }
  const { start, end } = range ?? { start: 0, end: size - 1 };
  response.writeHead(range ? 206 : 200, {
    "Content-Type": mimeType(name),
    Server: rules.server,
    ...headers,
    ...(range ? { "Content-Range": `bytes ${start}-${end}/${size}` } : {}),
    "Content-Length": end - start + 1,
  });
  if (request.method === "HEAD") {
    response.end();
    return;
  }
  try {
    await pipeline(createReadStream(file.path, { start, end }), response);
  } catch (error) {
    // A client that goes away in the middle is no error of the server.
    if (!response.destroyed) throw error;
  }
}

function validators(hash: string, modified: Date): OutgoingHttpHeaders {
  return { ETag: `"${hash}"`, "Last-Modified": modified.toUTCString(), "Accept-Ranges": "bytes" };
}

function sendNotModified(response: ServerResponse, headers: OutgoingHttpHeaders, rules: ReplyRules): void {
  response.writeHead(304, { Server: rules.server, ...headers });
  response.end();
}

function sendUnsatisfiable(response: ServerResponse, size: number, rules: ReplyRules): void {
  response.writeHead(416, { Server: rules.server, "Content-Range": `bytes */${size}`, "Content-Length": 0 });
  response.end();
}

/** RFC 9110 §13.2.2: the entity tag decides; the date counts only where no tag is given. */
function isNotModified(request: IncomingMessage, hash: string, modified: Date): boolean {
  const tags = request.headers["if-none-match"];
  if (tags !== undefined) {
    return tags.split(",").some((tag) => {
      const plain = tag.trim().replace(/^W\//, "");
      return plain === "*" || plain === `"${hash}"` || plain === `"${hash}-gzip"`;
    });
  }
  const since = Date.parse(request.headers["if-modified-since"] ?? "");
  return !Number.isNaN(since) && Math.floor(modified.getTime() / 1000) * 1000 <= since;
}

/** The one range asked for (both ends included); null for all of the file, also for several ranges at once. */
function requestedRange(
  request: IncomingMessage,
  size: number,
  hash: string,
  modified: Date,
): { start: number; end: number } | "unsatisfiable" | null {
  const condition = request.headers["if-range"];
  if (condition !== undefined && condition !== `"${hash}"` && condition !== modified.toUTCString()) return null;
  const match = /^bytes=(\d*)-(\d*)$/.exec(request.headers.range ?? "");
  if (!match || (match[1] === "" && match[2] === "")) return null;
  const [, from, to] = match;
  const start = from === "" ? Math.max(0, size - Number(to)) : Number(from);
  const end = from === "" || to === "" ? size - 1 : Math.min(Number(to), size - 1);
  if (start >= size || start > end) return "unsatisfiable";
  return { start, end };
}
