// The serve group: pages, files, relaunches and starts of okd against handlers that listen themselves, Fastify and nginx.
// Each server is a process of its own, the load comes from another one; rounds go from one server to the next.
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pubc, timed } from "../compile/processes.mjs";
import { clientName, measureLoad } from "../harness/client.mjs";
import { assertEqual, normalized } from "../harness/equality.mjs";
import { bar, caseRecord, floor, OURS } from "../harness/report.mjs";
import { median } from "../harness/statistics.mjs";
import * as product from "../render/cases/product-page/case.mjs";
import { openPage } from "../render/ours.mjs";
import {
  processorTime,
  residentMemory,
  startBareNode,
  startClients,
  startModule,
  startNginx,
  startOkd,
  stopAll,
} from "./servers.mjs";

export const title = `Serving (client: ${clientName})`;

// Sockets need short paths.
const work = mkdtempSync(join(tmpdir(), "pub-serve-"));
const site = join(work, "site");
const dist = join(work, "dist");
const hasNginx = spawnSync("nginx", ["-v"]).error === undefined;

/** What is measured by load: path and connections, who else answers, and the least share of their throughput. */
const LOADS = {
  "keep-alive": { path: "text", connections: 50, against: { "node:http": { least: 0.92 } } },
  "connection-each": { path: "text", connections: 50, isClosing: true, against: { "node:http": { least: 0.65 } } },
  "static-10kB": { path: "10kB.bin", connections: 10, against: { fastify: { least: 1 }, nginx: {} } },
  "static-1MB": { path: "1MB.bin", connections: 10, against: { fastify: { least: 1 }, nginx: {} } },
  product: { path: "product", connections: 50, against: { fastify: { least: 1.1 }, "node:http": { least: 1 } } },
  alternating: { path: "text", paths: ["/text", "/other"], connections: 1, against: { "node:http": { least: 0.3 } } },
};

const SERVICES = { "/text": "text-pub.mjs", "/other": "text-pub.mjs", "/product": "product-pub.mjs" };

const SIGNALS = ["SIGINT", "SIGTERM"];

export async function run({ isQuick, only }) {
  const isWanted = (name) => only.length === 0 || only.includes(name);
  const cases = [];
  const bars = [];
  const add = (figures) => {
    cases.push(...figures.cases);
    bars.push(...figures.bars);
  };
  const interrupted = () => cleanUp().then(() => process.exit(1));
  for (const signal of SIGNALS) process.once(signal, interrupted);
  try {
    prepareSite();
    const okd = await startOkd({ dist, work, services: SERVICES });
    for (const [name, load] of Object.entries(LOADS)) {
      if (isWanted(name)) add(await measureThroughput(name, load, okd, isQuick ? 3 : 9));
    }
    if (isWanted("relaunch")) add(await measureRelaunch(okd, isQuick ? 10 : 100));
    await okd.stop();
    if (isWanted("start")) add(await measureStart(isQuick ? [1, 20] : [1, 20, 50], isQuick ? 1 : 3));
    return { cases, bars };
  } finally {
    await cleanUp();
    for (const signal of SIGNALS) process.off(signal, interrupted);
  }
}

async function cleanUp() {
  await stopAll();
  rmSync(work, { recursive: true, force: true });
}

/** The bookshop with two files more, compiled; and the data of its product page for the other engines. */
function prepareSite() {
  cpSync(product.root, site, { recursive: true });
  writeFileSync(join(site, "10kB.bin"), randomBytes(10_000));
  writeFileSync(join(site, "1MB.bin"), randomBytes(1_000_000));
  // One part of the site is broken on purpose.
  rmSync(join(site, "parts/broken_part.html"));
  timed([pubc, "compile", site, "-o", dist, "--quiet"]);
  const [data] = product.inputs({ page: openPage(product.root, product.page, product.options) });
  writeFileSync(join(work, "product.json"), JSON.stringify(data));
}

/** Starts who else answers the requests of a case. */
function startPeer(name, path) {
  const data = join(work, "product.json");
  if (path === "product") return startModule(name === "fastify" ? "product-fastify.mjs" : "product-http.mjs", data);
  if (name === "nginx") return startNginx({ files: site, work });
  return name === "fastify" ? startModule("static-fastify.mjs", site) : startModule("text-http.mjs");
}

