// The manager: status, relaunch without a lost request, log rotation, messages, retirement.

import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import http from "node:http";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { type ManagedServer, startManagedServer } from "../testing/managed-server.js";
import { buildPrograms, eventually, request, startServer, writeModule } from "../testing/run-server.js";

let programs: string;

beforeAll(async () => {
  programs = await buildPrograms();
}, 60_000);

const site = { templates: { "/index.html": "home %{n}" } };

const counting = `
  let count = 0;
  export default defineService({
    name: "count",
    async handle(request, response) {
      await new Promise((resolve) => setTimeout(resolve, 3));
      await response.send(process.pid + " " + ++count);
    },
    onMessage: (text, service) => (text === "no" ? "not today" : service.log("told " + text)),
  });`;

const startManaged = (configuration = "", modules: Record<string, string> = {}): Promise<ManagedServer> =>
  startManagedServer({ programs, site, configuration, modules });

test("status tells all processes", async () => {
  const { server, okmgr } = await startManaged("Service count.mjs -n 2 /count\n", { "count.mjs": counting });
  expect(statSync(join(server.folder, "okd.sock")).mode & 0o777).toBe(0o600);
  const { stdout, status } = await okmgr("status");
  expect(status).toBe(0);
  expect(stdout).toMatch(/^okd \d.* on 127\.0\.0\.1:\d+\nPROCESS +STATE +PID +RESTARTS +MEMORY +UP\nokd +ready +\d+/);
  for (const name of ["dispatcher", "log daemon", "/count:0", "/count:1", "static"]) {
    expect(stdout).toMatch(new RegExp(`^${name} +ready +\\d+ +0`, "m"));
  }
  const json = JSON.parse((await okmgr("status", "--json")).stdout);
  expect(json.pid).toBe(server.okd.pid);
  await server.stop();
  expect(existsSync(join(server.folder, "okd.sock"))).toBe(false);
  expect(await okmgr("status")).toMatchObject({
    status: 255,
    stderr: expect.stringMatching(/^okmgr: no server listens/),
  });
});

describe("relaunch", () => {
  test("no request is lost, neither on kept connections nor on new ones", async () => {
    const { server, okmgr } = await startManaged("Service count.mjs /count\n", { "count.mjs": counting });
    const agent = new http.Agent({ keepAlive: true, maxSockets: 4 });
    const pids = new Set<string>();
    let answered = 0;
    let running = true;
    const client = async (kept: boolean) => {
      while (running) {
        const answer = await request(server.port, "/count", kept ? { agent } : {});
        expect(answer.status).toBe(200);
        pids.add(answer.body.split(" ")[0]);
        answered++;
      }
    };
    const clients = [true, true, true, true, false, false].map(client);
    for (let round = 0; round < 5; round++) {
      expect(await okmgr("relaunch", "/count")).toEqual({ status: 0, stdout: "", stderr: "" });
      const before = answered;
      await eventually(() => expect(answered).toBeGreaterThan(before + 20));
    }
    running = false;
    await Promise.all(clients);
    agent.destroy();
    expect(pids.size).toBe(6);
    await eventually(() =>
      expect(Object.keys(server.children()).sort()).toEqual([
        "okd-dispatcher",
        "okd-logger",
        "okd-publisher",
        "okd-service /count",
        "okd-service static",
      ]),
    );
    await server.stop();
  });

  test("a new version that does not start leaves the old one serving", async () => {
    const { server, okmgr } = await startManaged("Service count.mjs /count\n", { "count.mjs": counting });
    const before = (await request(server.port, "/count")).body.split(" ")[0];
    writeFileSync(join(server.folder, "count.mjs"), "throw new Error('broken');");
    const result = await okmgr("relaunch", "--all");
    expect(result.status).toBe(255);
    expect(result.stderr).toMatch(/^\/count: process \d+ ended with exit status 1: broken\n$/);
    expect((await request(server.port, "/count")).body).toBe(`${before} 2`);
    await server.stop();
  });

  test("a service that was given up can be revived", async () => {
    const { server, okmgr } = await startManaged("Service count.mjs /count\n", { "count.mjs": "throw 1;" });
    expect((await request(server.port, "/count")).status).toBe(503);
    writeModule(programs, join(server.folder, "count.mjs"), counting);
    expect((await okmgr("-l", "/count:0")).status).toBe(0);
    expect((await request(server.port, "/count")).body).toMatch(/ 1$/);
    await server.stop();
  });

  test("mistakes are told, and the rest is done", async () => {
    const { server, okmgr } = await startManaged();
    const pid = server.children()["okd-service static"];
    expect(await okmgr("relaunch", "/none", "static")).toMatchObject({
      status: 255,
      stderr: "cannot find program: /none\n",
    });
    expect(server.children()["okd-service static"]).not.toBe(pid);
    for (const wrong of [[], ["relaunch"], ["relaunch", "-a", "static"], ["fly"], ["--wings"]]) {
      expect((await okmgr(...wrong)).status).toBe(1);
    }
    await server.stop();
  });

  test("a process retires after so many requests", async () => {
    const { server } = await startManaged("Service count.mjs -r 10 /count\n", { "count.mjs": counting });
    const pids = new Set<string>();
    await eventually(async () => {
      pids.add((await request(server.port, "/count")).body.split(" ")[0]);
      expect(pids.size).toBe(3);
    });
    expect(server.output()).toMatch(/\+\+ service \/count: process \d+ retires/);
    expect(server.output()).not.toMatch(/restarting/);
    await server.stop();
  });
});

