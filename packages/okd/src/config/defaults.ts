// The settings of a server without configuration: the only place where default values stand.
import { hostname } from "node:os";
import type { Settings, TlsChannel } from "./settings.js";
import { version } from "./version.js";

/** A fresh copy of the settings that an empty `okws_config` gives (okws-server.md §2.5, §8). */
export function defaultSettings(): Settings {
  return {
    network: {
      listen: [{ address: "0.0.0.0", port: 80 }],
      address: "0.0.0.0",
      referencePort: 80,
      listenQueueSize: 2048,
      tcpNoDelay: false,
      acceptDelay: 0,
      trustedProxies: [],
    },
    dispatch: {
      siblingChoice: "client-address",
      clusterAddressing: false,
      allHeaders: false,
      statisticsPath: null,
      queueLimit: 40,
      demuxTimeout: 30_000,
      keepaliveTimeout: 10_000,
    },
    directories: {
      top: "/usr/local/sbin",
      jail: "/var/okws",
      serviceBinaries: "",
      coreDumps: "/var/coredumps",
      sockets: "/var/run",
    },
    identities: {
      dispatcherUser: "oku",
      dispatcherGroup: "oku",
      loggerUser: "oklog",
      loggerGroup: "oklog",
      coreDumpUser: "root",
      coreDumpGroup: "wheel",
      coreDumpMode: 0o400,
      serviceGroup: "oku",
      serviceLowUid: 51_000,
      serviceHighUid: 52_000,
      serviceMode: 0o410,
      rootUser: "root",
      rootGroup: "wheel",
      unsafe: false,
      resolveBinaryPaths: false,
    },
    manager: { socket: "/var/run/okd.sock", socketOwner: null, socketGroup: null, socketMode: 0o600 },
    lifecycle: {
      crashWindow: 50_000,
      maxCrashes: 30,
      safeStartup: true,
      lazyStartup: false,
      startupBatchSize: 25,
      startupBatchWait: 3000,
      bindRetrySchedule: [1000, 1000, 2000, 4000, 8000],
      aggressiveRestart: false,
      dieWithLogger: false,
      shutdownTimeout: 10_000,
      emergencyKill: false,
      emergencyKillWait: 5000,
      emergencyKillSignal: 6,
    },
    limits: {
      handOverTimeBudget: 10_000,
      handOverQuota: 100,
      dispatcherHighWater: 500,
      dispatcherLowWater: 450,
      logDispatcherAccept: true,
      logServiceAccept: true,
    },
    http: {
      clientTimeout: 60_000,
      channelLimit: 2_097_152,
      parameterLimit: 524_288,
      parameterFilter: "store",
      directoryIndex: "index.html",
      directoryListing: false,
      serverName: "okws",
      serverVersion: version,
      serverHeader: `OKWS/${version}`,
      hostName: hostname(),
    },
    gzip: { memoryLevel: 9, chunking: true, chunkingForOldSafari: false, errorPages: false },
    templates: { negativeCacheTimeout: 5000, chunkSize: 4096, jsonStrictEscaping: true, jsonIntegerBits: 52 },
    logs: {
      directory: null,
      accessLog: null,
      errorLog: null,
      tlsLog: null,
      accessFormat: "ivt1sbz",
      pidFile: "oklogd.pid",
      serviceLog: true,
      tick: 250,
      period: 4,
    },
    syslog: { priority: "local3.debug", tag: "okws", facility: "local3", levels: [] },
    tls: { enabled: false, user: "okssl", group: "okssl", channels: [] },
    helpers: { dispatcher: null, logger: null, templates: null, tls: null },
    serviceDefaults: {
      lifeRequests: 0,
      lifeTime: 0,
      highWater: 1000,
      lowWater: 950,
      whiteSpaceStripping: false,
      templateCaching: true,
      visibleErrors: true,
      gzip: "on",
      gzipLevel: 2,
      zombieWarning: false,
      zombieTimeout: 120_000,
    },
    services: [],
    aliases: [],
    regexAliases: [],
    errorDocuments: [],
  };
}

/** A TLS channel that nothing is configured for yet. */
export function defaultTlsChannel(name: string): TlsChannel {
  return {
    name,
    primaryPort: null,
    ports: [],
    certificateFile: "okws.crt",
    chainFile: null,
    keyFile: "okws.key",
    timeout: 100_000,
    cipherList: null,
    honorCipherOrder: false,
    allowClientRenegotiation: false,
    sniCertificates: [],
    http2: true,
    ordinal: null,
  };
}

/** The TLS port of a default channel for which no port is configured. */
export const defaultTlsPort = 443;
