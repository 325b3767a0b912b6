// The features of the request (server specification §4.3, R1 to R13) and the parameter filter (§4.4), each behind a
// real okd.
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Served, serve } from "./served.js";

/** Says what the request is, part by part. */
const ECHO = `
  const table = (parameters) => [...parameters].map(([name, value]) => name + "=" + value);
  export default api.defineService({
    name: "echo",
    filterCgi: 0,
    uploads: { fileSize: 1000, files: 3 },
    async handle(request, response, context) {
      const { query } = request;
      switch (query.get("show")) {
        case "line": return response.json({
          method: request.method, version: request.version, firstLine: request.firstLine,
          target: request.target, path: request.path, decodedPath: request.decodedPath,
        });
        case "headers": return response.json({
          named: request.header("X-Test"), all: [...request.headers], fields: request.headerFields,
          userAgent: request.userAgent, referer: request.referer, contentLength: request.contentLength ?? null,
          contentType: request.contentType,
        });
        case "size": return response.text(String(request.headLength));
        case "tables": return response.json({
          query: table(query),
          form: request.method === "GET" ? null : table((await request.form()).fields),
          merged: table(await request.parameters()),
          cookies: table(request.cookies),
        });
        case "typed": return response.json({
          integer: query.integer("n") ?? null, int64: String(query.int64("n")), uint64: String(query.uint64("n")),
          double: query.double("n") ?? null, boolean: query.boolean("n") ?? null, list: query.int64s("n").map(String),
          has: query.has("n"), filled: query.filled("n"), get: query.get("n") ?? null,
          bytes: Buffer.from(query.bytes("n") ?? "").toString("hex"),
        });
        case "files": {
          const { fields, files } = await request.form();
          const contents = await Promise.all(files.map(async (file) => Buffer.from(await file.bytes()).toString()));
          return response.json([table(fields), files.map(({ field, name, type, size }, n) => [field, name, type, size, contents[n]])]);
        }
        case "bytes": return response.text((await request.bytes()).toString("hex"));
        case "json": return response.json(await request.json());
        case "stream": {
          let pieces = 0, length = 0;
          for await (const piece of request.stream()) { pieces++; length += piece.length; }
          return response.json([pieces > 0, length]);
        }
        case "client": return response.json([
          request.clientAddress, request.clientAddressNumber ?? null, request.clientPort, request.peerAddress, request.isSecure,
        ]);
        case "connection": return response.json([
          request.isSecure, request.cipher, request.localPort, request.acceptedAt, request.forwardedAt, request.requestNumber,
        ]);
        case "wait":
          context.log("waiting");
          await new Promise((resolve) => request.signal.addEventListener("abort", resolve));
          context.log("gone: " + request.isClientGone);
      }
    },
  });`;

const FILTERED = (options: string) => `
  export default api.defineService({
    name: "filtered", ${options}
    async handle(request, response) {
      const table = await request.parameters();
      return response.json([table.get("a"), table.text("a"), request.cookies.get("a") ?? null]);
    },
  });`;

const MODULES = {
  "echo.mjs": ECHO,
  "plain.mjs":
    'export default api.defineService({ name: "plain", handle: async (request, response) => response.text((await request.form()).fields.get("a") ?? "") });',
  "slow.mjs":
    'export default api.defineService({ name: "slow", timeout: 300, handle: async (request, response) => response.text(await request.text()) });',
  "secure.mjs":
    'export default api.defineService({ name: "secure", secureOnly: true, handle: (request, response) => response.text("secret") });',
  "moved.mjs":
    'export default api.defineService({ name: "moved", secureOnly: { redirect: "https://shop.test/" }, handle: (request, response) => response.text("secret") });',
  "filter0.mjs": FILTERED("filterCgi: 0,"),
  "filter1.mjs": FILTERED("filterCgi: 1,"),
  "filter2.mjs": FILTERED(""),
};

