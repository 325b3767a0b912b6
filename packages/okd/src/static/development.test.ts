// Development mode: a site compiled again shows at the next request, browsers are told, errors are shown.

import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { makeSite } from "../testing/make-site.js";
import { buildPrograms, connect, eventually, type RunningServer, request, startServer } from "../testing/run-server.js";
import { injectClient } from "./development.js";

let server: RunningServer;
let programs: string;

beforeAll(async () => {
  programs = await buildPrograms();
  server = await startServer({
    programs,
    arguments: ["--watch"],
    site: { templates: { "/index.html": "<body>one</body>", "/bad.html": '!log "x" & <y>\npart' } },
  });
}, 60_000);

test.each([
  [
    "before the end of the body",
    "<body>a</body></html>",
    [],
    '<body>a<script src="/_okd/client.js" data-errors="[]"></script></body></html>',
  ],
  ["at the end", "a", [], 'a<script src="/_okd/client.js" data-errors="[]"></script>'],
  [
    "with messages",
    "a",
    ['"<\xe9>&'],
    'a<script src="/_okd/client.js" data-errors="[&quot;\\&quot;&lt;\xc3\xa9>&#38;&quot;]"></script>',
  ],
])("the client script stands %s", (_, page, errors, expected) => {
  expect(injectClient(Buffer.from(page, "latin1"), errors).toString("latin1")).toBe(expected);
});

test("pages load the client script, and it is there", async () => {
  expect((await request(server.port, "/")).body).toMatch(/^<body>one<script src="\/_okd\/client\.js" /);
  const script = await request(server.port, "/_okd/client.js");
  expect(script.headers["content-type"]).toMatch(/^text\/javascript/);
  expect(() => new Function(script.body)).not.toThrow();
});

test("errors of a page come with the page", async () => {
  expect((await request(server.port, "/bad.html")).body).toContain("bad.html:1: \\&quot;x\\&quot; &#38; &lt;y>&quot;]");
});

test("a changed template shows at the next request, in the same process, and browsers are told", async () => {
  const before = server.children();
  const browser = await connect(server.port);
  browser.write("GET /_okd/reload HTTP/1.1\r\nHost: x\r\n\r\n");
  await browser.until(/event: errors\ndata: \[\]\n/);
  makeSite(server.site, { templates: { "/index.html": "<body>two</body>" } });
  expect((await request(server.port, "/")).body).toMatch(/^<body>two/);
  await browser.until(/event: reload\n/);
  expect(server.children()).toEqual(before);
});

test("a site that breaks leaves the old one serving", async () => {
  writeFileSync(join(server.site, "manifest.json"), "{");
  await server.printed(/the changed site cannot be read: /);
  expect((await request(server.port, "/")).body).toMatch(/^<body>two/);
  makeSite(server.site, { templates: { "/index.html": "<body>three</body>" } });
  expect((await request(server.port, "/")).body).toMatch(/^<body>three/);
});

test("compile errors are shown until they are mended", async () => {
  const browser = await connect(server.port);
  browser.write("GET /_okd/reload HTTP/1.1\r\nHost: x\r\n\r\n");
  const file = join(server.site, ".errors.json");
  const error = { file: "a.html", line: 3, column: 1, message: "expected }}", frame: "3 | {{" };
  writeFileSync(file, JSON.stringify({ errors: [error] }));
  await browser.until(/event: errors\ndata: \[\{"file":"a\.html".*"frame":"3 \| \{\{"\}\]\n/);
  rmSync(file);
  await eventually(() => expect(browser.received()).toMatch(/a\.html[\s\S]*event: errors\ndata: \[\]\n/));
});

test("a browser that listens does not hold up the end", async () => {
  const other = await startServer({ programs, arguments: ["--watch"], site: { templates: {} } });
  const browser = await connect(other.port);
  browser.write("GET /_okd/reload HTTP/1.1\r\nHost: x\r\n\r\n");
  await browser.until(/event: errors/);
  expect(await other.stop()).toBe(0);
  expect(other.output()).not.toMatch(/KILL/);
});

test("without development mode pages are as they are", async () => {
  const plain = await startServer({ programs, site: { templates: { "/index.html": "<body>one</body>" } } });
  expect((await request(plain.port, "/")).body).toBe("<body>one</body>");
  expect((await request(plain.port, "/_okd/client.js")).status).toBe(404);
  await plain.stop();
});
