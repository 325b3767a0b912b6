// Static files over HTTP: validators, conditional requests, one byte range; small files are kept in memory.

import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import {
  type Coding,
  type CompressionRules,
  contentType,
  isNotModified,
  isPreconditionFailed,
  requestedRange,
} from "pub-runtime/service";
import type { Request } from "../service-host/request.js";
import type { Response, ResponseHeaders } from "../service-host/response.js";
import { acceptedCoding, sendReply } from "./reply.js";

/** Files up to this size in bytes are kept in memory, this many bytes in all. */
const KEPT_FILE_SIZE = 128 * 1024;
const KEPT_BYTES = 64 * 1024 * 1024;

/** Endings of the files that hold a file's compressed form, made when the site was. */
const COMPRESSED_FORMS: Readonly<Record<Coding, string>> = { zstd: ".zst", br: ".br", gzip: ".gz" };

/** A file of the site on disk, with what tells its content from others. */
export interface SiteFile {
  path: string;
  hash: string;
}

interface StoredFile extends SiteFile {
  /** MIME type. */
  type: string;
  /** The content is in this coding. */
  coding: Coding | null;
  /** There are other forms of it. */
  isVaried: boolean;
}

interface FileState {
  size: number;
  modified: Date;
}

interface KeptFile {
  content: Buffer;
  modified: Date;
  compressed: Map<Coding, Promise<Uint8Array>>;
}

interface Range {
  start: number;
  /** Included. */
  end: number;
}

export class FileSender {
  readonly #kept = new Map<string, KeptFile>();
  #keptBytes = 0;

  /** `rules`: null for no compression. `find`: the file of a name. */
  constructor(
    readonly rules: CompressionRules | null,
    readonly find: (name: string) => SiteFile | null,
  ) {}

  /**
   * Sends a file of the site, or its compressed form that stands beside it under the same name with `.zst`, `.br` or `.gz`,
   * as the client likes it. `name` decides the type. Rejects when it cannot be read.
   */
  send(request: Request, response: Response, file: SiteFile, name: string): void | Promise<void> {
    const forms = new Map<Coding, SiteFile>();
    for (const coding of this.rules?.codings ?? []) {
      const form = this.find(name + COMPRESSED_FORMS[coding]);
      if (form !== null) forms.set(coding, form);
    }
    const coding = forms.size === 0 ? null : acceptedCoding(request, [...forms.keys()]);
    const { path, hash } = (coding !== null && forms.get(coding)) || file;
    const stored = { path, hash, type: contentType(name), coding, isVaried: forms.size > 0 };
    const kept = this.#kept.get(hash);
    if (kept) return this.#sendWhole(request, response, stored, kept);
    return this.#sendFromDisk(request, response, stored);
  }

  async #sendFromDisk(request: Request, response: Response, file: StoredFile): Promise<void> {
    const handle = await open(file.path, "r");
    try {
      const { size, mtime: modified } = await handle.stat();
      if (size <= KEPT_FILE_SIZE) {
        const kept = { content: await handle.readFile(), modified, compressed: new Map() };
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
    const { content, modified, compressed } = kept;
    const state = { size: content.length, modified };
    const range = prepare(request, response, file, state);
    if (range === "answered") return;
    const { type } = file;
    const headers = headersOf(file, state);
    if (range === null) {
      const rules = file.coding === null ? this.rules : null;
      return sendReply(request, response, { status: 200, type, body: content, headers, compressed }, rules);
    }
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

async function sendStream(request: Request, response: Response, file: StoredFile, state: FileState): Promise<void> {
  const range = prepare(request, response, file, state);
  if (range === "answered") return;
  const { start, end } = range ?? { start: 0, end: state.size - 1 };
  response.begin(range ? 206 : 200, {
    "Content-Type": file.type,
    ...headersOf(file, state),
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
function prepare(request: Request, response: Response, file: StoredFile, state: FileState): Range | "answered" | null {
  const header = (name: string) => request.header(name);
  const validators = { etag: `"${file.hash}"`, modified: state.modified.getTime() };
  if (isPreconditionFailed(header, validators)) {
    response.send(412, {}, "");
    return "answered";
  }
  if (isNotModified(header, validators)) {
    response.send(304, headersOf(file, state), "");
    return "answered";
  }
  const range = requestedRange(header, state.size, validators);
  if (range !== "unsatisfiable") return range;
  response.send(416, { "Content-Range": `bytes */${state.size}` }, "");
  return "answered";
}

function headersOf({ hash, coding, isVaried }: StoredFile, { modified }: FileState): ResponseHeaders {
  return {
    ETag: `"${hash}"`,
    "Last-Modified": modified.toUTCString(),
    "Accept-Ranges": "bytes",
    "Content-Encoding": coding ?? undefined,
    Vary: isVaried ? "Accept-Encoding" : undefined,
  };
}

function contentRange({ start, end }: Range, size: number): string {
  return `bytes ${start}-${end}/${size}`;
}
