// The metrics page: what is known of the server in the text format of Prometheus.

import type { ServerStatus } from "../manager/protocol.js";
import { type ServiceStatistics, TIME_CLASSES } from "../process/statistics.js";

export interface ServiceMetrics {
  service: string;
  sibling: number;
  /** Connections handed over to processes of this place since the dispatcher started. */
  handOvers: number;
  isReady: boolean;
  /** Null if there is no process, or it does not answer. */
  statistics: ServiceStatistics | null;
}

export interface MetricsSource {
  services: ServiceMetrics[];
  server: ServerStatus | null;
  /** Connections that wait, by service. */
  queues: { name: string; waiting: number }[];
  source: { startedAt: number; accepted: number; readmitted: number; inTransit: number };
  /** Bytes of the dispatcher's memory. */
  ownMemory: number;
}

type Labels = Record<string, string | number>;
type Sample = { suffix?: string; labels?: Labels; value: number };

interface Family {
  name: string;
  type: "counter" | "gauge" | "histogram";
  help: string;
  samples(source: MetricsSource): Sample[];
}

const FAMILIES: Family[] = [
  {
    name: "okd_start_time_seconds",
    type: "gauge",
    help: "When the server was started, as Unix time.",
    samples: ({ source }) => [{ value: source.startedAt / 1000 }],
  },
  {
    name: "okd_connections_accepted_total",
    type: "counter",
    help: "Connections that the dispatcher has accepted.",
    samples: ({ source }) => [{ value: source.accepted }],
  },
  {
    name: "okd_connections_returned_total",
    type: "counter",
    help: "Kept connections that services have given back to the dispatcher.",
    samples: ({ source }) => [{ value: source.readmitted }],
  },
  {
    name: "okd_connections_in_transit",
    type: "gauge",
    help: "Connections with a complete request head that no service has taken yet.",
    samples: ({ source }) => [{ value: source.inTransit }],
  },
  {
    name: "okd_handovers_total",
    type: "counter",
    help: "Connections handed over to service processes.",
    samples: ({ services }) => services.map((each) => ({ labels: labelsOf(each), value: each.handOvers })),
  },
  {
    name: "okd_queue_depth",
    type: "gauge",
    help: "Connections that wait for a process of a service.",
    samples: ({ queues }) => queues.map(({ name, waiting }) => ({ labels: { service: name }, value: waiting })),
  },
  {
    name: "okd_service_ready",
    type: "gauge",
    help: "1 if the process takes requests.",
    samples: ({ services }) => services.map((each) => ({ labels: labelsOf(each), value: Number(each.isReady) })),
  },
  {
    name: "okd_requests_total",
    type: "counter",
    help: "Answered requests by the class of their status; 6xx are answers whose client was gone.",
    samples: fromStatistics(({ requests }) =>
      Object.entries(requests).map(([digit, value]) => ({ labels: { code: `${digit}xx` }, value })),
    ),
  },
  {
    name: "okd_request_duration_seconds",
    type: "histogram",
    help: "Time from the end of a request's head to the end of its answer.",
    samples: fromStatistics(durationSamples),
  },
  {
    name: "okd_received_bytes_total",
    type: "counter",
    help: "Bytes that services have received from clients.",
    samples: fromStatistics(({ received }) => [{ value: received }]),
  },
  {
    name: "okd_sent_bytes_total",
    type: "counter",
    help: "Bytes that services have sent to clients.",
    samples: fromStatistics(({ sent }) => [{ value: sent }]),
  },
  {
    name: "okd_connections_open",
    type: "gauge",
    help: "Client connections that a service process holds.",
    samples: fromStatistics(({ connections }) => [{ value: connections }]),
  },
  {
    name: "okd_heap_used_bytes",
    type: "gauge",
    help: "Memory in use by JavaScript objects.",
    samples: fromStatistics(({ heapUsed }) => [{ value: heapUsed }]),
  },
  {
    name: "okd_process_resident_memory_bytes",
    type: "gauge",
    help: "Resident memory of each process.",
    samples: ({ services, server, ownMemory }) => [
      { labels: { process: "dispatcher" }, value: ownMemory },
      ...(typeof server?.logger.memory === "number"
        ? [{ labels: { process: "logger" }, value: server.logger.memory }]
        : []),
      ...services.flatMap((each) =>
        each.statistics === null
          ? []
          : [{ labels: { process: "service", ...labelsOf(each) }, value: each.statistics.residentMemory }],
      ),
    ],
  },
  {
    name: "okd_restarts_total",
    type: "counter",
    help: "Processes that were started again because one had ended.",
    samples: ({ server }) =>
      server === null
        ? []
        : [
            { labels: { process: "dispatcher" }, value: server.dispatcher.restarts },
            { labels: { process: "logger" }, value: server.logger.restarts },
            ...server.services.map(({ name, sibling, restarts }) => ({
              labels: { process: "service", service: name, sibling },
              value: restarts,
            })),
          ],
  },
];

export function metricsText(source: MetricsSource): string {
  return FAMILIES.map(({ name, type, help, samples }) => {
    const lines = samples(source).map(({ suffix = "", labels = {}, value }) => {
      const written = Object.entries(labels).map(([label, text]) => `${label}="${escapeLabel(String(text))}"`);
      return `${name}${suffix}${written.length > 0 ? `{${written.join(",")}}` : ""} ${value}\n`;
    });
    return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join("")}`;
  }).join("");
}

function labelsOf({ service, sibling }: ServiceMetrics): Labels {
  return { service, sibling };
}

function fromStatistics(samples: (statistics: ServiceStatistics) => Sample[]): Family["samples"] {
  return ({ services }) =>
    services.flatMap((each) =>
      each.statistics === null
        ? []
        : samples(each.statistics).map((sample) => ({ ...sample, labels: { ...labelsOf(each), ...sample.labels } })),
    );
}

function durationSamples({ times, totalTime }: ServiceStatistics): Sample[] {
  let count = 0;
  const buckets = times.map((number, index) => {
    count += number;
    return { suffix: "_bucket", labels: { le: TIME_CLASSES[index] ?? "+Inf" }, value: count };
  });
  return [...buckets, { suffix: "_sum", value: totalTime }, { suffix: "_count", value: count }];
}

function escapeLabel(text: string): string {
  return text.replace(/["\\]/g, "\\$&").replaceAll("\n", "\\n");
}
