// The compiled bookshop behind okd: every page has the bytes that the reference prints.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";

const path = (name: string): string => fileURLToPath(new URL(`../${name}`, import.meta.url));
const site = path("fixtures/sites/bookshop");
const folder = mkdtempSync(join(tmpdir(), "pub-served-"));
let server: ChildProcess;
let address = "";

beforeAll(async () => {
  const dist = join(folder, "dist");
  const args = ["compile", site, "-o", dist, "--keep-going", "--dict-order", "reference"];
  await once(
    spawn(process.execPath, [path("packages/pub-compiler/bin/pubc.js"), ...args], { stdio: "ignore" }),
    "exit",
  );
  server = spawn(process.execPath, [path("packages/okd/bin/okd.js"), dist, "--port", "0"], {
    env: { ...process.env, TZ: "UTC" },
    stdio: ["ignore", "pipe", "ignore"],
  });
  let output = "";
  for await (const chunk of server.stdout ?? []) {
    output += chunk;
    const match = /listening on (http:\S+)/.exec(output);
    if (match !== null) {
      address = match[1];
      break;
    }
  }
}, 60_000);

afterAll(async () => {
  const ended = once(server, "exit");
  server.kill("SIGTERM");
  await ended;
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

const pages = readdirSync(join(site, "_render"));

test.each(pages)("%s", async (page) => {
  const response = await fetch(new URL(`/_render/${page}`, address));
  const expected = readFileSync(join(site, "_expected", page.replace(/\.pub$/, ".out")), "latin1");
  expect(Buffer.from(await response.arrayBuffer()).toString("latin1")).toBe(expected);
});
