// A declared service behind a real okd: hand-over, bodies, streams, log fields and the end of the process.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { pubc, root } from "./command.js";

const scratch = mkdtempSync(join(tmpdir(), "okd-service-"));

const SERVICE = `
import { createLocaliser, defineLibrary, defineService, HttpError } from "pub-runtime/service";

export default defineService({
  name: "shop",
  filterCgi: 0,
  libraries: [defineLibrary("shop", { double: { args: "i", doc: "Twice.", run: (n) => Number(n) * 2 } })],
  setup: () => ({ messages: [] }),
  onMessage: (text) => (text === "bad" ? "refused" : undefined),
  beforeShutdown: (service) => service.log("closing"),
  routes: (route) => [
    route({
      path: "/shop/page",
      handle: (input, response, context) => {
        context.localiser = createLocaliser({ format: "sffx1=L", language: input.request.query.get("lang") ?? "en" });
        response.userId = 255n;
        response.logField = "basket=3";
        response.cookie({ values: { seen: "1" }, httpOnly: true });
        return response.page("/page.html", { n: input.request.query.integer("n") });
      },
    }),
    route({
      method: "POST",
      path: "/shop/upload",
      uploads: true,
      handle: async ({ request }, response) => {
        const { fields, files } = await request.form();
        return response.json([fields.get("title"), files.map((file) => [file.name, file.size])]);
      },
    }),
    route({ method: "POST", path: "/shop/raw", bodyLimit: 1e7, handle: async ({ request }, response) => {
      let length = 0;
      for await (const piece of request.stream()) length += piece.length;
      return response.text(String(length));
    } }),
    route({ path: "/shop/stream", handle: async (_input, response) => {
      const body = response.stream({ type: "text/plain" });
      for (let n = 0; n < 3; n++) await body.write(n + "\\n");
      body.end();
    } }),
    route({ path: "/shop/events", handle: async (_input, response) => response.events().closed }),
    route({ path: "/shop/fails", handle: () => { throw new Error("é in the log"); } }),
    route({ path: "/shop/teapot", handle: () => { throw new HttpError(418, "short and stout"); } }),
  ],
});
`;

const CONFIGURATION = `
JailDir ${scratch}
Service service.mjs /shop
RegexAlias /shop ^/shop/.*$
ErrorDoc 404 /missing.html
AccessLogFmt iU2s1
`;

let okd: ChildProcess;
let port: number;
let output = "";
let exited: Promise<number | null>;
const url = (path: string) => `http://127.0.0.1:${port}${path}`;

beforeAll(async () => {
  // The module of the service imports packages from here.
  symlinkSync(join(root, "node_modules"), join(scratch, "node_modules"));
  const site = join(scratch, "site");
  mkdirSync(site);
  const files = { "page.html": "n %{double(n)}", "page.de.html": "Zahl %{double(n)}", "missing.html": "no %{AUXSTR}" };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(site, name), text);
  writeFileSync(join(scratch, "service.mjs"), SERVICE);
  writeFileSync(join(scratch, "okws_config"), CONFIGURATION);
  const { stderr } = await pubc(["compile", site, "-o", join(scratch, "dist")]);
  expect(stderr).toBe("");
  const program = join(root, "packages/okd/bin/okd.js");
  const settings = ["--config", join(scratch, "okws_config"), "--port", "0", "--address", "127.0.0.1"];
  okd = spawn(process.execPath, [program, join(scratch, "dist"), ...settings], { stdio: ["ignore", "pipe", "pipe"] });
  exited = new Promise((resolve) => okd.once("close", resolve));
  port = await new Promise((resolve, reject) => {
    for (const stream of [okd.stdout, okd.stderr]) {
      stream?.on("data", (chunk: Buffer) => {
        output += chunk.toString("utf8");
        const listening = /listening on http:\/\/127\.0\.0\.1:(\d+)\//.exec(output);
        if (listening) resolve(Number(listening[1]));
      });
    }
    void exited.then(() => reject(new Error(output)));
  });
});

afterAll(async () => {
  okd?.kill("SIGKILL");
  await exited;
  rmSync(scratch, { recursive: true, force: true });
});

test("P1, P8, P16, S3 a page with an own function, in two languages", async () => {
  const answer = await fetch(url("/shop/page?n=4"));
  expect(await answer.text()).toBe("n 8");
  expect(answer.headers.get("set-cookie")).toBe("seen=1; Path=/; HttpOnly");
  expect(answer.headers.get("x-okws-version")).toBe(answer.headers.get("server"));
  expect(await (await fetch(url("/shop/page?n=4&lang=de"))).text()).toBe("Zahl 8");
});

test("P12, P13 log fields", async () => {
  await fetch(url("/shop/page?n=1"));
  await expect.poll(() => output).toContain('127.0.0.1 ff [basket=3] 200 "GET /shop/page?n=1 HTTP/1.1"');
});

test("R6, R7 bodies of every kind arrive", async () => {
  const form = new FormData();
  form.append("title", "é");
  form.append("f", new File(["hello"], "a.txt"));
  const upload = await fetch(url("/shop/upload"), { method: "POST", body: form });
  expect(await upload.json()).toEqual(["é", [["a.txt", 5]]]);
  const large = await fetch(url("/shop/raw"), { method: "POST", body: "x".repeat(5_000_000) });
  expect(await large.text()).toBe("5000000");
  const tooLarge = await fetch(url("/shop/upload"), { method: "POST", body: "x".repeat(2_100_000) });
  expect(tooLarge.status).toBe(413);
});

test("P10 pieces, chunked or until the end of the connection", async () => {
  expect(await (await fetch(url("/shop/stream"))).text()).toBe("0\n1\n2\n");
  const raw = await new Promise<string>((resolve) => {
    let text = "";
    const socket = connect(port, "127.0.0.1", () => socket.write("GET /shop/stream HTTP/1.0\r\n\r\n"));
    socket.on("data", (chunk) => {
      text += chunk.toString("latin1");
    });
    socket.on("close", () => resolve(text));
  });
  expect(raw).not.toContain("Transfer-Encoding");
  expect(raw).toMatch(/\r\n\r\n0\n1\n2\n$/);
});

test("P5 error documents, unknown statuses, faults in the log only", async () => {
  const missing = await fetch(url("/shop/none"));
  expect([missing.status, await missing.text()]).toEqual([404, "no /shop/none"]);
  expect((await fetch(url("/shop/teapot"))).status).toBe(418);
  const fault = await fetch(url("/shop/fails"));
  expect([fault.status, (await fault.text()).includes("in the log")]).toEqual([500, false]);
  await expect.poll(() => output).toContain("Error: é in the log");
});

test("R13 a client that goes away is logged with 600", async () => {
  const socket = connect(port, "127.0.0.1", () => socket.write("GET /shop/events?gone HTTP/1.1\r\nHost: x\r\n\r\n"));
  await new Promise((resolve) => socket.once("data", resolve));
  socket.destroy();
  await expect.poll(() => output, { timeout: 10_000 }).toMatch(/600 "GET \/shop\/events\?gone HTTP\/1\.1"/);
});

test("S8 streams end, the hook runs, and the server leaves in order", async () => {
  const events = await fetch(url("/shop/events"));
  okd.kill("SIGTERM");
  expect(await events.text()).toMatch(/^(?::\n\n)+$/);
  expect(await exited).toBe(0);
  expect(output).toContain("/shop: closing");
});
