/**
 * Responses (features P1 to P15), over real sockets.
 */
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import { HttpError } from "./errors.js";
import { exchange, fieldNames, serving } from "./testing.js";

const get = (path = "/", more = "") => `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${more}\r\n`;

test("P1, P2 the body is what was written, sent once", async () => {
  let second: unknown;
  const service = await serving(async (_request, response) => {
    response.write("é", 1, 2n, Buffer.from([0xff]));
    await response.send("!");
    second = await response.send("again").catch((error: Error) => error.message);
  });
  expect(Buffer.from(await (await service.fetch("/")).arrayBuffer())).toEqual(Buffer.from("\xc3\xa912\xff!", "latin1"));
  expect(second).toBe("the response has been sent already");
});

test("P2 what was written but not sent is sent when the handler is done", async () => {
  const service = await serving((_request, response) => void response.write("done"));
  expect(await (await service.fetch("/")).text()).toBe("done");
});

test("P3, P11 any status with an own body", async () => {
  const service = await serving((_request, response) => {
    response.status = 404;
    response.cookie({ values: { seen: "1" } });
    return response.html("own page");
  });
  const answer = await service.fetch("/");
  expect([answer.status, await answer.text(), answer.headers.get("set-cookie")]).toEqual([
    404,
    "own page",
    "seen=1; Path=/",
  ]);
});

describe("P4 redirect", () => {
  test.each<[string, number | undefined, number, string | null]>([
    ["/there", undefined, 301, "/there"],
    ["https://example.com/a b", 302, 302, "https://example.com/a%20b"],
    ["/é\r\nX: y", 307, 307, "/%C3%A9%0D%0AX:%20y"],
    ["/there", 200, 500, null],
  ])("%j with %s", async (url, status, expected, location) => {
    const service = await serving((_request, response) => response.redirect(url, status));
    const answer = await service.fetch("/");
    expect([answer.status, answer.headers.get("location")]).toEqual([expected, location]);
  });

  test("has its fields in order", async () => {
    const service = await serving((_request, response) => {
      response.header("X-Own", "1");
      response.cookie({ values: { a: "1" } });
      return response.redirect("/there");
    });
    expect(fieldNames(await exchange(service.port, get()))).toEqual([
      "Date",
      "Connection",
      "Server",
      "X-OKWS-Version",
      "Location",
      "X-Own",
      "Content-Length",
      "Set-Cookie",
    ]);
  });
});

describe("P5 error pages", () => {
  test("built in, with headers and cookies kept and the text in the log", async () => {
    const service = await serving((_request, response) => {
      response.write("forgotten");
      response.header("X-Own", "1");
      response.cookie({ values: { a: "1" } });
      return response.error(403, "no <way>");
    });
    const answer = await service.fetch("/");
    expect(answer.status).toBe(403);
    expect(answer.headers.get("x-own")).toBe("1");
    expect(answer.headers.get("set-cookie")).toBe("a=1; Path=/");
    expect(await answer.text()).toMatch(
      /<title>403 Forbidden<\/title>[\s\S]*<h1>Error 403 Forbidden<\/h1>\n<hr>\n<i>okws\/0.1.0 Server at .* Port 80<\/i>/,
    );
    await expect.poll(() => service.responses[0]).toMatchObject({ status: 403, errorText: "no <way>" });
  });

  test("404 names the path, escaped", async () => {
    const service = await serving((request) => {
      throw new HttpError(404, request.path);
    });
    expect(await exchange(service.port, get("/<x>"))).toContain("<tt>/&lt;x&gt;</tt>");
  });

  test("a fault of the handler is 500, logged, and not shown", async () => {
    const service = await serving(() => {
      throw new Error("secret");
    });
    const answer = await service.fetch("/");
    expect([answer.status, (await answer.text()).includes("secret")]).toEqual([500, false]);
    expect(service.log.join()).toContain("Error: secret");
  });

  test("a fault after the beginning of the body breaks the connection", async () => {
    const service = await serving(async (_request, response) => {
      const body = response.stream();
      await body.write("begun");
      throw new Error("too late");
    });
    await expect(service.fetch("/").then((answer) => answer.text())).rejects.toThrow();
  });

  test("HEAD gets no body", async () => {
    const service = await serving((_request, response) => response.error(404));
    const text = await exchange(service.port, get().replace("GET", "HEAD"));
    expect(text).toMatch(/\r\nContent-Length: [1-9]\d+\r\n\r\n$/);
  });
});

