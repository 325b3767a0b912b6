/**
 * Files as responses: media type, validators, conditional requests, one byte range.
 */
import { createReadStream } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import { basename, join, resolve, sep } from "node:path";
import { isNotModified, isPreconditionFailed, requestedRange, type Validators } from "./conditions.js";
import { contentType } from "./content-types.js";
import { HttpError } from "./errors.js";
import { httpDate } from "./header-list.js";
import type { ServiceRequest } from "./request.js";
import type { ServiceResponse } from "./response.js";

export interface FileOptions {
  /** The path is below this directory and may not lead out of it, links included. */
  readonly root?: string;
  /** Default: by the ending of the name. */
  readonly type?: string;
  /** Offers the file for saving under this name; true: under its own. */
  readonly download?: string | true;
}

/** Sends a file. Throws `HttpError` 404 for what is no file below the root. */
export async function sendFile(
  request: ServiceRequest,
  response: ServiceResponse,
  path: string,
  options: FileOptions,
): Promise<void> {
  const real = await locate(path, options.root);
  const facts = await stat(real);
  if (!facts.isFile()) throw new HttpError(404, path);
  const { size, mtimeMs } = facts;
  const validators: Validators = {
    etag: `"${size.toString(16)}-${Math.floor(mtimeMs).toString(16)}"`,
    modified: mtimeMs,
  };
  response.header("ETag", validators.etag ?? "");
  response.header("Last-Modified", httpDate(mtimeMs));
  response.header("Accept-Ranges", "bytes");
  response.contentType = options.type ?? contentType(real);
  if (options.download !== undefined) {
    response.contentDisposition = attachment(options.download === true ? basename(path) : options.download);
  }
  const header = (name: string) => request.header(name);
  if (isPreconditionFailed(header, validators)) {
    response.status = 412;
    return response.send();
  }
  if (isNotModified(header, validators)) {
    response.status = 304;
    return response.send();
  }
  const range = request.method === "GET" ? requestedRange(header, size, validators) : null;
  if (range === "unsatisfiable") {
    response.header("Content-Range", `bytes */${size}`);
    response.status = 416;
    return response.send();
  }
  const { start, end } = range ?? { start: 0, end: size - 1 };
  if (range !== null) {
    response.status = 206;
    response.header("Content-Range", `bytes ${start}-${end}/${size}`);
  }
  const body = response.stream({ length: size === 0 ? 0 : end - start + 1 });
  if (request.method !== "HEAD" && size > 0) await body.pipe(createReadStream(real, { start, end }));
  body.end();
}

async function locate(path: string, root: string | undefined): Promise<string> {
  if (path.includes("\0")) throw new HttpError(404, path);
  try {
    if (root === undefined) return await realpath(path);
    const directory = await realpath(root);
    const real = await realpath(resolve(join(directory, resolve(sep, path))));
    if (real === directory || !real.startsWith(directory + sep)) throw new HttpError(404, path);
    return real;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR" || code === "ENAMETOOLONG" || code === "ELOOP")
      throw new HttpError(404, path);
    throw error;
  }
}

/** RFC 6266: a plain name for old clients, the exact one for the others. */
function attachment(name: string): string {
  const plain = name.replace(/[^ -~]|["\\%]/g, "_");
  const exact = encodeURIComponent(name).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  return `attachment; filename="${plain}"; filename*=UTF-8''${exact}`;
}
