// The server as a whole, with real processes and sockets: pages, files, error pages, logs.

import { readFileSync } from "node:fs";
import http from "node:http";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "vitest";
import {
  buildPrograms,
  connect,
  eventually,
  type RequestOptions,
  type RunningServer,
  request,
  startServer,
} from "../testing/run-server.js";

let server: RunningServer;

beforeAll(async () => {
  server = await startServer({
    programs: await buildPrograms(),
    configuration: "LogDir FOLDER/logs\nAccessLogFmt i1sbzq\nErrorDoc 405 /err/405.html\n",
    site: {
      templates: {
        "/index.html": "home",
        "/hello.html": "hello %{name}!",
        "/shop/index.html": "shop",
        "/broken.html": "!log division by zero\nthe rest",
        "/failing.html": "!fail\n!log cannot open /x.html\nnever seen",
        "/latin.html": "caf\xe9",
        "/long.html": "long ".repeat(500),
        "/err/405.html": "%{STATUS} %{AUXSTR} %{SERVINFO}",
      },
      files: {
        "/style.css": "body { color: red }",
        "/big.txt": "0123456789".repeat(20_000),
        "/data.bin": "\x00\xff",
        "/secret.conf": "password",
      },
    },
  });
}, 60_000);

interface Case extends RequestOptions {
  path: string;
  status: number;
  expected?: string | RegExp;
  expectedHeaders?: Record<string, string | RegExp>;
}

const FORM = { "Content-Type": "application/x-www-form-urlencoded" };

