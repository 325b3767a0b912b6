// The strict reading of request heads.

import { describe, expect, test } from "vitest";
import { emptyLinesLength, HEAD_LIMIT, parseHead, targetPath } from "./request-head.js";

const parse = (text: string) => parseHead(Buffer.from(text, "latin1"));
const withHeaders = (...lines: string[]) => `POST / HTTP/1.1\r\n${[...lines, "Host: x"].join("\r\n")}\r\n\r\n`;

describe("complete heads", () => {
  test("everything that decides is read", () => {
    const text = "POST /a/b?c=d HTTP/1.1\r\nHost: x:80\r\nContent-Length: 12\r\nExpect: 100-Continue\r\n\r\n";
    expect(parse(`${text}body`)).toEqual({
      kind: "head",
      head: {
        method: "POST",
        target: "/a/b?c=d",
        path: "/a/b",
        minorVersion: 1,
        length: text.length,
        bodyLength: 12,
        keepAlive: true,
        expectsContinue: true,
        host: "x:80",
        text: text.slice(0, -2),
      },
    });
  });

  test.each([
    ["no body", withHeaders(), { bodyLength: 0, keepAlive: true }],
    ["a chunked body", withHeaders("Transfer-Encoding: Chunked "), { bodyLength: -1 }],
    ["close", withHeaders("Connection: foo, Close"), { keepAlive: false }],
    ["HTTP/1.0", "GET / HTTP/1.0\r\n\r\n", { keepAlive: false, minorVersion: 0 }],
    ["HTTP/1.0, kept", "GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", { keepAlive: true }],
    ["an empty header", withHeaders("A:"), {}],
    ["bytes in a header", withHeaders("A: \xff\t\x80"), {}],
    ["a name inside of another", withHeaders("X-Content-Length: a", "X-Host: b"), { bodyLength: 0 }],
  ])("%s", (_, text, expected) => {
    expect(parse(text)).toMatchObject({ kind: "head", head: expected });
  });
});

describe("refused", () => {
  test.each([
    [400, "GET  / HTTP/1.1\r\nHost: x\r\n\r\n"],
    [400, "GET /a b HTTP/1.1\r\nHost: x\r\n\r\n"],
    [400, "GET /\xe9 HTTP/1.1\r\nHost: x\r\n\r\n"],
    [400, "GET a HTTP/1.1\r\nHost: x\r\n\r\n"],
    [400, "GET * HTTP/1.1\r\nHost: x\r\n\r\n"],
    [400, withHeaders("Content-Length: +1")],
    [400, withHeaders("Content-Length: 1, 1")],
    [400, withHeaders("Content-Length: 0x10")],
    [400, withHeaders("Content-Length:")],
    [400, withHeaders("Transfer-Encoding: chunked", "Transfer-Encoding: chunked")],
    [400, withHeaders("Transfer-Encoding: chunked, identity")],
    [400, withHeaders("Transfer-Encoding: xchunked")],
    [400, withHeaders("A: \x00")],
    [400, withHeaders("A: b\rc")],
    [400, withHeaders("A: b\nC: d")],
    [400, withHeaders(": b")],
    [400, withHeaders(" A: b")],
    [400, withHeaders("A\t: b")],
    [400, withHeaders("Host: x")],
    [400, "GET / HTTP/1.1\r\nHost: x@y\r\n\r\n"],
    [400, "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"],
    [405, "CONNECT a:1 HTTP/1.1\r\nHost: x\r\n\r\n"],
    [505, "GET / HTTP/3.0\r\n\r\n"],
    [505, "GET / HTTP/1.2\r\nHost: x\r\n\r\n"],
    [400, "Get / "],
    [400, "{"],
    [414, `GET /${"a".repeat(HEAD_LIMIT)}`],
    [431, withHeaders(`A: ${"a".repeat(HEAD_LIMIT)}`)],
  ])("%i for %j", (status, text) => {
    expect(parse(text)).toMatchObject({ kind: "refused", status });
  });
});

test.each(["G", "GET", "GET ", "GET /", "GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\nHost: x\r\n\r"])(
  "%j is incomplete",
  (text) => expect(parse(text)).toEqual({ kind: "incomplete" }),
);

test.each([
  ["GET", "/a?b", "/a"],
  ["GET", "http://x.y:8/a?b", "/a"],
  ["GET", "HTTP://x", "/"],
  ["GET", "http://x?b", "/"],
  ["OPTIONS", "*", "*"],
  ["GET", "ftp://x/a", null],
  ["GET", "/a#b", null],
])("%s %s has the path %s", (method, target, path) => expect(targetPath(method, target)).toBe(path));

test("empty lines in front", () => {
  expect(emptyLinesLength(Buffer.from("\r\n\r\n\rGET"))).toBe(4);
  expect(emptyLinesLength(Buffer.from("GET"))).toBe(0);
});
