// Writing whole bodies: headers that every response has, and compression.

import { type Coding, type CompressionRules, chooseCoding, compressBody, isCompressible } from "pub-runtime/service";
import type { Request } from "../service-host/request.js";
import type { Response, ResponseHeaders } from "../service-host/response.js";

export interface Reply {
  status: number;
  type: string;
  body: Uint8Array;
  headers?: ResponseHeaders;
  /** Compressed forms that were made before; new ones are added. */
  compressed?: Map<Coding, Promise<Uint8Array>>;
}

/** Sends a reply. The body is compressed (never without `rules`) if the client takes it and it is worth it. */
export function sendReply(
  request: Request,
  response: Response,
  { status, type, body, headers, compressed = new Map() }: Reply,
  rules: CompressionRules | null,
): void | Promise<void> {
  if (rules === null || body.length < rules.minimumLength || !isCompressible(type)) {
    response.send(status, { "Content-Type": type, ...headers }, body);
    return;
  }
  const varied: ResponseHeaders = { "Content-Type": type, ...headers, Vary: "Accept-Encoding" };
  const coding = acceptedCoding(request, rules.codings);
  if (coding === null) {
    response.send(status, varied, body);
    return;
  }
  varied["Content-Encoding"] = coding;
  // The compressed form is another representation (RFC 9110 §8.8.3).
  if (varied.ETag) varied.ETag = String(varied.ETag).replace(/"$/, `-${coding}"`);
  const form = compressed.get(coding) ?? compressBody(body, coding, rules);
  compressed.set(coding, form);
  return form.then((bytes) => {
    response.facts = { uncompressedLength: body.length };
    response.send(status, varied, bytes);
  });
}

/** The coding that the client of a request likes best; null for none. Clients of HTTP/1.0 get none. */
export function acceptedCoding(request: Request, codings: readonly Coding[]): Coding | null {
  if (request.head.minorVersion === 0) return null;
  return chooseCoding(request.header("accept-encoding"), codings, request.header("user-agent"));
}
