/**
 * Defaults of the settings of a service (server specification §8), for hosts that have no configuration file.
 */
import { hostname } from "node:os";
import type { ServiceSettings } from "./host.js";

const MiB = 1024 * 1024;

/** Settings with the defaults of the specification for all that is left out. */
export function serviceSettings(given: Partial<ServiceSettings> & { readonly name: string }): ServiceSettings {
  return {
    sibling: 0,
    siblings: 1,
    uris: [],
    serverName: "okws",
    serverVersion: "0.1.0",
    serverHeader: "OKWS/0.1.0",
    hostName: hostname(),
    referencePort: 80,
    site: null,
    errorDocuments: [],
    bodyLimit: 2 * MiB,
    parameterLimit: MiB / 2,
    filterCgi: 2,
    clientTimeout: 60_000,
    whiteSpaceStripping: false,
    visibleErrors: false,
    compression: true,
    gzipLevel: 2,
    compressErrorPages: false,
    trustedProxies: [],
    lifeRequests: 0,
    lifeTime: 0,
    development: false,
    ...given,
  };
}
