// Hostile requests through a real okd: each is answered with a documented status or its connection is closed, none hangs,
// and all processes go on. REQUESTS=100000 SEED=7 in the environment makes more and others of them.
import { afterAll, beforeAll, expect, test } from "vitest";
import { hostileRequest, randomSource, sendHostile } from "../fuzz/requests.js";
import { type Served, serve } from "./served.js";

const count = Number(process.env.REQUESTS ?? 400);
const seed = Number(process.env.SEED ?? 1);

/** Reads everything of a request that can be read. */
const ECHO = `
  export default api.defineService({
    name: "echo",
    uploads: { fileSize: 2000, files: 3, fields: 20 },
    timeout: 2000,
    async handle(request, response) {
      for (const [name] of request.query) { request.query.get(name); request.query.int64(name); request.query.double(name); }
      for (const [name] of request.cookies) request.cookies.get(name);
      response.header("X-Path", request.decodedPath);
      response.cookie({ values: { path: request.path } });
      response.etag(request.queryText);
      if (request.contentType === "application/json") return response.json(await request.json());
      const { fields, files } = await request.form();
      return response.json([[...fields], files.map((file) => file.size)]);
    },
  });`;

/** What a client may be told: docs/services.md, and for files docs/okws-config.md. */
const DOCUMENTED = new Set([
  0, 200, 206, 301, 304, 400, 403, 404, 405, 408, 411, 412, 413, 414, 415, 416, 417, 431, 501, 505,
]);

let okd: Served;
beforeAll(async () => {
  okd = await serve({
    site: { "page.html": "page %{a}", "index.html": "index" },
    modules: { "echo.mjs": ECHO },
    configuration: "Service echo.mjs /echo\nClientTimeout 2\nCgiValueLenLimit 4096\n",
  });
});
afterAll(() => okd?.dispose());

test(`${count} hostile requests, seed ${seed}`, { timeout: 60_000 + count * 500 }, async () => {
  const processes = okd.children();
  const statuses = new Map<number, number>();
  const problems: string[] = [];
  let next = 0;
  const client = async () => {
    while (next < count && problems.length < 5) {
      const number = next++;
      const request = hostileRequest(randomSource(seed * 1_000_003 + number));
      const told = `request ${number}: ${JSON.stringify(request).slice(0, 2000)}`;
      try {
        const { status, received } = await sendHostile(okd.port, request);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        if (!DOCUMENTED.has(status)) problems.push(`${told}\nis answered with ${received.slice(0, 300)}`);
      } catch (error) {
        problems.push(`${told}\n${(error as Error).message}`);
      }
    }
  };
  await Promise.all(Array.from({ length: 8 }, client));
  expect(problems).toEqual([]);
  expect(okd.children()).toEqual(processes);
  expect((await okd.fetch("/page.html?a=1")).status).toBe(200);
  expect((await okd.fetch("/echo", { method: "POST", body: "a=1" })).status).toBe(200);
  // No program of the server was at fault, and the requests were of all kinds.
  expect(okd.output().match(/.*\b(?:TypeError|RangeError|AssertionError|at file:).*/g)).toBeNull();
  expect(statuses.size).toBeGreaterThan(8);
});
