/**
 * Requests as services see them (features R1 to R13), over real sockets.
 */
import { createWriteStream } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import type { ServiceRequest } from "./request.js";
import { exchange, serving } from "./testing.js";

/** What `look` sees of a request. */
async function seen(
  look: (request: ServiceRequest) => unknown,
  path: string,
  init?: RequestInit,
  definition: Parameters<typeof serving>[1] = {},
  settings: NonNullable<Parameters<typeof serving>[2]>["settings"] = {},
): Promise<unknown> {
  const service = await serving(async (request, response) => response.json((await look(request)) ?? null), definition, {
    settings,
  });
  const response = await service.fetch(path, init);
  const text = await response.text();
  return response.status === 200 ? JSON.parse(text) : response.status;
}

const post = (body: string, type = "application/x-www-form-urlencoded"): RequestInit => ({
  method: "POST",
  body,
  headers: { "content-type": type },
});

test("R1 method, version, first line, raw path", async () => {
  const look = ({ method, version, firstLine, path, decodedPath, queryText }: ServiceRequest) => [
    method,
    version,
    firstLine,
    path,
    decodedPath,
    queryText,
  ];
  expect(await seen(look, "/a%C3%A9/x?q=1%20", { method: "PUT" })).toEqual([
    "PUT",
    "1.1",
    "PUT /a%C3%A9/x?q=1%20 HTTP/1.1",
    "/a%C3%A9/x",
    "/aé/x",
    "q=1%20",
  ]);
});

test("R1 unknown methods get 405, HTTP/1.0 is spoken", async () => {
  const service = await serving((request, response) => response.text(request.version));
  expect(await exchange(service.port, "PROPFIND / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")).toMatch(
    /^HTTP\/1.1 405/,
  );
  expect(await exchange(service.port, "GET / HTTP/1.0\r\n\r\n")).toMatch(/\r\n\r\n1\.0$/);
});

test("R2, R3 headers and the size of their block", async () => {
  const service = await serving((request, response) =>
    response.json([
      request.header("X-Twice"),
      request.header("none") ?? null,
      request.userAgent,
      request.referer,
      request.headLength,
    ]),
  );
  const head =
    "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nx-twice: 1\r\nX-Twice: 2\r\nUser-Agent: ua\r\nReferer: r\r\n\r\n";
  const [, body] = (await exchange(service.port, head)).split("\r\n\r\n");
  expect(JSON.parse(body)).toEqual(["1", null, "ua", "r", head.length]);
});

describe("R4 query, form and merged view", () => {
  const look = async (request: ServiceRequest) => ({
    query: request.query.toObject(),
    merged: (await request.parameters()).toObject(),
  });
  test("GET has the query", async () => {
    expect(await seen(look, "/?a=1&b=2")).toEqual({ query: { a: "1", b: "2" }, merged: { a: "1", b: "2" } });
  });
  test("POST has the form, whatever its type", async () => {
    expect(await seen(look, "/?a=1", post("a=2", "text/plain"))).toEqual({ query: { a: "1" }, merged: { a: "2" } });
  });
  test("S17 union has both, the query first", async () => {
    const both = { query: { a: "1" }, merged: { a: ["1", "2"] } };
    expect(await seen(look, "/?a=1", post("a=2"), { union: true })).toEqual(both);
    const perRequest = async (request: ServiceRequest) => {
      request.adjust({ union: true });
      return look(request);
    };
    expect(await seen(perRequest, "/?a=1", post("a=2"))).toEqual(both);
  });
  test("the filter of the settings applies to all tables", async () => {
    const all = async (request: ServiceRequest) => [
      request.query.text("q"),
      request.cookies.text("c"),
      (await request.form()).fields.text("f"),
    ];
    const init = {
      ...post("f=%3C3%3E"),
      headers: { "content-type": "application/x-www-form-urlencoded", cookie: "c=<2>" },
    };
    const definition = { filterCgi: undefined };
    expect(await seen(all, "/?q=<1>", init, definition)).toEqual(["&lt;1&gt;", "&lt;2&gt;", "&lt;3&gt;"]);
    expect(await seen(all, "/?q=<1>", init, definition, { filterCgi: 0 })).toEqual(["<1>", "<2>", "<3>"]);
  });
  test("too long a value is 413", async () => {
    expect(await seen(look, "/?a=12345", {}, { parameterLimit: 4 })).toBe(413);
  });
});

test("R5 cookies of all headers", async () => {
  const service = await serving((request, response) => response.json(request.cookies.toObject()));
  const head = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nCookie: a=1; b=2\r\nCookie: a=3\r\n\r\n";
  expect((await exchange(service.port, head)).split("\r\n\r\n")[1]).toBe('{"a":["1","3"],"b":"2"}');
});

