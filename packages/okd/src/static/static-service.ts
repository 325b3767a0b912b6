// The standard static service: publishes the templates of a compiled site, with the request's parameters as variables,
// and sends its other files (server specification §4.10).

import type { IncomingMessage, ServerResponse } from "node:http";
import { errorPage, serverLine } from "../http/status.js";
import type { Service, ServiceContext, ServiceRequest } from "../service-host/service.js";
import { CLIENT_PATH, CLIENT_SCRIPT, DevelopmentChannel, EVENTS_PATH, injectClient } from "./development.js";
import { FileSender } from "./file-reply.js";
import { addParameters, ParameterTooLong } from "./parameters.js";
import { type Reply, type ReplyRules, sendReply } from "./reply.js";
import { Site } from "./site.js";
import { indexOf, siteFile } from "./site-path.js";

const HTML = "text/html; charset=utf-8";
const FORM = "application/x-www-form-urlencoded";

/** Error pages of a site that the configuration does not name: the first that exists is used. */
const CUSTOMARY_ERROR_DOCUMENTS: Record<number, string[]> = {
  404: ["/err/404.html", "/err/fnf.html"],
};

/** Opens the compiled site. Rejects when it cannot be served. */
export async function createStaticService({ configuration, log }: ServiceContext): Promise<Service> {
  const site = await Site.open(configuration.site);
  return new StaticService(site, { configuration, log });
}

class StaticService implements Service {
  readonly #site: Site;
  readonly #context: ServiceContext;
  readonly #rules: ReplyRules;
  readonly #files = new FileSender();
  readonly #development: DevelopmentChannel | null;
  #reloading: Promise<void> | null = null;

  constructor(site: Site, context: ServiceContext) {
    this.#site = site;
    this.#context = context;
    const { identity, gzip, gzipLevel, development } = context.configuration;
    this.#rules = { server: identity.serverHeader, gzipLevel: gzip === "off" ? 0 : gzipLevel };
    this.#development = development ? new DevelopmentChannel(site.directory, () => this.#refresh()) : null;
  }

  async handle({ request, response, status }: ServiceRequest): Promise<void> {
    const [rawPath, query] = splitTarget(request.url!);
    if (status !== 0) return this.#sendError(request, response, status, rawPath);
    if (this.#development) {
      if (rawPath === EVENTS_PATH) return this.#development.subscribe(response);
      if (rawPath === CLIENT_PATH) return this.#sendClient(request, response);
      await this.#refresh();
    }
    const file = this.#locate(rawPath);
    if (file === null) return this.#sendError(request, response, 404, rawPath);
    if (this.#site.hasTemplate(file)) return this.#sendPage(request, response, file, query);
    const stored = this.#site.file(file);
    if (!stored) return this.#sendMissing(request, response, file, rawPath, query);
    if (request.method !== "GET" && request.method !== "HEAD")
      return this.#refuseMethod(request, response, "GET, HEAD");
    await this.#files.send(request, response, stored, file, this.#rules);
  }

  stopping(): void {
    this.#development?.close();
  }

  close(): void {
    this.#site.runtime.close();
  }

  #locate(rawPath: string): string | null {
    const { mountPath } = this.#context.configuration;
    if (mountPath === "") return siteFile(rawPath);
    if (rawPath === mountPath) return siteFile("/");
    return rawPath.startsWith(`${mountPath}/`) ? siteFile(rawPath.slice(mountPath.length)) : siteFile(rawPath);
  }

