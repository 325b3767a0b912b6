// What the processes say to each other: the messages of the launcher's channels, and the hand-over of a connection.
// The launcher speaks Node's IPC with every process; dispatcher and services speak through a DescriptorChannel.

import type { GzipMode, RegexAliasSettings, SiblingChoice } from "../config/settings.js";

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
}

export interface LoggerConfiguration {
  /** Files to append to; null: standard output for the access log, standard error for the error log. */
  accessLog: string | null;
  errorLog: string | null;
  /** Null: connections over TLS are not logged. */
  tlsLog: string | null;
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
  /** The process will not come back. */
  | { type: "given-up"; cluster: string; sibling: number }
  /** With the dispatcher's end of the channel of a process that accepts connections for it (TLS, HTTP/2). */
  | { type: "front" }
  | NewLogChannel
  | { type: "stop" };

export type DispatcherReport =
  | { type: "listening"; port: number }
  | { type: "listen-failed"; port: number; message: string }
  /** Somebody asked the dispatcher itself to end, which means the whole server. */
  | { type: "terminate" }
  /** Every connection is handed over or closed, no more will come. */
  | { type: "stopped" };

export type ServiceOrder =
  | { type: "start"; configuration: ServiceConfiguration }
  | NewLogChannel
  /** Text from the operator; answered by `message-answer` with the same id. */
  | { type: "message"; id: number; text: string }
  | { type: "stop" };

export type ServiceReport =
  | { type: "ready" }
  | { type: "failed"; message: string }
  /** The process has served or lived long enough and asks for a successor. */
  | { type: "retire" }
  /** `failure`: what the service says against the message, or null. */
  | { type: "message-answer"; id: number; failure: string | null };

export type LoggerOrder =
  /** `inherited`: number of client channels that the process has from its start. */
  | { type: "start"; configuration: LoggerConfiguration; inherited: number }
  /** With the logger's end of the log channel of one process. */
  | { type: "client" }
  /** One line of the launcher for the error log. */
  | { type: "operator"; line: string }
  /** Open the files again: they were renamed. */
  | { type: "turn" }
  | { type: "finish" };

export type LoggerReport =
  | { type: "ready" }
  | { type: "failed"; message: string }
  /** `failure`: why nothing changed, or null. */
  | { type: "turned"; failure: string | null };

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
