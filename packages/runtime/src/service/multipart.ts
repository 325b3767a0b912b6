/**
 * Multipart forms: text fields become parameters, files go to memory, to disk or to the service's own code, with limits
 * (server specification §3.7).
 */
import { randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Busboy, type BusboyInstance } from "@fastify/busboy";
import { HttpError } from "./errors.js";
import { readMixedParts } from "./multipart-mixed.js";
import type { Parameters } from "./parameters.js";
import { encodeText } from "./text.js";

/** A file that is arriving. */
export interface IncomingFile {
  readonly field: string;
  /** As the client calls it, without directories; may be empty. */
  readonly name: string;
  readonly type: string;
  /** The content; it must be read to its end. */
  readonly content: Readable;
}

export interface UploadOptions {
  /** Bytes of one file; default: the limit of the body. */
  readonly fileSize?: number;
  /** Default 16. */
  readonly files?: number;
  /** Text fields; default 1000. */
  readonly fields?: number;
  /** Where files go. A directory's files are removed after the response unless they were moved away. Default: memory. */
  readonly store?: "memory" | { readonly directory: string } | ((file: IncomingFile) => Promise<void>);
}

type Store = NonNullable<UploadOptions["store"]>;

/** A file that has arrived. */
export class UploadedFile {
  constructor(
    readonly field: string,
    readonly name: string,
    /** Media type as the client says. */
    readonly type: string,
    /** Bytes. */
    readonly size: number,
    private readonly content: Uint8Array | null,
    /** Where it is stored, or null when it is in memory or the service took it. */
    public path: string | null,
  ) {}

  /** The whole content. */
  async bytes(): Promise<Uint8Array> {
    if (this.path !== null) return readFile(this.path);
    return this.content ?? new Uint8Array();
  }

  /** Moves a stored file to where it shall stay, on the same file system. */
  async moveTo(path: string): Promise<void> {
    if (this.path === null) throw new Error("the file is not stored on disk");
    await rename(this.path, path);
    this.path = null;
  }

  /** Removes a stored file that was not moved. */
  async discard(): Promise<void> {
    if (this.path !== null) await rm(this.path, { force: true });
    this.path = null;
  }
}

/** Client mistakes that the parser finds, by a part of its message. */
const MISTAKES: readonly (readonly [message: string, status: number])[] = [
  ["Unexpected end", 417],
  ["terminated early", 417],
];

/**
 * Reads a multipart body; text fields are added to `parameters`. Throws `HttpError` 400 for a malformed body, 417 for
 * one without its end, 413 beyond a limit, and what reading `body` throws; files stored until then are removed.
 */
export async function readMultipart(
  body: AsyncIterable<Uint8Array>,
  contentType: string,
  parameters: Parameters,
  options: UploadOptions & { readonly parameterLimit: number; readonly bodyLimit: number },
): Promise<UploadedFile[]> {
  const { fileSize = options.bodyLimit, files = 16, fields = 1000, parameterLimit } = options;
  const limits = { fileSize, files, fields, fieldSize: parameterLimit + 1, fieldNameSize: parameterLimit + 1 };
  const parser = createParser(contentType, limits);
  const pending: Promise<UploadedFile[]>[] = [];
  const contents: Readable[] = [];
  const refuse = (message: string) => parser.destroy(new HttpError(413, message));
  parser.on("field", (name, value) => {
    try {
      parameters.add(encodeText(name ?? ""), encodeText(value));
    } catch (error) {
      parser.destroy(error as Error);
    }
  });
  parser.on("file", (field, content, name, _encoding, type) => {
    content.once("limit", () => refuse(`a file is longer than ${fileSize} bytes`));
    const file = { field: field ?? "", name: name ?? "", type, content, size: () => content.bytesRead };
    const store = options.store ?? "memory";
    const stored = isMixed(type) ? storeMixed(file, store, files) : storeFile(file, store).then((one) => [one]);
    stored.catch((error: Error) => parser.destroy(error));
    pending.push(stored);
    contents.push(content);
  });
  parser.on("filesLimit", () => refuse(`more than ${files} files`));
  parser.on("fieldsLimit", () => refuse(`more than ${fields} fields`));
  try {
    await pipeline(Readable.from(body, { objectMode: false }), parser);
    const stored = (await Promise.all(pending)).flat();
    if (stored.length > files) throw new HttpError(413, `more than ${files} files`);
    return stored;
  } catch (error) {
    // The parser leaves a file open that has not arrived completely.
    for (const content of contents) content.destroy(error as Error);
    for (const result of await Promise.allSettled(pending)) {
      if (result.status === "fulfilled") for (const file of result.value) await file.discard();
    }
    throw explain(error);
  }
}

function createParser(contentType: string, limits: Record<string, number>): BusboyInstance {
  try {
    return new Busboy({
      headers: { "content-type": contentType },
      limits,
      isPartAFile: (_field, type, name) => name !== undefined || (type !== undefined && isMixed(type)),
    });
  } catch (error) {
    throw new HttpError(400, (error as Error).message);
  }
}

function explain(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof HttpError || error.name === "ClientGone") return error;
  // Errors of the file system carry a code, those of the parser do not.
  if ("code" in error) return error;
  const known = MISTAKES.find(([message]) => error.message.includes(message));
  return new HttpError(known?.[1] ?? 400, error.message);
}

function isMixed(type: string): boolean {
  return type.startsWith("multipart/");
}

/** A file that is arriving, with the bytes that have been read of it. */
type ArrivingFile = IncomingFile & { size(): number };

/** The files of a part that has several: it is read as a whole first, within the limit of one file. */
async function storeMixed({ field, content }: ArrivingFile, store: Store, limit: number): Promise<UploadedFile[]> {
  const parts = readMixedParts(Buffer.concat(await content.toArray()));
  if (parts.length > limit) throw new HttpError(413, `more than ${limit} files`);
  const stored: UploadedFile[] = [];
  try {
    for (const { name, type, content: bytes } of parts) {
      const file = { field, name, type, content: Readable.from([bytes]), size: () => bytes.length };
      stored.push(await storeFile(file, store));
    }
    return stored;
  } catch (error) {
    for (const file of stored) await file.discard();
    throw error;
  }
}

async function storeFile(file: ArrivingFile, store: Store): Promise<UploadedFile> {
  const { field, name, type, content } = file;
  const finished = (bytes: Uint8Array | null, path: string | null) =>
    new UploadedFile(field, name, type, file.size(), bytes, path);
  if (store === "memory") return finished(Buffer.concat(await content.toArray()), null);
  if (typeof store === "function") {
    await store(file);
    return finished(null, null);
  }
  const path = join(store.directory, `upload-${randomUUID()}`);
  try {
    await pipeline(content, createWriteStream(path, { flags: "wx", mode: 0o600 }));
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
  return finished(null, path);
}
