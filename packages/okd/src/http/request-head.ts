// The one strict reading of a request head, before any other parser sees it (server specification §3.3, §3.6).
// What is ambiguous is refused, so that no two readers of the same bytes can disagree about where a request ends.

import { METHODS } from "node:http";

/** Bytes of the longest request head. */
export const HEAD_LIMIT = 16 * 1024;

/** Bytes of the longest request target. */
export const TARGET_LIMIT = 8 * 1024;

export interface RequestHead {
  method: string;
  /** As sent. */
  target: string;
  /** Path of the target as sent: without query, and without scheme and host if the target has them. */
  path: string;
  /** 0 or 1, of HTTP/1.x. */
  minorVersion: number;
  /** Bytes of the head with the empty line that ends it. */
  length: number;
  /** Bytes of the body; 0 if the head announces none. -1: the body is chunked. */
  bodyLength: number;
  /** Value of the `Host` header as sent; empty without one. */
  host: string;
  /** The client wants to keep the connection. */
  keepAlive: boolean;
  /** The client waits for `100 Continue` before it sends the body. */
  expectsContinue: boolean;
  /** The whole head without the empty line, a byte string. */
  text: string;
}

export type HeadResult =
  | { kind: "head"; head: RequestHead }
  | { kind: "incomplete" }
  /** `requestLine` is what can be logged of it. */
  | { kind: "refused"; status: number; requestLine: string };

const KNOWN_METHODS = new Set(METHODS);
const START_OF_METHOD = /^[A-Z]+(?: |$)/;
const REQUEST_LINE = /^([A-Z]+) ([!-~]+) HTTP\/(\d)\.(\d)\r\n/;
const HEADER_LINES = /^(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t -~\x80-\xff]*\r\n)*$/;
const DECISIVE_HEADER = /\r\n(host|content-length|transfer-encoding|connection|expect):[\t ]*([^\r]*)/gi;
const ABSOLUTE_TARGET = /^https?:\/\/[^/?#]+([^?]*)/i;
const END_OF_HEAD = "\r\n\r\n";

/** Bytes of empty lines in front of a request, which clients may send after a body. */
export function emptyLinesLength(bytes: Buffer): number {
  let length = 0;
  while (bytes[length] === 13 && bytes[length + 1] === 10) length += 2;
  return length;
}

/** Reads the head at the beginning of `bytes` (all bytes so far, with no empty lines in front). */
export function parseHead(bytes: Buffer): HeadResult {
  const end = bytes.indexOf(END_OF_HEAD, 0, "latin1");
  if (end === -1 || end + 4 > HEAD_LIMIT) return parsePartialHead(bytes);
  const text = bytes.toString("latin1", 0, end + 2);
  const line = REQUEST_LINE.exec(text);
  if (!line) return refuse(400, text);
  const [requestLine, method, target, major, minor] = line;
  if (major !== "1") return refuse(505, text);
  if (minor !== "0" && minor !== "1") return refuse(505, text);
  if (target.length > TARGET_LIMIT) return refuse(414, text);
  if (!HEADER_LINES.test(text.slice(requestLine.length))) return refuse(400, text);
  const path = targetPath(method, target);
  if (path === null) return refuse(400, text);
  if (!KNOWN_METHODS.has(method) || method === "CONNECT") return refuse(405, text);
  const decisive = readDecisiveHeaders(text, minor === "1");
  if (decisive === null) return refuse(400, text);
  const minorVersion = Number(minor);
  return { kind: "head", head: { method, target, path, minorVersion, length: end + 4, ...decisive, text } };
}

/** Value of the first header `name` (in lower case) in the text of a head. */
export function headerOf(text: string, name: string): string | undefined {
  const lines = text.toLowerCase();
  const start = lines.indexOf(`\r\n${name}:`);
  if (start === -1) return undefined;
  const begin = start + name.length + 3;
  return text.slice(begin, text.indexOf("\r\n", begin)).trim();
}

/** The first line of a head without its line end, at most 1024 bytes, for the log. */
export function firstLine(text: string): string {
  const end = text.search(/[\r\n]/);
  return text.slice(0, Math.min(end === -1 ? text.length : end, 1024));
}

/** The path of a request target, or null if the target has no acceptable form. */
export function targetPath(method: string, target: string): string | null {
  if (target.includes("#")) return null;
  if (target[0] === "/") {
    const query = target.indexOf("?");
    return query === -1 ? target : target.slice(0, query);
  }
  if (target === "*") return method === "OPTIONS" ? "*" : null;
  const absolute = ABSOLUTE_TARGET.exec(target);
  if (absolute) return absolute[1] || "/";
  return method === "CONNECT" ? target : null;
}

function parsePartialHead(bytes: Buffer): HeadResult {
  const start = bytes.toString("latin1", 0, Math.min(bytes.length, HEAD_LIMIT));
  if (!START_OF_METHOD.test(start)) return refuse(400, start);
  if (bytes.length < HEAD_LIMIT) return { kind: "incomplete" };
  return refuse(start.includes("\n") ? 431 : 414, start);
}

/** Where the request ends and the connection goes, or null if the headers contradict each other or the version. */
function readDecisiveHeaders(
  text: string,
  persistentVersion: boolean,
): Pick<RequestHead, "host" | "bodyLength" | "keepAlive" | "expectsContinue"> | null {
  let hosts = 0;
  let host = "";
  let length: number | null = null;
  let chunked = false;
  let keepAlive = persistentVersion;
  let expectsContinue = false;
  for (const [, name, rawValue] of text.matchAll(DECISIVE_HEADER)) {
    const value = rawValue.trimEnd();
    switch (name.toLowerCase()) {
      case "host":
        hosts++;
        host = value;
        if (/[\s/@?#\\]/.test(value)) return null;
        break;
      case "content-length":
        if (length !== null || !/^\d{1,15}$/.test(value)) return null;
        length = Number(value);
        break;
      case "transfer-encoding":
        if (chunked || value.toLowerCase() !== "chunked") return null;
        chunked = true;
        break;
      case "connection":
        if (/\bclose\b/i.test(value)) keepAlive = false;
        else if (/\bkeep-alive\b/i.test(value)) keepAlive = true;
        break;
      default:
        expectsContinue = persistentVersion && value.toLowerCase() === "100-continue";
    }
  }
  if (hosts > 1 || (hosts === 0 && persistentVersion)) return null;
  if (chunked && (length !== null || !persistentVersion)) return null;
  return { host, bodyLength: chunked ? -1 : (length ?? 0), keepAlive, expectsContinue };
}

function refuse(status: number, text: string): HeadResult {
  return { kind: "refused", status, requestLine: firstLine(text) };
}
