// Life cycle of services under orders and configuration: drain, scale, revive, reload, lazy start, batches, direct ports,
// overload, diagnostics (server specification §1.6 to §1.12).

import { readFileSync, statSync, writeFileSync } from "node:fs";
import http from "node:http";
import net from "node:net";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { type ManagedServer, startManagedServer } from "../testing/managed-server.js";
import { buildPrograms, connect, eventually, isAlive, request, writeModule } from "../testing/run-server.js";

let programs: string;

beforeAll(async () => {
  programs = await buildPrograms();
}, 60_000);

const site = { templates: { "/index.html": "home %{n}" } };

/** A service whose pages are its process id and a version. */
const service = (version = "1", first = "") => `
  ${first}
  export default defineService({
    name: "service",
    async handle(request, response) {
      if (request.query.get("wait")) await new Promise((resolve) => setTimeout(resolve, 500));
      if (request.query.get("spin")) for (;;);
      await response.send(process.pid + " ${version}");
    },
  });`;

const start = (configuration: string, modules: Record<string, string> = {}): Promise<ManagedServer> =>
  startManagedServer({ programs, site, configuration, modules });

/** Asks for a page all the time until it is stopped; resolves to the statuses with their number. */
function load(port: number, path: string): { stop(): Promise<Record<number, number>> } {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 4 });
  const statuses: Record<number, number> = {};
  let running = true;
  const client = async (kept: boolean) => {
    while (running) {
      const { status } = await request(port, path, kept ? { agent } : {});
      statuses[status] = (statuses[status] ?? 0) + 1;
    }
  };
  const clients = [true, true, false, false].map(client);
  return {
    async stop() {
      running = false;
      await Promise.all(clients);
      agent.destroy();
      return statuses;
    },
  };
}

const freePort = () =>
  new Promise<number>((resolve) => {
    const server = net.createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as net.AddressInfo;
      server.close(() => resolve(port));
    });
  });

describe("drain and revive", () => {
  test("a drained service finishes its requests, is answered with 503, and comes back by order", async () => {
    const { server, okmgr, states } = await start("Service s.mjs /s\n", { "s.mjs": service() });
    const slow = request(server.port, "/s?wait=1");
    await eventually(async () => expect((await request(server.port, "/s")).status).toBe(200));
    expect((await okmgr("drain", "/s")).status).toBe(0);
    expect((await request(server.port, "/s")).status).toBe(503);
    expect((await slow).body).toMatch(/^\d+ 1$/);
    await states("/s", ["drained"]);
    await eventually(() => expect(Object.keys(server.children())).not.toContain("okd-service /s"));
    expect(server.output()).not.toMatch(/restarting/);
    expect(await okmgr("revive", "/s")).toMatchObject({ status: 0, stderr: "" });
    expect((await request(server.port, "/s")).status).toBe(200);
    await server.stop();
  });

  test("the siblings of a drained process go on", async () => {
    const { server, okmgr, states } = await start("Service s.mjs -n 2 /s\n", { "s.mjs": service() });
    const before = await request(server.port, "/s");
    expect((await okmgr("drain", "/s:0")).status).toBe(0);
    await states("/s", ["drained", "ready"]);
    const bodies = await Promise.all(Array.from({ length: 10 }, () => request(server.port, "/s")));
    expect(new Set(bodies.map(({ status }) => status))).toEqual(new Set([200]));
    expect(before.status).toBe(200);
    await server.stop();
  });

  test("revive starts what was given up, after its crashes are forgotten, and leaves the others alone", async () => {
    const { server, okmgr, states } = await start("Service s.mjs /s\n", { "s.mjs": "throw new Error('no');" });
    await states("/s", ["given-up"]);
    expect((await request(server.port, "/s")).status).toBe(503);
    expect((await okmgr("revive", "/s")).stderr).toMatch(/^\/s: process \d+ ended with exit status 1: no\n$/);
    writeModule(programs, join(server.folder, "s.mjs"), service());
    const pid = server.children()["okd-service static"];
    expect(await okmgr("revive", "--all")).toMatchObject({ status: 0, stderr: "" });
    expect((await request(server.port, "/s")).status).toBe(200);
    expect(server.children()["okd-service static"]).toBe(pid);
    await server.stop();
  });
});

