// HTTP/2 with real processes: each stream reaches a service as one request of its own.

import { readFileSync } from "node:fs";
import http2 from "node:http2";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeCertificate } from "../testing/certificates.js";
import { buildPrograms, type RunningServer, startServer, temporaryFolder } from "../testing/run-server.js";

let server: RunningServer;
let client: http2.ClientHttp2Session;
let url: string;
let ca: Buffer;

const SERVICE = `export default defineService({
  name: "echo",
  async handle(request, response) {
    if (request.method === "POST") {
      let length = 0;
      for await (const piece of request.stream()) length += piece.length;
      await response.send(String(length));
      return;
    }
    const { isSecure, clientAddress } = request;
    response.cookie({ values: { a: "1" } });
    response.cookie({ values: { b: "2" } });
    const told = { isSecure, clientAddress, host: request.header("host"), cookie: request.header("cookie") };
    await response.send(JSON.stringify(told));
  },
});`;

beforeAll(async () => {
  const folder = temporaryFolder();
  const { certificate, key } = makeCertificate(folder, "main", ["localhost"]);
  ca = readFileSync(certificate);
  server = await startServer({
    programs: await buildPrograms(),
    configuration: "JailDir FOLDER\nService echo.mjs /echo\nLogDir FOLDER/logs\n",
    arguments: ["--tls-port", "0", "--tls-cert", certificate, "--tls-key", key],
    site: {
      templates: { "/index.html": "home", "/slow.html": "!wait 300\nslow" },
      files: { "/big.txt": "0123456789".repeat(200_000) },
    },
    modules: { "echo.mjs": SERVICE },
  });
  const port = (await server.printed(/https:\/\/127\.0\.0\.1:(\d+)\//))[1];
  url = `https://localhost:${port}`;
  client = http2.connect(url, { ca });
}, 120_000);

afterAll(() => client?.destroy());

interface Answer {
  headers: http2.IncomingHttpHeaders & http2.IncomingHttpStatusHeader;
  body: string;
}

function ask(headers: http2.OutgoingHttpHeaders, body?: Buffer, session = client): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const stream = session.request(headers, { endStream: body === undefined });
    let text = "";
    let answered: Answer["headers"] = {};
    stream.setEncoding("latin1");
    stream.on("response", (fields) => {
      answered = fields;
    });
    stream.on("data", (chunk) => {
      text += chunk;
    });
    stream.on("end", () => resolve({ headers: answered, body: text }));
    stream.on("error", reject);
    if (body !== undefined) stream.end(body);
  });
}

test("a page", async () => {
  const { headers, body } = await ask({ ":path": "/" });
  expect(headers[":status"]).toBe(200);
  expect(body).toBe("home");
  expect(headers).not.toHaveProperty("connection");
});

test("headers both ways: host, joined cookies, repeated Set-Cookie, the client's address", async () => {
  const { headers, body } = await ask({ ":path": "/echo", cookie: ["x=1", "y=2"] });
  expect(headers["set-cookie"]).toEqual([expect.stringMatching(/^a=1/), expect.stringMatching(/^b=2/)]);
  expect(JSON.parse(body)).toEqual({
    isSecure: true,
    clientAddress: "127.0.0.1",
    host: url.replace("https://", ""),
    cookie: "x=1; y=2",
  });
});

test("HEAD has no body", async () => {
  const { headers, body } = await ask({ ":path": "/big.txt", ":method": "HEAD" });
  expect(headers[":status"]).toBe(200);
  expect(body).toBe("");
});

test("a large file", async () => {
  expect((await ask({ ":path": "/big.txt" })).body).toBe("0123456789".repeat(200_000));
});

test.each([
  ["without a length", {}],
  ["with a length", { "content-length": 1_000_000 }],
  ["after 100 Continue", { expect: "100-continue" }],
])("a body %s", async (_name, fields) => {
  const { body } = await ask({ ":path": "/echo", ":method": "POST", ...fields }, Buffer.alloc(1_000_000));
  expect(body).toBe("1000000");
});

test("streams do not wait for each other", async () => {
  const order: string[] = [];
  const slow = ask({ ":path": "/slow.html" }).then(() => order.push("slow"));
  await ask({ ":path": "/echo" }).then(() => order.push("fast"));
  await slow;
  expect(order).toEqual(["fast", "slow"]);
});

test("a hundred streams at once", async () => {
  const answers = await Promise.all(Array.from({ length: 100 }, (_, index) => ask({ ":path": `/?${index}` })));
  expect(answers.every(({ body }) => body === "home")).toBe(true);
});

describe("what cannot be an HTTP/1.1 request is refused, and the connection goes on", () => {
  test.each<[string, http2.OutgoingHttpHeaders, number]>([
    ["a path with a blank", { ":path": "/a b" }, 400],
    ["a path with a line break", { ":path": "/ HTTP/1.1\r\nX: y" }, 400],
    ["two different hosts", { ":path": "/", ":authority": "a.test", host: "b.test" }, 400],
  ])("%s", async (_name, headers, status) => {
    const answer = await ask(headers).catch((error: Error) => error);
    // A client or a library that refuses by itself is as good.
    if (!(answer instanceof Error)) expect(answer.headers[":status"]).toBe(status);
    const session = http2.connect(url, { ca });
    expect((await ask({ ":path": "/" }, undefined, session)).body).toBe("home");
    session.destroy();
  });
});

test("a client that resets its streams costs nobody anything", async () => {
  const session = http2.connect(url, { ca });
  session.on("error", () => {});
  for (let round = 0; round < 50; round++) {
    const stream = session.request({ ":path": "/slow.html" });
    stream.on("error", () => {});
    stream.close(http2.constants.NGHTTP2_CANCEL);
  }
  expect((await ask({ ":path": "/" })).body).toBe("home");
  session.destroy();
});

test("requests are in the access log", async () => {
  await ask({ ":path": "/?over-http2" });
  await expect
    .poll(() => readFileSync(join(server.folder, "logs/access_log"), "latin1"))
    .toMatch(/^127\.0\.0\.1 .*over-http2/m);
});
