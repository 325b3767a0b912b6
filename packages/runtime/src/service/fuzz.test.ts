/**
 * Arbitrary queries, cookies, headers and bodies: every request is answered with a documented status, nothing is logged
 * as a fault, and the service goes on.
 */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { ServiceRequest } from "./request.js";
import type { ServiceResponse } from "./response.js";
import { exchange, serving } from "./testing.js";

/** Reads a request in every way. */
async function readAll(request: ServiceRequest, response: ServiceResponse): Promise<void> {
  const parameters = await request.parameters();
  for (const table of [parameters, request.query, request.cookies]) {
    for (const [name] of table) {
      table.get(name);
      table.int64(name);
      table.double(name);
    }
    table.toVariables();
  }
  response.header("X-Echo", request.queryText);
  response.cookie({ values: { echo: request.decodedPath }, path: request.decodedPath });
  response.etag(request.queryText);
  await response.redirect(parameters.get("to") ?? "/");
}

const DOCUMENTED = new Set([301, 304, 400, 405, 408, 411, 412, 413, 417, 431]);

const bytes = (maximum: number) =>
  fc.uint8Array({ maxLength: maximum }).map((array) => Buffer.from(array).toString("latin1"));
const visible = fc.stringMatching(/^[!-~]{0,40}$/);
const value = fc.stringMatching(/^[ -~\x80-\xff]{0,60}$/);
const encoded = fc.array(fc.oneof(visible, fc.constantFrom("%", "%4", "%zz", "%00", "+", "&", "=", ";", "%0d%0a")), {
  maxLength: 12,
});

const partHead = fc.constantFrom(
  'Content-Disposition: form-data; name="a"',
  'Content-Disposition: form-data; name="f"; filename="x"\r\nContent-Type: text/plain',
  'Content-Disposition: attachment; filename="x"',
  'content-disposition: form-data; name=""; filename=',
  "Content-Disposition: form-data",
  "Content-Type: multipart/mixed; boundary=YY",
  "broken",
  "",
);
const multipart = fc
  .array(fc.tuple(partHead, bytes(80), fc.constantFrom("\r\n", "\n", "")), { maxLength: 5 })
  .chain((parts) =>
    fc.constantFrom("--XX--\r\n", "--XX--", "--XX", "").map((end) => {
      const texts = parts.map(([head, body, line]) => `--XX\r\n${head}\r\n\r\n${body}${line}`);
      return texts.join("") + end;
    }),
  );

const body = fc.oneof(
  bytes(300).map((text) => ({ type: "application/x-www-form-urlencoded", text })),
  encoded.map((words) => ({ type: "text/plain", text: words.join("") })),
  multipart.map((text) => ({ type: "multipart/form-data; boundary=XX", text })),
  fc.tuple(value, bytes(100)).map(([parameters, text]) => ({ type: `multipart/form-data;${parameters}`, text })),
);

test("no request brings the service down", async () => {
  const service = await serving(readAll, { uploads: { fileSize: 50, files: 2 }, parameterLimit: 60, timeout: 5000 });
  const request = fc.record({
    path: visible.map((text) => text.replace(/[?#]/g, "")),
    query: encoded.map((words) => words.join("")),
    cookie: value,
    header: value,
    body,
    isChunked: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(request, async ({ path, query, cookie, header, body: { type, text }, isChunked }) => {
      const framing = isChunked ? "Transfer-Encoding: chunked" : `Content-Length: ${text.length}`;
      const chunks = text === "" ? "0\r\n\r\n" : `${text.length.toString(16)}\r\n${text}\r\n0\r\n\r\n`;
      const head = [
        `POST /${path}?${query} HTTP/1.1`,
        "Host: x",
        "Connection: close",
        `Cookie: ${cookie}`,
        `Accept-Encoding: ${header}`,
        `If-None-Match: ${header}`,
        `Content-Type: ${type}`,
        framing,
      ];
      const answer = await exchange(service.port, `${head.join("\r\n")}\r\n\r\n${isChunked ? chunks : text}`);
      expect(DOCUMENTED).toContain(Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]));
      expect(answer.split("\r\n\r\n")[0].match(/^Set-Cookie/gim)?.length ?? 0).toBeLessThan(2);
    }),
    { numRuns: 300 },
  );
  expect(service.log).toEqual([]);
  expect((await service.fetch("/")).status).toBe(301);
});
