/**
 * Requests and responses of the Fetch standard, for services that are written with them.
 */
import { Readable } from "node:stream";
import type { ServiceRequest } from "./request.js";
import type { ServiceResponse } from "./response.js";

/** The request as the Fetch standard has it; its body is read as it arrives. */
export function webRequest(request: ServiceRequest): Request {
  const { method, signal } = request;
  const scheme = request.isSecure ? "https" : "http";
  const url = new URL(
    request.target.replace(/^https?:\/\/[^/?]*/i, ""),
    `${scheme}://${request.header("host") ?? "localhost"}`,
  );
  const headers = new Headers();
  for (const [name, value] of request.headerFields) headers.append(name, value);
  if (method === "GET" || method === "HEAD") return new Request(url, { method, headers, signal });
  const body = Readable.toWeb(Readable.from(request.stream(), { objectMode: false })) as ReadableStream<Uint8Array>;
  return new Request(url, { method, headers, signal, body, duplex: "half" } as RequestInit);
}

/** Headers that the server sets itself from what it sends. */
const OWN_HEADERS = new Set(["content-type", "set-cookie", "cache-control"]);

/** Sends a response of the Fetch standard: whole when its length is known, else in pieces. */
export async function sendWebResponse(response: ServiceResponse, method: string, answer: Response): Promise<void> {
  response.status = answer.status;
  response.contentType = answer.headers.get("content-type") ?? "application/octet-stream";
  response.cacheControl = answer.headers.get("cache-control") ?? response.cacheControl;
  for (const [name, value] of answer.headers) if (!OWN_HEADERS.has(name)) response.header(name, value);
  for (const cookie of answer.headers.getSetCookie()) response.rawCookie(cookie);
  if (answer.body === null || method === "HEAD") {
    await response.send();
    return;
  }
  if (isWhole(answer)) {
    await response.send(new Uint8Array(await answer.arrayBuffer()));
    return;
  }
  const body = response.stream();
  await body.pipe(answer.body as unknown as AsyncIterable<Uint8Array>);
  body.end();
}

/** Bodies that were given as text or bytes have a media type of their own or a length; streams have neither. */
function isWhole(answer: Response): boolean {
  return (
    answer.headers.has("content-length") ||
    /^(?:text\/(?!event-stream)|application\/json)/.test(answer.headers.get("content-type") ?? "")
  );
}