describe("R6 uploads", () => {
  const part = (disposition: string, content: string, type = "") =>
    `--XX\r\nContent-Disposition: form-data; ${disposition}\r\n${type && `Content-Type: ${type}\r\n`}\r\n${content}\r\n`;
  const body =
    part('name="title"', "caf\u00e9 <1>") +
    part('name="f"; filename="dir/a.txt"', "hello", "text/plain") +
    part('name="f"; filename="b.bin"', "\0\x01", "application/octet-stream") +
    part('name="g"; filename=""', "", "application/octet-stream");
  const multipart = (text: string, boundary = "XX") => post(text, `multipart/form-data; boundary=${boundary}`);
  const look = async (request: ServiceRequest) => {
    const { fields, files } = await request.form();
    const described = files.map(async (file) => [
      file.field,
      file.name,
      file.type,
      file.size,
      Buffer.from(await file.bytes()).toString(),
    ]);
    return { fields: fields.toObject(), files: await Promise.all(described) };
  };
  const expected = {
    fields: { title: "café <1>" },
    files: [
      ["f", "a.txt", "text/plain", 5, "hello"],
      ["f", "b.bin", "application/octet-stream", 2, "\0\x01"],
      ["g", "", "application/octet-stream", 0, ""],
    ],
  };

  test.each(["XX", '"XX"; charset=utf-8'])("fields and files, boundary %s", async (boundary) => {
    expect(await seen(look, "/", multipart(`${body}--XX--\r\n`, boundary), { uploads: true })).toEqual(expected);
  });

  test("fields pass the filter", async () => {
    const filtered = (await seen(look, "/", multipart(`${body}--XX--\r\n`), {
      uploads: true,
      filterCgi: 2,
    })) as typeof expected;
    expect(filtered.fields.title).toBe("café &lt;1&gt;");
  });

  test.each<[string, number, string, Parameters<typeof serving>[1]]>([
    ["not enabled", 405, `${body}--XX--\r\n`, {}],
    ["without its end", 417, body, { uploads: true }],
    ["that ends in a file", 417, part('name="f"; filename="a"', "xyz").trimEnd(), { uploads: true }],
    ["a file too long", 413, `${body}--XX--\r\n`, { uploads: { fileSize: 4 } }],
    ["too many files", 413, `${body}--XX--\r\n`, { uploads: { files: 1 } }],
    ["too many fields", 413, `${part('name="x"', "1")}${body}--XX--\r\n`, { uploads: { fields: 1 } }],
    ["a field too long", 413, `${body}--XX--\r\n`, { uploads: true, parameterLimit: 6 }],
    ["a body too long", 413, `${body}--XX--\r\n`, { uploads: true, bodyLimit: 20 }],
  ])("%s is %i", async (_name, status, text, definition) => {
    expect(await seen(look, "/", multipart(text), definition)).toBe(status);
  });

  test("no boundary is 400", async () => {
    expect(await seen(look, "/", post(body, "multipart/form-data"), { uploads: true })).toBe(400);
  });

  test("to a directory, which is cleaned up after the response", async () => {
    const directory = await mkdtemp(join(tmpdir(), "pub-upload-"));
    onTestFinished(() => rm(directory, { recursive: true }));
    const service = await serving(
      async (request, response) => {
        const { files } = await request.form();
        await files[0].moveTo(join(directory, "kept"));
        await response.json(await look(request));
      },
      { uploads: { store: { directory } } },
    );
    const answer = await service.fetch("/", multipart(`${body}--XX--\r\n`));
    expect(((await answer.json()) as typeof expected).files[1][4]).toBe("\0\x01");
    await expect.poll(() => readdir(directory)).toEqual(["kept"]);
    expect(await readFile(join(directory, "kept"), "utf8")).toBe("hello");
    await service.fetch("/", multipart(body));
    await expect.poll(() => readdir(directory)).toEqual(["kept"]);
  });

  test("to the service's own code as they arrive", async () => {
    const directory = await mkdtemp(join(tmpdir(), "pub-upload-"));
    onTestFinished(() => rm(directory, { recursive: true }));
    const store = ({ name, content }: { name: string; content: NodeJS.ReadableStream }) =>
      pipeline(content, createWriteStream(join(directory, `own-${name}`)));
    await seen(look, "/", multipart(`${body}--XX--\r\n`), { uploads: { store } });
    expect((await readdir(directory)).sort()).toEqual(["own-", "own-a.txt", "own-b.bin"]);
  });
});

