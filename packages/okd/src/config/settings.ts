// Everything that an `okws_config` can decide, as one typed object for the launcher and its processes.
// Times are milliseconds and sizes bytes throughout, whatever unit the directive is written in. The object is plain
// data, so that it can be sent to another process.

/** The effective settings of one server: the defaults, overlaid by the directives of the configuration files. */
export interface Settings {
  network: NetworkSettings;
  dispatch: DispatchSettings;
  directories: DirectorySettings;
  identities: IdentitySettings;
  security: SecuritySettings;
  manager: ManagerSettings;
  lifecycle: LifecycleSettings;
  limits: LimitSettings;
  http: HttpSettings;
  gzip: GzipSettings;
  templates: TemplateSettings;
  logs: LogSettings;
  syslog: SyslogSettings;
  tls: TlsSettings;
  /** The helper programs as configured; this server runs its own processes and takes arguments and environment only. */
  helpers: HelperSettings;
  /** What a service has whose line does not say otherwise; also for services that no line declares. */
  serviceDefaults: ServiceDefaults;
  /** In file order. Every option is resolved: where a line is silent, it holds the value of the global directive. */
  services: ServiceSettings[];
  aliases: AliasSettings[];
  /** In file order, which is the order in which they are tried. */
  regexAliases: RegexAliasSettings[];
  prefixAliases: PrefixAliasSettings[];
  virtualHosts: VirtualHostSettings[];
  errorDocuments: ErrorDocument[];
}

export interface NetworkSettings {
  /** Every plain-HTTP socket to open: the port of `BindAddr` first, then `ListenPorts`. */
  listen: ListenAddress[];
  /** Address for all plain and direct ports; `0.0.0.0` is what `*` means. */
  address: string;
  /** The port whose services are written without a `:port` prefix (`BindAddr`). */
  referencePort: number;
  /** Backlog of the plain and direct ports, in connections. */
  listenQueueSize: number;
  tcpNoDelay: boolean;
  /** Milliseconds between opening the ports and accepting the first connection. */
  acceptDelay: number;
  /** Peers whose forwarding headers are believed. */
  trustedProxies: AddressRange[];
  /** Connections of trusted proxies begin with the client's address (PROXY protocol). */
  proxyProtocol: boolean;
  /** Unix sockets to listen on, besides the ports. */
  sockets: ListenSocket[];
}

export interface ListenSocket {
  /** Absolute path. */
  path: string;
  /** File mode. */
  mode: number;
}

export interface ListenAddress {
  address: string;
  port: number;
}

/** The addresses that share the first `prefixLength` bits with `address`. */
export interface AddressRange {
  address: string;
  prefixLength: number;
}

export interface DispatchSettings {
  siblingChoice: SiblingChoice;
  /** `/uri:N` selects sibling N. */
  clusterAddressing: boolean;
  /** The dispatcher reads all headers before it chooses a process. */
  allHeaders: boolean;
  /** Exact path of the statistics page, or null for none. */
  statisticsPath: string | null;
  /** Exact paths of the pages for monitoring, or null for none. */
  metricsPath: string | null;
  healthPath: string | null;
  readyPath: string | null;
  /** Peers that may see the statistics and metrics pages. Empty: all see the former, the machine itself the latter. */
  statusReaders: AddressRange[];
  /** Requests that wait per service while none of its processes is ready. */
  queueLimit: number;
  /** Milliseconds for a client to send enough to be dispatched. */
  demuxTimeout: number;
  /** Milliseconds a kept-alive connection may be idle. */
  keepaliveTimeout: number;
}

/** How the first process to try is chosen among the siblings of a service (`ChildMode` 0 to 3). */
export type SiblingChoice = "client-address" | "random" | "forwarded-address" | "tls-ordinal";

export interface DirectorySettings {
  /** Where helper programs are. */
  top: string;
  /** Root directory of dispatcher, TLS daemons and services. */
  jail: string;
  /** Directory of the service programs, inside the jail; empty means the jail itself. */
  serviceBinaries: string;
  /** Working and core-file directories, inside the jail. */
  coreDumps: string;
  /** Directory of the management socket, inside the jail. */
  sockets: string;
}

export interface IdentitySettings {
  dispatcherUser: string;
  dispatcherGroup: string;
  loggerUser: string;
  loggerGroup: string;
  coreDumpUser: string;
  coreDumpGroup: string;
  /** File mode of collected core files. */
  coreDumpMode: number;
  serviceGroup: string;
  serviceLowUid: number;
  serviceHighUid: number;
  /** File mode of service programs. */
  serviceMode: number;
  rootUser: string;
  rootGroup: string;
  /** Do not enforce unique user ids and leave program files alone. */
  unsafe: boolean;
  /** Run the program behind a symbolic link by its final path. */
  resolveBinaryPaths: boolean;
}

