// Runs a real okd for the tests of a file: compiles a site, writes the modules of services and the configuration, starts
// the built server on a free port, and cleans up.
import { type ChildProcess, execFile, spawn } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "vitest";
import { pubc, root } from "../command.js";

export interface ServedSetUp {
  /** Templates and files of the site by their path. */
  site?: Record<string, string | Uint8Array>;
  /** Modules of services by file name; everything of `pub-runtime/service` is in `api`, valibot in `v`. */
  modules: Record<string, string>;
  /** Lines of the configuration; FOLDER stands for the folder with the modules. */
  configuration: string;
}

/** A response as it came, byte for byte. */
export interface RawResponse {
  status: number;
  statusLine: string;
  /** Names of the fields in order. */
  names: string[];
  /** Values by name in lower case; of several the last. */
  headers: Record<string, string>;
  /** Byte string. */
  body: string;
}

export interface Served {
  readonly port: number;
  readonly folder: string;
  readonly okd: ChildProcess;
  /** Everything that okd and its processes have printed so far: operator log, access log and error log. */
  output(): string;
  /** `fetch` for a path; redirections are not followed. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** The body of a successful answer as JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: tests say what they expect
  json(path: string, init?: RequestInit): Promise<any>;
  /** Sends bytes and returns all that comes until the server closes the connection. */
  exchange(request: string): Promise<string>;
  /** One request, which closes the connection; `head` are the lines after the first. */
  raw(firstLine: string, head?: string[], body?: string): Promise<RawResponse>;
  okmgr(...command: string[]): Promise<{ status: number | null; output: string }>;
  /** Process ids of okd's children by their titles. */
  children(): Record<string, number>;
  /** Ends the server in order; resolves to its exit status. */
  stop(): Promise<number | null>;
  /** Ends the server at once and removes its files. */
  dispose(): Promise<void>;
}

const PRELUDE = 'import * as api from "pub-runtime/service"; import * as v from "valibot";\n';

/** Starts the server. Rejects with its output when it does not listen. */
export async function serve({ site = {}, modules, configuration }: ServedSetUp): Promise<Served> {
  const folder = mkdtempSync(join(tmpdir(), "okd-features-"));
  // As root, services are other users.
  chmodSync(folder, 0o755);
  // The modules of the services import packages from here.
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  const write = (path: string, text: string | Uint8Array) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  mkdirSync(join(folder, "site"));
  for (const [path, text] of Object.entries(site)) write(join("site", path), text);
  for (const [name, text] of Object.entries(modules)) write(name, PRELUDE + text.replaceAll("FOLDER", folder));
  const settings = join(folder, "okws_config");
  write("okws_config", `JailDir ${folder}\nOkMgrSocket okd.sock\n${configuration.replaceAll("FOLDER", folder)}`);
  const compiled = await pubc(["compile", join(folder, "site"), "-o", join(folder, "dist")]);
  expect([compiled.code, compiled.stderr]).toEqual([0, ""]);

  const program = join(root, "packages/okd/bin/okd.js");
  const command = [program, join(folder, "dist"), "--config", settings, "--port", "0", "--address", "127.0.0.1"];
  const okd = spawn(process.execPath, command, { stdio: ["ignore", "pipe", "pipe"] });
  const exited = new Promise<number | null>((resolve) => okd.once("close", resolve));
  let output = "";
  const port = await new Promise<number>((resolve, reject) => {
    for (const stream of [okd.stdout, okd.stderr]) {
      stream.on("data", (chunk: Buffer) => {
        output += chunk.toString("utf8");
        const listening = /listening on http:\/\/127\.0\.0\.1:(\d+)\//.exec(output);
        if (listening) resolve(Number(listening[1]));
      });
    }
    void exited.then((code) => reject(new Error(`okd ended with ${code}:\n${output}`)));
  });
  const served: Served = {
    port,
    folder,
    okd,
    output: () => output,
    fetch: (path, init) => fetch(`http://127.0.0.1:${port}${path}`, { redirect: "manual", ...init }),
    async json(path, init) {
      const answer = await served.fetch(path, init);
      const text = await answer.text();
      expect([answer.status, text], `${path}\n${output}`).toEqual([200, expect.any(String)]);
      return JSON.parse(text);
    },
    exchange: (request) => exchange(port, request),
    async raw(firstLine, head = [], body = "") {
      const lines = [firstLine, "Host: test", ...head, "Connection: close", "", body];
      return readResponse(await exchange(port, lines.join("\r\n")));
    },
    okmgr: (...argumentList) =>
      new Promise((resolve) => {
        const line = [join(root, "packages/okd/bin/okmgr.js"), ...argumentList, "--config", settings];
        const child = execFile(process.execPath, line, (_error, stdout, stderr) =>
          resolve({ status: child.exitCode, output: stdout + stderr }),
        );
      }),
    children: () => childrenOf(okd.pid ?? 0),
    stop() {
      okd.kill("SIGTERM");
      return exited;
    },
    async dispose() {
      okd.kill("SIGKILL");
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return served;
}

/** Takes a response apart. */
export function readResponse(bytes: string): RawResponse {
  const end = bytes.indexOf("\r\n\r\n");
  const [statusLine, ...lines] = bytes.slice(0, end).split("\r\n");
  const fields = lines.map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 2)]);
  return {
    status: Number(statusLine.split(" ")[1]),
    statusLine,
    names: fields.map(([name]) => name),
    headers: Object.fromEntries(fields.map(([name, value]) => [name.toLowerCase(), value])),
    body: bytes.slice(end + 4),
  };
}

function exchange(port: number, request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(request, "latin1"));
    let received = "";
    socket.setEncoding("latin1");
    socket.on("data", (text: string) => {
      received += text;
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(received));
  });
}

function childrenOf(parent: number): Record<string, number> {
  const children: Record<string, number> = {};
  for (const entry of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const ownerOf = (id: string) => /^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${id}/status`, "utf8"))?.[1] ?? "";
      // Services may be watched over by bwrap.
      const isWatcher = (id: string) => readFileSync(`/proc/${id}/comm`, "utf8").trim() === "bwrap";
      const owner = ownerOf(entry);
      if (isWatcher(entry) || Number(isWatcher(owner) ? ownerOf(owner) : owner) !== parent) continue;
      children[readFileSync(`/proc/${entry}/cmdline`, "utf8").replace(/\0.*/s, "").trim()] = Number(entry);
    } catch {
      // It ended while we were looking.
    }
  }
  return children;
}
