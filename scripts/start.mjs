#!/usr/bin/env node
// `npm start`: installs and builds when needed, compiles an example site and serves it behind okd on a free port.
// Usage: npm start [-- [SITE] [--port N]]   SITE is a folder of `examples/` (default: bookshop), or the path of a copy.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { installExample, root, StepFailed, setUp } from "./setup.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { port: { type: "string", default: "0" } },
});
const site = positionals[0] ?? "bookshop";
const isPath = site !== basename(site);
const folder = isPath ? resolve(site) : join(root, "examples", site);
// An example with a service of its own has its templates in a folder beside it.
const hasService = existsSync(join(folder, "service.ts"));
const source = hasService ? join(folder, "site") : folder;
if (!existsSync(source)) {
  const known = readdirSync(join(root, "examples"), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  console.error(`There is no example "${site}"; there are: ${known.map((entry) => entry.name).join(", ")}`);
  process.exit(2);
}

try {
  await setUp();
  if (hasService) await buildService(folder);
} catch (error) {
  if (!(error instanceof StepFailed)) throw error;
  console.error(error.message);
  process.exit(error.status);
}

const dist = isPath ? join(folder, ".pub-cache") : join(root, ".pub-cache", "examples", site);
const compiler = join(root, "packages/pub-compiler/bin/pubc.js");
const compiled = spawnSync(process.execPath, [compiler, "compile", source, "-o", dist], { stdio: "inherit" });
if (compiled.status !== 0) process.exit(compiled.status ?? 1);

let servers = null;
try {
  servers = await startServers(folder);
} catch (error) {
  console.error(`The servers of this example: ${error.message}`);
  process.exit(1);
}

const ownConfiguration = join(folder, "okws_config");
const configuration = existsSync(ownConfiguration) ? ownConfiguration : join(root, "examples/okws_config");
const settings = ["--config", configuration, "--port", values.port];
const server = spawn(process.execPath, [join(root, "packages/okd/bin/okd.js"), dist, ...settings], {
  stdio: "inherit",
  env: { ...process.env, EXAMPLE: folder },
});
// The terminal sends Ctrl-C to the server as well; other signals reach only this process and are handed on.
process.on("SIGINT", () => {});
for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => server.kill(signal));
// When npm is stopped by a signal, it takes its shell along but not what the shell started.
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) server.kill("SIGTERM");
}, 500).unref();
server.on("exit", async (code, signal) => {
  await servers?.stop();
  process.exit(code ?? (signal ? 1 : 0));
});

/** Starts what an example needs besides, such as a database. */
async function startServers(folder) {
  const module = join(folder, "servers.mjs");
  if (!existsSync(module)) return null;
  console.log("Starting the servers of the example …");
  return (await import(pathToFileURL(module).href)).startServers(join(folder, "data"));
}

/** Installs what the service of an example needs, and bundles the service into its `dist/`. */
async function buildService(folder) {
  await installExample(folder);
  const { build } = await import("esbuild");
  await build({
    entryPoints: [join(folder, "service.ts")],
    outfile: join(folder, "dist/service.mjs"),
    bundle: true,
    // A copy of an example may stand where the settings that its own extend are not.
    tsconfigRaw: {},
    packages: "external",
    platform: "node",
    format: "esm",
    sourcemap: true,
    logLevel: "warning",
  });
  mkdirSync(join(folder, "data"), { recursive: true });
}
