// What the processes say to each other: the messages of the launcher's channels, and the hand-over of a connection.
// The launcher speaks Node's IPC with every process; dispatcher and services speak through a DescriptorChannel.

import type { GzipMode, RegexAliasSettings, SiblingChoice } from "../config/settings.js";
import type { ServerStatus } from "../manager/protocol.js";

/** A service as the dispatcher and the other services know it. */
export interface ClusterConfiguration {
  /** Unique; also the name in logs. */
  name: string;
  /** Dispatch string (`/path` or `:port/path`), or null for the service that gets whatever no other one takes. */
  uri: string | null;
  siblings: number;
}

/** How a dispatch string is turned into a service; the same table in the dispatcher and in every service. */
export interface RouteConfiguration {
  referencePort: number;
  /** Further ports that reach the services without a port in their URI. */
  primaryTlsPorts: number[];
  clusters: ClusterConfiguration[];
  aliases: { from: string; to: string }[];
  regexAliases: RegexAliasSettings[];
  /** Everything below `prefix` (a dispatch string) goes to the service at `to`; the longest counts. */
  prefixAliases: { prefix: string; to: string }[];
  /** Requests for `host` (lower case; `*.name` for all below) and a path below `prefix` go to the service at `to`. */
  virtualHosts: { host: string; prefix: string; to: string }[];
  /** Paths that end in `:N` select sibling N. */
  clusterAddressing: boolean;
  /** Exact paths that the dispatcher answers itself, on all ports. */
  ownPaths: string[];
}

/** What error pages and headers say about the server. */
export interface ServerIdentity {
  serverName: string;
  serverVersion: string;
  /** Value of the `Server` header. */
  serverHeader: string;
  hostName: string;
  referencePort: number;
}

export interface LogConfiguration {
  /** Letters of server specification §5.2. */
  accessFormat: string;
  /** Entries are JSON objects. */
  json: boolean;
  /** Milliseconds after which buffered entries are sent. */
  flushInterval: number;
  /** Off: the process writes neither access nor error log. */
  enabled: boolean;
}

export interface DispatcherConfiguration {
  routes: RouteConfiguration;
  identity: ServerIdentity;
  log: LogConfiguration;
  siblingChoice: SiblingChoice;
  /** Requests that wait per service while none of its processes is ready. */
  queueLimit: number;
  /** Milliseconds for a client to send a whole request head. */
  demuxTimeout: number;
  /** Milliseconds a kept-alive connection may be idle. */
  keepaliveTimeout: number;
  /** Unacknowledged hand-overs at which a process gets no more; 0 is unlimited. */
  handOverQuota: number;
  /** Milliseconds a hand-over may stay unacknowledged before its process counts as busy; 0 is unlimited. */
  handOverTimeBudget: number;
  backlog: number;
  /** Milliseconds between the start and the first accepted connection. */
  acceptDelay: number;
  tcpNoDelay: boolean;
  /** Addresses, or ranges as `10.0.0.0/8`, of proxies whose headers are believed. */
  trustedProxies: string[];
  /** Connections of trusted proxies begin with a header of the PROXY protocol. */
  proxyProtocol: boolean;
  status: StatusConfiguration;
  waterMarks: { high: number; low: number; log: boolean };
  /** How processes that stay busy are ended; null: not at all. */
  emergencyKill: { wait: number; signal: number } | null;
  /** Epoch milliseconds of the server's start. */
  startedAt: number;
  /** Statuses that have an error document, and the service that publishes them; null without any. */
  errorPages: { cluster: string; statuses: number[] } | null;
}

/** The pages about the server itself, which the dispatcher answers. */
export interface StatusConfiguration {
  /** Exact paths; null for none. */
  statisticsPath: string | null;
  metricsPath: string | null;
  healthPath: string | null;
  readyPath: string | null;
  /** Addresses or ranges of those who may read statistics and metrics. Empty: all the former, the machine the latter. */
  readers: string[];
}