test("messages reach services", async () => {
  const { server, okmgr } = await startManaged("Service count.mjs -n 2 /count\n", { "count.mjs": counting });
  expect((await okmgr("message", "hello", "/count")).status).toBe(0);
  await eventually(() => expect(server.output().match(/told hello$/gm)).toHaveLength(2));
  expect(await okmgr("-m", "no", "/count:1")).toMatchObject({ status: 255, stderr: "/count[1]: not today\n" });
  expect((await okmgr("-m", "x", "static")).stderr).toBe("static: no messages handled\n");
  await server.stop();
});

test("logs are rotated by command and by signal, and no entry is lost", async () => {
  const { server, okmgr } = await startManaged("LogDir FOLDER/logs\n");
  const log = (name: string) => join(server.folder, "logs", name);
  let requests = 0;
  const visit = () => request(server.port, `/?n=${++requests}`);
  const lines = (...names: string[]) =>
    names.map((name) => readFileSync(log(name), "latin1").match(/"GET \/\?n=/g)?.length ?? 0);
  await visit();
  renameSync(log("access_log"), log("access_log.1"));
  await visit();
  expect((await okmgr("turn")).status).toBe(0);
  await visit();
  await eventually(() => {
    const [old, fresh] = lines("access_log.1", "access_log");
    expect(old + fresh).toBe(3);
    expect(fresh).toBeGreaterThan(0);
  });
  renameSync(log("access_log"), log("access_log.2"));
  server.okd.kill("SIGHUP");
  await eventually(() => expect(existsSync(log("access_log"))).toBe(true));
  await visit();
  await server.stop();
  expect(lines("access_log.1", "access_log.2", "access_log").reduce((a, b) => a + b)).toBe(4);
});

test("rotation that fails changes nothing", async () => {
  const { server, okmgr } = await startManaged("LogDir FOLDER/logs\n");
  const log = join(server.folder, "logs", "access_log");
  renameSync(log, `${log}.1`);
  mkdirSync(log);
  const result = await okmgr("-t");
  expect(result).toMatchObject({
    status: 255,
    stderr: expect.stringMatching(/^logger failed to turn over logs: EISDIR/),
  });
  await request(server.port, "/?n=1");
  await server.stop();
  expect(readFileSync(`${log}.1`, "latin1")).toMatch(/"GET \/\?n=1 /);
});

test("a socket that a killed server left is replaced, a living one is not", async () => {
  const { server } = await startManaged();
  server.okd.kill("SIGKILL");
  await server.exited;
  const socket = join(server.folder, "okd.sock");
  expect(existsSync(socket)).toBe(true);
  const second = await startServer({ programs, site, arguments: ["--socket", socket] });
  await expect(startServer({ programs, site, arguments: ["--socket", socket] })).rejects.toThrow(
    /another server listens on .*okd\.sock/,
  );
  expect(await second.stop()).toBe(0);
});
