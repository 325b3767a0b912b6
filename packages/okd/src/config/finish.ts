// Turns a read draft into settings: fills in what depends on other directives, and checks what only the whole can show
// (okws-server.md §2.8).
import { posix } from "node:path";
import { nearest } from "pub-parser";
import { defaultTlsPort } from "./defaults.js";
import { type AliasDraft, type Draft, type Place, report, type ServiceDraft } from "./draft.js";
import type { ServiceSettings, Settings } from "./settings.js";

/** Completes `draft.settings` and reports every conflict. The settings are valid only if no error is reported. */
export function finishSettings(draft: Draft): Settings {
  finishPorts(draft);
  finishPrograms(draft);
  finishServices(draft);
  checkWaterMarks(draft);
  finishAliases(draft);
  checkPorts(draft);
  return draft.settings;
}

function finishPorts(draft: Draft): void {
  const { network, tls } = draft.settings;
  network.referencePort = draft.referencePort?.port ?? network.referencePort;
  if (draft.ports.size > 0) {
    const ports = [...draft.ports.keys()];
    // The reference port leads, wherever its line stands.
    ports.sort((left, right) => Number(right === network.referencePort) - Number(left === network.referencePort));
    network.listen = ports.map((port) => ({ address: network.address, port }));
  }
  tls.enabled = draft.settings.helpers.tls !== null;
  if (!tls.enabled) {
    return;
  }
  const { channel } = draft.channels.get("default")!;
  if (channel.primaryPort === null && channel.ports.length === 0) {
    channel.primaryPort = defaultTlsPort;
  }
  tls.channels = [...draft.channels.values()].map((each) => each.channel);
}

function finishPrograms(draft: Draft): void {
  const { helpers, directories } = draft.settings;
  for (const helper of Object.values(helpers)) {
    if (helper) {
      helper.program = posix.resolve(directories.top, helper.program);
    }
  }
}

function finishServices(draft: Draft): void {
  const { settings } = draft;
  const lines = new Map<string, ServiceDraft>();
  for (const service of draft.services) {
    service.uri = canonicalUri(service.uri, settings);
    if (lines.has(service.uri)) {
      const message = `there are two services at ${service.uri}`;
      report(draft, service.uriPlace, { code: "config-repeated", message });
      continue;
    }
    lines.set(service.uri, service);
    settings.services.push(finishService(draft, service));
  }
  warnAboutSharedPrograms(draft);

  const { serviceLowUid, serviceHighUid } = settings.identities;
  const place = draft.given.get("ServiceHighUid") ?? draft.given.get("ServiceLowUid");
  if (place && (serviceLowUid > serviceHighUid || settings.services.length > serviceHighUid - serviceLowUid)) {
    const message = `the ids from ${serviceLowUid} to ${serviceHighUid} do not suffice for ${settings.services.length} services`;
    report(draft, place, { code: "config-conflict", message, hint: "Raise ServiceHighUid or lower ServiceLowUid." });
  }
}

function finishService(draft: Draft, service: ServiceDraft): ServiceSettings {
  const { settings } = draft;
  const [, port, path] = /^(?::([0-9]+))?(.*)$/s.exec(service.uri)!;
  const interpreter = service.interpreter && draft.interpreters.get(service.interpreter.name);
  if (service.interpreter && !interpreter) {
    const { name, place } = service.interpreter;
    const near = nearest(name, draft.interpreters.keys());
    const hint = near ? `Did you mean ${near}?` : `Define it: Interpreter ${name} PATH`;
    report(draft, place, { code: "config-undefined", message: `the interpreter ${name} is not defined`, hint });
  }
  const { file, span } = service.uriPlace;
  const finished: ServiceSettings = {
    ...settings.serviceDefaults,
    ...service.options,
    uri: service.uri,
    path,
    port: port === undefined ? null : Number(port),
    program: service.interpreter
      ? service.program
      : posix.resolve("/", settings.directories.serviceBinaries, service.program),
    programArguments: service.programArguments,
    interpreter: interpreter
      ? { name: interpreter.name, path: interpreter.path, arguments: interpreter.arguments }
      : null,
    environment: { ...interpreter?.environment, ...service.environment },
    siblings: service.siblings,
    runAs: service.runAs,
    directPorts: Array.from({ length: service.siblings }, (_, sibling) =>
      service.directPorts.filter((_port, index) => index % service.siblings === sibling),
    ),
    waitForContinue: service.waitForContinue,
    writableDirectories: service.writableDirectories,
    readablePaths: service.readablePaths,
    nativeAddons: service.nativeAddons,
    file: file.name,
    line: file.index.lineAt(span.start),
  };
  if (
    finished.lowWater >= finished.highWater &&
    (service.options.lowWater ?? service.options.highWater) !== undefined
  ) {
    const message = `low water mark ${finished.lowWater} of ${service.uri} is not below its high water mark ${finished.highWater}`;
    report(draft, service.uriPlace, { code: "config-conflict", message });
  }
  return finished;
}