describe("scale", () => {
  test("siblings come and go under load without a lost request, and the others keep running", async () => {
    const { server, okmgr, status, states } = await start("Service s.mjs /s\n", { "s.mjs": service() });
    const [first] = (await status()).services;
    const traffic = load(server.port, "/s");
    expect(await okmgr("scale", "3", "/s")).toMatchObject({ status: 0, stderr: "" });
    await states("/s", ["ready", "ready", "ready"]);
    expect((await status()).services[0].pid).toBe(first.pid);
    expect((await okmgr("scale", "1", "/s")).status).toBe(0);
    await states("/s", ["ready"]);
    expect(Object.keys(await traffic.stop())).toEqual(["200"]);
    await eventually(() =>
      expect(Object.keys(server.children()).filter((name) => name === "okd-service /s")).toHaveLength(1),
    );
    expect((await status()).services[0].pid).toBe(first.pid);
    await server.stop();
  });

  let managed: ManagedServer;

  beforeAll(async () => {
    managed = await start("Service s.mjs /s\n", { "s.mjs": service() });
  });

  test.each([
    [["scale", "0", "/s"], 255, /1 to 20 siblings, not 0/],
    [["scale", "21", "/s"], 255, /1 to 20 siblings, not 21/],
    [["scale", "2", "/none"], 255, /cannot find program: \/none/],
    [["scale", "x", "/s"], 1, /how many siblings/],
    [["scale", "2"], 1, /which services/],
  ])("okmgr %j is refused", async (argumentList, code, message) => {
    const result = await managed.okmgr(...argumentList);
    expect(result.status).toBe(code);
    expect(result.stderr).toMatch(message);
  });
});

describe("reload", () => {
  test("services and aliases come, change and go under load, and nothing is lost", async () => {
    const { server, okmgr, status, configure } = await start("Service a.mjs /a\nService b.mjs /b\nService c.mjs /c\n", {
      "a.mjs": service("a"),
      "b.mjs": service("b", "const V = process.env.V;"),
      "c.mjs": service("c"),
      "d.mjs": service("d"),
    });
    const before = (await status()).services;
    const pid = (name: string) => before.find((each) => each.name === name)!.pid;
    const traffic = [load(server.port, "/a"), load(server.port, "/b")];
    configure("Service a.mjs /a\nService V=2 b.mjs /b\nService d.mjs /d\nAlias /a /alias\n");
    expect(await okmgr("reload")).toMatchObject({ status: 0, stderr: "" });
    const answers = await Promise.all(["/a", "/alias", "/b", "/d"].map((path) => request(server.port, path)));
    expect(answers.map(({ body }) => body.split(" ")[1])).toEqual(["a", "a", "b", "d"]);
    // Unchanged services keep their process, changed ones get another.
    expect(answers[0].body).toBe(`${pid("/a")} a`);
    expect(answers[2].body).not.toBe(`${pid("/b")} b`);
    // What is no service any more is the site's.
    expect((await request(server.port, "/c")).status).toBe(404);
    await eventually(() => expect(isAlive(pid("/c"))).toBe(false));
    expect(await Promise.all(traffic.map(async (each) => Object.keys(await each.stop())))).toEqual([["200"], ["200"]]);
    expect(server.output()).toMatch(/\+\+ configuration reloaded/);
    await server.stop();
  });

  let managed: ManagedServer;

  beforeAll(async () => {
    managed = await start("Service s.mjs /s\n", { "s.mjs": service(), "bad.mjs": "throw new Error('broken');" });
  });

  test.each([
    ["a mistake", "Servise s.mjs /s\n", /okws_config:3: unknown config parameter: Servise/],
    [
      "another port",
      "BindAddr * 80\nListenPorts 9\nService s.mjs /s\nService s.mjs :9/s\n",
      /ports .* cannot be changed without a restart/,
    ],
    ["another user", "OkdUser nobody\nService s.mjs /s\n", /users, groups and ids cannot be changed without a restart/],
    [
      "a service that does not start",
      "Service s.mjs /s\nService bad.mjs /bad\n",
      /\/bad: process \d+ ended .*: broken/,
    ],
    ["a log that cannot be written", "LogDir /dev/null/x\nService s.mjs /s\n", /the log directory cannot be made: /],
  ])("%s is refused as a whole", async (_, configuration, message) => {
    const { server, okmgr, status, configure } = managed;
    const before = await status();
    configure(`${configuration}Alias /s /alias\n`);
    const result = await okmgr("reload");
    expect(result.status).toBe(255);
    expect(result.stderr).toMatch(message);
    expect((await request(server.port, "/alias")).status).toBe(404);
    const after = await status();
    expect(after.services.map(({ pid }) => pid)).toEqual(before.services.map(({ pid }) => pid));
    await eventually(() => expect(Object.keys(server.children())).toHaveLength(5));
  });

  test("another log directory takes over, and no line is lost", async () => {
    const { server, okmgr, configure } = await start("LogDir FOLDER/one\n");
    for (let n = 0; n < 5; n++) await request(server.port, `/?n=${n}`);
    configure("LogDir FOLDER/two\n");
    expect(await okmgr("reload")).toMatchObject({ status: 0, stderr: "" });
    for (let n = 5; n < 10; n++) await request(server.port, `/?n=${n}`);
    await server.stop();
    const lines = ["one", "two"].map(
      (folder) => readFileSync(join(server.folder, folder, "access_log"), "latin1").match(/GET/g)?.length ?? 0,
    );
    expect(lines[0] + lines[1]).toBe(10);
    expect(lines[1]).toBeGreaterThan(0);
  });

  test("what the operator has scaled stays until the configuration says something else", async () => {
    const { server, okmgr, configure, states } = await start("Service s.mjs /s\n", { "s.mjs": service() });
    await okmgr("scale", "2", "/s");
    configure("Service s.mjs /s\nAlias /s /alias\n");
    await okmgr("reload");
    await states("/s", ["ready", "ready"]);
    configure("Service s.mjs -n 3 /s\n");
    await okmgr("reload");
    await states("/s", ["ready", "ready", "ready"]);
    await server.stop();
  });
});

