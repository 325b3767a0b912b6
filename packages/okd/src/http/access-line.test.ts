// Fields of the access log.

import { expect, test } from "vitest";
import { logFormatter, timestamp } from "./access-line.js";

const headers: Record<string, string> = { referer: "http://x/a b", "user-agent": 'a "b" \\' };
const record = {
  client: "10.0.0.1",
  peer: "127.0.0.1",
  requestLine: 'GET /"x" HTTP/1.1',
  status: 200,
  bytes: 12,
  uncompressed: 34,
  program: "static",
  requestNumber: 2,
  userId: 0xabcn,
  custom: "a b",
  time: 1.25,
  header: (name: string) => headers[name] ?? null,
};

test.each([
  ["iIsbzvq", "10.0.0.1 127.0.0.1 200 12 34 static 2"],
  ["1", '"GET /\\"x\\" HTTP/1.1"'],
  ["ru", 'http://x/a%20b "a \\"b\\" \\\\"'],
  ["RSU2", "- - abc [a b]"],
  ["s-x", "200 - x"],
  ["2", "[a b]"],
])("%s", (format, line) => expect(logFormatter(format, false).access(record)).toBe(line));

test("the default format", () => {
  expect(logFormatter("ivt1sbz", false).access(record)).toMatch(/^10\.0\.0\.1 static \[.*\] "GET .*" 200 12 34$/);
});

test("absent values and long lines", () => {
  const line = logFormatter("iU21", false).access({
    ...record,
    client: null,
    userId: 0n,
    custom: null,
    requestLine: "x".repeat(2000),
  });
  expect(line).toBe(`- 0 - "${"x".repeat(1024)}"`);
});

test("time stamps are local, with the zone", () => {
  expect(timestamp(Date.UTC(2026, 10, 23, 2, 37, 40))).toMatch(/^\[2026-11-2\d:\d\d:\d\d:40 [+-]\d{4}\]$/);
});

test("the line of an error", () => {
  expect(logFormatter("", false).error({ client: null, program: "okd", status: 408 }, "")).toMatch(
    /^- okd \[.*\] - 408$/,
  );
});

test("JSON objects, whatever bytes the request has", () => {
  const access = logFormatter("ivt1sbzru2x", true).access({
    ...record,
    requestLine: 'GET /\xc3\xa9"\n\x7f\xff HTTP/1.1',
    custom: null,
    header: (name) => (name === "traceparent" ? "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" : null),
  });
  expect(access).toMatch(/^[\x20-\x7e\x80-\xff]*$/);
  expect(JSON.parse(Buffer.from(access, "latin1").toString("utf8"))).toEqual({
    client: "10.0.0.1",
    service: "static",
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    request: 'GET /é"\n\x7f\ufffd HTTP/1.1',
    status: 200,
    bytes: 12,
    uncompressed: 34,
    milliseconds: 1.3,
    traceId: "0af7651916cd43dd8448eb211c80319c",
  });
  const error = JSON.parse(logFormatter("", true).error({ client: null, program: "okd", status: 404 }, "/x"));
  expect(error).toMatchObject({ level: "error", client: null, service: "okd", status: 404, message: "/x" });
});
