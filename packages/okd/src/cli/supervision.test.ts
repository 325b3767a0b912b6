// Crashes, restarts and the end of the server, with real processes.

import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import http from "node:http";
import net from "node:net";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { makeSite } from "../testing/make-site.js";
import {
  buildPrograms,
  connect,
  eventually,
  isAlive,
  type RunningServer,
  request,
  startServer,
  temporaryFolder,
} from "../testing/run-server.js";

let programs: string;

beforeAll(async () => {
  programs = await buildPrograms();
}, 60_000);

const site = {
  templates: { "/index.html": "home %{n}", "/slow.html": "!wait 600\nslow", "/die.html": "!die\n" },
};

const start = (configuration?: string, modules?: Record<string, string>): Promise<RunningServer> =>
  startServer({ programs, site, configuration, modules });

const isRefused = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = net.connect(port, "127.0.0.1");
    socket.on("connect", () => {
      socket.destroy();
      resolve(false);
    });
    socket.on("error", () => resolve(true));
  });

describe("processes", () => {
  test("each part is a process of its own", async () => {
    const server = await start();
    const names = ["okd-dispatcher", "okd-logger", "okd-publisher", "okd-service static"];
    await eventually(() => expect(Object.keys(server.children()).sort()).toEqual(names));
    expect(await server.stop()).toBe(0);
  });

  test.each([
    ["okd-service static", /\*\* service static: process \d+ ended with signal SIGKILL; restarting in \d+ ms/],
    ["okd-dispatcher", /\*\* dispatcher ended with signal SIGKILL; restarting/],
    ["okd-logger", /\*\* log daemon ended with signal SIGKILL; restarted/],
  ])("%s is replaced when it is killed", async (name, line) => {
    const server = await start();
    const before = server.children();
    process.kill(before[name], "SIGKILL");
    await server.printed(line);
    await eventually(() => expect(server.children()[name]).not.toBe(undefined));
    await eventually(async () => expect((await request(server.port, "/?n=1")).body).toBe("home 1"));
    expect(server.children()[name]).not.toBe(before[name]);
    await server.printed(/"GET \/\?n=1 HTTP\/1\.1" 200/);
    expect(await server.stop()).toBe(0);
  });

  test("a page that ends its process is an error of that request only", async () => {
    const server = await start();
    await expect(request(server.port, "/die.html")).rejects.toThrow();
    await server.printed(/service static: process \d+ ended with exit status 3; restarting/);
    expect((await request(server.port, "/?n=2")).body).toBe("home 2");
    await server.stop();
  });

  test("requests wait while a service is replaced", async () => {
    const server = await start();
    const { "okd-service static": pid } = server.children();
    process.kill(pid, "SIGKILL");
    const answers = await Promise.all(Array.from({ length: 30 }, (_, n) => request(server.port, `/?n=${n}`)));
    expect(answers.map(({ body }) => body)).toEqual(answers.map((_, n) => `home ${n}`));
    await server.stop();
  });

  test("a service that dies while starting is given up and answered with 503", async () => {
    const server = await start("JailDir FOLDER\nService bad.mjs /bad\n", {
      "bad.mjs": "throw new Error('no database');",
    });
    await server.printed(/XX service \/bad: process \d+ ended with exit status 1: no database; given up/);
    const answer = await request(server.port, "/bad");
    expect([answer.status, answer.headers["retry-after"]]).toEqual([503, "1"]);
    expect((await request(server.port, "/?n=3")).body).toBe("home 3");
    await server.stop();
  });

  test("a service that crashes too often is given up", async () => {
    const server = await start("MaxCrashedProcesses 2\nJailDir FOLDER\nService crash.mjs /crash\n", {
      "crash.mjs": "export default defineService({ name: 'crash', handle() { process.exit(9); } });",
    });
    await eventually(async () => {
      await request(server.port, "/crash").catch(() => {});
      expect(server.output()).toMatch(/XX service \/crash: .*; given up: ended 3 times within 50 s/);
    });
    expect((await request(server.port, "/crash")).status).toBe(503);
    await server.stop();
  });
});

describe("the end", () => {
  test("TERM finishes requests in flight and leaves nothing behind", async () => {
    const server = await start();
    const children = Object.values(server.children());
    const slow = request(server.port, "/slow.html");
    const idle = await connect(server.port);
    idle.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    await idle.until(/home/);
    // The slow page is under way now: its connection was opened before the other one was answered.
    server.okd.kill("SIGTERM");
    await eventually(async () => expect(await isRefused(server.port)).toBe(true));
    expect((await slow).body).toBe("slow");
    await idle.closed;
    expect(await server.exited).toBe(0);
    expect(children.filter(isAlive)).toEqual([]);
    expect(server.output()).toMatch(/"GET \/slow\.html HTTP\/1\.1" 200 4 0/);
  });

  test("a second signal does not wait", async () => {
    const server = await start("JailDir FOLDER\nService never.mjs /never\n", {
      "never.mjs": "export default defineService({ name: 'never', handle: () => new Promise(() => {}) });",
    });
    const children = Object.values(server.children());
    const lost = request(server.port, "/never").catch((error: Error) => error);
    const connection = await connect(server.port);
    connection.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    await connection.until(/home/);
    server.okd.kill("SIGINT");
    await eventually(async () => expect(await isRefused(server.port)).toBe(true));
    server.okd.kill("SIGINT");
    expect(await server.exited).toBe(1);
    expect(await lost).toBeInstanceOf(Error);
    await eventually(() => expect(children.filter(isAlive)).toEqual([]));
  });

  test("killing okd itself ends all processes", async () => {
    const server = await start();
    const children = Object.values(server.children());
    expect(children).toHaveLength(4);
    server.okd.kill("SIGKILL");
    await server.exited;
    await eventually(() => expect(children.filter(isAlive)).toEqual([]));
    expect(await isRefused(server.port)).toBe(true);
  });
});

