// The features of the response (server specification §4.5, P1 to P16), the order of its head (§3.9) and error pages
// (§3.10), each behind a real okd.
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Served, serve } from "./served.js";

const PAGES = `
  const log = [];
  const long = "text ".repeat(400);
  export default api.defineService({
    name: "pages",
    filterCgi: 0,
    async handle(request, response, context) {
      const { query } = request;
      switch (query.get("show")) {
        case "body":
          response.write("é ", 1, 2n, Buffer.from([0xff]));
          await response.publish("/page.html", { name: "Ann" });
          return response.send(" end");
        case "implicit": response.write("sent when the handler is done"); return;
        case "twice": {
          await response.text("first");
          await response.text("second").catch((error) => context.log("twice: " + error.message));
          return;
        }
        case "status": response.status = query.integer("status"); return response.text("own body");
        case "redirect": return response.redirect(query.get("to"), query.integer("status"));
        case "error":
          response.header("X-Kept", "1");
          response.cookie({ values: { kept: "1" } });
          response.write("lost");
          return response.error(query.integer("status"), query.get("text"));
        case "throw": throw new api.HttpError(query.integer("status"), "thrown", { "Retry-After": "7" });
        case "fault": throw new Error("secret é");
        case "broken": return response.page("/broken.html");
        case "usual":
          response.contentType = "text/plain"; response.cacheControl = "public"; response.contentDisposition = "inline";
          response.expires = new Date(Date.UTC(2030, 0, 2, 3, 4, 5));
          return response.send("x");
        case "order":
          response.expires = "0"; response.contentDisposition = "inline";
          response.header("X-One", 1); response.header("x-two", "a"); response.header("X-ONE", "last");
          response.cookie({ values: { a: 1 } }); response.cookie({ values: { b: 2 } });
          return response.send(query.has("long") ? long : "short");
        case "headers":
          return response.json(
            [["X-Good", "ü"], ["X-Bad", "a\\r\\nX-Injected: 1"], ["X Bad", "1"], ["Content-Length", "1"], ["X-Nul", "a\\0"]]
              .map(([name, value]) => response.header(name, value)));
        case "cookies":
          response.cookie({ values: { a: "x y;é", b: 7 }, path: "/p;q", domain: "shop.test", secure: true, httpOnly: true });
          response.cookie({ values: { c: "1" }, expires: { days: 1, hours: 1 } });
          response.cookie({ values: { d: "1" }, maxAge: 60, sameSite: "Strict" });
          response.cookie({ values: { "__Host-e": "1" }, secure: true, sameSite: "None", partitioned: true });
          response.clearCookie("f");
          try { response.cookie({ values: { "__Host-g": "1" }, domain: "x.test", secure: true }); } catch (error) { response.write(error.name); }
          return response.send();
        case "long": response.compress = !query.has("plain"); return response.text(long);
        case "stream": {
          const body = response.stream({ type: "text/plain", ...(query.has("length") && { length: 8 }) });
          const results = [];
          for (const piece of ["one ", "two "]) results.push(await body.write(piece));
          if (!query.has("length")) await body.publish("/page.html", { name: "Zoë" });
          body.end();
          log.push(results);
          return;
        }
        case "gone": {
          const body = response.stream();
          while (await body.write("x".repeat(10000)));
          log.push("gone");
          return;
        }
        case "events": {
          const events = response.events();
          await events.send({ event: "greeting", id: "1", data: "two\\nlines" });
          return events.closed;
        }
        case "log": return response.json(log);
        case "fields": response.userId = 0xabcdefn; response.logField = "basket=3"; return response.text("x");
        case "before":
          response.beforeLog((facts) => ({ ...facts, custom: "from the callback" }));
          response.sent.then((wasSent) => log.push("sent " + wasSent));
          return response.text("x");
        case "connection":
          response.showConnection = false;
          if (query.has("close")) response.closeConnection();
          return response.text("x");
        case "localised":
          context.localiser = api.createLocaliser({ format: "sffx1=L", language: query.get("lang") });
          return response.page("/page.html", { name: "Ann" });
        case "validators": response.etag("v1"); response.lastModified(1e12); response.cacheFor(60, { isPublic: true }); return response.text("x");
        case "file": return response.file(query.get("name"), { root: "FOLDER/site" });
      }
    },
  });`;

const FETCH = `
  export default api.defineService({
    name: "web",
    fetch: async (request) => new Response(JSON.stringify([request.method, new URL(request.url).pathname, await request.text()]),
      { status: 201, headers: [["content-type", "application/json"], ["set-cookie", "a=1"], ["set-cookie", "b=2"]] }),
  });`;

