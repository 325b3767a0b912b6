// From settings and command line to what each process is told at its start. Pure: the launcher carries it out.

import { basename, join, resolve } from "node:path";
import type { AddressRange, ServiceSettings, Settings } from "../config/index.js";
import type {
  ClusterConfiguration,
  DispatcherConfiguration,
  LogConfiguration,
  LoggerConfiguration,
  RouteConfiguration,
  ServerIdentity,
  ServiceConfiguration,
} from "../process/messages.js";
import type { ActivatedSocket } from "../systemd/activation.js";
import type { RestartRules } from "./restart-policy.js";

export interface ServerOptions {
  settings: Settings;
  /** Numbers of siblings that the operator has ordered, by the name of the service. */
  scale?: ReadonlyMap<string, number>;
  /** Absolute path of the compiled site. */
  site: string;
  development: boolean;
  /** Directory that relative names of certificate files start from. */
  baseDirectory: string;
  /** The first service process listens for debuggers on this port, the next on the one after it; null: none does. */
  inspectPort: number | null;
  /** Sockets that were opened for the server; those of its ports are used. */
  activated: ActivatedSocket[];
  /** There is a configuration file. */
  isConfigured: boolean;
  /** Path of the management socket; null: the server cannot be managed. */
  managerSocket: string | null;
}

/** One cluster of service processes. */
export interface ServicePlan {
  name: string;
  siblings: number;
  /** Absolute path of the module, or null for the standard static service. */
  module: string | null;
  environment: Record<string, string>;
  /** Absolute paths of directories that its processes may write to. */
  writableDirectories: string[];
  /** Absolute paths of what its processes may read besides. */
  readablePaths: string[];
  /** Its line in the configuration; null: there is none. */
  settings: ServiceSettings | null;
  nativeAddons: boolean;
  /** The ports that each sibling listens on itself. */
  directPorts: number[][];
  /** Its processes are started by the first request. */
  isLazy: boolean;
  /** For one sibling. */
  configuration(sibling: number, routes: RouteConfiguration): ServiceConfiguration;
}

export interface ServerPlan {
  listen: { address: string; port: number }[];
  sockets: { path: string; mode: number }[];
  services: ServicePlan[];
  logger: LoggerConfiguration;
  routes: RouteConfiguration;
  restartRules: RestartRules;
  directPortRules: { address: string; retrySchedule: number[] };
  /** `startedAt`: epoch milliseconds. */
  dispatcher(routes: RouteConfiguration, startedAt: number): DispatcherConfiguration;
}

/** The program name that stands for the standard static service in a configuration file. */
const STATIC_PROGRAM = /^static(?:\.m?js)?$/;

/** Milliseconds that entries may wait when somebody watches them on the terminal. */
const TERMINAL_FLUSH_INTERVAL = 50;

