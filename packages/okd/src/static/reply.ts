// Writing whole bodies: headers that every response has, compression, HEAD.

import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";
import { gzip } from "node:zlib";
import { uncompressedLengths } from "../service-host/service-server.js";
import { isCompressible } from "./mime-types.js";

/** Bodies shorter than this are sent as they are, in bytes. */
const COMPRESSION_MINIMUM = 512;

/** Milliseconds for a client to finish sending a body that was refused. */
const LINGER_TIME = 1000;

export interface Reply {
  status: number;
  type: string;
  body: Uint8Array;
  headers?: OutgoingHttpHeaders;
}

export interface ReplyRules {
  /** Value of the `Server` header. */
  server: string;
  /** Level 1 to 9, or 0 for no compression. */
  gzipLevel: number;
}

/** Sends a reply; the body is compressed if the client takes it and it is worth it. */
export async function sendReply(
  request: IncomingMessage,
  response: ServerResponse,
  reply: Reply,
  rules: ReplyRules,
): Promise<void> {
  const headers: OutgoingHttpHeaders = { "Content-Type": reply.type, Server: rules.server, ...reply.headers };
  let { body } = reply;
  if (rules.gzipLevel > 0 && body.length >= COMPRESSION_MINIMUM && isCompressible(reply.type)) {
    headers.Vary = "Accept-Encoding";
    if (acceptsGzip(request.headers["accept-encoding"])) {
      uncompressedLengths.set(response, body.length);
      body = await compress(body, rules.gzipLevel);
      headers["Content-Encoding"] = "gzip";
      // The compressed form is another representation (RFC 9110 §8.8.3).
      if (headers.ETag) headers.ETag = String(headers.ETag).replace(/"$/, '-gzip"');
    }
  }
  headers["Content-Length"] = body.length;
  const isRefused = hasBody(request) && !request.complete && reply.status >= 400;
  if (isRefused) headers.Connection = "close";
  response.writeHead(reply.status, headers);
  if (request.method === "HEAD") response.end();
  else if (isRefused) await endWhenSent(request, response, body);
  else response.end(body);
}

/**
 * Answers before the body of the request has come: closing at once, with input unread, would reset the connection and
 * lose the answer, so the client gets some time to finish.
 */
async function endWhenSent(request: IncomingMessage, response: ServerResponse, body: Uint8Array): Promise<void> {
  response.write(body);
  request.resume();
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, LINGER_TIME);
    request.once("close", () => {
      clearTimeout(timer);
      resolve();
    });
  });
  response.end();
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
}

/** True if an `Accept-Encoding` value names gzip with a weight other than 0. */
export function acceptsGzip(value: string | string[] | undefined): boolean {
  if (value === undefined) return false;
  return String(value)
    .split(",")
    .some((part) => {
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
