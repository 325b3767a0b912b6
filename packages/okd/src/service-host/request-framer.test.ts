// Requests are found in a stream of bytes, however it is cut.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RequestFramer } from "./request-framer.js";

/** Feeds the pieces; returns each request as `METHOD target body`, and `!status` if it is refused. */
function frame(pieces: string[]): string[] {
  const framer = new RequestFramer();
  const requests: string[] = [];
  let data = Buffer.alloc(0);
  for (const piece of pieces) {
    data = Buffer.concat([data, Buffer.from(piece, "latin1")]);
    while (data.length > 0) {
      const framing = framer.next(data);
      if (framing.kind === "more") break;
      if (framing.kind === "refused") return [...requests, `!${framing.status}`];
      if (framing.kind === "head") requests.push(`${framing.head.method} ${framing.head.target} `);
      else requests.push(requests.pop() + Buffer.concat(framing.pieces).toString("latin1"));
      data = data.subarray(framing.length);
    }
  }
  return framer.atBoundary && data.length === 0 ? requests : [...requests, "…"];
}

const head = (line: string, ...headers: string[]) =>
  `${[`${line} HTTP/1.1`, "Host: x", ...headers].join("\r\n")}\r\n\r\n`;
const GET = head("GET /a");
const POST = `${head("POST /b", "Content-Length: 5")}abcde`;
const CHUNKED = `${head("POST /c", "Transfer-Encoding: chunked")}3\r\nabc\r\nA;x="y"\r\n0123456789\r\n0\r\nT: u\r\n\r\n`;

test("pipelined requests are taken apart wherever the bytes are cut", () => {
  const all = GET + POST + CHUNKED + GET + GET;
  const expected = ["GET /a ", "POST /b abcde", "POST /c abc0123456789", "GET /a ", "GET /a "];
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: all.length - 1 }), { maxLength: 12 }), (cuts) => {
      const edges = [0, ...[...new Set(cuts)].sort((a, b) => a - b), all.length];
      const pieces = edges.slice(1).map((end, index) => all.slice(edges[index], end));
      expect(frame(pieces)).toEqual(expected);
    }),
  );
});

describe("chunks", () => {
  const chunked = head("POST /c", "Transfer-Encoding: chunked");
  test.each([
    ["an empty body", "0\r\n\r\n", ["POST /c "]],
    ["a blank before an extension", "1 ;a\r\nx\r\n0\r\n\r\n", ["POST /c x"]],
    ["leading zeros", "0001\r\nx\r\n000\r\n\r\n", ["POST /c x"]],
    ["no size", "\r\nx\r\n", ["POST /c ", "!400"]],
    ["a sign", "+1\r\nx\r\n", ["POST /c ", "!400"]],
    ["a prefix", "0x1\r\nx\r\n", ["POST /c ", "!400"]],
    ["a bare line feed", "1\nx\r\n", ["POST /c ", "!400"]],
    ["a bare line feed in an extension", "1;a\nb\r\nx\r\n", ["POST /c ", "!400"]],
    ["a carriage return alone", "1\rx\r\n", ["POST /c ", "!400"]],
    ["data longer than said", "1\r\nxy\r\n", ["POST /c ", "!400"]],
    ["a huge size", "fffffffffffffffff\r\n", ["POST /c ", "!400"]],
    ["an endless extension", `1;${"a".repeat(5000)}`, ["POST /c ", "!400"]],
    ["endless trailers", `0\r\n${"A: b\r\n".repeat(5000)}\r\n`, ["POST /c ", "!400"]],
    ["a missing end", "1\r\nx\r\n", ["POST /c x", "…"]],
  ])("%s", (_, body, expected) => expect(frame([chunked + body])).toEqual(expected));
});

test("no bytes whatever make it throw or stand still", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "binary-ascii", maxLength: 40 }), { maxLength: 5 }), (pieces) => {
      frame([GET, ...pieces]);
      frame([head("POST /c", "Transfer-Encoding: chunked"), ...pieces]);
    }),
  );
});
