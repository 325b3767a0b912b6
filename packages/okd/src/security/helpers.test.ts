// The processes beside the services, taken over: a probe inside of each tells what it could reach.

import { execFileSync } from "node:child_process";
import { appendFileSync, chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { makeCertificate } from "../testing/certificates.js";
import { buildPrograms, type RunningServer, startServer, temporaryFolder } from "../testing/run-server.js";

const isRoot = process.getuid?.() === 0;
const ORDINARY_USER = 64_124;
const HELPERS = ["dispatcher", "logger", "tls", "http2"] as const;

/** What nobody but the launcher can do; all of it has to fail in each process. */
const PROBE = `
;setTimeout(async () => {
  const fs = await import("node:fs");
  const { execFileSync } = await import("node:child_process");
  const { Worker } = await import("node:worker_threads");
  const attempts = {
    "read a file of somebody else": () => fs.readFileSync(CANARY),
    "read the TLS key": () => fs.readFileSync(KEY),
    "read /etc/shadow": () => fs.readFileSync("/etc/shadow"),
    "read the launcher's environment": () => fs.readFileSync("/proc/" + process.ppid + "/environ"),
    "write to a file of somebody else": () => fs.appendFileSync(CANARY, "changed"),
    "write to the own program": () => fs.appendFileSync(process.argv[1], "changed"),
    "start a program": () => execFileSync("/bin/true"),
    "start a worker": () => new Worker("1", { eval: true }),
    "load a native addon": () => process.dlopen({ exports: {} }, "/none.node"),
    "become root": () => process.setuid(0),
    "signal the launcher": () => process.kill(process.ppid, 0),
  };
  const outcomes = {};
  for (const [name, attempt] of Object.entries(attempts)) {
    try {
      await attempt();
      outcomes[name] = "succeeded";
    } catch (error) {
      outcomes[name] = "failed";
    }
  }
  console.error("PROBE " + HELPER + " " + JSON.stringify({ uid: process.getuid(), groups: process.getgroups(), ...outcomes }));
}, 200);
`;

const modes = [
  { title: `as root${isRoot ? "" : " (skipped: needs root)"}`, isAvailable: isRoot, uid: undefined },
  { title: "as an ordinary user", isAvailable: true, uid: isRoot ? ORDINARY_USER : undefined },
];

for (const { title, isAvailable, uid } of modes) {
  describe.skipIf(!isAvailable)(title, () => {
    let server: RunningServer;
    const hasIdentities = isRoot && uid === undefined;

    beforeAll(async () => {
      const programs = await buildPrograms();
      const secrets = temporaryFolder();
      const { certificate, key } = makeCertificate(secrets, "main", ["localhost"]);
      chmodSync(key, 0o600);
      const canary = join(secrets, "canary");
      writeFileSync(canary, "secret");
      if (uid !== undefined) execFileSync("chown", ["-R", String(uid), secrets]);
      for (const helper of HELPERS) {
        const names = { CANARY: canary, KEY: key, HELPER: helper };
        const probe = Object.entries(names).reduce(
          (text, [name, value]) => text.replaceAll(name, JSON.stringify(value)),
          PROBE,
        );
        appendFileSync(join(programs, `${helper}.js`), probe);
      }
      server = await startServer({
        programs,
        uid,
        configuration: "JailDir FOLDER\nLogDir FOLDER/logs\n",
        arguments: ["--tls-port", "0", "--tls-cert", certificate, "--tls-key", key],
        site: { templates: { "/index.html": "home" } },
      });
    }, 120_000);

    test.each(HELPERS)("the process %s reaches nothing that it does not need", async (helper) => {
      const [, text] = await server.printed(new RegExp(`PROBE ${helper} (\\{.*\\})`));
      const { uid: user, groups, ...outcomes } = JSON.parse(text);
      // Processes of one ordinary user can signal each other: only services have a view of their own.
      if (!hasIdentities) delete outcomes["signal the launcher"];
      expect(Object.entries(outcomes).filter(([, outcome]) => outcome !== "failed")).toEqual([]);
      if (hasIdentities) {
        expect(user).toBeGreaterThan(0);
        expect(groups).toEqual([user]);
      }
    });
  });
}
