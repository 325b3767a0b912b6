// The pages about the server that the dispatcher answers itself: statistics (server specification §6.1), metrics for
// Prometheus, health and readiness.

import { AddressRanges } from "../http/address-ranges.js";
import type { ServerStatus } from "../manager/protocol.js";
import type { StatusConfiguration } from "../process/messages.js";
import type { Cluster } from "./cluster.js";
import { metricsText, type ServiceMetrics } from "./metrics.js";

export interface StatusReply {
  status: number;
  type: string;
  body: string;
}

/** What the pages tell about. */
export interface StatusSource {
  /** Epoch milliseconds of the server's start. */
  startedAt: number;
  /** Connections accepted, and connections given back by services. */
  accepted: number;
  readmitted: number;
  inTransit: number;
  clusters: Cluster[];
  isStopping: boolean;
  /** What the launcher knows of the processes; null if it does not answer. */
  serverStatus(): Promise<ServerStatus | null>;
}

export type StatusPage = (source: StatusSource) => StatusReply | Promise<StatusReply>;

const TEXT = "text/plain; charset=utf-8";
const METRICS = "text/plain; version=0.0.4; charset=utf-8";

/** Returns the function that finds the page for a path and a client, or null. */
export function statusPages(
  configuration: StatusConfiguration,
): (path: string, client: string | null) => StatusPage | null {
  const { statisticsPath, metricsPath, healthPath, readyPath, readers } = configuration;
  const ranges = new AddressRanges(readers);
  const machine = new AddressRanges(["127.0.0.0/8", "::1/128"]);
  return (path, client) => {
    switch (path) {
      case statisticsPath:
        return ranges.isEmpty || ranges.includes(client) ? statisticsPage : null;
      case metricsPath:
        return (ranges.isEmpty ? machine : ranges).includes(client) ? metricsPage : null;
      case healthPath:
        return () => ({ status: 200, type: TEXT, body: "ok\n" });
      case readyPath:
        return readyPage;
      default:
        return null;
    }
  };
}

function readyPage({ clusters, isStopping }: StatusSource): StatusReply {
  const missing = clusters.filter(({ isAvailable }) => !isAvailable).map(({ name }) => name);
  if (!isStopping && missing.length === 0) return { status: 200, type: TEXT, body: "ready\n" };
  const body = isStopping ? "stopping\n" : missing.map((name) => `not ready: ${name}\n`).join("");
  return { status: 503, type: TEXT, body };
}

async function statisticsPage(source: StatusSource): Promise<StatusReply> {
  const processes = await collect(source);
  const sum = (field: "received" | "sent") =>
    processes.reduce((total, { statistics }) => total + (statistics?.[field] ?? 0), 0);
  const kibibytes = (bytes: number) => Math.floor(bytes / 1024);
  const [received, sent] = [sum("received"), sum("sent")];
  const lines = [
    `Total Accesses: ${source.accepted + source.readmitted}`,
    `Total kBytes: ${kibibytes(received + sent)}`,
    `Uptime: ${Math.floor((Date.now() - source.startedAt) / 1000)}`,
    `Total Read kBytes: ${kibibytes(received)}`,
    `Total Send kBytes: ${kibibytes(sent)}`,
  ];
  return { status: 200, type: "text/plain", body: `${lines.join("\n")}\n` };
}

async function metricsPage(source: StatusSource): Promise<StatusReply> {
  const [services, server] = await Promise.all([collect(source), source.serverStatus()]);
  const queues = source.clusters.map(({ name, waiting }) => ({ name, waiting }));
  const body = metricsText({ services, server, queues, source, ownMemory: process.memoryUsage().rss });
  return { status: 200, type: METRICS, body };
}

/** Asks all running service processes at this moment. */
function collect({ clusters }: StatusSource): Promise<ServiceMetrics[]> {
  const slots = clusters.flatMap((cluster) => cluster.slots.map((slot) => ({ cluster, slot })));
  return Promise.all(
    slots.map(async ({ cluster, slot }) => ({
      service: cluster.name,
      sibling: slot.sibling,
      handOvers: slot.handOvers,
      isReady: slot.state === "ready",
      statistics: await slot.statistics(),
    })),
  );
}