test("P6, P7 fields in the order of the specification", async () => {
  const service = await serving((_request, response) => {
    response.contentType = "text/plain";
    response.cacheControl = "no-cache";
    response.expires = new Date(0);
    response.contentDisposition = "inline";
    response.header("X-Own", "1");
    response.header("x-own", "2");
    response.header("X-Other", "é");
    response.cookie({ values: { a: "1" } });
    response.cookie({ values: { b: "1" } });
    return response.send("ok");
  });
  const text = await exchange(service.port, get());
  expect(fieldNames(text)).toEqual([
    "Date",
    "Content-Type",
    "Connection",
    "Cache-control",
    "Expires",
    "Content-Disposition",
    "Server",
    "X-OKWS-Version",
    "x-own",
    "X-Other",
    "Content-Length",
    "Set-Cookie",
    "Set-Cookie",
  ]);
  expect(text).toContain("\r\nExpires: Thu, 01 Jan 1970 00:00:00 GMT\r\n");
  expect(text).toContain("\r\nx-own: 2\r\nX-Other: \xc3\xa9\r\n");
});

test("P7 nothing splits a response", async () => {
  const results: boolean[] = [];
  const service = await serving((_request, response) => {
    for (const [name, value] of [
      ["X-A", "1\r\nX-Injected: 1"],
      ["X-B\r\nX-Injected", "1"],
      ["X-C", "1\n"],
      ["X-D", "\0"],
      ["Content-Length", "1"],
      ["Transfer-Encoding", "chunked"],
      ["X-Fine", "1"],
    ]) {
      results.push(response.header(name, value));
    }
    response.contentType = "text/html\r\nX-Injected: 1";
    response.rawCookie("a=1\r\nX-Injected: 1");
    response.cookie({ values: { "b\r\nX-Injected": "1\r\n" }, domain: "x\r\nX-Injected: 1" });
    return response.send("ok");
  });
  const text = await exchange(service.port, get());
  expect(results).toEqual([false, false, false, false, false, false, true]);
  expect(text).not.toMatch(/^X-Injected/im);
  expect(text).toMatch(/\r\n\r\nok$/);
});

describe("P9 compression", () => {
  const page = "<p>hello</p>".repeat(100);
  const answer = async (accept: string, definition = {}, more: (r: { compress: boolean }) => void = () => {}) => {
    const service = await serving((_request, response) => {
      more(response);
      return response.html(page);
    }, definition);
    const raw = await exchange(service.port, get("/", accept && `Accept-Encoding: ${accept}\r\n`));
    const end = raw.indexOf("\r\n\r\n");
    await expect.poll(() => service.responses.length).toBe(1);
    return {
      head: raw.slice(0, end),
      body: Buffer.from(raw.slice(end + 4), "latin1"),
      uncompressed: service.responses[0].uncompressedLength,
    };
  };
  test("gzip", async () => {
    const { head, body, uncompressed } = await answer("gzip");
    expect(head).toContain("\r\nContent-Encoding: gzip");
    expect(head).toContain("\r\nVary: Accept-Encoding");
    expect(gunzipSync(body).toString()).toBe(page);
    expect(uncompressed).toBe(page.length);
  });
  test("brotli", async () => {
    expect(brotliDecompressSync((await answer("gzip, br")).body).toString()).toBe(page);
  });
  test.each<[string, string, object]>([
    ["not accepted", "", {}],
    ["off for the service", "gzip", { compression: false }],
    ["below the minimum", "gzip", { compression: { minimumLength: 5000 } }],
    ["not offered", "gzip", { compression: { codings: ["br"] } }],
  ])("%s", async (_name, accept, definition) => {
    expect((await answer(accept, definition)).body.toString()).toBe(page);
  });
  test("off for one response", async () => {
    const { body } = await answer("gzip", {}, (response) => {
      response.compress = false;
    });
    expect(body.toString()).toBe(page);
  });
  test("HEAD tells the length of the compressed body", async () => {
    const service = await serving((_request, response) => response.html(page));
    const raw = await exchange(service.port, get("/", "Accept-Encoding: gzip\r\n").replace("GET", "HEAD"));
    expect(raw).toMatch(/\r\nContent-Encoding: gzip\r\n[\s\S]*\r\nContent-Length: \d{2}\r\n\r\n$/);
  });
});