export interface ServiceConfiguration {
  name: string;
  /** Number of this process among its siblings, from 0. */
  sibling: number;
  siblings: number;
  /** Absolute path of the module, or null for the standard static service. */
  module: string | null;
  /** Part of the path that is cut off before a static file is looked up; usually empty. */
  mountPath: string;
  /** Absolute path of the compiled site. */
  site: string;
  routes: RouteConfiguration;
  identity: ServerIdentity;
  log: LogConfiguration;
  errorDocuments: { status: number; template: string }[];
  development: boolean;
  /** Milliseconds to receive one whole request. */
  clientTimeout: number;
  keepaliveTimeout: number;
  /** Bytes of the largest request body. */
  bodyLimit: number;
  /** Bytes of the longest decoded parameter key or value. */
  parameterLimit: number;
  parameterFilter: "none" | "lookup" | "store";
  /** Name of the file that stands for a directory, and whether one without it is listed. */
  directoryIndex: string;
  directoryListing: boolean;
  whiteSpaceStripping: boolean;
  /** Errors of templates show in the page. */
  visibleErrors: boolean;
  /** Addresses, or ranges as `10.0.0.0/8`, of proxies whose headers are believed. */
  trustedProxies: string[];
  gzip: GzipMode;
  gzipLevel: number;
  compressErrorPages: boolean;
  /** Requests and milliseconds after which a process retires; 0 is never. */
  lifeRequests: number;
  lifeTime: number;
  /** Milliseconds that a stopping service gives its requests in flight. */
  drainTimeout: number;
  /** Ports that this process listens on itself; their sockets come with `listener` orders. */
  directPorts: number[];
  /** Open connections at which the process takes no more, and below which it takes them again. */
  waterMarks: { high: number; low: number; log: boolean };
  /** Milliseconds after which an open connection is logged, once; 0 is never. */
  zombieTimeout: number;
  /** Templates are kept until they change; else each page looks for a new version of the site. */
  templateCaching: boolean;
  /** Words for the program, as its arguments. */
  programArguments: string[];
  /** The process waits for SIGCONT before it starts its service. */
  waitForContinue: boolean;
}

/** What a running service process is told when others change. */
export type ServiceUpdate = Pick<ServiceConfiguration, "routes" | "siblings">;

export interface LoggerConfiguration {
  /** Files to append to; null: standard output for the access log, standard error for the error log. */
  accessLog: string | null;
  errorLog: string | null;
  /** Null: connections over TLS are not logged. */
  tlsLog: string | null;
  /** File for the id of the daemon's process, which opens the logs again on SIGHUP; null for none. */
  pidFile: string | null;
  /** Entries are JSON objects. */
  json: boolean;
  /** Bytes at which a file is set aside, 0 for never; and how many such files are kept. */
  rotateSize: number;
  rotateKeep: number;
}

/** With this side's end of a channel to a new log daemon. */
export interface NewLogChannel {
  type: "log";
}

export type DispatcherOrder =
  | { type: "start"; configuration: DispatcherConfiguration }
  /** With a bound listening handle. */
  | { type: "listener"; port: number }
  /** With the dispatcher's end of the channel of a new service process. */
  | { type: "service"; cluster: string; sibling: number; pid: number }
  /** The process will not come back; one that runs finishes what it has. */
  | { type: "given-up"; cluster: string; sibling: number }
  /** With the dispatcher's end of the channel of a process that accepts connections for it (TLS, HTTP/2). */
  | { type: "front" }
  /** The process is started when the first request asks for it. */
  | { type: "standby"; cluster: string; sibling: number }
  /** From now on this counts. Services that it does not know finish what they have. */
  | { type: "configure"; configuration: DispatcherConfiguration }
  /** The answer to `status-wanted`. */
  | { type: "status"; status: ServerStatus }
  | NewLogChannel
  | { type: "stop" };

export type DispatcherReport =
  | { type: "listening"; port: number }
  | { type: "listen-failed"; port: number; message: string }
  /** Somebody asked the dispatcher itself to end, which means the whole server. */
  | { type: "terminate" }
  /** A request wants a process that stands by. */
  | { type: "wake"; cluster: string; sibling: number }
  /** The process has been busy for too long and is to get the signal. */
  | { type: "kill"; cluster: string; sibling: number; signal: number }
  /** It accepts again and wants the listening sockets, which it has closed. */
  | { type: "listeners-wanted" }
  /** A page tells about the processes. */
  | { type: "status-wanted" }
  /** Every connection is handed over or closed, no more will come. */
  | { type: "stopped" };

export type ServiceOrder =
  | { type: "start"; configuration: ServiceConfiguration }
  | NewLogChannel
  /** With a listening socket of a direct port. */
  | { type: "listener"; port: number }
  /** Ask the dispatcher for connections. */
  | { type: "announce" }
  | { type: "update"; update: ServiceUpdate }
  /** The site has changed, and the new version is good. */
  | { type: "site" }
  /** Text from the operator; answered by `answer` with the same id. */
  | { type: "message"; id: number; text: string }
  /** Answered by `piece` reports with a heap snapshot, then by `answer`. */
  | { type: "heap"; id: number }
  | { type: "stop" };

export type ServiceReport =
  /** The service has started and waits for `announce`. */
  | { type: "started" }
  /** The dispatcher sends connections. */
  | { type: "ready" }
  | { type: "failed"; message: string }
  /** The process has served or lived long enough and asks for a successor. */
  | { type: "retire" }
  /** It accepts again and wants the sockets of its direct ports, which it has closed. */
  | { type: "listeners-wanted" }
  /** Part of what an order asked for. */
  | { type: "piece"; id: number; text: string }
  /** `failure`: what the service says against the order, or null. */
  | { type: "answer"; id: number; failure: string | null };

