// The standard static service (server specification §4.10 with what is usual today): ranges, validators, compressed
// forms, directories, safe paths, behind a real okd.
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Served, serve } from "./served.js";

const script = "console.log('hello');\n".repeat(100);
const readable = "0123456789".repeat(100);

let okd: Served;
beforeAll(async () => {
  const site = {
    "welcome.html": "welcome %{name}",
    "app.js": script,
    "app.js.br": brotliCompressSync(script),
    "app.js.gz": gzipSync(script),
    "readable.txt": readable,
    "point.png": "no picture",
    "docs/a.txt": "a",
    "docs/b <c>?.txt": "b",
    "docs/deep/page.html": "page",
    "docs/.hidden": "secret",
    "docs/site.conf": "{% secret = 1; %}",
    "with/welcome.html": "in a directory",
  };
  okd = await serve({ site, modules: {}, configuration: "DirectoryIndex welcome.html\nDirectoryListing 1\n" });
});
afterAll(() => okd?.dispose());

const get = (path: string, head: string[] = [], method = "GET") => okd.raw(`${method} ${path} HTTP/1.1`, head);

describe("compressed forms that stand beside a file", () => {
  test.each([
    ["br, gzip", "br", brotliDecompressSync],
    ["gzip", "gzip", gunzipSync],
    ["br;q=0.1, gzip", "gzip", gunzipSync],
  ])("for a client that takes %s: %s", async (accepted, coding, decompress) => {
    const answer = await get("/app.js", [`Accept-Encoding: ${accepted}`]);
    expect(answer.headers).toMatchObject({
      "content-encoding": coding,
      "content-type": "text/javascript; charset=utf-8",
      vary: "Accept-Encoding",
    });
    expect(decompress(Buffer.from(answer.body, "latin1")).toString()).toBe(script);
  });

  test("not for others, who are told apart by caches", async () => {
    const answer = await get("/app.js");
    expect([answer.headers["content-encoding"], answer.headers.vary, answer.body]).toEqual([
      undefined,
      "Accept-Encoding",
      script,
    ]);
    const { headers } = await get("/app.js", ["Accept-Encoding: br"]);
    expect(headers.etag).not.toBe(answer.headers.etag);
    expect((await get("/app.js", ["Accept-Encoding: br", `If-None-Match: ${headers.etag}`])).status).toBe(304);
    // Ranges are of what is sent.
    const part = await get("/app.js", ["Accept-Encoding: br", "Range: bytes=0-3"]);
    expect([part.status, part.body]).toEqual([206, brotliCompressSync(script).subarray(0, 4).toString("latin1")]);
  });
});

test("other files are compressed when they are sent, once for all", async () => {
  for (const coding of ["br", "gzip", "br"]) {
    const { headers, body } = await get("/readable.txt", [`Accept-Encoding: ${coding}`]);
    expect([headers["content-encoding"], headers.etag]).toEqual([
      coding,
      expect.stringMatching(new RegExp(`-${coding}"$`)),
    ]);
    const bytes = Buffer.from(body, "latin1");
    expect((coding === "br" ? brotliDecompressSync(bytes) : gunzipSync(bytes)).toString()).toBe(readable);
    expect((await get("/readable.txt", [`Accept-Encoding: ${coding}`, `If-None-Match: ${headers.etag}`])).status).toBe(
      304,
    );
  }
  expect((await get("/point.png", ["Accept-Encoding: br"])).headers["content-encoding"]).toBeUndefined();
});

test("preconditions", async () => {
  const { headers } = await get("/readable.txt");
  expect((await get("/readable.txt", [`If-Match: ${headers.etag}`])).status).toBe(200);
  expect((await get("/readable.txt", ['If-Match: "other"'])).status).toBe(412);
  expect((await get("/readable.txt", ["If-Unmodified-Since: Mon, 01 Jan 2001 00:00:00 GMT"])).status).toBe(412);
  expect((await get("/readable.txt", [`If-Modified-Since: ${headers["last-modified"]}`])).status).toBe(304);
  const range = [`If-Range: ${headers.etag}`, "Range: bytes=995-"];
  expect(await get("/readable.txt", range)).toMatchObject({ status: 206, body: "56789" });
});

describe("directories", () => {
  test.each([
    ["/", 200, "welcome "],
    ["/?name=Ann", 200, "welcome Ann"],
    ["/with/", 200, "in a directory"],
  ])("%s is its index file", async (path, status, body) => {
    expect(await get(path)).toMatchObject({ status, body });
  });

  test.each(["/with", "/docs", "/docs/deep"])("%s is sent to its own address", async (path) => {
    expect(await get(path)).toMatchObject({ status: 301, headers: { location: `${path}/` } });
  });

  test("one without index is listed: directories first, nothing private, nothing taken for HTML", async () => {
    const { status, body } = await get("/docs/");
    expect(status).toBe(200);
    expect(body.match(/<li>.*<\/li>/g)).toEqual([
      '<li><a href="./../">../</a></li>',
      '<li><a href="./deep/">deep/</a></li>',
      '<li><a href="./a.txt">a.txt</a></li>',
      '<li><a href="./b%20%3Cc%3E%3F.txt">b &lt;c&gt;?.txt</a></li>',
    ]);
    expect((await get("/docs/b%20%3Cc%3E%3F.txt")).body).toBe("b");
  });

  test.each([
    "/none/",
    "/docs/none/",
    "/docs/.hidden",
    "/docs/site.conf",
    "/docs/../app.js",
    "/docs/%2e%2e/app.js",
    "/..%5capp.js",
    "/a%00/",
  ])("%s is not there", async (path) => {
    expect((await get(path)).status).toBe(404);
  });
});

test("HEAD has the head of GET", async () => {
  for (const path of ["/app.js", "/readable.txt", "/docs/", "/welcome.html"]) {
    const [one, other] = [await get(path), await get(path, [], "HEAD")];
    expect([other.status, other.names, other.body]).toEqual([one.status, one.names, ""]);
    expect(other.headers["content-length"]).toBe(one.headers["content-length"]);
  }
});

test.each(["POST", "PUT", "DELETE"])("%s of a file is 405", async (method) => {
  const answer = await get("/app.js", ["Content-Length: 0"], method);
  expect([answer.status, answer.headers.allow]).toEqual([405, "GET, HEAD"]);
});
