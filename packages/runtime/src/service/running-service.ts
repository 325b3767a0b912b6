/**
 * A service at work: the order of its start (server specification §4.2), the way of each request through it, its end.
 */
import { Backend } from "./backends.js";
import { AVAILABLE_CODINGS, type CompressionRules } from "./compression.js";
import { type BackendsOf, type BackendTable, type RequestContext, ServiceContext } from "./context.js";
import type { ServiceDefinition, ServiceOptions } from "./define-service.js";
import { ClientGone, HttpError } from "./errors.js";
import { sendWebResponse, webRequest } from "./fetch.js";
import type { HostRequest, HostResponse, Sender, ServiceHost } from "./host.js";
import type { Localiser } from "./localiser.js";
import { TrustedProxies } from "./proxies.js";
import { type PageOptions, Publisher } from "./publisher.js";
import { type RequestRules, ServiceRequest } from "./request.js";
import { type ResponseServices, ServiceResponse } from "./response.js";
import { createRoute, type RouteMaker, Router, routeRules } from "./routes.js";
import { errorPage, serverLine } from "./status.js";
import { encodeText } from "./text.js";

/** What the process does with a service. */
export interface RunningService {
  /** Answers one request; resolves when the response is over. Never rejects. */
  serve(request: HostRequest, response: HostResponse): Promise<void>;
  /** S10: null is success, else an error text. */
  message(text: string): Promise<string | null>;
  /** S11; null: the service takes no such messages. */
  custom1(bytes: Uint8Array, from: Sender): Promise<boolean>;
  custom2(bytes: Uint8Array, from: Sender): Promise<Uint8Array | null>;
  /** S9; false: the process decides. */
  logLost(): boolean;
  /** The process is about to end: streams of events end. */
  stopping(): void;
  /** No request is left: S8, then everything is closed. */
  stop(): Promise<void>;
}

const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/** Milliseconds between two looks for a site that was compiled again, outside of development. */
const SITE_CHECK_INTERVAL = 5000;

/** Starts a service in this process. Rejects when a hook up to S7 throws. */
export async function startService<Table extends BackendTable, State>(
  definition: ServiceDefinition<Table, State>,
  host: ServiceHost,
): Promise<RunningService> {
  const { settings } = host;
  const options: ServiceOptions = { ...definition, ...definition.constants?.(settings) };
  const backends = createBackends(definition.backends, (line) => context.log(line));
  const context = new ServiceContext<Table>(host, backends as BackendsOf<Table>);
  if (settings.site !== null) {
    const { whiteSpaceStripping: wss, visibleErrors, filterCgi, development } = settings;
    context.publisher = await Publisher.open(
      settings.site,
      definition.libraries ?? [],
      { wss, filterCgi: options.filterCgi ?? filterCgi, programName: "okws-pub3", ...(visibleErrors && VISIBLE) },
      (line) => context.log(line),
      development ? 0 : SITE_CHECK_INTERVAL,
    );
  }
  await definition.configure?.(context);
  await definition.beforeBackends?.(context);
  await Promise.all(Object.values(backends).map((one) => one.start()));
  const state = (await definition.setup?.(context)) as State;
  const running = new ServiceAtWork(definition, options, context, state);
  if (settings.lifeTime > 0) context.timers.after(settings.lifeTime / 1000, () => context.retire());
  return running;
}

const VISIBLE = { errors: { inPlace: true } };

function createBackends(
  table: BackendTable | undefined,
  log: (line: string) => void,
): Record<string, Backend<unknown>> {
  return Object.fromEntries(
    Object.entries(table ?? {}).map(([name, definition]) => [name, new Backend(name, definition, log)]),
  );
}

class ServiceAtWork<Table extends BackendTable, State> implements RunningService {
  private readonly router: Router<RequestContext<Table, State>>;
  private readonly proxies: TrustedProxies;
  private readonly rules: RequestRules;
  private readonly compression: CompressionRules;
  private readonly lifeRequests: number;
  private finished = 0;

  constructor(
    private readonly definition: ServiceDefinition<Table, State>,
    private readonly options: ServiceOptions,
    private readonly context: ServiceContext<Table>,
    private readonly state: State,
  ) {
    const { settings } = context;
    this.router = new Router(definition.routes?.(createRoute as RouteMaker<RequestContext<Table, State>>) ?? []);
    this.proxies = new TrustedProxies(settings.trustedProxies);
    this.rules = {
      parameters: {
        limit: options.parameterLimit ?? settings.parameterLimit,
        filter: options.filterCgi ?? settings.filterCgi,
      },
      bodyLimit: options.bodyLimit ?? settings.bodyLimit,
      timeout: options.timeout ?? settings.clientTimeout,
      union: options.union ?? false,
      uploads: options.uploads ?? false,
    };
    const isOff = options.compression === false || !settings.compression;
    this.compression = {
      codings: isOff ? [] : AVAILABLE_CODINGS,
      gzipLevel: settings.gzipLevel,
      brotliQuality: 4,
      minimumLength: 512,
      ...(isOff ? {} : options.compression || {}),
    };
    this.lifeRequests = options.lifeRequests ?? settings.lifeRequests;
  }