describe("start-up", () => {
  test("§1.9 a lazy service starts at its first request, and a slow one is reached only when it is ready", async () => {
    const { server, states } = await start("LazyStartup 1\nService s.mjs -n 2 /s\n", {
      "s.mjs": service("1", "await new Promise((resolve) => setTimeout(resolve, 400));"),
    });
    await states("/s", ["standby", "standby"]);
    expect(Object.keys(server.children())).not.toContain("okd-service /s");
    const answers = await Promise.all(Array.from({ length: 5 }, () => request(server.port, "/s")));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
    await server.stop();
  });

  test("§1.9 a lazy service that does not start is answered with 503", async () => {
    const { server } = await start("LazyStartup 1\nService s.mjs /s\n", { "s.mjs": "throw new Error('no');" });
    expect((await request(server.port, "/s")).status).toBe(503);
    expect((await request(server.port, "/s")).status).toBe(503);
    await server.stop();
  });

  test("§1.2 services start in batches with a pause", async () => {
    const { server } = await start("StartupBatchSize 1\nStartupBatchWait 1\nService s.mjs /s\nService t.mjs /t\n", {
      "s.mjs": service(),
      "t.mjs": service(),
    });
    const children = server.children();
    const started = ["/s", "/t", "static"].map((name) => startTime(children[`okd-service ${name}`]));
    // In hundredths of a second.
    expect(started[1] - started[0]).toBeGreaterThan(95);
    expect(started[2] - started[1]).toBeGreaterThan(95);
    await server.stop();
  });
});

/** When a process was started, in the system's clock ticks. */
const startTime = (pid: number) => Number(readFileSync(`/proc/${pid}/stat`, "latin1").split(") ")[1].split(" ")[19]);

describe("direct ports", () => {
  test("§3.1 a service answers every path on its own ports, dealt out to its siblings, also over a relaunch", async () => {
    const ports = [await freePort(), await freePort()];
    const { server, okmgr, status } = await start(`Service s.mjs -n 2 -p ${ports[0]} -p ${ports[1]} /s\n`, {
      "s.mjs": service(),
    });
    const pids = (await status()).services.map(({ pid }) => pid);
    for (const [index, port] of ports.entries()) {
      expect((await request(port, "/any/path")).body).toBe(`${pids[index]} 1`);
      expect((await request(port, "/s")).body).toBe(`${pids[index]} 1`);
    }
    const traffic = load(ports[0], "/x");
    expect((await okmgr("relaunch", "/s")).status).toBe(0);
    await eventually(async () => expect((await request(ports[0], "/x")).body).not.toBe(`${pids[0]} 1`));
    expect(Object.keys(await traffic.stop())).toEqual(["200"]);
    await server.stop();
  });

  test("§1.6 a port in use is tried again", async () => {
    const port = await freePort();
    const occupant = net.createServer().listen(port, "127.0.0.1");
    await new Promise((resolve) => occupant.once("listening", resolve));
    // The other service starts after the first attempt and makes the port free.
    occupant.once("connection", () => occupant.close());
    const { server } = await start(`BindReattemptSchedule 1\nService s.mjs -p ${port} /s\nService t.mjs /t\n`, {
      "s.mjs": service(),
      "t.mjs": service("1", `(await import("node:net")).connect(${port}, "127.0.0.1");`),
    });
    await server.printed(/service \/s: cannot listen on 127\.0\.0\.1:\d+ \(EADDRINUSE\); trying again in 1000 ms/);
    expect((await request(port, "/")).status).toBe(200);
    await server.stop();
  });

  test("§1.6 without attempts the service is given up", async () => {
    const port = await freePort();
    const occupant = net.createServer().listen(port, "127.0.0.1");
    await new Promise((resolve) => occupant.once("listening", resolve));
    const { server, states } = await start(`BindReattemptSchedule none\nService s.mjs -p ${port} /s\n`, {
      "s.mjs": service(),
    });
    await states("/s", ["given-up"]);
    expect((await request(server.port, "/s")).status).toBe(503);
    occupant.close();
    await server.stop();
  });
});

