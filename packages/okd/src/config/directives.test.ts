// Every directive with a good value and a bad one: what the good one sets and what is said about the bad one.
import { expect, test } from "vitest";
import { directiveNames } from "./directives/index.js";
import { loadText, settingsOf } from "./testing.js";

type Row = [line: string, field: string | null, expected: unknown, bad: string, complaint: string];

const range = (name: string, text: string) => `${name} out of range: ${text}`;
const usage = (name: string, text: string) => `usage: ${name} ${text}`;
const flagRow = (name: string, field: string | null, value: 0 | 1 = 1): Row => [
  `${name} ${value}`,
  field,
  value === 1,
  "2",
  usage(name, "<0|1>"),
];
const numberRow = (
  name: string,
  field: string | null,
  value: number,
  stored: number,
  bad: string,
  text: string,
): Row => [`${name} ${value}`, field, stored, bad, range(name, `${bad} is not ${text}`)];
const wordRow = (name: string, field: string, kind = "word"): Row => [
  `${name} some/word#1`,
  field,
  "some/word#1",
  "two words",
  usage(name, `<${kind}>`),
];
const directoryRow = (name: string, field: string): Row => [
  `${name} /a/b.c///`,
  field,
  "/a/b.c",
  "/a/../b",
  usage(name, "<directory>"),
];
const execRow = (name: string, field: string): Row => [
  `${name} A=1 B=c=d /bin/x -y z`,
  field,
  { program: "/bin/x", arguments: ["-y", "z"], environment: { A: "1", B: "c=d" } },
  "A=1",
  usage(name, "[NAME=value ...] PROGRAM [arguments ...]"),
];
/** With TLS on, so that channels are kept. */
const channelRow = (
  name: string,
  value: string,
  field: string,
  expected: unknown,
  bad: string,
  complaint: string,
): Row => [`OkssldExecPath x\n${name} ${value}`, `tls.channels.0.${field}`, expected, bad, complaint];

