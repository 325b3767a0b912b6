#!/usr/bin/env node
// `npm start`: installs and builds when needed, compiles an example site and serves it behind okd on a free port.
// Usage: npm start [-- [SITE] [--port N]]   SITE is a folder of `examples/` (default: bookshop).
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { root, StepFailed, setUp } from "./setup.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { port: { type: "string", default: "0" } },
});
const site = positionals[0] ?? "bookshop";
const source = join(root, "examples", site);
if (!existsSync(source)) {
  const known = readdirSync(join(root, "examples"), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  console.error(`There is no example "${site}"; there are: ${known.map((entry) => entry.name).join(", ")}`);
  process.exit(2);
}

try {
  await setUp();
} catch (error) {
  if (!(error instanceof StepFailed)) throw error;
  console.error(error.message);
  process.exit(error.status);
}

const dist = join(root, ".pub-cache", "examples", site);
const compiler = join(root, "packages/pub-compiler/bin/pubc.js");
const compiled = spawnSync(process.execPath, [compiler, "compile", source, "-o", dist], { stdio: "inherit" });
if (compiled.status !== 0) process.exit(compiled.status ?? 1);

const settings = ["--config", join(root, "examples/okws_config"), "--port", values.port];
const server = spawn(process.execPath, [join(root, "packages/okd/bin/okd.js"), dist, ...settings], {
  stdio: "inherit",
});
// The terminal sends Ctrl-C to the server as well; other signals reach only this process and are handed on.
process.on("SIGINT", () => {});
for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => server.kill(signal));
// When npm is stopped by a signal, it takes its shell along but not what the shell started.
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) server.kill("SIGTERM");
}, 500).unref();
server.on("exit", (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