  async serve(hostRequest: HostRequest, hostResponse: HostResponse): Promise<void> {
    const { peerAddress, isSecure } = hostRequest.connection;
    const client = this.proxies.client(peerAddress, isSecure, (name) => firstField(hostRequest, name));
    const request = new ServiceRequest(hostRequest, client, this.rules);
    hostRequest.onInputEnd?.(() => request.abort());
    const context = this.requestContext(request);
    const isBodyRead = () => !hostRequest.hasBody || hostRequest.isBodyComplete();
    const services = this.responseServices(request, context);
    const response = new ServiceResponse(request, hostResponse, isBodyRead, services);
    try {
      await this.answer(hostRequest.askedStatus, request, response, context);
      if (response.isOpen && request.isClientGone) response.abandon();
      else if (response.isOpen) await response.send();
      await response.completed();
    } catch (error) {
      await this.fail(error, response);
    }
    await response.sent;
    await request.discardFiles().catch((error: Error) => this.context.log(error.message));
    if (++this.finished === this.lifeRequests) this.context.retire();
  }

  async message(text: string): Promise<string | null> {
    if (!this.definition.onMessage) return "no messages handled";
    try {
      return (await this.definition.onMessage(text, this.context)) ?? null;
    } catch (error) {
      return (error as Error).message;
    }
  }

  async custom1(bytes: Uint8Array, from: Sender): Promise<boolean> {
    if (!this.definition.onCustom1) return false;
    await this.definition.onCustom1(bytes, this.context, from);
    return true;
  }

  async custom2(bytes: Uint8Array, from: Sender): Promise<Uint8Array | null> {
    return (await this.definition.onCustom2?.(bytes, this.context, from)) ?? null;
  }

  logLost(): boolean {
    return this.definition.logLost?.(this.context) ?? false;
  }

  stopping(): void {
    this.context.announceStop();
  }

  async stop(): Promise<void> {
    this.context.announceStop();
    try {
      await this.definition.beforeShutdown?.(this.context);
    } finally {
      this.context.timers.stop();
      await Promise.all(Object.values<Backend<unknown>>(this.context.backends).map((one) => one.stop()));
      this.context.publisher?.close();
    }
  }

  private async answer(
    askedStatus: number,
    request: ServiceRequest,
    response: ServiceResponse,
    context: RequestContext<Table, State>,
  ): Promise<void> {
    if (askedStatus !== 0) throw new HttpError(askedStatus, request.path);
    if (!METHODS.has(request.method)) throw new HttpError(405, request.method);
    const { secureOnly = false } = this.options;
    if (secureOnly !== false && !request.isSecure) {
      if (secureOnly === true) throw new HttpError(403, "only over TLS");
      return response.redirect(secureOnly.redirect);
    }
    const match = this.router.find(request.method, request.path);
    if (match !== null) {
      request.adjust(routeRules(match.route.options));
      return match.route.run(request, response, context, match.path);
    }
    const { definition } = this;
    if (definition.handle) {
      await definition.handle(request, response, context);
    } else if (definition.fetch) {
      await sendWebResponse(response, request.method, await definition.fetch(webRequest(request), context));
    } else {
      throw new HttpError(404, request.path);
    }
  }

  private async fail(error: unknown, response: ServiceResponse): Promise<void> {
    const isKnown = error instanceof HttpError;
    if (error instanceof ClientGone) {
      response.abandon();
      return;
    }
    if (!isKnown) this.context.log(error instanceof Error ? (error.stack ?? error.message) : String(error));
    if (!response.isOpen) {
      response.abandon();
      return;
    }
    if (isKnown) for (const [name, value] of Object.entries(error.headers)) response.header(name, value);
    try {
      await response.error(isKnown ? error.status : 500, isKnown ? error.message : "");
    } catch (fault) {
      this.context.log(fault instanceof Error ? (fault.stack ?? fault.message) : String(fault));
      response.abandon();
    }
  }

  private requestContext(request: ServiceRequest): RequestContext<Table, State> {
    const { context, state } = this;
    return {
      service: context,
      backends: context.backends,
      state,
      get signal() {
        return request.signal;
      },
      localiser: null,
      log: (line) => context.log(line),
    };
  }

  private responseServices(request: ServiceRequest, requestContext: RequestContext<Table, State>): ResponseServices {
    const { context } = this;
    const localised = (options: PageOptions = {}): PageOptions => {
      const localiser: Localiser | null | undefined =
        options.localiser === undefined ? requestContext.localiser : options.localiser;
      return { ...options, localiser };
    };
    return {
      server: context.settings.serverHeader,
      compression: this.compression,
      keepAlive: this.options.keepAlive ?? true,
      compressErrorPages: context.settings.compressErrorPages,
      stopping: context.stopping,
      publish: async (path, variables, options, write) =>
        context.templates().publish(path, variables, localised(options), write),
      errorPage: (status, text) => this.errorPage(status, text, request.path),
    };
  }

  /** The configured error document, or the built-in page (§3.10). */
  private async errorPage(status: number, text: string, path: string): Promise<Uint8Array> {
    const { settings, publisher } = this.context;
    const document = settings.errorDocuments.find((one) => one.status === status);
    const missing = status === 404 ? path : text;
    if (document !== undefined && publisher?.has(document.template)) {
      const variables = { STATUS: status, SERVINFO: serverLine(settings), ...(missing !== "" && { AUXSTR: missing }) };
      const page = await publisher.publish(document.template, variables);
      if (page.ok) return page.body;
    }
    return Buffer.from(encodeText(errorPage(status, settings, missing)), "latin1");
  }
}

function firstField({ fields }: HostRequest, name: string): string | undefined {
  return fields.find(([other]) => other.toLowerCase() === name)?.[1];
}