export type LoggerOrder =
  /** `inherited`: number of client channels that the process has from its start. */
  | { type: "start"; configuration: LoggerConfiguration; inherited: number }
  /** With the logger's end of the log channel of one process. */
  | { type: "client" }
  /** One line of the launcher for the error log. */
  | { type: "operator"; line: string }
  /** Open the files again: they were renamed. */
  | { type: "turn" }
  /** Write what is left and end; `limit`: milliseconds for the clients to close their channels. */
  | { type: "finish"; limit: number };

export type LoggerReport =
  | { type: "ready" }
  /** For the operator, when no log can tell it. */
  | { type: "trouble"; line: string }
  | { type: "failed"; message: string }
  /** `failure`: why nothing changed, or null. */
  | { type: "turned"; failure: string | null };

export type PublisherOrder =
  /** `site`: absolute path of the compiled site. */
  { type: "start"; site: string };

export type PublisherReport =
  | { type: "ready" }
  /** A new version of the site is good. `needsProcess`: its page runtime is another one, so only new processes have it. */
  | { type: "published"; needsProcess: boolean }
  /** A new version is not. */
  | { type: "refused"; reason: string };

/** What the dispatcher knows about a connection that it hands over. */
export interface HandOver {
  /** 0, or the status that the service should answer with instead of serving the request. */
  status: number;
  /** The port that accepted the connection. */
  port: number;
  /** 0 for the first request of the connection. */
  requestNumber: number;
  /** The client's address if the socket does not tell it (TLS, proxy protocol), else empty. */
  clientAddress: string;
  clientPort: number;
  /** When the dispatcher accepted the connection, and when it gave it away for this request (epoch milliseconds). */
  acceptedAt: number;
  forwardedAt: number;
  /** `NAME--BITS--VERSION` (server specification §1.13); empty without TLS. */
  cipher: string;
  /** Number of the TLS channel for the choice of a sibling; 0 for none. */
  ordinal: number;
  /** The dispatcher's proof that it has said so; empty if the socket tells everything. */
  seal: string;
}

/** What the socket of a connection does not tell, since another process stands between it and the client. */
export type ConnectionOrigin = Pick<HandOver, "clientAddress" | "clientPort" | "cipher" | "ordinal">;

/** Kinds of message between dispatcher and service. */
export const HandOverKind = {
  /** Dispatcher → service: the channel is read now, the service may speak. */
  hello: "H",
  /** Dispatcher → service: no more connections will come; give the kept ones back, then end the channel. */
  drain: "D",
  /** Service → dispatcher: send connections. */
  ready: "R",
  /** Service → dispatcher: send no more connections until `enough` is taken back by `more`. */
  enough: "N",
  more: "Y",
  /** Dispatcher → service: tell what was counted. */
  count: "K",
  /** Service → dispatcher: `ServiceStatistics` as JSON. */
  counted: "k",
  /** Dispatcher → service, with descriptor: one connection and the bytes already read. */
  connection: "C",
  /** Service → dispatcher: so many connections (decimal) are taken, in the order in which they were sent. */
  taken: "A",
  /**
   * Service → dispatcher, with descriptor: a kept connection whose next request is for another service, or for another
   * process of this one; with what has been read of that request.
   */
  handBack: "B",
  /** Service → dispatcher: a question about processes, or a message for them (`process/exchange.ts`). */
  question: "Q",
  /** Dispatcher → service: what became of a question. */
  answer: "S",
  /** Dispatcher → service: a message of another service. */
  delivery: "M",
  /** Service → dispatcher: what it says to a message. */
  outcome: "O",
} as const;

/** One line of text, then the bytes already read from the client. */
export function encodeHandOver(handOver: HandOver, bytes: string): string {
  const { status, port, requestNumber, clientPort, acceptedAt, forwardedAt, ordinal } = handOver;
  const { clientAddress, cipher, seal } = handOver;
  const numbers = `${status} ${port} ${requestNumber} ${clientPort} ${acceptedAt} ${forwardedAt} ${ordinal}`;
  return `${numbers} ${clientAddress} ${cipher} ${seal}\n${bytes}`;
}

/** The inverse of `encodeHandOver`. `bytes` is a copy that the caller may keep. */
export function decodeHandOver(payload: Buffer): { handOver: HandOver; bytes: Buffer } {
  const end = payload.indexOf(10);
  const words = payload.toString("latin1", 0, end).split(" ");
  const [status, port, requestNumber, clientPort, acceptedAt, forwardedAt, ordinal] = words;
  const [clientAddress = "", cipher = "", seal = ""] = words.slice(7);
  return {
    handOver: {
      status: Number(status),
      port: Number(port),
      requestNumber: Number(requestNumber),
      clientAddress,
      clientPort: Number(clientPort),
      acceptedAt: Number(acceptedAt),
      forwardedAt: Number(forwardedAt),
      cipher,
      ordinal: Number(ordinal),
      seal,
    },
    bytes: Buffer.from(payload.subarray(end + 1)),
  };
}