const names = Object.keys(MODULES).map((name) => name.replace(".mjs", ""));
const CONFIGURATION = `
AllowProxyFrom 127.0.0.2/32
CgiValueLenLimit 1024
RegexAlias /echo ^/echo/.*$
${names.map((name) => `Service ${name}.mjs /${name}`).join("\n")}
`;

let okd: Served;
beforeAll(async () => {
  okd = await serve({ modules: MODULES, configuration: CONFIGURATION });
});
afterAll(() => okd?.dispose());

const json = async (firstLine: string, head?: string[], body?: string) =>
  JSON.parse(Buffer.from((await okd.raw(firstLine, head, body)).body, "latin1").toString("utf8"));

/** The body of a request with its length. */
const post = async (path: string, type: string, body: string) => {
  const answer = await okd.raw(
    `POST ${path} HTTP/1.1`,
    [`Content-Type: ${type}`, `Content-Length: ${body.length}`],
    body,
  );
  return { status: answer.status, body: answer.body };
};

describe("R1 the first line", () => {
  test.each([
    [
      "GET /echo/a%20b%C3%A9?show=line&x=%20 HTTP/1.1",
      { method: "GET", version: "1.1", path: "/echo/a%20b%C3%A9", decodedPath: "/echo/a bé" },
    ],
    ["OPTIONS /echo?show=line HTTP/1.0", { method: "OPTIONS", version: "1.0", path: "/echo", decodedPath: "/echo" }],
    ["PATCH /echo?show=line HTTP/1.1", { method: "PATCH", version: "1.1", path: "/echo", decodedPath: "/echo" }],
  ])("%s", async (line, expected) => {
    expect(await json(line, ["Content-Length: 0"])).toEqual({
      ...expected,
      firstLine: line,
      target: line.split(" ")[1],
    });
  });

  test.each([
    ["BREW /echo HTTP/1.1", 405],
    ["TRACE /echo HTTP/1.1", 405],
    ["GET /echo", 400],
    ["GET  HTTP/1.1", 400],
    ["GET /echo HTTP/9.9", 505],
  ])("%s is refused", async (line, status) => {
    expect((await okd.raw(line)).status).toBe(status);
  });
});

test("R2 headers: names in any case, the first of several, all in order, the usual ones", async () => {
  const lines = [
    "X-Test: one",
    "x-test: two",
    "User-Agent: Browser/1",
    "Referer: /a",
    "Content-Type: Text/Plain; charset=x",
  ];
  const { named, all, fields, ...usual } = await json("GET /echo?show=headers HTTP/1.1", lines);
  expect(named).toBe("one");
  expect(all).toContainEqual(["x-test", "one"]);
  expect(fields.slice(0, 3)).toEqual([
    ["Host", "test"],
    ["X-Test", "one"],
    ["x-test", "two"],
  ]);
  expect(usual).toEqual({ userAgent: "Browser/1", referer: "/a", contentLength: null, contentType: "text/plain" });
});

test("R3 the size of the head", async () => {
  const request = "GET /echo?show=size HTTP/1.1\r\nHost: test\r\nX: y\r\nConnection: close\r\n\r\n";
  expect(await okd.exchange(request)).toMatch(new RegExp(`\r\n\r\n${request.length}$`));
});

