// The servers that are measured, each a process of its own on a free port of 127.0.0.1, and what the kernel says of them.
// Whatever was started is stopped by `stopAll`, also when the measurement fails.
import { spawn } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = dirname(fileURLToPath(import.meta.url));
const okd = join(folder, "../../packages/okd/bin/okd.js");
const okmgr = join(folder, "../../packages/okd/bin/okmgr.js");
const running = new Set();

/**
 * Starts okd on a compiled site and waits until every service is ready.
 *
 * @param {{ dist: string, work: string, services: Record<string, string> }} set-up services: URI → module in this folder
 */
export async function startOkd({ dist, work, services }) {
  const lines = Object.entries(services).map(([uri, module]) => `Service ${module} ${uri}`);
  const configuration = join(work, "okws_config");
  // The others write no log either; all processes of a start are launched in one go.
  const settings = ["SvcLog 0", "StartupBatchSize 0", "ReadyURL /ready"];
  writeFileSync(configuration, `${[`JailDir ${folder}`, ...settings, ...lines].join("\n")}\n`);
  const socket = join(work, "okmgr.sock");
  const args = [okd, dist, "--config", configuration, "--port", "0", "--address", "127.0.0.1", "--socket", socket];
  const started = performance.now();
  const server = await start(process.execPath, args);
  while ((await fetch(`${server.url}ready`)).status !== 200) await new Promise((resolve) => setTimeout(resolve, 5));
  const readyAfter = performance.now() - started;
  return {
    ...server,
    readyAfter,
    pids: () => [server.pid, ...childrenOf(server.pid)],
    /** Process ids of the services that are configured, without the static one. */
    services: () => childrenOf(server.pid).filter((pid) => /okd-service .?\//.test(commandLine(pid))),
    manage: (...words) => completed([okmgr, "--socket", socket, ...words]),
  };
}

/** Starts a module of this folder that says where it listens. */
export async function startModule(name, ...args) {
  return start(process.execPath, [join(folder, name), ...args]);
}

/** Starts nginx on a folder of files, as one process without logs. */
export async function startNginx({ files, work }) {
  const port = await freePort();
  const configuration = join(work, "nginx.conf");
  writeFileSync(
    configuration,
    `daemon off; master_process off; pid ${join(work, "nginx.pid")}; error_log ${join(work, "nginx.log")};
    events { worker_connections 512; }
    http {
      access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000000;
      types { application/octet-stream bin; }
      ${["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${join(work, name)};`).join(" ")}
      server { listen 127.0.0.1:${port}; root ${files}; }
    }
`,
  );
  const server = launch("nginx", ["-p", work, "-c", configuration]);
  const url = `http://127.0.0.1:${port}/`;
  for (let attempt = 0; attempt < 200; attempt++) {
    const isUp = await fetch(url).then(
      () => true,
      () => false,
    );
    if (isUp) return { ...server, url };
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`nginx does not listen: ${readFileSync(join(work, "nginx.log"), "utf8")}`);
}

/** A Node process that does nothing, to compare memory with. */
export async function startBareNode() {
  return start(process.execPath, ["-e", 'console.log("listening on http://nowhere/"); setInterval(() => {}, 1000)']);
}

/** The clients that count failures; `stop` gives what they counted. */
export async function startClients(url) {
  const server = launch(process.execPath, [join(folder, "clients.mjs"), url]);
  await server.output(/^running$/m);
  return {
    async stop() {
      server.child.stdin.end();
      const [text] = await server.output(/^\{.*\}$/m);
      return JSON.parse(text);
    },
  };
}

export async function stopAll() {
  await Promise.all([...running].map((server) => server.stop()));
}

/** Resident memory of a process in MB. */
export function residentMemory(pid) {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) / 1024;
}

/** Processor time that processes have used so far, in milliseconds. The kernel counts in hundredths of a second. */
export function processorTime(pids) {
  return pids.reduce((sum, pid) => {
    let text;
    try {
      text = readFileSync(`/proc/${pid}/stat`, "utf8");
    } catch {
      // A helper of the start that has ended since.
      return sum;
    }
    const fields = text.replace(/^.*\) /s, "").split(" ");
    return sum + (Number(fields[11]) + Number(fields[12])) * 10;
  }, 0);
}

async function start(command, args) {
  const server = launch(command, args);
  const [, url] = await server.output(/listening on (http:\S+)/);
  return { ...server, url };
}

function launch(command, args) {
  const child = spawn(command, args, {
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...process.env, NODE_ENV: "production", TZ: "UTC" },
  });
  let text = "";
  const watchers = new Set();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      text += chunk;
      for (const watcher of watchers) watcher();
    });
  }
  const ended = new Promise((resolve) => {
    child.once("error", resolve);
    child.once("close", resolve);
  });
  const server = {
    child,
    pid: child.pid,
    pids: () => [child.pid],
    /** Waits until the output has something; rejects when the process ends before. */
    output(pattern) {
      return new Promise((resolve, reject) => {
        const look = () => {
          const match = pattern.exec(text);
          if (match !== null) resolve(match);
        };
        watchers.add(look);
        look();
        ended.then((code) => reject(new Error(`${command} ${args.join(" ")} ended with ${code}:\n${text}`)));
      });
    },
    async stop() {
      running.delete(server);
      child.kill("SIGTERM");
      await ended;
    },
  };
  running.add(server);
  ended.then(() => running.delete(server));
  return server;
}

function completed(args) {
  const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "pipe"] });
  let text = "";
  child.stderr.on("data", (chunk) => {
    text += chunk;
  });
  return new Promise((resolve, reject) => {
    child.on("close", (code) =>
      code === 0 ? resolve() : reject(new Error(`${args.join(" ")} ended with ${code}: ${text}`)),
    );
  });
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

function commandLine(pid) {
  return readFileSync(`/proc/${pid}/cmdline`, "utf8");
}

/** The processes below one, at any depth: services may run inside a process that confines them. */
function childrenOf(pid) {
  const parents = readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((entry) => {
      try {
        return [[Number(entry), Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${entry}/status`, "utf8"))[1])]];
      } catch {
        // It has ended since.
        return [];
      }
    });
  const below = (parent) => parents.flatMap(([child, of]) => (of === parent ? [child, ...below(child)] : []));
  return below(pid);
}
