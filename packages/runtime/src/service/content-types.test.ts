/**
 * Media types by file name, and what is worth compressing.
 */
import { expect, test } from "vitest";
import { contentType, isCompressible } from "./content-types.js";

test.each([
  ["/a.css", "text/css; charset=utf-8", true],
  ["/a.JPG", "image/jpeg", false],
  ["/a.min.js", "text/javascript; charset=utf-8", true],
  ["/a.svg", "image/svg+xml", true],
  ["/a.ttf", "font/ttf", true],
  ["/a.woff2", "font/woff2", false],
  ["/a.br", "application/x-brotli", false],
  ["/a.b/c", "application/octet-stream", false],
  ["/a.constructor", "application/octet-stream", false],
  ["/a", "application/octet-stream", false],
])("%s is %s", (name, type, isWorthIt) => {
  expect([contentType(name), isCompressible(type)]).toEqual([type, isWorthIt]);
});