  async #sendPage(request: IncomingMessage, response: ServerResponse, file: string, query: string): Promise<void> {
    if (request.method !== "GET" && request.method !== "HEAD" && request.method !== "POST") {
      return this.#refuseMethod(request, response, "GET, HEAD, POST");
    }
    const parameters = await this.#parameters(request, query);
    if (typeof parameters === "number") return this.#sendError(request, response, parameters, request.url!);
    const result = await this.#publish(file, parameters);
    if (!result.ok) return this.#sendError(request, response, 500, request.url!, result.log);
    await this.#reply(request, response, {
      status: 200,
      type: HTML,
      body: this.#development ? injectClient(result.body, result.log) : result.body,
      headers: { "Cache-Control": "private" },
    });
  }

  /** The variables of a page: parameters of the query, then of a form; or the status that refuses the request. */
  async #parameters(request: IncomingMessage, query: string): Promise<Map<string, string> | number> {
    const { bodyLimit, parameterLimit, parameterFilter } = this.#context.configuration;
    const rules = { limit: parameterLimit, escape: parameterFilter === "store" };
    const parameters = new Map<string, string>();
    try {
      addParameters(query, rules, parameters);
      if (request.method === "POST") {
        const type = request.headers["content-type"] ?? FORM;
        if (/^multipart\//i.test(type)) return 405;
        const body = await readBody(request, bodyLimit);
        if (body === null) return 413;
        addParameters(body, rules, parameters);
      }
    } catch (error) {
      if (error instanceof ParameterTooLong) return 413;
      throw error;
    }
    return parameters;
  }

  async #publish(file: string, variables: Iterable<[string, string | number]>) {
    const result = await this.#site.publish(file, variables, { wss: this.#context.configuration.whiteSpaceStripping });
    for (const line of result.log) this.#context.log(Buffer.from(line, "utf8").toString("latin1"));
    return result;
  }

  #sendMissing(
    request: IncomingMessage,
    response: ServerResponse,
    file: string,
    rawPath: string,
    query: string,
  ): Promise<void> {
    const index = indexOf(file);
    if (!this.#site.hasTemplate(index) && !this.#site.file(index)) {
      return this.#sendError(request, response, 404, rawPath);
    }
    // Relative links of the page only work below the directory's own address.
    const location = `${rawPath.replace(/^\/+/, "/")}/${query === "" ? "" : `?${query}`}`;
    return this.#reply(request, response, {
      status: 301,
      type: HTML,
      body: Buffer.from(errorPage(301, this.#context.configuration.identity), "latin1"),
      headers: { Location: location },
    });
  }

  #refuseMethod(request: IncomingMessage, response: ServerResponse, allowed: string): Promise<void> {
    response.setHeader("Allow", allowed);
    return this.#sendError(request, response, 405, request.url!);
  }

  /** An error page: the configured template, else a customary one, else the built-in page (§3.10). */
  async #sendError(
    request: IncomingMessage,
    response: ServerResponse,
    status: number,
    path: string,
    log: readonly string[] = [],
  ): Promise<void> {
    const { configuration } = this.#context;
    const template = this.#errorTemplate(status);
    let body: Uint8Array | null = null;
    if (template !== null) {
      const variables = { STATUS: status, SERVINFO: serverLine(configuration.identity), AUXSTR: path, target: path };
      const result = await this.#publish(template, Object.entries(variables));
      if (result.ok) body = result.body;
    }
    body ??= Buffer.from(errorPage(status, configuration.identity, path), "latin1");
    if (this.#development) body = injectClient(body, log);
    const headers = { "Cache-Control": "private", ...(status === 503 ? { "Retry-After": 1 } : {}) };
    await this.#reply(request, response, { status, type: HTML, body, headers });
  }

  #errorTemplate(status: number): string | null {
    const configured = this.#context.configuration.errorDocuments.find((document) => document.status === status);
    const candidates = configured ? [configured.template] : (CUSTOMARY_ERROR_DOCUMENTS[status] ?? []);
    return candidates.find((template) => this.#site.hasTemplate(template)) ?? null;
  }

  #sendClient(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = Buffer.from(CLIENT_SCRIPT, "utf8");
    return this.#reply(request, response, { status: 200, type: "text/javascript; charset=utf-8", body });
  }

  #reply(request: IncomingMessage, response: ServerResponse, reply: Reply): Promise<void> {
    return sendReply(request, response, reply, this.#rules);
  }

  /** Reads the site again if it was compiled again; a broken one leaves the old one serving. */
  #refresh(): Promise<void> {
    if (this.#reloading) return this.#reloading;
    if (!this.#site.isStale) return Promise.resolve();
    const reload = async () => {
      try {
        await this.#site.reload();
        this.#development?.reloadPages();
      } catch (error) {
        this.#context.log(`the changed site cannot be read: ${(error as Error).message}`);
      }
    };
    this.#reloading = reload().finally(() => {
      this.#reloading = null;
    });
    return this.#reloading;
  }
}

/** Path and query of a request target; scheme and host of an absolute one are dropped. */
function splitTarget(target: string): [path: string, query: string] {
  const local = target[0] === "/" ? target : target.replace(/^https?:\/\/[^/?]*/i, "");
  const mark = local.indexOf("?");
  return mark === -1 ? [local || "/", ""] : [local.slice(0, mark) || "/", local.slice(mark + 1)];
}

/** The whole body as a byte string, or null if it is longer than `limit` bytes. */
async function readBody(request: IncomingMessage, limit: number): Promise<string | null> {
  if (Number(request.headers["content-length"] ?? 0) > limit) return null;
  const chunks: Buffer[] = [];
  let length = 0;
  // Leaving the loop must not destroy the connection: the refusal is still to be sent.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > limit) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("latin1");
}
