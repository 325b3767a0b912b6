// Writing whole bodies: headers that every response has, and compression.

import { gzip } from "node:zlib";
import type { Request } from "../service-host/request.js";
import type { Response, ResponseHeaders } from "../service-host/response.js";
import { isCompressible } from "./mime-types.js";

/** Bodies shorter than this are sent as they are, in bytes. */
const COMPRESSION_MINIMUM = 512;

export interface Reply {
  status: number;
  type: string;
  body: Uint8Array;
  headers?: ResponseHeaders;
}

/** Sends a reply. The body is compressed with `gzipLevel` (0: never) if the client takes it and it is worth it. */
export function sendReply(
  request: Request,
  response: Response,
  { status, type, body, headers }: Reply,
  gzipLevel: number,
): void | Promise<void> {
  if (gzipLevel === 0 || body.length < COMPRESSION_MINIMUM || !isCompressible(type)) {
    response.send(status, { "Content-Type": type, ...headers }, body);
    return;
  }
  const varied: ResponseHeaders = { "Content-Type": type, ...headers, Vary: "Accept-Encoding" };
  if (!acceptsGzip(request.header("accept-encoding"))) {
    response.send(status, varied, body);
    return;
  }
  varied["Content-Encoding"] = "gzip";
  // The compressed form is another representation (RFC 9110 §8.8.3).
  if (varied.ETag) varied.ETag = String(varied.ETag).replace(/"$/, '-gzip"');
  return compress(body, gzipLevel).then((compressed) => {
    response.facts = { uncompressedLength: body.length };
    response.send(status, varied, compressed);
  });
}

/** True if an `Accept-Encoding` value names gzip with a weight other than 0. */
export function acceptsGzip(value: string | undefined): boolean {
  if (value === undefined) return false;
  return value.split(",").some((part) => {
    const [coding, ...parameters] = part.split(";").map((word) => word.trim().toLowerCase());
    if (coding !== "gzip" && coding !== "x-gzip") return false;
    return !parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter));
  });
}

function compress(body: Uint8Array, level: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    gzip(body, { level }, (error, result) => (error ? reject(error) : resolve(result)));
  });
}
