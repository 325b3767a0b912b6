// From settings and command line to what each process is told at its start. Pure: the launcher carries it out.

import { basename, join, resolve } from "node:path";
import type { ServiceSettings, Settings } from "../config/index.js";
import type {
  ClusterConfiguration,
  DispatcherConfiguration,
  LogConfiguration,
  LoggerConfiguration,
  RouteConfiguration,
  ServerIdentity,
  ServiceConfiguration,
} from "../process/messages.js";

export interface ServerOptions {
  settings: Settings;
  /** Absolute path of the compiled site. */
  site: string;
  development: boolean;
  /** Directory that relative names of certificate files start from. */
  baseDirectory: string;
  /** The first service process listens for debuggers on this port, the next on the one after it; null: none does. */
  inspectPort: number | null;
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
  nativeAddons: boolean;
  /** For one sibling. */
  configuration(sibling: number, routes: RouteConfiguration): ServiceConfiguration;
}

export interface ServerPlan {
  listen: { address: string; port: number }[];
  services: ServicePlan[];
  logger: LoggerConfiguration;
  routes: RouteConfiguration;
  dispatcher(routes: RouteConfiguration): DispatcherConfiguration;
}

/** The program name that stands for the standard static service in a configuration file. */
const STATIC_PROGRAM = /^static(?:\.m?js)?$/;

/** Milliseconds that entries may wait when somebody watches them on the terminal. */
const TERMINAL_FLUSH_INTERVAL = 50;

export function planServer({
  settings,
  site,
  development,
}: Omit<ServerOptions, "managerSocket" | "baseDirectory" | "inspectPort">): ServerPlan {
  const identity = serverIdentity(settings);
  const log: LogConfiguration = {
    accessFormat: settings.logs.accessFormat,
    flushInterval:
      settings.logs.directory === null ? TERMINAL_FLUSH_INTERVAL : settings.logs.tick * settings.logs.period,
    enabled: true,
  };
  const declared = settings.services.map((service) => ({ service, isStatic: isStatic(service) }));
  const plans = declared.map(({ service, isStatic }) =>
    servicePlan({ name: service.uri, service, module: isStatic ? null : modulePath(settings, service) }),
  );
  const clusters: ClusterConfiguration[] = settings.services.map(({ uri, siblings }) => ({
    name: uri,
    uri,
    siblings,
  }));
  // Whatever no other service takes is the site's, unless the configuration gives the site a place of its own.
  if (!declared.some(({ isStatic }) => isStatic)) {
    clusters.push({ name: "static", uri: null, siblings: 1 });
    plans.push(servicePlan({ name: "static", service: null, module: null }));
  }
  const routes: RouteConfiguration = {
    referencePort: settings.network.referencePort,
    primaryTlsPorts: [],
    clusters,
    aliases: settings.aliases,
    regexAliases: settings.regexAliases,
  };

  function servicePlan(plan: { name: string; service: ServiceSettings | null; module: string | null }): ServicePlan {
    const { name, service, module } = plan;
    const options = service ?? settings.serviceDefaults;
    const siblings = service?.siblings ?? 1;
    return {
      name,
      siblings,
      module,
      environment: service?.environment ?? {},
      writableDirectories: (service?.writableDirectories ?? []).map((path) => insideJail(settings, path)),
      nativeAddons: service?.nativeAddons ?? false,
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
        trustedProxies: settings.network.trustedProxies.map(
          ({ address, prefixLength }) => `${address}/${prefixLength}`,
        ),
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
    services: plans,
    logger: loggerConfiguration(settings),
    routes,
    dispatcher: (currentRoutes) => ({
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
    }),
  };
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
  if (logs.directory === null) return { accessLog: null, errorLog: null, tlsLog: null };
  const directory = resolve(logs.directory);
  return {
    accessLog: join(directory, logs.accessLog ?? "access_log"),
    errorLog: join(directory, logs.errorLog ?? "error_log"),
    tlsLog: tls.enabled ? join(directory, logs.tlsLog ?? "ssl_log") : null,
  };
}