const rows: Row[] = [
  [
    "BindAddr 127.0.0.1 81",
    "network.listen",
    [{ address: "127.0.0.1", port: 81 }],
    "* 65001",
    range("BindAddr", "a port is 1 to 65000"),
  ],
  [
    "Service a /a\nService b :81/b\nBindAddr *\nListenPorts 81",
    "network.listen.1.port",
    81,
    "0",
    range("ListenPorts", "a port is 1 to 65535"),
  ],
  ["Service a /a\nAlias /a /b", "aliases", [{ to: "/a", from: "/b" }], "/a", usage("Alias", "TO-URI FROM-URI")],
  [
    "Service a /a\nRegexAlias /a /b.* ix",
    "regexAliases",
    [{ to: "/a", pattern: "/b.*", flags: "ix" }],
    "/a /b q",
    "unknown flag q of a regular expression",
  ],
  [
    "ErrorDoc 404 /e.html",
    "errorDocuments",
    [{ status: 404, template: "/e.html" }],
    "1000 /e",
    range("ErrorDoc", "a status is 100 to 999"),
  ],
  [
    "AllowProxyFrom 10.1.2.3/8",
    "network.trustedProxies",
    [{ address: "10.1.2.3", prefixLength: 8 }],
    "",
    usage("AllowProxyFrom", "ADDRESS[/BITS]"),
  ],
  [
    "ChildMode 2",
    "dispatch.siblingChoice",
    "forwarded-address",
    "5",
    range("ChildMode", "5 is not 0 or 1 or 2 or 3 or 4"),
  ],
  flagRow("ClusterAddressing", "dispatch.clusterAddressing"),
  flagRow("OkdAllHeaders", "dispatch.allHeaders"),
  wordRow("StatPageURL", "dispatch.statisticsPath", "path"),
  flagRow("TcpNoDelay", "network.tcpNoDelay"),
  numberRow("ListenQueueSize", "network.listenQueueSize", 0, 0, "8193", "0 to 8192"),
  numberRow("MaxConQueueSize", "dispatch.queueLimit", 8192, 8192, "-1", "0 to 8192"),
  numberRow("DemuxTimeout", "dispatch.demuxTimeout", 360, 360_000, "361", "0 to 360"),
  numberRow("KeepaliveTimeout", "dispatch.keepaliveTimeout", 3, 3000, "361", "0 to 360"),
  numberRow("AcceptDelay", "network.acceptDelay", 1, 1000, "-1", "at least 0"),

  ["Service a /a", "services.0.uri", "/a", "/a", usage("Service", "[NAME=value ...] PROGRAM [options] URI")],
  [
    "Service2 /a a b",
    "services.0.programArguments",
    ["b"],
    "/a",
    usage("Service2", "[NAME=value ...] URI PROGRAM [options] [arguments ...]"),
  ],
  [
    "Script i s /a\nInterpreter i A=1 /bin/i x",
    "services.0.interpreter",
    { name: "i", path: "/bin/i", arguments: ["x"] },
    "i",
    usage("Interpreter", "NAME [NAME=value ...] PATH [arguments ...]"),
  ],
  [
    "Interpreter i A=1 /bin/i\nScript A=2 i s /a",
    "services.0.environment",
    { A: "2" },
    "i s",
    usage("Script", "[NAME=value ...] INTERPRETER SCRIPT [options] URI"),
  ],

  directoryRow("TopDir", "directories.top"),
  directoryRow("JailDir", "directories.jail"),
  directoryRow("ServiceBin", "directories.serviceBinaries"),
  directoryRow("CoreDumpDir", "directories.coreDumps"),
  directoryRow("SocketDir", "directories.sockets"),
  wordRow("CoreDumpUser", "identities.coreDumpUser", "user"),
  wordRow("CoreDumpGroup", "identities.coreDumpGroup", "group"),
  ["CoreDumpMode 0640", "identities.coreDumpMode", 0o640, "01000", range("CoreDumpMode", "01000 is not 0 to 0777")],
  execRow("OkdExecPath", "helpers.dispatcher"),
  execRow("OklogdExecPath", "helpers.logger"),
  execRow("PubdExecPath", "helpers.templates"),
  wordRow("OkdUser", "identities.dispatcherUser", "user"),
  wordRow("OkdGroup", "identities.dispatcherGroup", "group"),
  wordRow("ServiceGroup", "identities.serviceGroup", "group"),
  numberRow("ServiceLowUid", "identities.serviceLowUid", 100, 100, "99", "100 to 65000"),
  numberRow("ServiceHighUid", "identities.serviceHighUid", 65_000, 65_000, "65001", "100 to 65000"),
  ["ServiceMode 0500", "identities.serviceMode", 0o500, "512", range("ServiceMode", "512 is not 0 to 0777")],
  wordRow("RootUser", "identities.rootUser", "user"),
  wordRow("RootGroup", "identities.rootGroup", "group"),
  flagRow("UnsafeMode", "identities.unsafe"),
  ["ServiceIsolation on", "security.isolation", "on", "maybe", usage("ServiceIsolation", "<off|auto|on>")],
  numberRow("ServiceMemoryLimit", "security.memoryLimit", 3, 3_145_728, "-1", "0 to 1048576"),
  numberRow("ServiceFileSizeLimit", "security.fileSizeLimit", 3, 3_145_728, "-1", "0 to 1048576"),
  flagRow("ResolveBinaryPaths", "identities.resolveBinaryPaths"),
  wordRow("OkMgrSocket", "manager.socket", "path"),
  wordRow("OkMgrSocketOwner", "manager.socketOwner", "user"),
  wordRow("OkMgrSocketGroup", "manager.socketGroup", "group"),
  ["OkMgrSocketAccessMode 0777", "manager.socketMode", 0o777, "rw", usage("OkMgrSocketAccessMode", "<mode>")],

  numberRow("CrashSamplingInterval", "lifecycle.crashWindow", 60, 60_000, "61", "1 to 60"),
  numberRow("MaxCrashedProcesses", "lifecycle.maxCrashes", 200, 200, "0", "1 to 200"),
  flagRow("SafeStartup", "lifecycle.safeStartup", 0),
  flagRow("LazyStartup", "lifecycle.lazyStartup"),
  numberRow("StartupBatchSize", "lifecycle.startupBatchSize", 128, 128, "129", "0 to 128"),
  numberRow("StartupBatchWait", "lifecycle.startupBatchWait", 0, 0, "129", "0 to 128"),
  [
    "BindReattemptSchedule 1,20",
    "lifecycle.bindRetrySchedule",
    [1000, 20_000],
    "1,1001",
    range("BindReattemptSchedule", "each wait is 1 to 1000 seconds"),
  ],
  numberRow("ServiceLifeRequests", "serviceDefaults.lifeRequests", 9, 9, "-1", "at least 0"),
  numberRow("ServiceLifeTime", "serviceDefaults.lifeTime", 9, 9000, "-1", "at least 0"),
  flagRow("AggressiveServiceRestart", "lifecycle.aggressiveRestart"),
  flagRow("DieOnLogdCrash", "lifecycle.dieWithLogger"),
  numberRow("ShutdownTimeout", "lifecycle.shutdownTimeout", 200, 200_000, "201", "1 to 200"),
  flagRow("EmergencyKillEnabled", "lifecycle.emergencyKill"),
  numberRow("EmergencyKillWaitTime", "lifecycle.emergencyKillWait", 1, 1000, "1001", "1 to 1000"),
  numberRow("EmergencyKillSignal", "lifecycle.emergencyKillSignal", 9, 9, "256", "0 to 255"),
  numberRow("SendConnectionTimeBudget", "limits.handOverTimeBudget", 1000, 1_000_000, "1001", "0 to 1000"),
  numberRow("ServiceFDQuota", "limits.handOverQuota", 450, 450, "1048577", "0 to 1048576"),
  numberRow("OkdFDHighWat", "limits.dispatcherHighWater", 450, 450, "1048577", "0 to 1048576"),
  numberRow("OkdFDLowWat", "limits.dispatcherLowWater", 100, 100, "1048577", "0 to 1048576"),
  numberRow("ServiceFDHighWat", "serviceDefaults.highWater", 102_400, 102_400, "102401", "0 to 102400"),
  numberRow("ServiceFDLowWat", "serviceDefaults.lowWater", 1, 1, "100001", "0 to 100000"),
  flagRow("ServiceAcceptMessages", "limits.logServiceAccept", 0),
  flagRow("OkdAcceptMessages", "limits.logDispatcherAccept", 0),

  numberRow("ClientTimeout", "http.clientTimeout", 400, 400_000, "401", "1 to 400"),
  numberRow("ChannelLimit", "http.channelLimit", 1024, 1024, "1023", "1024 to 33554432"),
  numberRow("CgiValueLenLimit", "http.parameterLimit", 33_554_432, 33_554_432, "33554433", "1024 to 33554432"),
  wordRow("DirectoryIndex", "http.directoryIndex", "file"),
  flagRow("DirectoryListing", "http.directoryListing"),
  ["FilterCGI 1", "http.parameterFilter", "lookup", "3", range("FilterCGI", "3 is not 0 or 1 or 2")],
  wordRow("ServerName", "http.serverName"),
  wordRow("ServerVersion", "http.serverVersion"),
  wordRow("ServerNameHTTP", "http.serverHeader"),
  wordRow("HostName", "http.hostName", "name"),
  ["Gzip naive", "serviceDefaults.gzip", "naive", "on off", usage("Gzip", "1|on|smart|naive|0|off")],
  numberRow("GzipLevel", "serviceDefaults.gzipLevel", 9, 9, "10", "0 to 9"),
  numberRow("GzipMemLevel", "gzip.memoryLevel", 0, 0, "10", "0 to 9"),
  flagRow("GzipChunking", "gzip.chunking", 0),
  flagRow("GzipChunkingForOldSafaris", "gzip.chunkingForOldSafari"),
  flagRow("GzipErrorPages", "gzip.errorPages"),
  flagRow("AhttpconZombieWarn", "serviceDefaults.zombieWarning"),
  numberRow("AhttpconZombieTimeout", "serviceDefaults.zombieTimeout", 7, 7000, "-1", "at least 0"),

  ["PubWSS 1", "serviceDefaults.whiteSpaceStripping", true, "2", range("PubWSS", "2 is not -1 or 0 or 1")],
  ["PubCaching 0\nPubCaching -1", "serviceDefaults.templateCaching", true, "yes", usage("PubCaching", "<-1|0|1>")],
  [
    "PubVisibleErrors 0",
    "serviceDefaults.visibleErrors",
    false,
    "-2",
    range("PubVisibleErrors", "-2 is not -1 or 0 or 1"),
  ],
  numberRow("PubSvcNegCacheTimeout", "templates.negativeCacheTimeout", 1, 1000, "-1", "at least 0"),
  numberRow("PubChunkSize", "templates.chunkSize", 1, 1, "-1", "at least 0"),
  flagRow("PubJsonStrictEscaping", "templates.jsonStrictEscaping", 0),
  numberRow("JsonIntBitMax", "templates.jsonIntegerBits", -4, -4, "-5", "-4 to 128"),

  wordRow("LogDir", "logs.directory", "directory"),
  wordRow("AccessLog", "logs.accessLog", "file"),
  wordRow("ErrorLog", "logs.errorLog", "file"),
  wordRow("SslLog", "logs.tlsLog", "file"),
  wordRow("AccessLogFmt", "logs.accessFormat", "letters"),
  wordRow("OklogdUser", "identities.loggerUser", "user"),
  wordRow("OklogdGroup", "identities.loggerGroup", "group"),
  wordRow("OklogdPidfile", "logs.pidFile", "file"),
  flagRow("SvcLog", "logs.serviceLog", 0),
  numberRow("LogTick", "logs.tick", 4000, 4000, "4001", "1 to 4000"),
  numberRow("LogPeriod", "logs.period", 100, 100, "101", "1 to 100"),
  wordRow("SyslogPriority", "syslog.priority"),
  wordRow("SyslogTag", "syslog.tag"),
  wordRow("SyslogDomain", "syslog.facility"),
  ["SyslogLevels INFO alert info", "syslog.levels", ["alert", "info"], "error", "unknown syslog level: error"],

  execRow("OkssldExecPath", "helpers.tls"),
  [
    "OkssldExecPath x\nService a :4431/a\nSslListenPorts 4431\nSslCreateChannel c",
    "tls.channels.1.name",
    "c",
    "c d",
    usage("SslCreateChannel", "CHANNEL"),
  ],
  channelRow("SslPrimaryPort", "4430", "primaryPort", 4430, "9", range("SslPrimaryPort", "a TLS port is 10 to 65000")),
  channelRow(
    "Service a :4430/a\nSslListenPorts",
    "4430",
    "ports",
    [4430],
    "x",
    usage("SslListenPorts", "[CHANNEL] PORT..."),
  ),
  channelRow("Service a :4430/a\nListenPortsSSL", "4430", "ports", [4430], "", usage("ListenPortsSSL", "PORT...")),
  channelRow("SslCertFile", "default a.crt", "certificateFile", "a.crt", "", usage("SslCertFile", "[CHANNEL] PATH")),
  channelRow(
    "SslCertChainFile",
    "a.chain",
    "chainFile",
    "a.chain",
    "a b c",
    usage("SslCertChainFile", "[CHANNEL] PATH"),
  ),
  channelRow("SslKeyFile", "a.key", "keyFile", "a.key", "nobody a.key", "there is no TLS channel nobody"),
  channelRow(
    "SslSniCertificate",
    "default b.crt b.key",
    "sniCertificates",
    [{ certificate: "b.crt", key: "b.key" }],
    "a b c d",
    usage("SslSniCertificate", "[CHANNEL] CERTFILE KEYFILE"),
  ),
  channelRow("SslHttp2", "0", "http2", false, "2", usage("SslHttp2", "[CHANNEL] 0|1")),
  channelRow("SslTimeout", "default 7", "timeout", 7000, "-1", range("SslTimeout", "at least 0")),
  wordRow("SslUser", "tls.user", "user"),
  wordRow("SslGroup", "tls.group", "group"),
  channelRow(
    "SSLCipherList",
    "HIGH:!aNULL",
    "cipherList",
    "HIGH:!aNULL",
    "",
    usage("SSLCipherList", "[CHANNEL] CIPHERS"),
  ),
  channelRow("SSLHonorCipherOrder", "1", "honorCipherOrder", true, "2", usage("SSLHonorCipherOrder", "[CHANNEL] 0|1")),
  channelRow(
    "SSLAllowClientRenog",
    "1",
    "allowClientRenegotiation",
    true,
    "2",
    usage("SSLAllowClientRenog", "[CHANNEL] 0|1"),
  ),
  ["SSLDisableSSLv3 1", null, null, "2", usage("SSLDisableSSLv3", "[CHANNEL] 0|1")],
  ["SSLDebugStartup 1", null, null, "2", usage("SSLDebugStartup", "[CHANNEL] 0|1")],
  channelRow("SSLOkdOrdinal", "0", "ordinal", 1, "-1", range("SSLOkdOrdinal", "at least 0")),

  [
    "Service a /a\nPrefixAlias /a /docs",
    "prefixAliases",
    [{ to: "/a", prefix: "/docs" }],
    "/a docs",
    usage("PrefixAlias", "TO-URI PREFIX"),
  ],
  [
    "Service a /a\nVirtualHost *.Example.com /a /x",
    "virtualHosts",
    [{ host: "*.example.com", to: "/a", prefix: "/x" }],
    "example.com:80 /a",
    usage("VirtualHost", "HOST TO-URI [PREFIX]"),
  ],
  [
    "ListenSocket /run/okd/http 0600",
    "network.sockets",
    [{ path: "/run/okd/http", mode: 0o600 }],
    "relative",
    usage("ListenSocket", "PATH [MODE]"),
  ],
  flagRow("ProxyProtocol", "network.proxyProtocol"),
  wordRow("MetricsURL", "dispatch.metricsPath", "path"),
  wordRow("HealthURL", "dispatch.healthPath", "path"),
  wordRow("ReadyURL", "dispatch.readyPath", "path"),
  [
    "AllowStatusFrom 10.0.0.0/8",
    "dispatch.statusReaders",
    [{ address: "10.0.0.0", prefixLength: 8 }],
    "10.0.0.0/33",
    usage("AllowStatusFrom", "ADDRESS[/BITS]"),
  ],
  numberRow("CrashBackoff", "lifecycle.crashBackoff", 60, 60_000, "3601", "0 to 3600"),
  flagRow("TemplatePush", "templates.push", 0),
  flagRow("LogJson", "logs.json"),
  numberRow("LogRotateSize", "logs.rotateSize", 1000, 1000, "-1", "at least 0"),
  numberRow("LogRotateKeep", "logs.rotateKeep", 3, 3, "0", "1 to 1000"),

  flagRow("SendSockAddrIn", null),
  flagRow("OkdChildSelectDisable", null),
  numberRow("ShutdownRetries", null, 3, 3, "11", "1 to 10"),
  numberRow("GzipSmallStrLen", null, 3, 3, "32769", "0 to 32768"),
  numberRow("GzipCacheMin", null, 3, 3, "65537", "0 to 65536"),
  numberRow("GzipCacheMax", null, 3, 3, "16777217", "0 to 16777216"),
  numberRow("GzipCacheSize", null, 3, 3, "268435457", "0 to 268435456"),
  numberRow("Pub3RecycleLimitInt", null, 3, 3, "-1", "at least 0"),
  numberRow("Pub3RecycleLimitBindtab", null, 3, 3, "-1", "at least 0"),
  numberRow("Pub3RecycleLimitDict", null, 3, 3, "-1", "at least 0"),
  numberRow("Pub3RecycleLimitSlot", null, 3, 3, "-1", "at least 0"),
  numberRow("RecycleSuioLimit", null, 3, 3, "10241", "0 to 10240"),
  ["SfsClockMode m", null, null, "", usage("SfsClockMode", "<m|t|d>")],
  numberRow("AxprtPacketSize", null, 3, 3, "-1", "at least 0"),
  flagRow("DangerousZbufs", null),
  ["SelectPolicy epoll", null, null, "", usage("SelectPolicy", "<kqueue|epoll|select>")],
  numberRow("SyscallStatDumpInterval", null, 3, 3, "1001", "0 to 1000"),
  numberRow("OkdDebugMsgFreq", null, 3, 3, "65537", "0 to 65536"),
];

/** Obsolete directives whose words do not matter. */
const unchecked = ["GzipNaiveLevel", "MmapClockDaemon", "MmapClockFile", "LogBuffers"];

const nameOf = ([line]: Row) => line.split("\n").at(-1)!.split(" ")[0];

test.each(rows.map((row) => [nameOf(row), row] as const))("%s", (name, [line, field, expected, bad, complaint]) => {
  const settings = settingsOf(line);
  if (field) {
    const value = field.split(".").reduce<unknown>((part, step) => (part as Record<string, unknown>)[step], settings);
    expect(value).toEqual(expected);
  }
  const { errors, settings: none } = loadText(`\n${name} ${bad}\n`);
  expect(none).toBeNull();
  expect(errors[0]).toContain(complaint);
  expect(errors[0]).toMatch(/^conf:2: /);
});

test.each(unchecked)("%s is accepted with anything", (name) => {
  const { errors, warnings } = loadText(`${name} a b c\n${name}\n`);
  expect(errors).toEqual([]);
  expect(warnings[0]).toContain(`${name} has no effect`);
});

test("no directive is left out here", () => {
  expect([...new Set(rows.map(nameOf)), ...unchecked].sort()).toEqual([...directiveNames].sort());
});
