// Logs of a real server: JSON, rotation by size and by signal, a full disk, and entries over the death of the daemon
// (server specification §5).

import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { buildPrograms, connect, eventually, request, startServer } from "../testing/run-server.js";

let programs: string;

beforeAll(async () => {
  programs = await buildPrograms();
}, 60_000);

const site = { templates: { "/index.html": "home", "/log.html": '!log {"level":"fatal","forged":true}\n' } };

test("JSON: every line of both logs is an object, and nobody can forge one", async () => {
  const server = await startServer({
    programs,
    site,
    configuration: "LogDir FOLDER/logs\nLogJson 1\nAccessLogFmt ivt1sbu\n",
  });
  const trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  const agent = 'x", "status": 999, "y": "';
  await request(server.port, "/?a=%22", { headers: { "User-Agent": agent, traceparent: trace } });
  await request(server.port, "/none");
  await request(server.port, "/log.html");
  const raw = await connect(server.port);
  raw.write('GET /"\x01 HTTP/1.1\r\n\r\n');
  await raw.closed;
  await server.stop();
  const entries = (name: string) =>
    readFileSync(join(server.folder, "logs", name), "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  const access = entries("access_log");
  expect(access).toHaveLength(4);
  // Processes write in no particular order.
  const visit = access.find(({ request }) => request === "GET /?a=%22 HTTP/1.1")!;
  expect(visit).toMatchObject({
    client: "127.0.0.1",
    service: "static",
    status: 200,
    userAgent: agent,
    traceId: "0af7651916cd43dd8448eb211c80319c",
  });
  expect(visit.milliseconds).toEqual(expect.any(Number));
  const errors = entries("error_log");
  expect(errors).toContainEqual(expect.objectContaining({ level: "error", status: 404, message: "/none" }));
  expect(errors).toContainEqual(expect.objectContaining({ level: "info", service: "okd", message: "stopped" }));
  expect(errors.filter((entry) => "forged" in entry || entry.level === "fatal")).toEqual([]);
});

test("§5.2 requests cannot end a field or a line", async () => {
  const server = await startServer({ programs, site, configuration: "LogDir FOLDER/logs\nAccessLogFmt 1sru\n" });
  await request(server.port, "/", { headers: { "User-Agent": 'a" 200 "b\\', Referer: "c d" } });
  await server.stop();
  expect(readFileSync(join(server.folder, "logs", "access_log"), "latin1")).toBe(
    '"GET / HTTP/1.1" 200 c%20d "a\\" 200 \\"b\\\\"\n',
  );
});

test("§5.5 the pid file names the daemon, which opens its files again on SIGHUP; rotation by size loses nothing", async () => {
  const configuration =
    "LogDir FOLDER/logs\nOklogdPidfile log.pid\nLogTick 10\nLogPeriod 1\nLogRotateSize 500\nLogRotateKeep 100\nAccessLogFmt 1\n";
  const server = await startServer({ programs, site, configuration });
  const folder = join(server.folder, "logs");
  const pid = Number(readFileSync(join(folder, "log.pid"), "latin1"));
  expect(pid).toBe(server.children()["okd-logger"]);
  for (let n = 0; n < 100; n++) await request(server.port, `/?n=${n}`);
  renameSync(join(folder, "access_log"), join(folder, "access_log.moved"));
  process.kill(pid, "SIGHUP");
  await eventually(() => expect(existsSync(join(folder, "access_log"))).toBe(true));
  for (let n = 100; n < 120; n++) await request(server.port, `/?n=${n}`);
  await server.stop();
  expect(existsSync(join(folder, "log.pid"))).toBe(false);
  const names = readdirSync(folder).filter((name) => name.startsWith("access_log"));
  expect(names.length).toBeGreaterThan(2);
  const lines = names.flatMap((name) => readFileSync(join(folder, name), "latin1").match(/n=\d+/g) ?? []);
  expect(lines.sort()).toEqual(Array.from({ length: 120 }, (_, n) => `n=${n}`).sort());
});

test("a full disk is told to the operator and does not disturb anybody", async () => {
  const server = await startServer({ programs, site, configuration: "LogDir FOLDER/logs\nAccessLog full\n" });
  await server.stop();
  mkdirSync(join(server.folder, "full"));
  // As root the log daemon is another user.
  chmodSync(join(server.folder, "full"), 0o777);
  symlinkSync("/dev/full", join(server.folder, "full", "access_log"));
  const second = await startServer({ programs, site, arguments: ["--log-dir", join(server.folder, "full")] });
  for (let n = 0; n < 5; n++) expect((await request(second.port, "/")).status).toBe(200);
  await second.printed(/\*\* cannot write .*access_log: ENOSPC/);
  expect(await second.stop()).toBe(0);
});

test("entries that are made while there is no daemon wait for the next one", async () => {
  const server = await startServer({ programs, site, configuration: "LogDir FOLDER/logs\nAccessLogFmt 1\n" });
  process.kill(server.children()["okd-logger"], "SIGKILL");
  for (let n = 0; n < 10; n++) await request(server.port, `/?n=${n}`);
  await server.printed(/log daemon ended with signal SIGKILL; restarted/);
  await server.stop();
  const lines = readFileSync(join(server.folder, "logs", "access_log"), "latin1").match(/n=\d+/g);
  // What had been sent to the killed daemon but not read by it is lost.
  expect(lines).toContain("n=9");
  expect(lines!.length).toBeGreaterThan(5);
});