export interface SecuritySettings {
  /** Name spaces of its own for each service: never, where the machine allows it, or else no start. */
  isolation: "off" | "auto" | "on";
  /** Bytes of memory that a service process may write to; 0 is unlimited. */
  memoryLimit: number;
  /** Bytes of the largest file that a service process may write; 0 is unlimited. */
  fileSizeLimit: number;
}

export interface ManagerSettings {
  /** Path of the management socket, inside the jail. */
  socket: string;
  /** Null means the dispatcher's user. */
  socketOwner: string | null;
  /** Null means the dispatcher's group. */
  socketGroup: string | null;
  socketMode: number;
}

export interface LifecycleSettings {
  /** Milliseconds of the sliding window in which exits of a service are counted. */
  crashWindow: number;
  /** Exits within the window after which a service is given up. */
  maxCrashes: number;
  /**
   * Milliseconds of the longest wait before a crashed process is started again: each wait is a random part of a span
   * that doubles. 0: short waits that are the same every time.
   */
  crashBackoff: number;
  /** A service that crashes within ten seconds of its first launch is given up at once. */
  safeStartup: boolean;
  /** Start services at their first request. */
  lazyStartup: boolean;
  /** Services launched in one go; 0 launches all. */
  startupBatchSize: number;
  /** Milliseconds between two batches; 0 for no pause. */
  startupBatchWait: number;
  /** Milliseconds between attempts to bind a direct port; the last one repeats for ever. Empty: one attempt only. */
  bindRetrySchedule: number[];
  /** A service process drops its channel at once when it retires or is relaunched. */
  aggressiveRestart: boolean;
  /** The server stops when the log daemon dies. */
  dieWithLogger: boolean;
  /** Milliseconds for the services to finish; the same again before the rest is killed. */
  shutdownTimeout: number;
  emergencyKill: boolean;
  /** Milliseconds a process may stay busy before it is killed. */
  emergencyKillWait: number;
  /** Signal number. */
  emergencyKillSignal: number;
}

export interface LimitSettings {
  /** Milliseconds a hand-over may stay unacknowledged before its process counts as busy; 0 is unlimited. */
  handOverTimeBudget: number;
  /** Unacknowledged hand-overs above which a process counts as busy; 0 is unlimited. */
  handOverQuota: number;
  /** Connections in transit at which the dispatcher stops accepting. */
  dispatcherHighWater: number;
  /** Connections in transit below which the dispatcher accepts again. */
  dispatcherLowWater: number;
  logDispatcherAccept: boolean;
  logServiceAccept: boolean;
}

export interface HttpSettings {
  /** Milliseconds to receive one whole request in a service. */
  clientTimeout: number;
  /** Bytes accepted on a connection, and of one body. */
  channelLimit: number;
  /** Bytes of one decoded parameter key or value. */
  parameterLimit: number;
  /** What is escaped in request parameters: nothing, what convenient lookups return, or what is stored. */
  parameterFilter: "none" | "lookup" | "store";
  /** Name of the file that stands for a directory of the site, and whether directories without one are listed. */
  directoryIndex: string;
  directoryListing: boolean;
  /** In error pages. */
  serverName: string;
  /** In error pages. */
  serverVersion: string;
  /** Value of the `Server` and `X-OKWS-Version` headers. */
  serverHeader: string;
  /** In error pages. */
  hostName: string;
}

export type GzipMode = "off" | "on" | "smart" | "naive";

export interface GzipSettings {
  /** 1 to 9, or 0 to store. */
  memoryLevel: number;
  /** Send compressed bodies in chunks. */
  chunking: boolean;
  /** Also to Safari up to version 525. */
  chunkingForOldSafari: boolean;
  /** Compress pages made by error documents. */
  errorPages: boolean;
}

export interface TemplateSettings {
  /** Running services go over to a site that was compiled again. */
  push: boolean;
  /** Milliseconds that services remember that a template does not exist. */
  negativeCacheTimeout: number;
  /** Bytes of a template sent in one message. */
  chunkSize: number;
  jsonStrictEscaping: boolean;
  /** Integers of more bits than this are strings in JSON output. */
  jsonIntegerBits: number;
}

export interface LogSettings {
  /** Null: no log directory is configured. */
  directory: string | null;
  /** File names inside the directory; null: not configured. */
  accessLog: string | null;
  errorLog: string | null;
  tlsLog: string | null;
  /** One letter a field. */
  accessFormat: string;
  /** Each entry of the logs is a JSON object. */
  json: boolean;
  /** Bytes at which a log file is set aside and a new one begun; 0 is never. */
  rotateSize: number;
  /** Files that are set aside and kept. */
  rotateKeep: number;
  pidFile: string;
  /** Services write access and error log. */
  serviceLog: boolean;
  /** Milliseconds between two refreshes of the timestamp. */
  tick: number;
  /** Ticks after which buffered entries are sent. */
  period: number;
}

export type SyslogLevel = "emerg" | "alert" | "crit" | "err" | "warning" | "notice" | "info" | "debug";