const cases: Record<string, Case> = {
  "the index page": { path: "/", status: 200, expected: "home", expectedHeaders: { "content-type": /^text\/html/ } },
  "a directory's index page": { path: "/shop/", status: 200, expected: "shop" },
  "a directory without slash": { path: "/shop?a=1", status: 301, expectedHeaders: { location: "/shop/?a=1" } },
  "a parameter": { path: "/hello.html?name=Ann", status: 200, expected: "hello Ann!" },
  "decoded parameters": { path: "/hello.html?name=a+b%2Bc%zz", status: 200, expected: "hello a b+c%zz!" },
  "filtered parameters": { path: "/hello.html?name=%3Cb%3E", status: 200, expected: "hello &lt;b&gt;!" },
  "the last of repeated parameters": { path: "/hello.html?name=1&name=2", status: 200, expected: "hello 2!" },
  "a parameter with NUL": { path: "/hello.html?name=a%00b", status: 200, expected: "hello a!" },
  "a form": {
    path: "/hello.html?name=query",
    method: "POST",
    headers: FORM,
    body: "name=form",
    status: 200,
    expected: "hello form!",
  },
  "a chunked form": {
    path: "/hello.html",
    method: "POST",
    headers: { ...FORM, "Transfer-Encoding": "chunked" },
    body: "name=chunks",
    status: 200,
    expected: "hello chunks!",
  },
  "a form that is too long": {
    path: "/hello.html",
    method: "POST",
    headers: FORM,
    body: `name=${"x".repeat(3 * 1024 * 1024)}`,
    status: 413,
  },
  "an upload": {
    path: "/hello.html",
    method: "POST",
    headers: { "Content-Type": "multipart/form-data; boundary=x" },
    body: "--x--",
    status: 405,
  },
  "bytes in parameters": { path: "/hello.html?name=caf%C3%A9%FF", status: 200, expected: "hello caf\xc3\xa9\xff!" },
  "bytes as they are": { path: "/latin.html", status: 200, expected: "caf\xe9" },
  "a page with a reported error": { path: "/broken.html", status: 200, expected: "the rest" },
  "a page that fails": { path: "/failing.html", status: 500, expected: /^(?!.*never seen)(?!.*cannot open).*500/s },
  "the head of a page": {
    path: "/",
    method: "HEAD",
    status: 200,
    expected: "",
    expectedHeaders: { "content-length": "4" },
  },
  "the head of an error page": { path: "/missing", method: "HEAD", status: 404, expected: "" },
  "a file": {
    path: "/style.css",
    status: 200,
    expected: "body { color: red }",
    expectedHeaders: { "content-type": /css/, etag: /^".+"$/, "last-modified": /GMT$/ },
  },
  "a file of unknown bytes": { path: "/data.bin", status: 200, expected: "\x00\xff" },
  "a large file": { path: "/big.txt", status: 200, expected: "0123456789".repeat(20_000) },
  "a form sent to a file": { path: "/style.css", method: "POST", status: 405, expectedHeaders: { allow: "GET, HEAD" } },
  "an error document": { path: "/", method: "DELETE", status: 405, expected: /^405 \/ okws\/.* Port \d+$/ },
  "a range": { path: "/big.txt", headers: { Range: "bytes=10-14" }, status: 206, expected: "01234" },
  "the last bytes": { path: "/style.css", headers: { Range: "bytes=-3" }, status: 206, expected: "d }" },
  "a range beyond the end": { path: "/style.css", headers: { Range: "bytes=500-" }, status: 416 },
  "several ranges": { path: "/style.css", headers: { Range: "bytes=0-1,3-4" }, status: 200 },
  "a missing page": { path: "/missing.html", status: 404, expected: /<tt>\/missing\.html<\/tt>/ },
  "a missing page with markup": { path: "/'\"", status: 404, expected: /<tt>\/&#39;&quot;<\/tt>/ },
  "a configuration file": { path: "/secret.conf", status: 404 },
  "a way out of the site": { path: "/../manifest.json", status: 404 },
  "an encoded way out": { path: "/%2e%2e/manifest.json", status: 404 },
  "an encoded slash": { path: "/..%2fmanifest.json", status: 404 },
  "a hidden file": { path: "/.errors.json", status: 404 },
  "a NUL byte": { path: "/style.css%00", status: 404 },
  "a back-slash": { path: "/shop%5cindex.html", status: 404 },
  "the compiler's own files": { path: "/manifest.json", status: 404 },
};

describe("answers", () => {
  for (const [name, { path, status, expected, expectedHeaders = {}, ...options }] of Object.entries(cases)) {
    test(name, async () => {
      const answer = await request(server.port, path, options);
      expect(answer.status).toBe(status);
      if (expected instanceof RegExp) expect(answer.body).toMatch(expected);
      else if (expected !== undefined) expect(answer.body).toBe(expected);
      for (const [header, value] of Object.entries(expectedHeaders)) expect(answer.headers[header]).toMatch(value);
    });
  }

  test("a page is compressed for those who take it", async () => {
    const answer = await request(server.port, "/long.html", { headers: { "Accept-Encoding": "br;q=0.5, gzip;q=0.8" } });
    expect(answer.headers["content-encoding"]).toBe("gzip");
    expect(gunzipSync(Buffer.from(answer.body, "latin1")).toString()).toBe("long ".repeat(500));
    const refusing = await request(server.port, "/long.html", { headers: { "Accept-Encoding": "gzip;q=0" } });
    expect(refusing.headers["content-encoding"]).toBeUndefined();
  });

  test("an unchanged file is not sent again", async () => {
    const { etag, "last-modified": modified } = (await request(server.port, "/style.css")).headers;
    const byTag = await request(server.port, "/style.css", { headers: { "If-None-Match": `"other", ${etag}` } });
    expect([byTag.status, byTag.body, byTag.headers.etag]).toEqual([304, "", etag]);
    const byDate = await request(server.port, "/style.css", { headers: { "If-Modified-Since": modified! } });
    expect(byDate.status).toBe(304);
    const changed = await request(server.port, "/style.css", { headers: { "If-None-Match": '"other"' } });
    expect(changed.status).toBe(200);
  });

  test("a browser keeps its connection", async () => {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    const ports = new Set<number>();
    agent.on("free", (socket) => ports.add(socket.localPort));
    for (const path of ["/", "/missing", "/style.css", "/hello.html?name=x"]) {
      await request(server.port, path, { agent });
    }
    agent.destroy();
    expect(ports.size).toBe(1);
  });
});

describe("raw requests", () => {
  const closing = "Host: x\r\nConnection: close\r\n\r\n";
  const refused: Record<string, { send: string; status: number }> = {
    "no method": { send: "garbage", status: 400 },
    "lower-case method": { send: "get / HTTP/1.1\r\n", status: 400 },
    "bytes of a TLS client": { send: "\x16\x03\x01\x02\x00", status: 400 },
    "unknown method": { send: `FOO / HTTP/1.1\r\n${closing}`, status: 405 },
    "another version": { send: `GET / HTTP/2.0\r\n${closing}`, status: 505 },
    "no version": { send: "GET /\r\n\r\n", status: 400 },
    "no host": { send: "GET / HTTP/1.1\r\n\r\n", status: 400 },
    "two hosts": { send: "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", status: 400 },
    "a fragment": { send: `GET /#a HTTP/1.1\r\n${closing}`, status: 400 },
    "a folded header": { send: `GET / HTTP/1.1\r\nA: b\r\n c\r\n${closing}`, status: 400 },
    "a blank before the colon": { send: `GET / HTTP/1.1\r\nA : b\r\n${closing}`, status: 400 },
    "a bare line feed": { send: `GET / HTTP/1.1\nHost: x\n\r\n\r\n`, status: 400 },
    "two lengths": { send: `POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1\r\n${closing}`, status: 400 },
    "length and chunks": {
      send: `POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n${closing}`,
      status: 400,
    },
    "an unknown coding": { send: `POST / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n${closing}`, status: 400 },
    "a long target": { send: `GET /${"x".repeat(20_000)}`, status: 414 },
    "a long head": { send: `GET / HTTP/1.1\r\nHost: x\r\nA: ${"x".repeat(20_000)}\r\n\r\n`, status: 431 },
  };
  for (const [name, { send, status }] of Object.entries(refused)) {
    test(`refused: ${name}`, async () => {
      const connection = await connect(server.port);
      connection.write(send);
      const answer = await connection.closed;
      expect(answer).toMatch(new RegExp(`^HTTP/1\\.[01] ${status} `));
      expect(answer.match(/^HTTP\//gm)).toHaveLength(1);
    });
  }

  const accepted: Record<string, { send: string[]; bodies: string[] }> = {
    "a head in pieces": {
      send: ["GE", "T / HTTP/1.1\r", "\nHo", `st: y\r\nX-A: b\r\nConnection: close\r\n\r`, "\n"],
      bodies: ["home"],
    },
    "an empty line first": { send: [`\r\nGET / HTTP/1.1\r\n${closing}`], bodies: ["home"] },
    "an absolute target": { send: [`GET http://x/hello.html?name=a HTTP/1.1\r\n${closing}`], bodies: ["hello a!"] },
    "an old client": { send: ["GET / HTTP/1.0\r\n\r\n"], bodies: ["home"] },
    "pipelined requests": {
      send: [
        `GET /hello.html?name=1 HTTP/1.1\r\nHost: x\r\n\r\nPOST /hello.html HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\nname=2GET /hel`,
        `lo.html?name=3 HTTP/1.1\r\n${closing}`,
      ],
      bodies: ["hello 1!", "hello 2!", "hello 3!"],
    },
    "a chunked body in pieces": {
      send: [
        "POST /hello.html HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nna",
        `m\r\n3\r\ne=b\r\n0\r\nTrailer: 1\r\n\r\nGET / HTTP/1.1\r\n${closing}`,
      ],
      bodies: ["hello b!", "home"],
    },
  };
  for (const [name, { send, bodies }] of Object.entries(accepted)) {
    test(`accepted: ${name}`, async () => {
      const connection = await connect(server.port);
      for (const piece of send) {
        connection.write(piece);
        await new Promise((resolve) => setTimeout(resolve, 30));
      }
      const answer = await connection.closed;
      const received = responseBodies(answer);
      expect(received).toEqual(bodies);
    });
  }

  test("a refused body part closes the connection", async () => {
    const connection = await connect(server.port);
    connection.write("POST /hello.html HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n");
    expect(await connection.closed).toMatch(/^HTTP\/1\.1 400 /);
  });
});

/** The bodies of consecutive responses, all with a length and status 200. */
function responseBodies(text: string): string[] {
  const head = /^HTTP\/1\.[01] 200 OK\r\n(?:.+\r\n)*?Content-Length: (\d+)\r\n(?:.+\r\n)*\r\n/i.exec(text);
  if (!head) return text === "" ? [] : [text];
  const end = head[0].length + Number(head[1]);
  return [text.slice(head[0].length, end), ...responseBodies(text.slice(end))];
}

describe("logs", () => {
  const log = (name: string) => readFileSync(join(server.folder, "logs", name), "latin1");

  test("an access line has the configured fields", async () => {
    await request(server.port, "/hello.html?name=%22log%22");
    await eventually(() =>
      expect(log("access_log")).toContain('127.0.0.1 "GET /hello.html?name=%22log%22 HTTP/1.1" 200 22 0 1\n'),
    );
  });

  test("errors of a page are for the operator", async () => {
    await request(server.port, "/broken.html");
    await eventually(() => expect(log("error_log")).toContain("okws-pub3[eval]: broken.html:1: division by zero\n"));
  });

  test("error statuses have a line of their own", async () => {
    await request(server.port, "/not-there");
    await eventually(() => expect(log("error_log")).toMatch(/^127\.0\.0\.1 static \[.*\] \/not-there 404$/m));
  });

  test("what a client sends cannot break a line", async () => {
    const connection = await connect(server.port);
    connection.write('X"\x1b[2J\x00 / HTTP/1.1\r\n\r\n');
    await connection.closed;
    await eventually(() => expect(log("access_log")).toContain('127.0.0.1 "X\\"\\x1b[2J\\x00 / HTTP/1.1" 400'));
  });
});
