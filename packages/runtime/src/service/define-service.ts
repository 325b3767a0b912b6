/**
 * Declaring a service: its hooks, its limits and what answers its requests (server specification §4.1).
 */
import type { CompressionRules } from "./compression.js";
import type { BackendTable, RequestContext, ServiceContext } from "./context.js";
import type { Sender, ServiceHost, ServiceSettings } from "./host.js";
import type { ServiceLibrary } from "./library.js";
import type { UploadOptions } from "./multipart.js";
import type { ServiceRequest } from "./request.js";
import type { ServiceResponse } from "./response.js";
import type { Route, RouteMaker } from "./routes.js";
import { type RunningService, startService } from "./running-service.js";

/** What a service decides itself; what is left out comes from the configuration of the server. */
export interface ServiceOptions {
  /** Bytes of the largest body. */
  readonly bodyLimit?: number;
  /** Bytes of the longest decoded parameter name or value. */
  readonly parameterLimit?: number;
  /** Milliseconds for a whole request to arrive (R11). */
  readonly timeout?: number;
  /** Escaping of parameters for HTML (§4.4): 0 none, 1 in `get`, 2 when they are stored. */
  readonly filterCgi?: 0 | 1 | 2;
  /** `parameters()` has query and form together (S17). Default false. */
  readonly union?: boolean;
  /** Multipart forms are taken (R6). Default false. */
  readonly uploads?: UploadOptions | boolean;
  /** Connections may be kept (S18). Default true. */
  readonly keepAlive?: boolean;
  /** Only over TLS (R12): others get 403, or are redirected. */
  readonly secureOnly?: boolean | { readonly redirect: string };
  /** False: no compression. */
  readonly compression?: Partial<CompressionRules> | false;
  /** Finished requests after which the process retires; 0: never. */
  readonly lifeRequests?: number;
}

export interface ServiceDefinition<Table extends BackendTable, State> extends ServiceOptions {
  readonly name: string;
  /** Where the service is found unless the configuration says otherwise. */
  readonly uris?: readonly string[];
  /** S2: changes the options of this process by its configuration. */
  constants?(settings: ServiceSettings): ServiceOptions;
  /** S3: functions for templates. */
  readonly libraries?: readonly ServiceLibrary[];
  /** S4: templates are there, e.g. to load configuration with `runConfig`. What it throws ends the process. */
  configure?(service: ServiceContext<Table>): void | Promise<void>;
  /** S5: before back ends are connected. */
  beforeBackends?(service: ServiceContext<Table>): void | Promise<void>;
  /** S6: connected in parallel; what fails is connected again in the background. */
  readonly backends?: Table;
  /** S7: the service is ready when it is done. The result is the state that handlers get. */
  setup?(service: ServiceContext<Table>): State | Promise<State>;
  /** S8: the last request has been answered, the process is about to end. */
  beforeShutdown?(service: ServiceContext<Table>): void | Promise<void>;
  /** S9: the log daemon is gone. True: the service has dealt with it. */
  logLost?(service: ServiceContext<Table>): boolean;
  /** S10: a message of the operator; a text that is returned is an error. */
  // biome-ignore lint/suspicious/noConfusingVoidType: handlers that return nothing are meant
  onMessage?(text: string, service: ServiceContext<Table>): string | void | Promise<string | void>;
  /** S11: a custom message of another process; `from` is who it is, by the word of the dispatcher. */
  onCustom1?(bytes: Uint8Array, service: ServiceContext<Table>, from: Sender): void | Promise<void>;
  /** S11: a custom query, answered with bytes. */
  onCustom2?(bytes: Uint8Array, service: ServiceContext<Table>, from: Sender): Uint8Array | Promise<Uint8Array>;
  /** Answers requests by method and path. */
  routes?(route: RouteMaker<RequestContext<Table, State>>): readonly Route<RequestContext<Table, State>>[];
  /** Answers what no route takes. What is written but not sent when it is done is sent then. */
  handle?(request: ServiceRequest, response: ServiceResponse, context: RequestContext<Table, State>): unknown;
  /** Instead of `handle`, with the requests and responses of the Fetch standard. */
  fetch?(request: Request, context: RequestContext<Table, State>): Response | Promise<Response>;
}

/** A service that can be started; what the module of a service exports as its default. */
export interface Service {
  readonly name: string;
  readonly uris: readonly string[];
  /** Its functions for templates, for tools such as `pubc check`. */
  readonly libraries: readonly ServiceLibrary[];
  /** Runs the hooks S2 to S7 in order; the service takes requests when it resolves. */
  start(host: ServiceHost): Promise<RunningService>;
}

/** Declares a service. Throws a `TypeError` when nothing answers its requests. */
export function defineService<Table extends BackendTable = Record<never, never>, State = undefined>(
  definition: ServiceDefinition<Table, State>,
): Service {
  if (!definition.handle && !definition.fetch && !definition.routes) {
    throw new TypeError(`service ${definition.name} has no routes, no handle and no fetch`);
  }
  return {
    name: definition.name,
    uris: definition.uris ?? [],
    libraries: definition.libraries ?? [],
    start: (host) => startService(definition, host),
  };
}
