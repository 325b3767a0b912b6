// A service that was taken over: everything it tries fails, and the others go on serving. With real processes, as root
// (identities of their own), as root without name spaces, and as an ordinary user (name spaces alone).

import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { makeCertificate } from "../testing/certificates.js";
import {
  buildPrograms,
  eventually,
  isAlive,
  type RunningServer,
  request,
  startServer,
  temporaryFolder,
} from "../testing/run-server.js";
import { ATTEMPTS, type Facts, FLOODS, HOSTILE_SERVICE } from "./hostile-service.js";

const isRoot = process.getuid?.() === 0;
const ORDINARY_USER = 64_123;
const canIsolate = (() => {
  try {
    execFileSync("bwrap", ["--ro-bind", "/", "/", "--unshare-pid", "true"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
})();

/** Without name spaces these are held back by nothing but the system's own rules. */
const NEEDS_ISOLATION = new Set(["listen on a port", "listen on a Unix socket"]);

interface Mode {
  title: string;
  isolation: "on" | "off";
  uid?: number;
  unavailable: string | null;
}

const noRoot = isRoot ? null : "needs root";
const noNameSpaces = canIsolate ? null : "bwrap cannot make name spaces here";
const modes: Mode[] = [
  { title: "as root", isolation: "on", unavailable: noRoot ?? noNameSpaces },
  { title: "as root, without name spaces", isolation: "off", unavailable: noRoot },
  {
    title: "as an ordinary user",
    isolation: "on",
    uid: isRoot ? ORDINARY_USER : undefined,
    unavailable: noNameSpaces,
  },
];

const VICTIM = `export default defineService({
  name: "victim",
  async handle(request, response) { await response.send("served by " + process.pid); },
});`;

let programs: string;
beforeAll(async () => {
  programs = await buildPrograms();
}, 60_000);

for (const { title, isolation, uid, unavailable } of modes) {
  const skipped = unavailable === null ? "" : ` (skipped: ${unavailable})`;
  describe.skipIf(unavailable !== null)(`${title}${skipped}`, () => {
    let server: RunningServer;
    let facts: Facts;
    let before: Record<string, string>;

    beforeAll(async () => {
      const keys = temporaryFolder();
      const { certificate, key } = makeCertificate(keys, "main", ["localhost"]);
      if (uid !== undefined) execFileSync("chown", ["-R", String(uid), keys]);
      server = await startServer({
        programs,
        uid,
        configuration: [
          "JailDir FOLDER",
          "LogDir FOLDER/logs",
          "OkMgrSocket /okd.sock",
          "SafeStartup 0",
          `ServiceIsolation ${isolation}`,
          "ServiceMemoryLimit 700",
          "ServiceFileSizeLimit 16",
          "Service victim/service.mjs -a victim-data /victim",
          "Service hostile/service.mjs -a hostile-data /hostile",
        ].join("\n"),
        arguments: ["--tls-port", "0", "--tls-cert", certificate, "--tls-key", key],
        site: { templates: { "/index.html": "home" } },
        modules: { "victim/service.mjs": VICTIM, "hostile/service.mjs": HOSTILE_SERVICE },
      });
      const { folder, site } = server;
      await server.printed(/https:/);
      writeFileSync(join(folder, "victim-data/secret"), "secret");
      facts = {
        folder,
        site,
        victimModule: join(folder, "victim/service.mjs"),
        victimData: join(folder, "victim-data"),
        ownData: join(folder, "hostile-data"),
        ownModule: join(folder, "hostile/service.mjs"),
        key,
        managerSocket: join(folder, "okd.sock"),
        accessLog: join(folder, "logs/access_log"),
        configuration: join(folder, "okws_config"),
        port: server.port,
        pids: pids(),
      };
      before = state();
    }, 120_000);

    const pids = (): Facts["pids"] => {
      const children = Object.entries(server.children());
      const find = (name: string) => children.find(([each]) => each.startsWith(name))?.[1] ?? 0;
      return {
        launcher: server.okd.pid!,
        dispatcher: find("okd-dispatcher"),
        logger: find("okd-logger"),
        tls: find("okd-tls"),
        victim: find("okd-service /victim"),
      };
    };

    /** What must not change. */
    const state = (): Record<string, string> => ({
      manifest: readFileSync(join(facts.site, "manifest.json"), "latin1"),
      mode: String(statSync(facts.site).mode),
      files: readdirSync(facts.site).join(),
      module: readFileSync(facts.ownModule, "latin1"),
      secret: readFileSync(join(facts.victimData, "secret"), "latin1"),
      pids: JSON.stringify(pids()),
    });

    const hostile = async (name: string) => {
      const { status, body } = await request(server.port, "/hostile", {
        method: "POST",
        body: JSON.stringify({ name, facts }),
      });
      expect(status).toBe(200);
      return body;
    };

    const othersServe = async () => {
      expect((await request(server.port, "/victim")).body).toBe(`served by ${facts.pids.victim}`);
      expect((await request(server.port, "/")).body).toBe("home");
    };

    test("the facts are right", () => {
      expect(Object.values(facts.pids).every(isAlive)).toBe(true);
      expect([facts.victimModule, facts.key, facts.managerSocket, facts.accessLog].every(existsSync)).toBe(true);
      expect(ATTEMPTS.length + FLOODS.length).toBeGreaterThan(50);
    });

    test.each(ATTEMPTS.filter((name) => isolation === "on" || !NEEDS_ISOLATION.has(name)))(
      "cannot %s",
      async (name) => {
        const outcome = JSON.parse(await hostile(name));
        expect(outcome).toEqual({ failed: expect.anything() });
        await othersServe();
      },
    );

    test("nothing has changed", () => {
      expect(state()).toEqual(before);
    });

    test.each(FLOODS)("harms nobody: %s", { timeout: 40_000 }, async (name) => {
      await eventually(async () => expect(await hostile(name)).toBe("begun"));
      for (let round = 0; round < 5; round++) {
        await othersServe();
        await new Promise((resolve) => setTimeout(resolve, 40));
      }
      if (name === "a loop without end") {
        const { "okd-service /hostile": pid } = server.children();
        process.kill(pid, "SIGKILL");
      }
    });

    test("after all that, the same processes serve, and the service is there again", async () => {
      expect(pids()).toEqual(facts.pids);
      await eventually(async () => expect(JSON.parse(await hostile("read /etc/shadow"))).toHaveProperty("failed"));
      expect({ ...state(), pids: "" }).toEqual({ ...before, pids: "" });
    });

    test("forged entries are lines of their own, without control characters", async () => {
      await eventually(() =>
        expect(readFileSync(facts.accessLog, "latin1")).toContain("forged\\x0d10.0.0.1 \\x1b[31m"),
      );
      for (const name of readdirSync(join(facts.folder, "logs"))) {
        const text = readFileSync(join(facts.folder, "logs", name), "latin1");
        expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f]/);
      }
    });
  });
}