describe("R4 parameters", () => {
  test("of the query, of the form, and what a handler usually wants", async () => {
    const line = (method: string) => `${method} /echo?show=tables&a=1&a=2&b HTTP/1.1`;
    const query = ["show=tables", "a=1", "a=2", "b="];
    expect(await json(line("GET"))).toMatchObject({ query, form: null, merged: query });
    const form = ["a=three four"];
    expect(await json(line("POST"), ["Content-Length: 14"], "a=three%20four")).toMatchObject({
      query,
      form,
      merged: form,
    });
    expect(await json(line("PUT"), ["Content-Length: 12"], "a=three+four")).toMatchObject({
      query,
      form,
      merged: form,
    });
  });

  const typed = { has: true, filled: true };
  test.each([
    ["12", { ...typed, integer: 12, int64: "12", uint64: "12", double: 12, boolean: true, list: ["12"], get: "12" }],
    ["-0x10", { ...typed, integer: -16, int64: "-16", uint64: "18446744073709551600" }],
    ["010", { ...typed, integer: 8 }],
    ["9223372036854775808", { ...typed, int64: "undefined", uint64: "9223372036854775808" }],
    ["1.5", { ...typed, integer: null, double: 1.5 }],
    ["1x", { ...typed, integer: null, double: null, list: [] }],
    ["0", { ...typed, boolean: false }],
    ["", { has: true, filled: false, integer: null, get: "" }],
    ["a%00b", { ...typed, get: "a", bytes: "610062" }],
    ["%C3%A9+%zz", { ...typed, get: "é %zz", bytes: "c3a920257a7a" }],
    ["1&n=2", { ...typed, list: ["1", "2"], integer: 1 }],
  ])("typed lookups of %s", async (text, expected) => {
    expect(await json(`GET /echo?show=typed&n=${text} HTTP/1.1`)).toMatchObject(expected);
  });

  test("one that is too long is 413", async () => {
    expect((await okd.raw(`GET /echo?show=typed&n=${"x".repeat(1024)} HTTP/1.1`)).status).toBe(200);
    expect((await okd.raw(`GET /echo?show=typed&n=${"x".repeat(1025)} HTTP/1.1`)).status).toBe(413);
  });
});

test("R5 cookies of all lines", async () => {
  const lines = ["Cookie: a=1; b=x+y%21;a=2", "Cookie: c; =z"];
  expect((await json("GET /echo?show=tables HTTP/1.1", lines)).cookies).toEqual(["a=1", "b=x y!", "a=2", "c="]);
});

describe("R6 uploads", () => {
  const multipart = (...parts: string[]) => `${parts.map((part) => `--XX\r\n${part}\r\n`).join("")}--XX--\r\n`;
  const file = (name: string, content: string, type = "text/plain") =>
    `Content-Disposition: form-data; name="f"; filename="${name}"\r\nContent-Type: ${type}\r\n\r\n${content}`;
  const field = (name: string, value: string) => `Content-Disposition: form-data; name="${name}"\r\n\r\n${value}`;
  const type = "multipart/form-data; boundary=XX";

  test("fields and files in order", async () => {
    const body = multipart(
      field("a", "1"),
      file("x.txt", "hello"),
      field("a", "2"),
      file("", ""),
      file("y.bin", "\n", "a/b"),
    );
    const answer = await post("/echo?show=files", type, body);
    expect(JSON.parse(answer.body)).toEqual([
      ["a=1", "a=2"],
      [
        ["f", "x.txt", "text/plain", 5, "hello"],
        ["f", "", "text/plain", 0, ""],
        ["f", "y.bin", "a/b", 1, "\n"],
      ],
    ]);
  });

  test("nested multipart is followed", async () => {
    const inner = [
      'Content-Disposition: attachment; filename="one.txt"\r\nContent-Type: text/plain\r\n\r\n1',
      'Content-Disposition: attachment; filename="two.txt"\r\n\r\n2',
    ];
    const nested =
      'Content-Disposition: form-data; name="files"\r\nContent-Type: multipart/mixed; boundary="Y Y"\r\n\r\n' +
      `${inner.map((part) => `--Y Y\r\n${part}\r\n`).join("")}--Y Y--`;
    const answer = await post("/echo?show=files", type, multipart(field("a", "1"), nested, field("b", "2")));
    expect(JSON.parse(answer.body)).toEqual([
      ["a=1", "b=2"],
      [
        ["files", "one.txt", "text/plain", 1, "1"],
        ["files", "two.txt", expect.any(String), 1, "2"],
      ],
    ]);
  });

  test.each([
    ["quoted boundary", 'multipart/form-data; boundary="XX"; charset=utf-8', multipart(field("a", "1")), 200],
    ["no boundary", "multipart/form-data", multipart(field("a", "1")), 400],
    ["without its end", type, "--XX\r\nContent-Disposition: form-data; name=a\r\n\r\n1", 417],
    ["a file that is too long", type, multipart(file("x", "x".repeat(1001))), 413],
    ["too many files", type, multipart(file("x", ""), file("x", ""), file("x", ""), file("x", "")), 413],
    ["a field that is too long", type, multipart(field("a", "x".repeat(1025))), 413],
  ])("%s", async (_what, contentType, body, status) => {
    expect((await post("/echo?show=files", contentType, body)).status).toBe(status);
  });

  test("not enabled: 405", async () => {
    expect((await post("/plain", type, multipart(field("a", "1")))).status).toBe(405);
  });
});

