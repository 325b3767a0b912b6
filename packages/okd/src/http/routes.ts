// From a request path to the service that takes it (server specification §3.5, §2.7).
// The dispatcher and every service use the same table, so a service knows which kept connection to give back.

import type { RouteConfiguration } from "../process/messages.js";

export interface RouteTable {
  /** The service for a path (as sent, without query) on a port, or null if there is none. */
  find(path: string, port: number): string | null;
}

/** Builds the table. Aliases to services that do not exist are ignored here; the settings report them. */
export function createRouteTable(configuration: RouteConfiguration): RouteTable {
  const { referencePort, primaryTlsPorts, clusters, aliases, regexAliases } = configuration;
  const sharedPorts = new Set([referencePort, ...primaryTlsPorts]);
  const byUri = new Map<string, string>();
  let rest: string | null = null;
  for (const cluster of clusters) {
    if (cluster.uri === null) rest = cluster.name;
    else byUri.set(cluster.uri, cluster.name);
  }
  const byAlias = new Map<string, string>();
  for (const { from, to } of aliases) {
    const name = byUri.get(to);
    if (name !== undefined) byAlias.set(from, name);
  }
  const patterns = regexAliases.flatMap(({ pattern, flags, to }) => {
    const name = byUri.get(to);
    return name === undefined ? [] : [{ expression: wholeMatch(pattern, flags), name }];
  });

  return {
    find(path, port) {
      const dispatch = sharedPorts.has(port) ? path : `:${port}${path}`;
      const exact = byAlias.get(dispatch) ?? byUri.get(dispatch);
      if (exact !== undefined) return exact;
      for (const { expression, name } of patterns) if (expression.test(dispatch)) return name;
      return rest;
    },
  };
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