export interface SyslogSettings {
  priority: string;
  tag: string;
  facility: string;
  /** The levels that have a logger of their own. */
  levels: SyslogLevel[];
}

export interface TlsSettings {
  /** Set by `OkssldExecPath`. */
  enabled: boolean;
  user: string;
  group: string;
  /** The channel `default` first. Empty unless enabled. */
  channels: TlsChannel[];
}

/** One TLS front end with its own ports, key and options. */
export interface TlsChannel {
  name: string;
  /** Port that reaches every service without an explicit port; null for none. */
  primaryPort: number | null;
  /** Ports that a service must name in its URI. */
  ports: number[];
  certificateFile: string;
  /** Used instead of the certificate if given. */
  chainFile: string | null;
  keyFile: string;
  /** Milliseconds for the handshake, and again for the transfer. */
  timeout: number;
  /** OpenSSL cipher string; null for the library's default. */
  cipherList: string | null;
  honorCipherOrder: boolean;
  allowClientRenegotiation: boolean;
  /** Further certificates: a client gets the one for the host that it asks for, if there is one. */
  sniCertificates: { certificate: string; key: string }[];
  /** Offer HTTP/2. */
  http2: boolean;
  /** What sibling choice `tls-ordinal` uses; null for none. */
  ordinal: number | null;
}

export interface HelperSettings {
  dispatcher: HelperProgram | null;
  logger: HelperProgram | null;
  templates: HelperProgram | null;
  tls: HelperProgram | null;
}

/** A program with what stands around it on its line. */
export interface HelperProgram {
  /** As written, or below the top directory if relative. */
  program: string;
  arguments: string[];
  environment: Record<string, string>;
}

/** One `Service`, `Service2` or `Script` line: a cluster of processes under one URI. */
export interface ServiceSettings {
  /** As the dispatcher looks it up: `/path`, or `:port/path` for a port other than the reference port. */
  uri: string;
  /** The part of the URI behind the port. */
  path: string;
  /** The one port that reaches the service, or null for the reference and TLS primary ports. */
  port: number | null;
  /** Path of the program (or script) inside the jail. */
  program: string;
  /** Extra words for the program (`Service2`). */
  programArguments: string[];
  /** For a script: what runs it. */
  interpreter: InterpreterSettings | null;
  /** Added to the launcher's environment. */
  environment: Record<string, string>;
  siblings: number;
  /** User name or id; null lets the launcher choose. */
  runAs: string | number | null;
  /** For each sibling the ports that it listens on itself. */
  directPorts: number[][];
  /** Requests after which a process retires; 0 is never. */
  lifeRequests: number;
  /** Milliseconds after which a process retires; 0 is never. */
  lifeTime: number;
  /** Open connections at which a process takes no more. */
  highWater: number;
  /** Open connections below which it takes connections again. */
  lowWater: number;
  whiteSpaceStripping: boolean;
  templateCaching: boolean;
  visibleErrors: boolean;
  gzip: GzipMode;
  gzipLevel: number;
  /** Log connections older than `zombieTimeout`. */
  zombieWarning: boolean;
  /** Milliseconds. */
  zombieTimeout: number;
  /** Wait for SIGCONT before initialising, so that a debugger can be attached. */
  waitForContinue: boolean;
  /** Paths inside the jail that its processes may write to. */
  writableDirectories: string[];
  /** Paths inside the jail that its processes may read besides their own packages and the site. */
  readablePaths: string[];
  /** Its processes may load native addons. */
  nativeAddons: boolean;
  /** Where the line stands. */
  file: string;
  line: number;
}

/** The options of a service that have a global directive to fall back to. */
export type ServiceDefaults = Pick<
  ServiceSettings,
  | "lifeRequests"
  | "lifeTime"
  | "highWater"
  | "lowWater"
  | "whiteSpaceStripping"
  | "templateCaching"
  | "visibleErrors"
  | "gzip"
  | "gzipLevel"
  | "zombieWarning"
  | "zombieTimeout"
>;

export interface InterpreterSettings {
  name: string;
  path: string;
  arguments: string[];
}

/** Requests for `from` are served by the service at `to`. */
export interface AliasSettings {
  from: string;
  to: string;
}

export interface RegexAliasSettings {
  /** PCRE pattern that must match the whole dispatch string (path without query, `:port` before it if any). */
  pattern: string;
  /** Letters of `i s m x U X S 8 ^`. */
  flags: string;
  to: string;
}

/** Requests whose dispatch string is `prefix` or below it are served by the service at `to`. */
export interface PrefixAliasSettings {
  prefix: string;
  to: string;
}

/** Requests for `host` (lower case; `*.name` for all below) with a path below `prefix` are served by the service at `to`. */
export interface VirtualHostSettings {
  host: string;
  prefix: string;
  to: string;
}

export interface ErrorDocument {
  status: number;
  template: string;
}