const SITE = {
  "page.html": "Hello %{name}",
  "page.de.html": "Hallo %{name}",
  "missing.html": "no %{AUXSTR}, %{STATUS}, %{SERVINFO}",
  "style.css": "0123456789",
};

const CONFIGURATION = `
ServerName shop-server
ServerVersion 7
Service pages.mjs /pages
Service web.mjs /web
Service small.mjs /small
ErrorDoc 404 /missing.html
AccessLogFmt sU2z1
ServerNameHTTP shop-server/7
`;

let okd: Served;
beforeAll(async () => {
  const modules = {
    "pages.mjs": PAGES,
    "web.mjs": FETCH,
    "small.mjs":
      'export default api.defineService({ name: "small", compression: { codings: ["gzip"], minimumLength: 10 }, handle: (request, response) => response.text("x".repeat(100)) });',
  };
  okd = await serve({ site: SITE, modules, configuration: CONFIGURATION });
});
afterAll(() => okd?.dispose());

const show = (what: string, head: string[] = [], method = "GET") =>
  okd.raw(`${method} /pages?show=${what} HTTP/1.1`, head);

test("P1 a body of text, numbers, bytes and pages", async () => {
  expect((await show("body")).body).toBe("\xc3\xa9 12\xffHello Ann end");
});

test("P2 a response is sent once; what is written but not sent when the handler is done is sent then", async () => {
  expect((await show("implicit")).body).toBe("sent when the handler is done");
  expect((await show("twice")).body).toBe("first");
  await expect.poll(() => okd.output()).toContain("/pages: twice: the response has been sent already");
});

test.each([200, 201, 404, 418, 503])("P3, P11 status %d with an own body", async (status) => {
  const answer = await show(`status&status=${status}`);
  expect([answer.status, answer.body]).toEqual([status, "own body"]);
});

test.each([204, 304])("P3 status %d has no body", async (status) => {
  const answer = await show(`status&status=${status}`);
  expect([answer.status, answer.body, answer.headers["content-length"]]).toEqual([status, "", undefined]);
});

test.each([
  ["/a?b=c", "&status=302", 302, "/a?b=c"],
  ["/%C3%A9%20%0D%0AX:%201", "&status=301", 301, "/%C3%A9%20%0D%0AX:%201"],
  ["/a", "&status=200", 500, undefined],
])("P4 redirect to %s%s", async (to, status, expected, location) => {
  const answer = await show(`redirect&to=${to.replace("?", "%3F")}${status}`);
  expect([answer.status, answer.headers.location]).toEqual([expected, location]);
  expect(answer.headers.x).toBeUndefined();
});

describe("P5 error pages", () => {
  test("the built-in one names status, path and server", async () => {
    const answer = await show("error&status=403&text=not%20you");
    expect(answer.status).toBe(403);
    expect(answer.body).toMatch(
      /<title>403 Forbidden<\/title>.*<h1>Error 403 Forbidden<\/h1>.*<hr.*<(?:i|address|em)>shop-server\/7 Server at /s,
    );
    expect(answer.body).not.toContain("lost");
    await expect.poll(() => okd.output()).toMatch(/ not you 403$/m);
  });

  test("headers and cookies are kept", async () => {
    expect((await show("error&status=403&text=x")).headers).toMatchObject({
      "x-kept": "1",
      "set-cookie": "kept=1; Path=/",
    });
  });

  test("a template of the site", async () => {
    const { body } = await show("error&status=404&text=x");
    expect(body).toMatch(/^no \/pages, 404, shop-server\/7 Server at .* Port \d+$/);
  });

  test("what a handler throws", async () => {
    const thrown = await show("throw&status=503");
    expect([thrown.status, thrown.headers["retry-after"]]).toEqual([503, "7"]);
    const fault = await show("fault");
    expect([fault.status, fault.body.includes("secret")]).toEqual([500, false]);
    await expect.poll(() => okd.output()).toContain("/pages: Error: secret é");
  });

  test("a page that is not there is 500", async () => {
    expect((await show("broken")).status).toBe(500);
  });

  test("nothing that is inserted is taken for HTML", async () => {
    const { body } = await okd.raw("GET /pages?show=status&status=410&text=<b> HTTP/1.1");
    expect(body).not.toContain("<b>");
  });
});

test("P6 the usual headers", async () => {
  expect((await show("usual")).headers).toMatchObject({
    "content-type": "text/plain",
    "cache-control": "public",
    "content-disposition": "inline",
    expires: "Wed, 02 Jan 2030 03:04:05 GMT",
  });
});