describe("overload", () => {
  test("§1.8 a process that does not respond is killed, and requests that it has not taken are served", async () => {
    const { server } = await start(
      "EmergencyKillEnabled 1\nEmergencyKillWaitTime 1\nSendConnectionTimeBudget 1\nService s.mjs /s\n",
      { "s.mjs": service() },
    );
    const before = (await request(server.port, "/s")).body;
    const lost = request(server.port, "/s?spin=1").catch((error: Error) => error);
    await new Promise((resolve) => setTimeout(resolve, 200));
    const waiting = request(server.port, "/s");
    expect(await lost).toBeInstanceOf(Error);
    expect((await waiting).body).not.toBe(before);
    expect(server.output()).toMatch(/\*\*OVERLOAD of process \d+: it has not taken a connection for \d+ ms/);
    expect(server.output()).toMatch(/service \/s: process \d+ ended with signal SIGABRT; restarting/);
    await server.stop();
  });

  test("§1.8 a process with enough connections gets no more until some have gone", async () => {
    const { server } = await start("Service s.mjs -h 4 -l 3 /s\n", { "s.mjs": service() });
    const idle = await Promise.all(Array.from({ length: 4 }, () => connect(server.port)));
    for (const connection of idle) {
      connection.write("GET /s HTTP/1.1\r\nHost: x\r\n\r\n");
      await connection.until(/200 OK/);
    }
    const refused = await request(server.port, "/s");
    expect([refused.status, refused.headers["retry-after"]]).toEqual([503, "1"]);
    for (const connection of idle.slice(0, 2)) connection.socket.destroy();
    await eventually(async () => expect((await request(server.port, "/s")).status).toBe(200));
    await server.printed(/accept disabled: 4 connections/);
    await server.printed(/accept enabled: 2 connections/);
    await server.stop();
  });

  test("§1.8 the dispatcher stops accepting when too many connections are in transit", async () => {
    const { server } = await start(
      "ServiceFDQuota 1\nOkdFDHighWat 3\nOkdFDLowWat 2\nMaxConQueueSize 100\nService s.mjs /s\n",
      { "s.mjs": service("1", "await new Promise((resolve) => setTimeout(resolve, 700));") },
    );
    const { "okd-service /s": pid } = server.children();
    process.kill(pid, "SIGKILL");
    await server.printed(/signal SIGKILL; restarting/);
    const answers = await Promise.all(Array.from({ length: 12 }, () => request(server.port, "/s")));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    await server.printed(/accept disabled: 4 connections in transit/);
    await server.printed(/accept enabled: \d connections in transit/);
    await server.stop();
  });
});

describe("diagnostics", () => {
  test("a CPU profile and a heap snapshot of a serving process", async () => {
    const { server, okmgr } = await start("Service s.mjs /s\n", { "s.mjs": service() });
    const traffic = load(server.port, "/s");
    const result = await okmgr("profile", "/s", "--seconds", "1", "--output", join(server.folder, "p.cpuprofile"));
    expect(result).toMatchObject({ status: 0, stderr: "" });
    const profile = JSON.parse(readFileSync(join(server.folder, "p.cpuprofile"), "utf8"));
    const urls = profile.nodes.map(({ callFrame }: { callFrame: { url: string } }) => callFrame.url);
    expect(urls.some((url: string) => url.endsWith("/s.mjs"))).toBe(true);
    const heap = await okmgr("heap", "/s");
    expect(heap).toMatchObject({ status: 0, stdout: "s.heapsnapshot\n" });
    const file = join(server.folder, "s.heapsnapshot");
    expect(JSON.parse(readFileSync(file, "utf8")).snapshot.meta).toBeDefined();
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(Object.keys(await traffic.stop())).toEqual(["200"]);
    await server.stop();
  }, 180_000);

  test("mistakes leave no file", async () => {
    const { server, okmgr } = await start("");
    expect(await okmgr("heap", "/none")).toMatchObject({ status: 255, stderr: "cannot find program: /none\n" });
    expect((await okmgr("profile")).status).toBe(1);
    expect((await okmgr("profile", "static", "--seconds", "0")).status).toBe(1);
    writeFileSync(join(server.folder, "marker"), "");
    await server.stop();
  });
});

describe("killing the launcher", () => {
  // In name spaces the kernel cannot tell a process of another user: docs/security.md says so.
  test("ends processes even while they are busy in a loop", async () => {
    const { server } = await start("Service s.mjs /s\nServiceIsolation off\n", { "s.mjs": service() });
    request(server.port, "/s?spin=1").catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, 300));
    const children = Object.values(server.children());
    expect(children).toHaveLength(5);
    server.okd.kill("SIGKILL");
    await server.exited;
    await eventually(() => expect(children.filter(isAlive)).toEqual([]));
  });
});