/** `:80/foo` is `/foo` if 80 is the reference port (§2.3). */
function canonicalUri(uri: string, { network: { referencePort } }: Settings): string {
  const prefix = `:${referencePort}/`;
  return uri.startsWith(prefix) ? uri.slice(prefix.length - 1) : uri;
}

function warnAboutSharedPrograms(draft: Draft): void {
  const first = new Map<string, string>();
  for (const { program, interpreter, uri } of draft.settings.services) {
    const other = first.get(program);
    if (interpreter === null && other !== undefined) {
      const { uriPlace } = draft.services.find((service) => service.uri === uri)!;
      const message = `the program of ${uri} also serves ${other}; each has processes of its own`;
      report(draft, uriPlace, { code: "config-repeated", message, severity: "warning" });
    }
    first.set(program, other ?? uri);
  }
}

function checkWaterMarks(draft: Draft): void {
  const { limits, serviceDefaults } = draft.settings;
  const conflict = (names: string[], message: string) => {
    const place = names.map((name) => draft.given.get(name)).find((found) => found !== undefined);
    if (place) {
      report(draft, place, { code: "config-conflict", message });
    }
  };
  if (limits.dispatcherLowWater > limits.dispatcherHighWater) {
    conflict(
      ["OkdFDLowWat", "OkdFDHighWat"],
      `OkdFDLowWat (${limits.dispatcherLowWater}) is above OkdFDHighWat (${limits.dispatcherHighWater})`,
    );
  }
  if (limits.handOverQuota > limits.dispatcherLowWater) {
    conflict(
      ["ServiceFDQuota", "OkdFDLowWat"],
      `ServiceFDQuota (${limits.handOverQuota}) is above OkdFDLowWat (${limits.dispatcherLowWater})`,
    );
  }
  if (serviceDefaults.lowWater === 0 || serviceDefaults.lowWater >= serviceDefaults.highWater) {
    conflict(
      ["ServiceFDLowWat", "ServiceFDHighWat"],
      `ServiceFDLowWat (${serviceDefaults.lowWater}) is not between 1 and ServiceFDHighWat (${serviceDefaults.highWater})`,
    );
  }
}

function finishAliases(draft: Draft): void {
  const { settings } = draft;
  const services = settings.services.map(({ uri }) => uri);
  const target = (written: string, place: Place): string => {
    const to = canonicalUri(written, settings);
    if (!services.includes(to)) {
      const near = services.find((uri) => uri === `/${to}`) ?? nearest(to, services);
      const message = `there is no service at ${written}`;
      report(draft, place, { code: "config-undefined", message, hint: near && `Did you mean ${near}?` });
    }
    return to;
  };
  for (const alias of draft.aliases) {
    const to = target(alias.to, alias.toPlace);
    const from = canonicalUri(alias.from, settings);
    const taken = services.includes(from) ? "is a service" : undefined;
    const aliased = settings.aliases.some((other) => other.from === from) ? "has an alias already" : undefined;
    const problem = taken ?? aliased ?? unheardPort(draft, from);
    if (problem) {
      report(draft, alias.fromPlace, { code: "config-conflict", message: `${alias.from} ${problem}` });
    }
    warnAboutMissingSlash(draft, alias);
    settings.aliases.push({ from, to });
  }
  for (const { to, toPlace, pattern, flags } of draft.regexAliases) {
    settings.regexAliases.push({ to: target(to, toPlace), pattern, flags });
  }
  for (const { to, toPlace, prefix, prefixPlace } of draft.prefixAliases) {
    const canonical = canonicalUri(prefix, settings);
    const problem = unheardPort(draft, canonical);
    if (problem) report(draft, prefixPlace, { code: "config-conflict", message: `${prefix} ${problem}` });
    settings.prefixAliases.push({ to: target(to, toPlace), prefix: canonical });
  }
  for (const { host, to, toPlace, prefix } of draft.virtualHosts) {
    settings.virtualHosts.push({ host, to: target(to, toPlace), prefix });
  }
}

function warnAboutMissingSlash(draft: Draft, { from, fromPlace }: AliasDraft): void {
  if (!/^(:[0-9]+)?\//.test(from)) {
    const message = `${from} matches no request`;
    const hint = "An alias is matched exactly as written: begin it with a slash.";
    report(draft, fromPlace, { code: "config-unused", message, hint, severity: "warning" });
  }
}

