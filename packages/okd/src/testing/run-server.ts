// Runs a real server for a test: bundles the programs, starts okd on a free port with a site made by hand, and cleans
// everything up, also after a failure.

import { type ChildProcess, spawn } from "node:child_process";
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import http from "node:http";
import net from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { afterAll } from "vitest";
import { entryPoints } from "../../build.mjs";
import { makeSite, type TestSite } from "./make-site.js";

const packageFolder = fileURLToPath(new URL("../../", import.meta.url));
const sibling = (path: string) => join(packageFolder, "..", path);

/** Milliseconds after which something that should have happened counts as hanging. */
const PATIENCE = 20_000;

const cleanUps: (() => Promise<void> | void)[] = [];
afterAll(async () => {
  for (const cleanUp of cleanUps.reverse()) await cleanUp();
});

/** A temporary folder that is removed when the tests of the file are done. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "okd-test-"));
  // As root the processes of a server are other users.
  chmodSync(folder, 0o755);
  cleanUps.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Bundles the programs as the build does; returns their folder. */
export async function buildPrograms(): Promise<string> {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  const options = {
    outdir: folder,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20.19",
    alias: {
      "pub-parser/json": sibling("pub-parser/src/json/index.ts"),
      "pub-parser/config": sibling("pub-parser/src/config/index.ts"),
      "pub-parser": sibling("pub-parser/src/index.ts"),
      "pub-runtime/service": sibling("runtime/src/service/index.ts"),
      "pub-runtime": sibling("runtime/src/index.ts"),
    },
    logLevel: "error",
  } as const;
  const programs = Object.entries(entryPoints).map(([name, source]) => [name, join(packageFolder, source)]);
  await build({ ...options, entryPoints: Object.fromEntries(programs) });
  // Packages that are no ES modules want a `require`.
  const banner = { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' };
  await build({ ...options, banner, entryPoints: { services: sibling("runtime/src/service/index.ts") } });
  return folder;
}

/** The services API as a module beside the modules of a test. */
const SERVICES_API = "services.js";

export interface ServerSetUp {
  programs: string;
  site: TestSite;
  /** User id that the server runs as; needs root. */
  uid?: number;
  /** Further arguments for okd. */
  arguments?: string[];
  /** Address to listen on; 127.0.0.1 without it. */
  address?: string;
  /** Lines of an `okws_config`; `PORT` and `FOLDER` are replaced. */
  configuration?: string;
  /** Service modules by name, in the folder that `FOLDER` stands for; `defineService` is imported. */
  modules?: Record<string, string>;
}

export interface RunningServer {
  port: number;
  folder: string;
  site: string;
  okd: ChildProcess;
  /** Everything that okd and its children have printed so far. */
  output(): string;
  /** Waits until the output matches. */
  printed(pattern: RegExp): Promise<RegExpExecArray>;
  /** Process ids of the children by their title. */
  children(): Record<string, number>;
  /** Exit status of okd, once it has ended. */
  exited: Promise<number | null>;
  /** Ends the server in order and returns its exit status. */
  stop(): Promise<number | null>;
}

export async function startServer(setUp: ServerSetUp): Promise<RunningServer> {
  const folder = temporaryFolder();
  const site = join(folder, "dist");
  mkdirSync(site);
  makeSite(site, setUp.site);
  for (const [name, source] of Object.entries(setUp.modules ?? {})) {
    writeModule(setUp.programs, join(folder, name), source);
  }
  const commandLine = [join(setUp.programs, "okd.js"), site, ...(setUp.arguments ?? [])];
  if (setUp.configuration === undefined) commandLine.push("--port", "0");
  else {
    const file = join(folder, "okws_config");
    writeFileSync(file, setUp.configuration.replaceAll("FOLDER", folder));
    commandLine.push("--config", file, "--port", "0", "--address", setUp.address ?? "127.0.0.1");
  }
  const { uid } = setUp;
  if (uid !== undefined) chownAll(folder, uid);
  const identity = uid === undefined ? {} : { uid, gid: uid };
  const okd = spawn(process.execPath, commandLine, { stdio: ["ignore", "pipe", "pipe"], ...identity });
  let output = "";
  for (const stream of [okd.stdout, okd.stderr]) {
    stream.on("data", (chunk) => {
      output += chunk.toString("latin1");
    });
  }
  const exited = new Promise<number | null>((resolve) => okd.once("close", (code) => resolve(code)));
  cleanUps.push(async () => {
    okd.kill("SIGKILL");
    await exited;
  });
  const server: RunningServer = {
    port: 0,
    folder,
    site,
    okd,
    output: () => output,
    printed: (pattern) =>
      eventually(() => {
        const match = pattern.exec(output);
        if (!match) throw new Error(`${pattern} was not printed:\n${output}`);
        return match;
      }),
    children: () => childrenOf(okd.pid!),
    exited,
    stop: () => {
      okd.kill("SIGTERM");
      return exited;
    },
  };
  const listening = server.printed(/listening on http:\/\/(?:127\.0\.0\.1|\[::1\]):(\d+)\//);
  const failed = exited.then((code) => {
    throw new Error(`okd ended with ${code}:\n${output}`);
  });
  // Only until the server listens is an end unexpected.
  failed.catch(() => {});
  server.port = Number((await Promise.race([listening, failed]))[1]);
  return server;
}

function chownAll(path: string, uid: number): void {
  chownSync(path, uid, uid);
  if (statSync(path).isDirectory()) for (const name of readdirSync(path)) chownAll(join(path, name), uid);
}

/** Writes the module of a service, which gets `defineService`. */
export function writeModule(programs: string, file: string, source: string): void {
  mkdirSync(dirname(file), { recursive: true });
  const api = pathToFileURL(join(programs, SERVICES_API)).href;
  writeFileSync(file, `import { defineService } from "${api}";\n${source}`);
}

/** Tries until it does not throw any more. */
export async function eventually<T>(attempt: () => T | Promise<T>): Promise<T> {
  const deadline = Date.now() + PATIENCE;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

/** Also those that `bwrap` watches over for the parent. */
function childrenOf(pid: number): Record<string, number> {
  const children: Record<string, number> = {};
  const isWatcher = (id: string) => readFileSync(`/proc/${id}/comm`, "utf8").trim() === "bwrap";
  for (const entry of readdirSync("/proc")) {
    try {
      if (!/^\d+$/.test(entry)) continue;
      const parentOf = (id: string) => /^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${id}/status`, "utf8"))![1];
      let parent = parentOf(entry);
      if (isWatcher(entry)) continue;
      if (isWatcher(parent)) parent = parentOf(parent);
      if (Number(parent) !== pid || !isAlive(Number(entry))) continue;
      children[readFileSync(`/proc/${entry}/cmdline`, "utf8").replace(/\0.*/s, "").trim()] = Number(entry);
    } catch {
      // It ended while we were looking.
    }
  }
  return children;
}

export interface Answer {
  status: number;
  headers: http.IncomingHttpHeaders;
  body: string;
}

export interface RequestOptions {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
  agent?: http.Agent;
}

/** One request; bodies are byte strings. Without an agent, the connection is closed afterwards. */
export function request(port: number, path: string, options: RequestOptions = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { method = "GET", headers, body, agent = false } = options;
    const outgoing = http.request({ port, host: "127.0.0.1", path, method, headers, agent }, (response) => {
      let text = "";
      response.setEncoding("latin1");
      response.on("data", (chunk) => {
        text += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode!, headers: response.headers, body: text }));
      response.on("error", reject);
    });
    outgoing.on("error", reject);
    outgoing.end(body, "latin1");
  });
}

export interface RawConnection {
  socket: net.Socket;
  write(text: string): void;
  /** What the server has sent so far. */
  received(): string;
  /** Waits until what the server has sent matches. */
  until(pattern: RegExp): Promise<string>;
  /** All that the server has sent when it closes the connection. */
  closed: Promise<string>;
}

/** A connection on which a test decides about every byte. */
export async function connect(port: number): Promise<RawConnection> {
  const socket = net.connect(port, "127.0.0.1");
  socket.setNoDelay(true);
  let received = "";
  socket.on("data", (chunk) => {
    received += chunk.toString("latin1");
  });
  socket.on("error", () => {});
  const closed = new Promise<string>((resolve) => socket.on("close", () => resolve(received)));
  await new Promise<void>((resolve) => socket.once("connect", () => resolve()));
  cleanUps.push(() => void socket.destroy());
  return {
    socket,
    write: (text) => void socket.write(text, "latin1"),
    received: () => received,
    until: (pattern) =>
      eventually(() => {
        if (!pattern.test(received)) throw new Error(`${pattern} was not received:\n${received}`);
        return received;
      }),
    closed,
  };
}
