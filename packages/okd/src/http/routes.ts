// From a request path to the service that takes it (server specification §3.5, §2.7).
// The dispatcher and every service use the same table, so a service knows which kept connection to give back.

import type { RouteConfiguration } from "../process/messages.js";

/** Where a request goes. */
export interface Route {
  /** Name of the service. */
  name: string;
  /** The sibling that the path asks for, or null for any. */
  sibling: number | null;
}

export interface RouteTable {
  /**
   * The service for a request: path as sent, without query; port that accepted it; value of the `Host` header, empty
   * without one. Null if there is none, or the dispatcher answers itself.
   */
  find(path: string, port: number, host: string): Route | null;
}

const ADDRESSED = /^(.*):(\d+)$/s;

/** Builds the table. Aliases to services that do not exist are ignored here; the settings report them. */
export function createRouteTable(configuration: RouteConfiguration): RouteTable {
  const { referencePort, primaryTlsPorts, clusters, aliases, regexAliases, prefixAliases, virtualHosts } =
    configuration;
  const { clusterAddressing, ownPaths } = configuration;
  const sharedPorts = new Set([referencePort, ...primaryTlsPorts]);
  const byUri = new Map<string, Route>();
  let rest: Route | null = null;
  for (const { uri, name } of clusters) {
    if (uri === null) rest = { name, sibling: null };
    else byUri.set(uri, { name, sibling: null });
  }
  /** Replaces the service that an alias leads to by its route; drops aliases that lead nowhere. */
  const resolve = <Alias extends { to: string }>(list: readonly Alias[]) =>
    list.flatMap((alias) => {
      const route = byUri.get(alias.to);
      return route === undefined ? [] : [{ ...alias, route }];
    });
  const exact = new Map([...byUri, ...resolve(aliases).map(({ from, route }) => [from, route] as const)]);
  const prefixes = resolve(prefixAliases).sort(longestFirst);
  const hosts = resolve(virtualHosts).sort(longestFirst);
  const patterns = resolve(regexAliases).map(({ pattern, flags, route }) => ({
    expression: wholeMatch(pattern, flags),
    route,
  }));

  const lookUp = (path: string, port: number, host: string): Route | null => {
    if (hosts.length > 0) {
      const name = hostName(host);
      const found = hosts.find((rule) => matchesHost(rule.host, name) && isBelow(path, rule.prefix));
      if (found) return found.route;
    }
    const dispatch = sharedPorts.has(port) ? path : `:${port}${path}`;
    const known = exact.get(dispatch);
    if (known !== undefined) return known;
    for (const { prefix, route } of prefixes) if (isBelow(dispatch, prefix)) return route;
    for (const { expression, route } of patterns) if (expression.test(dispatch)) return route;
    return rest;
  };

  return {
    find(path, port, host) {
      if (ownPaths.length > 0 && ownPaths.includes(path)) return null;
      const addressed = clusterAddressing && sharedPorts.has(port) ? ADDRESSED.exec(path) : null;
      if (!addressed) return lookUp(path, port, host);
      const route = lookUp(addressed[1], port, host);
      return route && { ...route, sibling: Number(addressed[2]) };
    },
  };
}

function longestFirst(left: { prefix: string }, right: { prefix: string }): number {
  return right.prefix.length - left.prefix.length;
}

/** True for the prefix itself and everything below it. */
function isBelow(path: string, prefix: string): boolean {
  if (!path.startsWith(prefix)) return false;
  return path.length === prefix.length || prefix.endsWith("/") || path[prefix.length] === "/";
}

/** Without port and case. */
function hostName(host: string): string {
  return host.replace(/:\d*$/, "").toLowerCase();
}

/** `pattern`: a name, or `*.` and a name for everything below that name. */
function matchesHost(pattern: string, name: string): boolean {
  return pattern.startsWith("*.") ? name.endsWith(pattern.slice(1)) && name.length >= pattern.length : name === pattern;
}

/**
 * The expression of a regex alias, which must match the whole dispatch string. JavaScript's expressions stand in for
 * PCRE's; throws a SyntaxError for what they do not have. `8` needs nothing: dispatch strings are bytes.
 */
export function wholeMatch(pattern: string, flags: string): RegExp {
  const supported = [...flags].filter((flag) => "ism".includes(flag)).join("");
  const source = flags.includes("x") ? pattern.replace(/\\.|\[(?:\\.|[^\]\\])*\]|\s+|#.*/g, extendedPiece) : pattern;
  return new RegExp(`^(?:${source})$`, supported);
}

/** In extended expressions white space and comments outside of classes mean nothing. */
function extendedPiece(piece: string): string {
  return /^[\s#]/.test(piece) ? "" : piece;
}