export function planServer({
  settings,
  site,
  development,
  scale,
}: Omit<ServerOptions, "managerSocket" | "baseDirectory" | "activated" | "inspectPort" | "isConfigured">): ServerPlan {
  const identity = serverIdentity(settings);
  const log: LogConfiguration = {
    accessFormat: settings.logs.accessFormat,
    json: settings.logs.json,
    flushInterval:
      settings.logs.directory === null ? TERMINAL_FLUSH_INTERVAL : settings.logs.tick * settings.logs.period,
    enabled: true,
  };
  const declared = settings.services.map((service) => ({ service, isStatic: isStatic(service) }));
  const plans = declared.map(({ service, isStatic }) =>
    servicePlan({ name: service.uri, service, module: isStatic ? null : modulePath(settings, service) }),
  );
  // Whatever no other service takes is the site's, unless the configuration gives the site a place of its own.
  if (!declared.some(({ isStatic }) => isStatic)) {
    plans.push(servicePlan({ name: "static", service: null, module: null }));
  }
  const clusters: ClusterConfiguration[] = plans.map(({ name, siblings }, index) => ({
    name,
    uri: settings.services[index]?.uri ?? null,
    siblings,
  }));
  const siteService = plans.find(({ module }) => module === null);
  const errorStatuses = settings.errorDocuments.map(({ status }) => status);
  const { statisticsPath, metricsPath, healthPath, readyPath, statusReaders } = settings.dispatch;
  const trustedProxies = settings.network.trustedProxies.map(rangeText);
  const routes: RouteConfiguration = {
    referencePort: settings.network.referencePort,
    primaryTlsPorts: [],
    clusters,
    aliases: settings.aliases,
    regexAliases: settings.regexAliases,
    prefixAliases: settings.prefixAliases,
    virtualHosts: settings.virtualHosts,
    clusterAddressing: settings.dispatch.clusterAddressing,
    ownPaths: [statisticsPath, metricsPath, healthPath, readyPath].filter((path) => path !== null),
  };

  function servicePlan(plan: { name: string; service: ServiceSettings | null; module: string | null }): ServicePlan {
    const { name, service, module } = plan;
    const options = service ?? settings.serviceDefaults;
    const siblings = scale?.get(name) ?? service?.siblings ?? 1;
    const directPorts = service?.directPorts ?? [];
    return {
      name,
      siblings,
      module,
      environment: service?.environment ?? {},
      writableDirectories: (service?.writableDirectories ?? []).map((path) => insideJail(settings, path)),
      readablePaths: (service?.readablePaths ?? []).map((path) => insideJail(settings, path)),
      settings: service,
      nativeAddons: service?.nativeAddons ?? false,
      directPorts,
      isLazy: settings.lifecycle.lazyStartup && directPorts.flat().length === 0,
      configuration: (sibling, currentRoutes) => ({
        name,
        sibling,
        siblings,
        module,
        mountPath: service && module === null ? service.path.replace(/\/$/, "") : "",
        site,
        routes: currentRoutes,
        identity: { ...identity, referencePort: currentRoutes.referencePort },
        log: { ...log, enabled: settings.logs.serviceLog },
        errorDocuments: settings.errorDocuments,
        development,
        clientTimeout: settings.http.clientTimeout,
        keepaliveTimeout: settings.dispatch.keepaliveTimeout,
        bodyLimit: settings.http.channelLimit,
        parameterLimit: settings.http.parameterLimit,
        parameterFilter: settings.http.parameterFilter,
        directoryIndex: settings.http.directoryIndex,
        directoryListing: settings.http.directoryListing,
        whiteSpaceStripping: options.whiteSpaceStripping,
        visibleErrors: options.visibleErrors,
        trustedProxies,
        directPorts: directPorts[sibling] ?? [],
        waterMarks: { high: options.highWater, low: options.lowWater, log: settings.limits.logServiceAccept },
        zombieTimeout: options.zombieWarning ? options.zombieTimeout : 0,
        templateCaching: options.templateCaching,
        programArguments: service?.programArguments ?? [],
        waitForContinue: service?.waitForContinue ?? false,
        compressErrorPages: settings.gzip.errorPages,
        gzip: options.gzip,
        gzipLevel: options.gzipLevel,
        lifeRequests: options.lifeRequests,
        lifeTime: options.lifeTime,
        drainTimeout: settings.lifecycle.shutdownTimeout,
      }),
    };
  }

  return {
    listen: settings.network.listen,
    sockets: settings.network.sockets,
    services: plans,
    logger: loggerConfiguration(settings),
    routes,
    restartRules: settings.lifecycle,
    directPortRules: { address: settings.network.address, retrySchedule: settings.lifecycle.bindRetrySchedule },
    dispatcher: (currentRoutes, startedAt) => ({
      startedAt,
      errorPages: siteService === undefined ? null : { cluster: siteService.name, statuses: errorStatuses },
      routes: currentRoutes,
      identity: { ...identity, referencePort: currentRoutes.referencePort },
      log,
      siblingChoice: settings.dispatch.siblingChoice,
      queueLimit: settings.dispatch.queueLimit,
      demuxTimeout: settings.dispatch.demuxTimeout,
      keepaliveTimeout: settings.dispatch.keepaliveTimeout,
      handOverQuota: settings.limits.handOverQuota,
      handOverTimeBudget: settings.limits.handOverTimeBudget,
      backlog: settings.network.listenQueueSize,
      acceptDelay: settings.network.acceptDelay,
      tcpNoDelay: settings.network.tcpNoDelay,
      trustedProxies,
      proxyProtocol: settings.network.proxyProtocol,
      status: { statisticsPath, metricsPath, healthPath, readyPath, readers: statusReaders.map(rangeText) },
      waterMarks: {
        high: settings.limits.dispatcherHighWater,
        low: settings.limits.dispatcherLowWater,
        log: settings.limits.logDispatcherAccept,
      },
      emergencyKill: settings.lifecycle.emergencyKill
        ? { wait: settings.lifecycle.emergencyKillWait, signal: settings.lifecycle.emergencyKillSignal }
        : null,
    }),
  };
}

function rangeText({ address, prefixLength }: AddressRange): string {
  return `${address}/${prefixLength}`;
}

function isStatic(service: ServiceSettings): boolean {
  return STATIC_PROGRAM.test(basename(service.program));
}

function modulePath(settings: Settings, service: ServiceSettings): string {
  return insideJail(settings, service.program);
}

function insideJail(settings: Settings, path: string): string {
  return resolve(join(settings.directories.jail, path));
}

function serverIdentity(settings: Settings): ServerIdentity {
  const { serverName, serverVersion, serverHeader, hostName } = settings.http;
  return { serverName, serverVersion, serverHeader, hostName, referencePort: settings.network.referencePort };
}

/** Without a log directory, logs go to the standard streams. */
function loggerConfiguration({ logs, tls }: Settings): LoggerConfiguration {
  const { json, rotateSize, rotateKeep } = logs;
  const rules = { json, rotateSize, rotateKeep };
  if (logs.directory === null) return { ...rules, accessLog: null, errorLog: null, tlsLog: null, pidFile: null };
  const directory = resolve(logs.directory);
  return {
    ...rules,
    pidFile: join(directory, logs.pidFile),
    accessLog: join(directory, logs.accessLog ?? "access_log"),
    errorLog: join(directory, logs.errorLog ?? "error_log"),
    tlsLog: tls.enabled ? join(directory, logs.tlsLog ?? "ssl_log") : null,
  };
}