describe("several services on one port", () => {
  const named = (name: string) => `
    export default defineService({
      name: "${name}",
      async handle(request, response) {
        const body = request.method === "POST" ? Buffer.from(await request.bytes()).toString() : "";
        await response.send("${name} " + process.pid + " " + request.method + " " + request.target + " " + body);
      },
    });`;
  const configuration =
    "JailDir FOLDER\nService a.mjs /a\nService b.mjs -n 2 /b\nAlias /a /alias\nRegexAlias /b ^/b/.*$\n";
  let server: RunningServer;

  beforeAll(async () => {
    server = await start(configuration, { "a.mjs": named("A"), "b.mjs": named("B") });
  }, 60_000);

  test.each([
    ["/a?x", /^A \d+ GET \/a\?x /],
    ["/alias", /^A \d+ GET \/alias /],
    ["/b", /^B \d+ GET \/b /],
    ["/b/c", /^B \d+ GET \/b\/c /],
    ["/?n=5", /^home 5$/],
  ])("%s reaches its service", async (path, body) => {
    expect((await request(server.port, path)).body).toMatch(body);
  });

  test("a kept connection changes between services and loses nothing", async () => {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    const sockets = new Set<number>();
    agent.on("free", (socket) => sockets.add(socket.localPort));
    for (let round = 0; round < 20; round++) {
      const text = "x".repeat(round * 1000);
      expect((await request(server.port, "/a", { agent, method: "POST", body: text })).body).toMatch(
        new RegExp(`^A \\d+ POST /a ${text}$`),
      );
      expect((await request(server.port, "/b", { agent })).body).toMatch(/^B \d+ GET \/b $/);
      expect((await request(server.port, `/?n=${round}`, { agent })).body).toBe(`home ${round}`);
    }
    agent.destroy();
    expect(sockets.size).toBe(1);
  });

  test("pipelined requests for different services are all answered, in order", async () => {
    const connection = await connect(server.port);
    const body = "name=value";
    const head = "HTTP/1.1\r\nHost: x\r\n";
    const all = [
      `GET /a ${head}\r\n`,
      `POST /b ${head}Content-Length: ${body.length}\r\n\r\n${body}`,
      `GET /?n=7 ${head}\r\n`,
      `POST /a ${head}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n`,
      `GET /b ${head}Connection: close\r\n\r\n`,
    ].join("");
    // In pieces that end at the worst places.
    for (let position = 0; position < all.length; position += 37) {
      connection.write(all.slice(position, position + 37));
      await new Promise((resolve) => setTimeout(resolve, 3));
    }
    const text = await connection.closed;
    expect(
      text.match(/A \d+ GET \/a |B \d+ POST \/b name=value|home 7|A \d+ POST \/a abc|B \d+ GET \/b /g),
    ).toHaveLength(5);
  });

  test("one client always reaches the same sibling", async () => {
    const bodies = await Promise.all(Array.from({ length: 10 }, () => request(server.port, "/b")));
    expect(new Set(bodies.map(({ body }) => body)).size).toBe(1);
  });
});

describe("the command", () => {
  const okd = (...argumentList: string[]) =>
    spawnSync(process.execPath, [join(programs, "okd.js"), ...argumentList], { encoding: "latin1", timeout: 30_000 });

  test.each([
    [["--help"], 0, /^Usage: okd DIST/, /^$/],
    [["--version"], 0, /^okd \d+\.\d+\.\d+\n$/, /^$/],
    [[], 2, /^$/, /which site\? .*pubc compile/],
    [["a", "b"], 2, /^$/, /one site at a time/],
    [["--nonsense"], 2, /^$/, /--nonsense/],
    [["/", "--port", "x"], 2, /^$/, /--port must be a number/],
    [["/nowhere"], 1, /^$/, /no directory \/nowhere; compile the site first: pubc compile SITE -o \/nowhere/],
    [["/usr"], 1, /^$/, /\/usr has no manifest\.json/],
  ])("okd %j", (argumentList, status, stdout, stderr) => {
    const result = okd(...argumentList);
    expect(result.stdout).toMatch(stdout);
    expect(result.stderr).toMatch(stderr);
    expect(result.status).toBe(status);
  });

  test("a port in use is explained", async () => {
    const server = await start();
    const result = okd(server.site, "--port", String(server.port));
    expect(result.stderr).toMatch(/cannot listen on 127\.0\.0\.1:\d+: the port is in use; choose another one/);
    expect(result.status).toBe(1);
    await server.stop();
  });

  test("a site of another version is refused", () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "manifest.json"), '{ "version": 99 }');
    expect(okd(folder).stderr).toMatch(/version 99.*compile the site first/);
  });

  test("a site that cannot be opened ends the server", () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "dist"));
    makeSite(join(folder, "dist"), { templates: {} });
    writeFileSync(
      join(folder, "dist", "runtime-x.mjs"),
      "export const openSite = () => { throw new Error('no luck') };",
    );
    const result = okd(join(folder, "dist"), "--port", "0");
    expect(result.stderr).toMatch(/no luck/);
    expect(result.stderr).toMatch(/okd: no service could be started/);
    expect(result.status).toBe(1);
  });
});
