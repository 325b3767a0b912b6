// How connections reach services: routes, siblings, sockets, proxies, and the pages about the server itself (server
// specification §3.2 to §3.5, §6.1).

import http from "node:http";
import net from "node:net";
import { beforeAll, describe, expect, test } from "vitest";
import { buildPrograms, connect, type RunningServer, request, startServer } from "../testing/run-server.js";

let programs: string;

beforeAll(async () => {
  programs = await buildPrograms();
}, 60_000);

const echo = (name: string) => `
  export default defineService({
    name: "${name}",
    handle: (request, response) =>
      response.send(["${name}", process.pid, request.target, request.clientAddress].join(" ")),
  });`;

const start = (configuration: string, address?: string): Promise<RunningServer> =>
  startServer({
    programs,
    site: { templates: { "/index.html": "home" } },
    configuration: `JailDir FOLDER\n${configuration}`,
    modules: { "a.mjs": echo("a"), "b.mjs": echo("b") },
    address,
  });

describe("routes and siblings", () => {
  let server: RunningServer;

  beforeAll(async () => {
    server = await start(
      [
        "ClusterAddressing 1",
        "Service a.mjs -n 3 /a",
        "Service b.mjs /b",
        "PrefixAlias /b /docs",
        "VirtualHost shop.example /b",
        "VirtualHost *.example /a /api",
        "MetricsURL /metrics",
        "HealthURL /health",
        "ReadyURL /ready",
        "StatPageURL /stats",
      ].join("\n"),
    );
  }, 60_000);

  const get = (path: string, host = "x") => request(server.port, path, { headers: { Host: host } });

  test.each([
    ["/docs/deep/page?q", "x", /^b \d+ \/docs\/deep\/page\?q /],
    ["/", "SHOP.example:99", /^b \d+ \/ /],
    ["/api/x", "any.example", /^a \d+ \/api\/x /],
    ["/", "any.example", /^home$/],
  ])("%s of host %s", async (path, host, body) => {
    expect((await get(path, host)).body).toMatch(body);
  });

  test("§3.5 cluster addressing reaches each sibling, also on a kept connection", async () => {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    const bodies: string[] = [];
    for (const sibling of [0, 1, 2, 0, 1, 2]) {
      bodies.push((await request(server.port, `/a:${sibling}`, { agent })).body.replace(/:\d /, " "));
    }
    agent.destroy();
    expect(new Set(bodies).size).toBe(3);
    expect(bodies.slice(3)).toEqual(bodies.slice(0, 3));
    // A number that no sibling has means any.
    expect((await get("/a:9")).status).toBe(200);
  });

  test("§6.1 statistics count what services have sent and received", async () => {
    await request(server.port, "/a", { method: "POST", body: "x".repeat(50_000) });
    const { body, headers } = await get("/stats");
    expect(headers["content-type"]).toBe("text/plain");
    const numbers =
      /^Total Accesses: (\d+)\nTotal kBytes: (\d+)\nUptime: (\d+)\nTotal Read kBytes: (\d+)\nTotal Send kBytes: (\d+)\n$/
        .exec(body)!
        .slice(1)
        .map(Number);
    expect(numbers[0]).toBeGreaterThan(3);
    expect(numbers[3]).toBeGreaterThanOrEqual(48);
  });

  test("metrics tell requests, times, queues, hand-overs, restarts and memory", async () => {
    await get("/b");
    const { body, status, headers } = await get("/metrics");
    expect([status, headers["content-type"]]).toEqual([200, "text/plain; version=0.0.4; charset=utf-8"]);
    for (const line of [
      /^okd_requests_total\{service="\/b",sibling="0",code="2xx"\} [1-9]/m,
      /^okd_request_duration_seconds_bucket\{service="\/b",sibling="0",le="\+Inf"\} [1-9]/m,
      /^okd_request_duration_seconds_count\{service="\/b",sibling="0"\} [1-9]/m,
      /^okd_queue_depth\{service="\/b"\} 0$/m,
      /^okd_handovers_total\{service="\/b",sibling="0"\} [1-9]/m,
      /^okd_restarts_total\{process="service",service="\/a",sibling="2"\} 0$/m,
      /^okd_process_resident_memory_bytes\{process="service",service="\/a",sibling="0"\} \d{7,}$/m,
      /^okd_process_resident_memory_bytes\{process="dispatcher"\} \d{7,}$/m,
    ]) {
      expect(body).toMatch(line);
    }
    // Every line is a comment or a sample.
    for (const line of body.trimEnd().split("\n"))
      expect(line).toMatch(/^# (HELP|TYPE) |^[a-z_]+(\{[^{}]*\})? [\d.e+-]+$/);
  });

  test("health and readiness, also on a connection that another service had before", async () => {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    expect((await request(server.port, "/b", { agent })).status).toBe(200);
    expect((await request(server.port, "/health", { agent })).body).toBe("ok\n");
    agent.destroy();
    expect((await get("/ready")).body).toBe("ready\n");
  });
});

test("readiness names the service that is missing", async () => {
  const server = await start("SafeStartup 1\nService none.mjs /none\nReadyURL /ready\n");
  const { status, body } = await request(server.port, "/ready");
  expect([status, body]).toEqual([503, "not ready: /none\n"]);
  await server.stop();
});

test("pages about the server can be kept from others", async () => {
  const server = await start("StatPageURL /stats\nMetricsURL /metrics\nAllowStatusFrom 192.0.2.0/24\n");
  expect((await request(server.port, "/stats")).status).toBe(404);
  expect((await request(server.port, "/metrics")).status).toBe(404);
  await server.stop();
});

describe("§3.5 ChildMode", () => {
  const pids = async (server: RunningServer, headers: Record<string, string>[]) => {
    const bodies: string[] = [];
    for (const each of headers) bodies.push((await request(server.port, "/a", { headers: each })).body.split(" ")[1]);
    return bodies;
  };

  test("1 chooses at random", async () => {
    const server = await start("ChildMode 1\nService a.mjs -n 2 /a\n");
    expect(new Set(await pids(server, Array(30).fill({}))).size).toBe(2);
    await server.stop();
  });

  test("2 chooses by the address that a trusted proxy forwards", async () => {
    const server = await start("ChildMode 2\nOkdAllHeaders 1\nAllowProxyFrom 127.0.0.1\nService a.mjs -n 2 /a\n");
    const from = (address: string) => ({ "X-Forwarded-For": address });
    const found = await pids(server, [from("192.0.2.2"), from("192.0.2.3"), from("192.0.2.4"), from("192.0.2.5")]);
    expect(found[0]).not.toBe(found[1]);
    expect(found.slice(2)).toEqual(found.slice(0, 2));
    await server.stop();
  });
});

describe("listening", () => {
  test("on an IPv6 address", async () => {
    const server = await start("AllowProxyFrom ::1\nService a.mjs /a\n", "::1");
    const answer = await fetch(`http://[::1]:${server.port}/a`);
    expect(await answer.text()).toMatch(/^a \d+ \/a ::1$/);
    const forwarded = await fetch(`http://[::1]:${server.port}/a`, { headers: { "X-Forwarded-For": "2001:db8::9" } });
    expect(await forwarded.text()).toMatch(/^a \d+ \/a 2001:db8::9$/);
    await server.stop();
  });

  test("on a Unix socket, which is removed at the end, and replaced when a killed server left it", async () => {
    const configuration = "ListenSocket FOLDER/http.sock 0600\nService a.mjs /a\nService b.mjs /b\n";
    const server = await start(configuration);
    const socketPath = `${server.folder}/http.sock`;
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    const get = (path: string) =>
      new Promise<string>((resolve, reject) => {
        http
          .get({ socketPath, path, agent }, async (response) => {
            resolve(Buffer.concat(await response.toArray()).toString());
          })
          .on("error", reject);
      });
    expect(await get("/a")).toMatch(/^a \d+ \/a /);
    expect(await get("/b")).toMatch(/^b \d+ \/b /);
    expect(await get("/")).toBe("home");
    agent.destroy();
    await server.stop();
    await expect(get("/a")).rejects.toThrow();
  });
});

describe("proxies", () => {
  const exchange = async (server: RunningServer, text: string) => {
    const connection = await connect(server.port);
    connection.write(text);
    return connection.closed;
  };
  const get = (path: string, headers = "") => `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${headers}\r\n`;

  test("the PROXY protocol tells the address of the client, over several services on one connection", async () => {
    const server = await start(
      "ProxyProtocol 1\nAllowProxyFrom 127.0.0.1\nAccessLogFmt iI1s\nService a.mjs /a\nService b.mjs /b\n",
    );
    const kept = "GET /b HTTP/1.1\r\nHost: x\r\n\r\n";
    const text = await exchange(server, `PROXY TCP4 192.0.2.7 10.0.0.1 60000 80\r\n${kept}${get("/a")}`);
    expect(text).toMatch(/b \d+ \/b 192\.0\.2\.7[\s\S]*a \d+ \/a 192\.0\.2\.7$/);
    await server.printed(/192\.0\.2\.7 127\.0\.0\.1 "GET \/a HTTP\/1\.1" 200/);
    const binary = Buffer.from("0d0a0d0a000d0a515549540a2111000cc00002080a000001ea600050", "hex").toString("latin1");
    expect(await exchange(server, `${binary}${get("/a")}`)).toMatch(/a \d+ \/a 192\.0\.2\.8$/);
    expect(await exchange(server, get("/a"))).toMatch(/^HTTP\/1\.1 400 /);
    await server.stop();
  });

  test("from peers that are not trusted, neither a PROXY header nor forwarding headers count", async () => {
    const server = await start("ProxyProtocol 1\nAllowProxyFrom 192.0.2.1\nService a.mjs /a\n");
    expect(await exchange(server, `PROXY TCP4 192.0.2.7 10.0.0.1 60000 80\r\n${get("/a")}`)).toMatch(
      /^HTTP\/1\.1 400 /,
    );
    expect(await exchange(server, get("/a", "X-Forwarded-For: 192.0.2.7\r\nForwarded: for=192.0.2.7\r\n"))).toMatch(
      /a \d+ \/a 127\.0\.0\.1$/,
    );
    await server.stop();
  });
});

test("§2.5 AcceptDelay: nobody is accepted before", async () => {
  const begun = Date.now();
  const server = await start("AcceptDelay 1\n");
  expect(Date.now() - begun).toBeGreaterThan(950);
  const socket = net.connect(server.port, "127.0.0.1");
  await new Promise((resolve) => socket.once("connect", resolve));
  socket.destroy();
  await server.stop();
});