describe("the order of the head", () => {
  const START = ["Date", "Content-Type", "Connection", "Cache-control", "Expires", "Content-Disposition"];
  test("of a page", async () => {
    const { names, headers } = await show("order");
    const own = ["x-two", "X-ONE"];
    const end = ["Content-Length", "Set-Cookie", "Set-Cookie"];
    expect(names).toEqual([...START, "Server", "X-OKWS-Version", ...own, ...end]);
    expect(headers).toMatchObject({ server: "shop-server/7", "x-okws-version": "shop-server/7", "x-one": "last" });
  });

  test("of a compressed page", async () => {
    const { names } = await show("order&long=1", ["Accept-Encoding: gzip"]);
    expect(names.slice(6, 12)).toEqual(["Server", "X-OKWS-Version", "Content-Encoding", "x-two", "X-ONE", "Vary"]);
  });

  test("of a stream", async () => {
    const { names } = await show("stream");
    expect(names).toEqual([
      "Date",
      "Content-Type",
      "Connection",
      "Cache-control",
      "Server",
      "X-OKWS-Version",
      "Transfer-Encoding",
    ]);
  });

  test("of a redirection", async () => {
    const { names } = await show("redirect&to=/a&status=302");
    expect(names).toEqual(["Date", "Connection", "Server", "X-OKWS-Version", "Location", "Content-Length"]);
  });
});

test("P7 any header; what could split the response is left out", async () => {
  const answer = await show("headers");
  expect(answer.body).toBe("[true,false,false,false,false]");
  expect(answer.headers["x-good"]).toBe("\xc3\xbc");
  expect(answer.names.filter((name) => /bad|injected|nul/i.test(name))).toEqual([]);
});

test("P8 cookies with all their attributes", async () => {
  const answer = await okd.fetch("/pages?show=cookies");
  const cookies = answer.headers.getSetCookie();
  expect(cookies[0]).toBe("a=x+y%3b%c3%a9; b=7; Path=/p%3bq; Domain=shop.test; Secure; HttpOnly");
  expect(cookies[1]).toMatch(/^c=1; Expires=\w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT; Path=\/$/);
  const expires = Date.parse(/Expires=([^;]*)/.exec(cookies[1])?.[1] ?? "");
  expect(Math.abs(expires - Date.now() - 25 * 3_600_000)).toBeLessThan(60_000);
  expect(cookies[2]).toMatch(/^d=1; .*Max-Age=60.*SameSite=Strict/);
  expect(cookies[3]).toMatch(/^__Host-e=1; Path=\/; Secure.*SameSite=None.*Partitioned/);
  expect(cookies[4]).toMatch(/^f=; Expires=Thu, 01 Jan 1970 00:00:00 GMT/);
  expect([cookies.length, await answer.text()]).toEqual([5, "TypeError"]);
});

