// Fields of the access log.

import { expect, test } from "vitest";
import { accessLineFormatter, errorLine, timestamp } from "./access-line.js";

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
  header: (name: string) => headers[name] ?? null,
};

test.each([
  ["iIsbzvq", "10.0.0.1 127.0.0.1 200 12 34 static 2"],
  ["1", '"GET /\\"x\\" HTTP/1.1"'],
  ["ru", 'http://x/a%20b "a \\"b\\" \\\\"'],
  ["RSU2", "- - abc [a b]"],
  ["s-x", "200 - x"],
])("%s", (format, line) => expect(accessLineFormatter(format)(record)).toBe(line));

test("the default format", () => {
  expect(accessLineFormatter("ivt1sbz")(record)).toMatch(/^10\.0\.0\.1 static \[.*\] "GET .*" 200 12 34$/);
});

test("absent values and long lines", () => {
  const line = accessLineFormatter("iU21")({
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
  expect(errorLine(null, "okd", "", 408)).toMatch(/^- okd \[.*\] - 408$/);
});
