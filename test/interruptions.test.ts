// What happens when processes are stopped at bad moments: nothing half-written is visible, nothing stays down.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import autocannon from "autocannon";
import { afterAll, expect, onTestFinished, test, vi } from "vitest";
import { pubc, root } from "./command.js";

const scratch = mkdtempSync(join(tmpdir(), "pub-interruptions-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const program = (name: string) => join(root, name);

/** A site whose pages all carry one number, so that a mixture of two versions shows. */
function writeSite(version: number): string {
  const site = join(scratch, "site");
  mkdirSync(site, { recursive: true });
  for (let n = 0; n < 150; n++) writeFileSync(join(site, `page${n}.html`), `${version} %{${n} + 1}\n`);
  writeFileSync(join(site, "style.css"), `/* ${version} */`);
  return site;
}

/** The version that all parts of a compiled site show; throws when a part is missing or of another version. */
function versionOf(dist: string): number {
  const manifest = JSON.parse(readFileSync(join(dist, "manifest.json"), "utf8"));
  const versions = new Set<string>();
  const load = createRequire(join(dist, "manifest.json"));
  for (const [path, { module }] of Object.entries<{ module: string }>(manifest.templates)) {
    expect(typeof load(join(dist, module))).toBe("function");
    const [, version] = /"(\d+) "/.exec(readFileSync(join(dist, module), "utf8")) ?? [];
    versions.add(version ?? `no version in ${path}`);
  }
  expect(Object.keys(manifest.templates)).toHaveLength(150);
  expect([...versions]).toHaveLength(1);
  return Number([...versions][0]);
}

test.each(["SIGKILL", "SIGINT", "SIGTERM"] as const)(
  "%s while a site is compiled leaves no half bundle",
  async (signal) => {
    const dist = join(scratch, `dist-${signal}`);
    const site = writeSite(1);
    expect(await pubc(["compile", site, "-o", dist])).toMatchObject({ code: 0 });
    const started = performance.now();
    writeSite(2);
    expect(await pubc(["compile", site, "-o", dist])).toMatchObject({ code: 0 });
    const duration = performance.now() - started;
    let good = 2;
    for (let round = 0; round < 6; round++) {
      writeSite(3 + round);
      const child = spawn(process.execPath, [
        program("packages/pub-compiler/bin/pubc.js"),
        "compile",
        site,
        "-o",
        dist,
      ]);
      const ended = new Promise((resolve) => child.once("close", resolve));
      // Everything from the start of the process to the moment when the bundle is exchanged.
      setTimeout(() => child.kill(signal), (duration * (round + 1)) / 6);
      await ended;
      const version = versionOf(dist);
      expect([good, 3 + round]).toContain(version);
      good = version;
    }
    writeSite(99);
    expect(await pubc(["compile", site, "-o", dist])).toMatchObject({ code: 0, stderr: "" });
    expect(versionOf(dist)).toBe(99);
    const left = readdirSync(dist, { recursive: true }).filter((name) => String(name).endsWith(".tmp"));
    expect(left).toEqual([]);
  },
);

test("a service that is killed under load comes back at once; other requests and okd itself go on", async () => {
  const site = join(scratch, "served");
  mkdirSync(site);
  writeFileSync(join(site, "index.html"), "<p>%{1 + 1}</p>\n");
  const dist = join(scratch, "served-dist");
  expect(await pubc(["compile", site, "-o", dist])).toMatchObject({ code: 0 });
  let output = "";
  const okd: ChildProcess = spawn(process.execPath, [program("packages/okd/bin/okd.js"), dist, "--port", "0"]);
  for (const stream of [okd.stdout, okd.stderr]) {
    stream?.on("data", (chunk: Buffer) => {
      output += chunk;
    });
  }
  onTestFinished(async () => {
    const ended = new Promise((resolve) => okd.once("close", resolve));
    okd.kill("SIGTERM");
    await ended;
  });
  const address = await vi.waitFor(() => {
    const match = /listening on (http:\S+)/.exec(output);
    expect(match).not.toBeNull();
    return match?.[1] ?? "";
  }, 30_000);

  const load = autocannon({ url: address, connections: 10, duration: 8 });
  const kills = 3;
  for (let kill = 1; kill <= kills; kill++) {
    await vi.waitFor(() => expect(output.match(/service static: ready \(pid \d+\)/g)).toHaveLength(kill), 30_000);
    const pid = Number([...output.matchAll(/service static: ready \(pid (\d+)\)/g)].at(-1)?.[1]);
    process.kill(pid, "SIGKILL");
    await vi.waitFor(() => expect(output).toContain(`process ${pid} ended with signal SIGKILL; restarting`), 30_000);
  }
  const result = await load;
  // What was being answered when the process died is lost with it: at most one request a connection and kill.
  expect(result.errors + result.non2xx).toBeLessThanOrEqual(10 * kills);
  expect(result["2xx"]).toBeGreaterThan(0);
  expect(okd.exitCode).toBeNull();
  const page = await fetch(address);
  expect([page.status, await page.text()]).toEqual([200, "<p>2</p>\n"]);
  expect(existsSync(`/proc/${okd.pid}`)).toBe(true);
}, 120_000);