describe("P9 compression", () => {
  const expected = "text ".repeat(400);
  test("gzip, when the client takes it", async () => {
    const { headers, body } = await show("long", ["Accept-Encoding: gzip"]);
    expect([headers["content-encoding"], headers.vary]).toEqual(["gzip", "Accept-Encoding"]);
    expect(gunzipSync(Buffer.from(body, "latin1")).toString()).toBe(expected);
    expect(headers["content-length"]).toBe(String(body.length));
    await expect.poll(() => okd.output()).toMatch(/200 0 - 2000 "GET \/pages\?show=long /);
  });

  test.each([
    ["the best of both", "gzip;q=0.5, br", "long", "br"],
    ["nothing that the client takes", "deflate", "long", undefined],
    ["weight 0", "gzip;q=0", "long", undefined],
    ["switched off for this response", "gzip", "long&plain=1", undefined],
    ["short bodies", "gzip", "usual", undefined],
  ])("%s", async (_what, accepted, what, coding) => {
    expect((await show(what, [`Accept-Encoding: ${accepted}`])).headers["content-encoding"]).toBe(coding);
  });

  test("rules of a service", async () => {
    const answer = await okd.raw("GET /small HTTP/1.1", ["Accept-Encoding: br, gzip;q=0.1"]);
    expect(answer.headers["content-encoding"]).toBe("gzip");
  });

  test("not for HTTP/1.0", async () => {
    const answer = await okd.raw("GET /pages?show=long HTTP/1.0", ["Accept-Encoding: gzip"]);
    expect([answer.headers["content-encoding"], answer.body]).toEqual([undefined, expected]);
  });
});

describe("P10 a body in pieces", () => {
  test("chunked", async () => {
    expect((await show("stream")).body).toBe("4\r\none \r\n4\r\ntwo \r\na\r\nHello Zo\xc3\xab\r\n0\r\n\r\n");
  });

  test("with its length, and until the end of the connection", async () => {
    expect(await show("stream&length=1")).toMatchObject({ body: "one two ", headers: { "content-length": "8" } });
    const old = await okd.raw("GET /pages?show=stream HTTP/1.0");
    expect([old.statusLine, old.body]).toEqual(["HTTP/1.0 200 OK", "one two Hello Zo\xc3\xab"]);
  });

  test("the writer learns that the client is gone", async () => {
    const abort = new AbortController();
    const answer = await okd.fetch("/pages?show=gone", { signal: abort.signal });
    expect(answer.status).toBe(200);
    abort.abort();
    await expect.poll(() => okd.json("/pages?show=log"), { timeout: 10_000 }).toContainEqual("gone");
    expect(await okd.json("/pages?show=log")).toContainEqual([true, true]);
    await expect.poll(() => okd.output()).toMatch(/^600 .*show=gone/m);
  });

  test("events", async () => {
    const abort = new AbortController();
    const answer = await okd.fetch("/pages?show=events", { signal: abort.signal });
    let text = "";
    for await (const piece of answer.body as unknown as AsyncIterable<Uint8Array>) {
      text += Buffer.from(piece).toString();
      if (text.includes("lines")) break;
    }
    expect(answer.headers.get("content-type")).toMatch(/^text\/event-stream/);
    expect(text).toContain("event: greeting\nid: 1\ndata: two\ndata: lines\n\n");
    abort.abort();
  });
});

test("P12, P13 the user and an own field in the log", async () => {
  await show("fields");
  await expect.poll(() => okd.output()).toContain('200 abcdef [basket=3] 0 "GET /pages?show=fields HTTP/1.1"');
});

test("P14 a callback before logging, and the end of sending", async () => {
  await show("before");
  await expect.poll(() => okd.output()).toContain('200 0 [from the callback] 0 "GET /pages?show=before HTTP/1.1"');
  await expect.poll(() => okd.json("/pages?show=log")).toContainEqual("sent true");
});

test("P15 without the Connection header; the end of the connection", async () => {
  const exchange = (what: string) =>
    okd.exchange(
      `GET /pages?show=${what} HTTP/1.1\r\nHost: x\r\n\r\nGET /pages?show=usual HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
    );
  const kept = await exchange("connection");
  expect(kept.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(2);
  expect(kept.slice(0, kept.indexOf("\r\n\r\n"))).not.toMatch(/^Connection:/m);
  expect((await exchange("connection&close=1")).match(/HTTP\/1\.1 200 OK/g)).toHaveLength(1);
});

test("P16 pages in the language of the request", async () => {
  expect((await show("localised&lang=de")).body).toBe("Hallo Ann");
  expect((await show("localised&lang=fr")).body).toBe("Hello Ann");
});

test("HEAD has the head of GET, and no body", async () => {
  for (const what of ["usual", "long", "file&name=style.css", "error&status=404&text=x"]) {
    const [get, head] = [await show(what), await show(what, [], "HEAD")];
    expect([head.status, head.names, head.body]).toEqual([get.status, get.names, ""]);
    expect(head.headers["content-length"]).toBe(get.headers["content-length"]);
  }
});

test("validators spare the body", async () => {
  const { headers } = await show("validators");
  expect(headers).toMatchObject({
    etag: '"v1"',
    "last-modified": "Sun, 09 Sep 2001 01:46:40 GMT",
    "cache-control": "public, max-age=60",
  });
  expect(await show("validators", ['If-None-Match: "v1"'])).toMatchObject({ status: 304, body: "" });
  expect((await show("validators", ["If-Modified-Since: Sun, 09 Sep 2001 01:46:40 GMT"])).status).toBe(304);
  expect((await show("validators", ['If-Match: "v2"'])).status).toBe(412);
});

test.each<[string, string[], number, string]>([
  ["style.css", [], 200, "0123456789"],
  ["style.css", ["Range: bytes=2-4"], 206, "234"],
  ["style.css", ["Range: bytes=-3"], 206, "789"],
  ["style.css", ["Range: bytes=20-"], 416, ""],
  ["style.css", ["Range: bytes=2-4", 'If-Range: "other"'], 200, "0123456789"],
])("files: %s %j", async (name, head, status, body) => {
  expect(await show(`file&name=${name}`, head)).toMatchObject({ status, body });
});

test.each(["../okws_config", "/../okws_config", "..%2Fokws_config", "none.css", "", "a%00b"])(
  "no file: %s",
  async (name) => {
    expect((await show(`file&name=${name}`)).status).toBe(404);
  },
);

test("services of the Fetch standard", async () => {
  const answer = await okd.fetch("/web?a=1", { method: "POST", body: "é" });
  expect([answer.status, await answer.json()]).toEqual([201, ["POST", "/web", "é"]]);
  expect(answer.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
});
