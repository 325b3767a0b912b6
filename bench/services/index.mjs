// The services group: the hello-world service behind okd against the same in Fastify and Hono: throughput, latency,
// memory, lines of code. Each server is a process of its own; rounds go from one to the next.
import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { pubc, timed, workFolder } from "../compile/processes.mjs";
import { clientName, measureLoad } from "../harness/client.mjs";
import { caseRecord, OURS } from "../harness/report.mjs";

export const title = `Services (hello world, client: ${clientName})`;

const folder = dirname(fileURLToPath(import.meta.url));
const PATH = "hello?name=Ann";
const ANSWER = "Hello, Ann!";

/** The module of each engine; ours is run by okd. */
const MODULES = { [OURS]: "hello-pub.mjs", fastify: "hello-fastify.mjs", hono: "hello-hono.mjs" };

/** Connections at the same time. */
const LOADS = [50, 1];

export async function run({ isQuick, only }) {
  const rounds = isQuick ? 3 : 9;
  const seconds = 1;
  const servers = await startServers();
  try {
    const cases = [];
    for (const connections of LOADS) {
      if (only.length > 0 && !only.includes(String(connections))) continue;
      cases.push(...(await measureConnections(servers, { connections, rounds, seconds })));
    }
    const figures = (measure) => new Map(servers.map((server) => [server.name, [measure(server)]]));
    cases.push(
      caseRecord(
        "memory of the process that answers",
        figures(({ pid }) => residentMemory(pid)),
        "MB",
      ),
      caseRecord(
        "memory of all processes",
        figures(({ all }) => all().reduce((sum, pid) => sum + residentMemory(pid), 0)),
        "MB",
      ),
      caseRecord(
        "lines of code",
        figures(({ name }) => linesOfCode(MODULES[name])),
        "lines",
      ),
    );
    return { cases, bars: [] };
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
}

async function measureConnections(servers, { connections, rounds, seconds }) {
  const samples = { time: new Map(), processor: new Map(), p50: new Map(), p99: new Map() };
  for (const table of Object.values(samples)) for (const { name } of servers) table.set(name, []);
  for (const { url } of servers) await measureLoad({ url, connections, seconds });
  for (let round = 0; round < rounds; round++) {
    for (const { name, url, all } of servers) {
      const before = processorTime(all());
      const { requests, perSecond, p50, p99 } = await measureLoad({ url, connections, seconds });
      samples.processor.get(name).push((processorTime(all()) - before) / requests);
      samples.time.get(name).push(1000 / perSecond);
      samples.p50.get(name).push(p50);
      samples.p99.get(name).push(p99);
    }
  }
  const name = connections === 1 ? "1 connection" : `${connections} connections`;
  return [
    caseRecord(`${name}: time a request (1/throughput)`, samples.time),
    caseRecord(`${name}: processor time a request, all processes`, samples.processor),
    caseRecord(`${name}: latency, median`, samples.p50),
    caseRecord(`${name}: latency, 99 %`, samples.p99),
  ];
}

async function startServers() {
  const servers = [await startOkd()];
  for (const name of ["fastify", "hono"]) servers.push(await start(name, [join(folder, MODULES[name])]));
  for (const { name, url } of servers) {
    const text = await (await fetch(url)).text();
    if (text !== ANSWER) throw new Error(`${name} answers ${JSON.stringify(text)}`);
  }
  return servers;
}

async function startOkd() {
  const work = join(workFolder, "services");
  mkdirSync(join(work, "site"), { recursive: true });
  timed([pubc, "compile", join(work, "site"), "-o", join(work, "dist"), "--quiet"]);
  const configuration = join(work, "okws_config");
  // Fastify and Hono write no log either.
  writeFileSync(configuration, `JailDir ${folder}\nService ${MODULES[OURS]} /hello\nSvcLog 0\n`);
  const okd = join(folder, "../../packages/okd/bin/okd.js");
  const args = [okd, join(work, "dist"), "--config", configuration, "--port", "0", "--address", "127.0.0.1"];
  const server = await start(OURS, args);
  const children = childrenOf(server.pid);
  const host = children.find((pid) => /okd-service .hello/.test(readFileSync(`/proc/${pid}/cmdline`, "utf8")));
  return { ...server, pid: host, all: () => [server.pid, ...children] };
}

function start(name, args) {
  const child = spawn(process.execPath, args, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NODE_ENV: "production" },
  });
  const ended = new Promise((resolve) => child.once("close", resolve));
  let output = "";
  return new Promise((resolve, reject) => {
    ended.then((code) => reject(new Error(`${name} ended with ${code}:\n${output}`)));
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk) => {
        output += chunk;
        const address = /listening on (http:\S+)/.exec(output)?.[1];
        if (address === undefined) return;
        const stop = async () => {
          child.kill("SIGTERM");
          await ended;
        };
        resolve({ name, url: address + PATH, pid: child.pid, all: () => [child.pid], stop });
      });
    }
  });
}

function childrenOf(pid) {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .filter((entry) => {
      try {
        return Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${entry}/status`, "utf8"))[1]) === pid;
      } catch {
        // It has ended since.
        return false;
      }
    })
    .map(Number);
}

/** Resident memory of a process in MB. */
function residentMemory(pid) {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) / 1024;
}

/** Processor time that processes have used so far, in milliseconds. The kernel counts in hundredths of a second. */
function processorTime(pids) {
  return pids.reduce((sum, pid) => {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    return sum + (Number(fields[11]) + Number(fields[12])) * 10;
  }, 0);
}

function linesOfCode(file) {
  const lines = readFileSync(join(folder, file), "utf8").split("\n");
  return lines.filter((line) => line.trim() !== "" && !line.startsWith("//")).length;
}