describe("R7 raw body", () => {
  test("whole, as text, in pieces", async () => {
    expect(await seen(async (request) => (await request.bytes()).length, "/", post("12345"))).toBe(5);
    expect(await seen((request) => request.text(), "/", post("é"))).toBe("é");
    const pieces = async (request: ServiceRequest) => {
      let length = 0;
      for await (const piece of request.stream()) length += piece.length;
      return length;
    };
    expect(await seen(pieces, "/", post("x".repeat(100_000)))).toBe(100_000);
  });

  test.each<[string, RequestInit, unknown]>([
    ["JSON", post('{"a":[1]}', "application/json; charset=utf-8"), { a: [1] }],
    ["JSON of another name", post("2", "application/problem+json"), 2],
    ["no JSON", post("{", "application/json"), 400],
    ["another type", post("{}", "text/plain"), 415],
  ])("%s", async (_name, init, expected) => {
    expect(await seen((request) => request.json(), "/", init)).toEqual(expected);
  });

  test("a body beyond the limit is 413, with a length or without", async () => {
    const read = (request: ServiceRequest) => request.bytes();
    expect(await seen(read, "/", post("123456"), { bodyLimit: 5 })).toBe(413);
    const service = await serving(async (request) => void (await request.bytes()), { bodyLimit: 5 });
    const chunked = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n6\r\n123456\r\n0\r\n\r\n";
    expect(await exchange(service.port, chunked)).toMatch(/^HTTP\/1.1 413[\s\S]*\r\nConnection: close\r\n/);
  });

  test("a refused body does not disturb the answer", async () => {
    expect(await seen((request) => request.bytes(), "/", post("x".repeat(3_000_000)))).toBe(413);
  });
});

test("R8, R9, R10 where the request came from", async () => {
  const service = await serving((request, response) =>
    response.json([
      request.clientAddress,
      request.clientAddressNumber,
      request.clientPort > 0,
      request.peerAddress,
      request.isSecure,
      request.cipher,
      request.localPort,
      request.requestNumber,
    ]),
  );
  const head = "GET / HTTP/1.1\r\nHost: x\r\n";
  const both = await exchange(service.port, `${head}\r\n${head}Connection: close\r\n\r\n`);
  const bodies = both.split(/\r\n\r\n/).flatMap((text) => /^\[.*?\]/.exec(text)?.[0] ?? []);
  const facts = ["127.0.0.1", 0x7f000001, true, "127.0.0.1", false, "", service.port];
  expect(bodies.map((text) => JSON.parse(text))).toEqual([
    [...facts, 1],
    [...facts, 2],
  ]);
});

test("R8 the log names the client that a trusted proxy tells", async () => {
  const service = await serving(
    (request, response) => response.text(String(request.clientAddress)),
    {},
    {
      settings: { trustedProxies: ["127.0.0.1"] },
    },
  );
  const answer = await service.fetch("/", { headers: { "x-forwarded-for": "6.6.6.6, 203.0.113.5" } });
  expect(await answer.text()).toBe("203.0.113.5");
  await expect.poll(() => service.responses[0]?.clientAddress).toBe("203.0.113.5");
});

test("R11 a body that comes too slowly is 408", async () => {
  const service = await serving(async (request) => void (await request.bytes()), { timeout: 20 });
  expect(await exchange(service.port, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n12")).toMatch(
    /^HTTP\/1.1 408/,
  );
});

describe("R12 only over TLS", () => {
  test("403", async () => {
    expect(await seen(() => 1, "/", {}, { secureOnly: true })).toBe(403);
  });
  test("redirected", async () => {
    const service = await serving(() => {}, { secureOnly: { redirect: "https://example.com/" } });
    const answer = await service.fetch("/");
    expect([answer.status, answer.headers.get("location")]).toEqual([301, "https://example.com/"]);
  });
  test("the word of a trusted proxy counts", async () => {
    const init = { headers: { "x-forwarded-proto": "https" } };
    expect(await seen(() => 1, "/", init, { secureOnly: true }, { trustedProxies: ["127.0.0.1"] })).toBe(1);
  });
});

test("R13 the signal is aborted when the client goes away, the log says 600", async () => {
  let isAborted = false;
  const service = await serving(async (request) => {
    await new Promise<void>((resolve) => request.signal.addEventListener("abort", () => resolve()));
    isAborted = request.isClientGone;
  });
  const socket = connect(service.port, "127.0.0.1", () => socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
  await expect.poll(() => socket.bytesWritten > 0).toBe(true);
  setTimeout(() => socket.destroy(), 50);
  await expect.poll(() => isAborted).toBe(true);
  expect(service.log).toEqual([]);
});