function unheardPort(draft: Draft, uri: string): string | undefined {
  const port = portOf(uri);
  return port !== null && !heardPorts(draft).has(port) ? `is on port ${port}, which is not listened on` : undefined;
}

function portOf(uri: string): number | null {
  const match = /^:([0-9]+)\//.exec(uri);
  return match ? Number(match[1]) : null;
}

/** All plain and TLS ports; those that services without a port share have the value true. */
function heardPorts(draft: Draft): Map<number, boolean> {
  const { network, tls } = draft.settings;
  return new Map([
    ...network.listen.map(({ port }) => [port, port === network.referencePort] as const),
    ...tls.channels.flatMap((channel) => [
      ...channel.ports.map((port) => [port, false] as const),
      ...(channel.primaryPort === null ? [] : [[channel.primaryPort, true] as const]),
    ]),
  ]);
}

function checkPorts(draft: Draft): void {
  const { settings } = draft;
  const heard = heardPorts(draft);
  const sharedPortIsHeard = [...heard.values()].includes(true);
  for (const service of settings.services) {
    const { uri, port } = service;
    const { uriPlace } = draft.services.find((each) => each.uri === uri)!;
    if (port !== null && !heard.has(port)) {
      const near = nearest(String(port), [...heard.keys()].map(String));
      const hint = near ? `Did you mean ${near}?` : `Add \`ListenPorts ${port}\`.`;
      const message = `${uri} is on port ${port}, which is not listened on`;
      report(draft, uriPlace, { code: "config-conflict", message, hint });
    } else if (port === null && !sharedPortIsHeard && service.directPorts.flat().length === 0) {
      const { referencePort } = settings.network;
      const message = `${uri} is on port ${referencePort}, which is not listened on`;
      const hint = "Name the port in `BindAddr`, or write it before the path, as in :8080/path.";
      report(draft, uriPlace, { code: "config-conflict", message, hint });
    }
  }
  checkUnusedPorts(draft, heard);
  checkTlsPorts(draft);
}

function checkUnusedPorts(draft: Draft, heard: Map<number, boolean>): void {
  const { services, aliases, regexAliases, prefixAliases } = draft.settings;
  const used = new Set([
    ...services.map(({ uri }) => portOf(uri)),
    ...aliases.map(({ from }) => portOf(from)),
    ...prefixAliases.map(({ prefix }) => portOf(prefix)),
  ]);
  // What a pattern with a port in it matches is not known; without services the server's own answers everywhere.
  const anyPort = regexAliases.some(({ pattern }) => pattern.includes(":"));
  const anyShared = used.has(null) || services.length === 0;
  for (const [port, shared] of heard) {
    const place = placeOfPort(draft, port);
    if (place && !used.has(port) && !(shared ? anyShared : anyPort)) {
      const message = `port ${port} is listened on, but no service or alias uses it`;
      const hint = shared
        ? "Services without a port before their path use it."
        : `Write the port before the path of a service, as in :${port}/path, or make it the one of \`BindAddr\`.`;
      report(draft, place, { code: "config-conflict", message, hint });
    }
  }
}

function placeOfPort(draft: Draft, port: number): Place | undefined {
  const channels = [...draft.channels.values()].map(({ ports }) => ports.get(port));
  return [draft.ports.get(port), ...channels].find((place) => place !== undefined);
}

/** No port may be plain and TLS, or belong to two channels. */
function checkTlsPorts(draft: Draft): void {
  const { network, tls, helpers } = draft.settings;
  if (!tls.enabled) {
    const place = [...draft.channels.values()].flatMap(({ ports }) => [...ports.values()])[0];
    if (place && !helpers.tls) {
      const message = "TLS is off: there is no OkssldExecPath";
      report(draft, place, { code: "config-unused", message, severity: "warning" });
    }
    return;
  }
  const taken = new Map(network.listen.map(({ port }) => [port, "plain HTTP"]));
  for (const { name, primaryPort, ports } of tls.channels) {
    for (const port of primaryPort === null ? ports : [primaryPort, ...ports]) {
      const other = taken.get(port);
      if (other !== undefined) {
        const place = draft.channels.get(name)!.ports.get(port) ?? draft.given.get("OkssldExecPath")!;
        const message = `TLS port ${port} is taken by ${other}`;
        report(draft, place, { code: "config-conflict", message });
      }
      taken.set(port, `the TLS channel ${name}`);
    }
  }
}