async function measureThroughput(name, { path, against, ...load }, okd, rounds) {
  const peers = Object.keys(against).filter((peer) => peer !== "nginx" || hasNginx);
  const servers = [{ ...okd, name: OURS }];
  for (const peer of peers) servers.push({ ...(await startPeer(peer, path)), name: peer });
  await assertSameAnswers(servers, path);
  const time = new Map(servers.map((server) => [server.name, []]));
  const processor = new Map(servers.map((server) => [server.name, []]));
  for (const { url } of servers) await measureLoad({ url: url + path, seconds: 1, ...load });
  for (let round = 0; round < rounds; round++) {
    // Whoever begins changes, so that nobody profits from a place in the order.
    for (let turn = 0; turn < servers.length; turn++) {
      const server = servers[(round + turn) % servers.length];
      const pids = server.pids();
      const before = processorTime(pids);
      const { requests, perSecond } = await measureLoad({ url: server.url + path, seconds: 1, ...load });
      processor.get(server.name).push((processorTime(pids) - before) / requests);
      time.get(server.name).push(1000 / perSecond);
    }
  }
  for (const server of servers.slice(1)) await server.stop();
  return {
    cases: [
      caseRecord(`${name}: time a request (1/throughput)`, time),
      caseRecord(`${name}: processor time a request, all processes`, processor),
    ],
    bars: peers
      .filter((peer) => against[peer].least !== undefined)
      .map((peer) =>
        floor(`${name}: throughput ≥ ${against[peer].least} × ${peer}`, share(time, peer), against[peer].least),
      ),
  };
}

/** Our throughput divided by theirs: the median of the quotients round by round. */
function share(time, peer) {
  const ours = time.get(OURS);
  return median(time.get(peer).map((theirs, round) => theirs / ours[round]));
}

async function assertSameAnswers(servers, path) {
  const bodies = [];
  for (const { name, url } of servers) {
    const response = await fetch(url + path);
    if (response.status !== 200) throw new Error(`${name} answers ${path} with status ${response.status}`);
    const body = Buffer.from(await response.arrayBuffer());
    bodies.push(path.endsWith(".bin") ? body.toString("latin1") : normalized(body.toString("utf8")));
  }
  if (path === "product") assertEqual(normalized(product.expected), bodies[0], `${path} of ${OURS}`);
  for (const [index, body] of bodies.entries()) assertEqual(bodies[0], body, `${path} of ${servers[index].name}`);
}

async function measureRelaunch(okd, times) {
  const clients = await startClients(`${okd.url}text`);
  const durations = [];
  for (let count = 0; count < times; count++) {
    const started = performance.now();
    await okd.manage("relaunch", "/text");
    durations.push(performance.now() - started);
  }
  const started = performance.now();
  await okd.manage("relaunch", "--all");
  const all = performance.now() - started;
  const { answered, failed, failures } = await clients.stop();
  if (failed > 0) console.error(`failed requests: ${failures.join("; ")}`);
  return {
    cases: [
      caseRecord(`relaunch under load, ${times} times: okmgr from start to end`, new Map([[OURS, durations]])),
      caseRecord("relaunch of everything under load", new Map([[OURS, [all]]])),
      caseRecord("requests answered meanwhile", new Map([[OURS, [answered]]]), "requests"),
    ],
    bars: [bar(`relaunch: failed requests of ${answered + failed}`, failed, 0)],
  };
}

async function measureStart(counts, rounds) {
  const cases = [];
  const beyond = [];
  for (const count of counts) {
    const samples = { time: new Map([[OURS, []]]), memory: new Map([OURS, "bare node"].map((name) => [name, []])) };
    for (let round = 0; round < rounds; round++) {
      const services = Object.fromEntries(Array.from({ length: count }, (_, at) => [`/text${at}`, "text-pub.mjs"]));
      const okd = await startOkd({ dist, work, services });
      const bare = await startBareNode();
      const memory = okd.services().map(residentMemory);
      if (memory.length !== count) throw new Error(`${memory.length} of ${count} services run`);
      samples.time.get(OURS).push(okd.readyAfter);
      samples.memory.get(OURS).push(median(memory));
      samples.memory.get("bare node").push(residentMemory(bare.pid));
      beyond.push(median(memory) - residentMemory(bare.pid));
      await bare.stop();
      await okd.stop();
    }
    const what = count === 1 ? "1 service" : `${count} services`;
    cases.push(caseRecord(`start with ${what}: until all are ready`, samples.time));
    cases.push(caseRecord(`start with ${what}: memory of a service's process`, samples.memory, "MB"));
  }
  return { cases, bars: [bar("start: MB of a service's process beyond bare Node", median(beyond), 20)] };
}
