// okd under systemd, whose two sides are played by the test: the socket for notifications and sockets that are passed.

import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import http from "node:http";
import net from "node:net";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { makeSite } from "../testing/make-site.js";
import { buildPrograms, eventually, temporaryFolder } from "../testing/run-server.js";
import { activatedCount } from "./activation.js";
import { watchdogInterval } from "./notify.js";

const has = (program: string) => {
  try {
    execFileSync("which", [program], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
};

test.each([
  [{}, null],
  [{ WATCHDOG_USEC: "0" }, null],
  [{ WATCHDOG_USEC: "x" }, null],
  [{ WATCHDOG_USEC: "30000000" }, 15_000],
  [{ WATCHDOG_USEC: "30000000", WATCHDOG_PID: "7" }, 15_000],
  [{ WATCHDOG_USEC: "30000000", WATCHDOG_PID: "8" }, null],
])("signs of life with %j: every %s ms", (environment, interval) => {
  expect(watchdogInterval(environment, 7)).toBe(interval);
});

test.each([
  [{}, 0],
  [{ LISTEN_PID: "7", LISTEN_FDS: "2" }, 2],
  [{ LISTEN_PID: "8", LISTEN_FDS: "2" }, 0],
  [{ LISTEN_PID: "7", LISTEN_FDS: "-2" }, 0],
  [{ LISTEN_PID: "7" }, 0],
])("sockets passed with %j: %s", (environment, count) => {
  expect(activatedCount(environment, 7)).toBe(count);
});

const missing = ["systemd-notify", "socat"].filter((program) => !has(program));
const skipped = missing.length > 0 ? ` (skipped: ${missing.join(" and ")} is not installed)` : "";

describe.skipIf(missing.length > 0)(`with real processes${skipped}`, () => {
  test("tells when it is ready, alive and stopping; serves on the sockets that were passed", {
    timeout: 90_000,
  }, async () => {
    const folder = temporaryFolder();
    const site = join(folder, "dist");
    mkdirSync(site);
    makeSite(site, { templates: { "/index.html": "home" } });
    const programs = await buildPrograms();

    const notifications = join(folder, "notifications");
    const socket = join(folder, "notify");
    const receiver = spawn("socat", ["-u", `UNIX-RECVFROM:${socket},fork`, `OPEN:${notifications},creat,append`]);
    onTestFinished(() => void receiver.kill("SIGKILL"));
    await eventually(() => expect(existsSync(socket)).toBe(true));
    const told = () => readFileSync(notifications, "latin1");

    const listener = net.createServer();
    await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
    const { port } = listener.address() as net.AddressInfo;

    // Like systemd, which knows the process id between fork and exec: a shell sets it and becomes okd.
    const script =
      'LISTEN_PID=$$ LISTEN_FDS=2 NOTIFY_SOCKET="$1" WATCHDOG_USEC=400000; export LISTEN_PID LISTEN_FDS NOTIFY_SOCKET WATCHDOG_USEC; shift; exec "$@"';
    const command = [process.execPath, join(programs, "okd.js"), site, "--port", String(port)];
    const okd = spawn("/bin/sh", ["-c", script, "sh", socket, ...command], {
      stdio: ["ignore", "pipe", "pipe", (listener as unknown as { _handle: { fd: number } })._handle.fd, "ignore"],
    });
    let output = "";
    for (const stream of [okd.stdout!, okd.stderr!]) stream.on("data", (chunk) => (output += chunk));
    const ended = new Promise<number | null>((resolve) => okd.once("exit", resolve));
    onTestFinished(async () => {
      okd.kill("SIGKILL");
      await ended;
    });

    await eventually(() => expect(existsSync(notifications), output).toBe(true));
    await eventually(() => expect(told()).toMatch(/READY=1\s+STATUS=serving 127\.0\.0\.1:\d+/));
    listener.close();
    expect(output).toContain("descriptor 4, which systemd has passed, is no TCP socket that listens");
    const body = await new Promise((resolve, reject) => {
      http
        .get({ port, host: "127.0.0.1", agent: false }, (response) =>
          response.on("data", (chunk) => resolve(String(chunk))),
        )
        .on("error", reject);
    });
    expect(body).toBe("home");
    await eventually(() => expect(told().match(/WATCHDOG=1/g)?.length).toBeGreaterThan(1));
    okd.kill("SIGTERM");
    expect(await ended).toBe(0);
    await eventually(() => expect(told()).toContain("STOPPING=1"));
  });
});