describe("R7 the raw body", () => {
  test("bytes, JSON, pieces", async () => {
    expect((await post("/echo?show=bytes", "a/b", "\0\xff\r\n")).body).toBe("00ff0d0a");
    expect((await post("/echo?show=json", "application/json", '{"a":[1]}')).body).toBe('{"a":[1]}');
    expect((await post("/echo?show=stream", "a/b", "x".repeat(300_000))).body).toBe("[true,300000]");
  });

  test("chunked, after the client was told to go on", async () => {
    const head = ["Transfer-Encoding: chunked", "Expect: 100-continue"];
    const lines = [
      "POST /echo?show=bytes HTTP/1.1",
      "Host: x",
      ...head,
      "Connection: close",
      "",
      "1;x=y\r\na\r\n2\r\nbc\r\n0\r\nT: x\r\n\r\n",
    ];
    expect(await okd.exchange(lines.join("\r\n"))).toMatch(
      /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 .*\r\n\r\n616263$/s,
    );
  });

  test.each([
    ["broken JSON", "/echo?show=json", "application/json", "{", 400],
    ["JSON that is not UTF-8", "/echo?show=json", "application/json", '"\xff"', 400],
    ["JSON of another type", "/echo?show=json", "text/plain", "{}", 415],
  ])("%s", async (_what, path, type, body, status) => {
    expect((await post(path, type, body)).status).toBe(status);
  });

  test.each([
    ["two lengths", ["Content-Length: 1", "Content-Length: 2"]],
    ["length and chunks", ["Content-Length: 1", "Transfer-Encoding: chunked"]],
    ["a length that is none", ["Content-Length: 1x"]],
  ])("%s are 400", async (_what, head) => {
    expect((await okd.raw("POST /echo?show=bytes HTTP/1.1", head, "a")).status).toBe(400);
  });
});

describe("R8 the client's address", () => {
  /** From 127.0.0.2, which is a trusted proxy. */
  const throughProxy = (head: string[]) =>
    new Promise<string>((resolve, reject) => {
      const options = { port: okd.port, host: "127.0.0.1", localAddress: "127.0.0.2" };
      const lines = ["GET /echo?show=client HTTP/1.1", "Host: x", ...head, "Connection: close", "", ""];
      const socket = connect(options, () => socket.write(lines.join("\r\n")));
      let text = "";
      socket.on("data", (chunk) => {
        text += chunk;
      });
      socket.on("close", () => resolve(text.slice(text.indexOf("\r\n\r\n") + 4)));
      socket.on("error", reject);
    });

  test("as text and as a number, with its port", async () => {
    const [address, number, port, peer, isSecure] = await json("GET /echo?show=client HTTP/1.1", [
      "X-Forwarded-For: 1.2.3.4",
    ]);
    expect([address, number, peer, isSecure]).toEqual(["127.0.0.1", 0x7f000001, "127.0.0.1", false]);
    expect(port).toBeGreaterThan(1023);
  });

  test.each([
    [["X-Forwarded-For: 1.2.3.4"], "1.2.3.4", false],
    [["X-Forwarded-For: 9.9.9.9, 1.2.3.4, 127.0.0.2"], "1.2.3.4", false],
    [["X-Real-IP: 5.6.7.8", "X-Forwarded-For: 1.2.3.4"], "5.6.7.8", false],
    [["X-OKWS-Real-IP: 5.5.5.5", "X-Forwarded-Proto: https"], "5.5.5.5", true],
    [["X-Forwarded-Proto: http"], "127.0.0.2", false],
  ])("behind a trusted proxy that says %j", async (head, address, isSecure) => {
    const told = JSON.parse(await throughProxy(head));
    expect([told[0], told[3], told[4]]).toEqual([address, "127.0.0.2", isSecure]);
  });
});