describe("P10 streaming", () => {
  test("chunked, in pieces, never compressed", async () => {
    const service = await serving(async (_request, response) => {
      const body = response.stream({ type: "text/plain" });
      for (const piece of ["a", "", Buffer.from("é")]) expect(await body.write(piece)).toBe(true);
      body.end();
    });
    const raw = await exchange(service.port, get("/", "Accept-Encoding: gzip\r\n"));
    expect(raw).toContain("\r\nTransfer-Encoding: chunked\r\n");
    expect(raw).toMatch(/\r\n\r\n1\r\na\r\n2\r\n\xc3\xa9\r\n0\r\n\r\n$/);
  });
  test("with a length", async () => {
    const service = await serving(async (_request, response) => {
      const body = response.stream({ length: 3 });
      await body.write("abc");
      body.end();
    });
    expect(await exchange(service.port, get())).toMatch(/\r\nContent-Length: 3\r\n\r\nabc$/);
  });
  test("HTTP/1.0 ends with the connection", async () => {
    const service = await serving(async (_request, response) => {
      const body = response.stream();
      await body.write("abc");
      body.end();
    });
    const raw = await exchange(service.port, "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    expect(raw).not.toMatch(/Transfer-Encoding|Content-Length/);
    expect(raw).toMatch(/\r\nConnection: close\r\n[\s\S]*\r\n\r\nabc$/);
  });
  test("HEAD has the head only", async () => {
    const service = await serving(async (_request, response) => {
      const body = response.stream({ length: 3 });
      await body.write("abc");
      body.end();
    });
    expect(await exchange(service.port, get().replace("GET", "HEAD"))).toMatch(/Content-Length: 3\r\n\r\n$/);
  });
  test("writing waits for the client, and ends when it is gone", async () => {
    let written = 0;
    let isOver = false;
    const service = await serving(async (_request, response) => {
      const body = response.stream();
      while (await body.write(Buffer.alloc(1024 * 1024))) written++;
      isOver = body.isGone;
      body.end();
    });
    const socket = connect(service.port, "127.0.0.1", () => socket.write(get()));
    socket.pause();
    await expect.poll(() => written > 0).toBe(true);
    let before = -1;
    await expect
      .poll(
        () => {
          const isStill = before === written;
          before = written;
          return isStill;
        },
        { interval: 200 },
      )
      .toBe(true);
    expect(written).toBeLessThan(50);
    socket.destroy();
    await expect.poll(() => isOver).toBe(true);
    await expect.poll(() => service.responses.at(-1)?.status ?? 600).toBe(600);
  });
});

test("server-sent events", async () => {
  const service = await serving(async (_request, response) => {
    const events = response.events();
    await events.send({ event: "greeting\n", id: "7", retry: 10, data: "a\nb" });
    expect(events.lastEventId).toBe("6");
    events.close();
    expect(await events.send({ data: "late" })).toBe(false);
  });
  const answer = await service.fetch("/", { headers: { "last-event-id": "6" } });
  expect(answer.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
  expect(answer.headers.get("cache-control")).toBe("no-cache");
  expect(await answer.text()).toBe(":\n\nevent: greeting\nid: 7\nretry: 10\ndata: a\ndata: b\n\n");
});

test("server-sent events end when the process is about to end", async () => {
  const service = await serving(async (_request, response) => response.events().closed);
  const answer = await service.fetch("/");
  service.service.stopping();
  expect(await answer.text()).toBe(":\n\n");
});

test("P12, P13, P14 what goes into the log", async () => {
  let wasSent: boolean | undefined;
  const service = await serving((_request, response) => {
    response.userId = 0xabcn;
    response.logField = "basket=3";
    response.beforeLog((facts) => ({ ...facts, custom: `${facts.custom}!` }));
    response.sent.then((sent) => {
      wasSent = sent;
    });
    return response.send("ok");
  });
  await service.fetch("/");
  await expect.poll(() => service.responses[0]).toMatchObject({ userId: 0xabcn, custom: "basket=3!", status: 200 });
  await expect.poll(() => wasSent).toBe(true);
});

test("P15 the Connection header and the end of the connection", async () => {
  const service = await serving((request, response) => {
    if (request.path === "/silent") response.showConnection = false;
    if (request.path === "/last") response.closeConnection();
    return response.send("ok");
  });
  const kept =
    "GET /silent HTTP/1.1\r\nHost: x\r\n\r\nGET /last HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n";
  const [, first, second, third] = (await exchange(service.port, kept)).split("HTTP/1.1 200 ");
  expect(first).not.toMatch(/Connection/i);
  expect(second).toContain("\r\nConnection: close\r\n");
  expect(third).toBeUndefined();
});

describe("caching", () => {
  test.each<[Record<string, string>, number]>([
    [{}, 200],
    [{ "if-none-match": '"v1"' }, 304],
    [{ "if-match": '"v0"' }, 412],
  ])("%j is %i", async (headers, status) => {
    const service = await serving((_request, response) => {
      response.etag("v1");
      response.lastModified(Date.UTC(2026, 0, 1));
      response.cacheFor(60, { isPublic: true, immutable: true });
      return response.html("page");
    });
    const answer = await service.fetch("/", { headers });
    expect(answer.status).toBe(status);
    expect(answer.headers.get("etag")).toBe('"v1"');
    expect(answer.headers.get("last-modified")).toBe("Thu, 01 Jan 2026 00:00:00 GMT");
    expect(answer.headers.get("cache-control")).toBe("public, max-age=60, immutable");
    expect((await answer.text()) !== "").toBe(status === 200);
  });

  test("the compressed form has a tag of its own that validates", async () => {
    const service = await serving((_request, response) => {
      response.etag("v1");
      return response.html("x".repeat(1000));
    });
    const tag = (await service.fetch("/", { headers: { "accept-encoding": "gzip" } })).headers.get("etag");
    expect(tag).toBe('"v1-gzip"');
    expect((await service.fetch("/", { headers: { "if-none-match": String(tag) } })).status).toBe(304);
  });
});

describe("files", async () => {
  const folder = await mkdtemp(join(tmpdir(), "pub-files-"));
  await writeFile(join(folder, "a.txt"), "0123456789");
  await writeFile(join(folder, "empty.css"), "");
  await symlink("/etc/hostname", join(folder, "out"));
  afterAll(() => rm(folder, { recursive: true }));
  const file = async (path: string, init?: RequestInit, download?: string) => {
    const service = await serving((request, response) =>
      response.file(request.decodedPath, { root: folder, ...(download && { download }) }),
    );
    onTestFinished(() => service.close());
    return service.fetch(path, init);
  };

  test("whole, with validators", async () => {
    const answer = await file("/a.txt");
    expect(await answer.text()).toBe("0123456789");
    expect(answer.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect(answer.headers.get("accept-ranges")).toBe("bytes");
    const again = await file("/a.txt", { headers: { "if-none-match": String(answer.headers.get("etag")) } });
    expect(again.status).toBe(304);
  });

  test.each<[string, number, string, string | null]>([
    ["bytes=2-4", 206, "234", "bytes 2-4/10"],
    ["bytes=-2", 206, "89", "bytes 8-9/10"],
    ["bytes=20-", 416, "", "bytes */10"],
    ["bytes=0-1,4-5", 200, "0123456789", null],
  ])("%s", async (range, status, body, contentRange) => {
    const answer = await file("/a.txt", { headers: { range } });
    expect([answer.status, await answer.text(), answer.headers.get("content-range")]).toEqual([
      status,
      body,
      contentRange,
    ]);
  });

  test("an empty file, HEAD, a name to save under", async () => {
    expect(await (await file("/empty.css")).text()).toBe("");
    expect((await file("/a.txt", { method: "HEAD" })).headers.get("content-length")).toBe("10");
    expect((await file("/a.txt", {}, 'é".txt')).headers.get("content-disposition")).toBe(
      "attachment; filename=\"__.txt\"; filename*=UTF-8''%C3%A9%22.txt",
    );
  });

  test.each(["/none", "/", "/%2e%2e/a", "/..%2f..%2fetc/passwd", "/out", "/a.txt/x", "/a%00.txt"])(
    "%s is 404",
    async (path) => {
      expect((await file(path)).status).toBe(404);
    },
  );
});