test("R9, R10 what is known of the connection, and the number of the request on it", async () => {
  const before = Date.now();
  const line = "GET /echo?show=connection HTTP/1.1\r\nHost: x\r\n";
  const both = await okd.exchange(
    `${line}\r\nGET /missing HTTP/1.1\r\nHost: x\r\n\r\n${line}Connection: close\r\n\r\n`,
  );
  const [first, third] = [...both.matchAll(/\r\n\r\n(\[.*?\])/g)].map(([, text]) => JSON.parse(text));
  for (const [isSecure, cipher, port] of [first, third])
    expect([isSecure, cipher, port]).toEqual([false, "", okd.port]);
  expect([first[5], third[5]]).toEqual([1, 3]);
  const [acceptedAt, forwardedAt] = first.slice(3);
  expect(acceptedAt).toBeGreaterThanOrEqual(before - 1);
  expect(forwardedAt).toBeGreaterThanOrEqual(acceptedAt);
  expect(forwardedAt).toBeLessThanOrEqual(Date.now());
  // The request between them was another service's: the connection came back, but was accepted once.
  expect(third[3]).toBe(acceptedAt);
  expect(third[4]).toBeGreaterThanOrEqual(forwardedAt);
});

test("R11 a request that takes too long to arrive is 408", async () => {
  const answer = await okd.raw("POST /slow HTTP/1.1", ["Content-Length: 10"], "half");
  expect(answer.status).toBe(408);
  expect((await okd.raw("POST /slow HTTP/1.1", ["Content-Length: 4"], "half")).body).toBe("half");
});

test("R12 only over TLS", async () => {
  expect((await okd.raw("GET /secure HTTP/1.1")).status).toBe(403);
  // Nobody but a trusted proxy is believed.
  expect((await okd.raw("GET /secure HTTP/1.1", ["X-Forwarded-Proto: https"])).status).toBe(403);
  const moved = await okd.raw("GET /moved HTTP/1.1");
  expect([moved.status, moved.headers.location]).toEqual([301, "https://shop.test/"]);
});

test("R13 the handler learns that its client is gone, and the log says 600", async () => {
  const abort = new AbortController();
  const answer = okd.fetch("/echo?show=wait&leaves", { signal: abort.signal });
  await expect.poll(() => okd.output()).toContain("/echo: waiting");
  abort.abort();
  await expect(answer).rejects.toThrow();
  await expect.poll(() => okd.output()).toContain("/echo: gone: true");
  await expect.poll(() => okd.output()).toMatch(/"GET \/echo\?show=wait&leaves HTTP\/1\.1" 600|600 .*show=wait&leaves/);
});

describe("the parameter filter", () => {
  const clean = "&lt;b&gt;&#38;&quot;&#39;";
  const raw = `<b>&"'`;
  test.each([
    ["/filter0", [raw, raw, raw]],
    ["/filter1", [clean, raw, clean]],
    ["/filter2", [clean, clean, clean]],
  ])("%s", async (path, expected) => {
    const escaped = encodeURIComponent(raw).replace("'", "%27");
    const cookie = [`Cookie: a=${escaped}`];
    expect(await json(`GET ${path}?a=${escaped} HTTP/1.1`, cookie)).toEqual(expected);
    const body = `a=${escaped}`;
    expect(await json(`POST ${path} HTTP/1.1`, [...cookie, `Content-Length: ${body.length}`], body)).toEqual(expected);
  });
});
