// The standard static service: publishes the templates of a compiled site, with the request's parameters as variables,
// and sends its other files (server specification §4.10).

import { AVAILABLE_CODINGS, type CompressionRules, errorPage, serverLine } from "pub-runtime/service";
import { FILTER_LEVELS } from "../service-host/declared-service.js";
import type { Request } from "../service-host/request.js";
import type { Response, ResponseHeaders } from "../service-host/response.js";
import type { Service, ServiceContext } from "../service-host/service.js";
import { CLIENT_PATH, CLIENT_SCRIPT, DevelopmentChannel, EVENTS_PATH, injectClient } from "./development.js";
import { listingPage, namesIn } from "./directory-listing.js";
import { FileSender } from "./file-reply.js";
import { addParameters, ParameterTooLong } from "./parameters.js";
import { type Reply, sendReply } from "./reply.js";
import { Site } from "./site.js";
import { siteFile } from "./site-path.js";

const HTML = "text/html; charset=utf-8";
/** What begins the lines that templates log. */
const PROGRAM_NAME = "okws-pub3";

/** Bodies shorter than this are sent as they are, in bytes. */
const COMPRESSION_MINIMUM = 512;

/** As fast as gzip, and smaller. */
const BROTLI_QUALITY = 4;

const NO_PARAMETERS: ReadonlyMap<string, string> = new Map();

/** Error pages of a site that the configuration does not name: the first that exists is used. */
const CUSTOMARY_ERROR_DOCUMENTS: Record<number, string[]> = {
  404: ["/err/404.html", "/err/fnf.html"],
};

/** Opens the compiled site. Rejects when it cannot be served. */
export async function createStaticService(context: ServiceContext): Promise<Service> {
  return new StaticService(await Site.open(context.configuration.site), context);
}

class StaticService implements Service {
  readonly #site: Site;
  readonly #context: ServiceContext;
  /** Null: no compression. */
  readonly #compression: CompressionRules | null;
  readonly #files: FileSender;
  readonly #development: DevelopmentChannel | null;
  #requests = 0;
  #reloading: Promise<void> | null = null;

  constructor(site: Site, context: ServiceContext) {
    this.#site = site;
    this.#context = context;
    const { gzip, gzipLevel, development, lifeTime } = context.configuration;
    this.#compression =
      gzip === "off"
        ? null
        : { codings: AVAILABLE_CODINGS, gzipLevel, brotliQuality: BROTLI_QUALITY, minimumLength: COMPRESSION_MINIMUM };
    this.#files = new FileSender(this.#compression, (name) => this.#site.file(name));
    this.#development = development ? new DevelopmentChannel(site.directory, () => this.#refresh()) : null;
    if (lifeTime > 0) setTimeout(() => context.retire(), lifeTime).unref();
  }

  handle(request: Request, response: Response): void | Promise<void> {
    if (++this.#requests === this.#context.configuration.lifeRequests) this.#context.retire();
    if (request.askedStatus !== 0) return this.#sendError(request, response, request.askedStatus);
    if (this.#development) return this.#handleInDevelopment(request, response);
    if (this.#context.configuration.templateCaching) return this.#answer(request, response);
    return this.#refresh().then(() => this.#answer(request, response));
  }

  siteChanged(): Promise<void> {
    return this.#refresh();
  }

  stopping(): void {
    this.#development?.close();
  }

  close(): void {
    this.#site.runtime.close();
  }

  async #handleInDevelopment(request: Request, response: Response): Promise<void> {
    if (request.path === EVENTS_PATH) return this.#development!.subscribe(response);
    if (request.path === CLIENT_PATH) return this.#sendClient(request, response);
    await this.#refresh();
    return this.#answer(request, response);
  }

  #answer(request: Request, response: Response): void | Promise<void> {
    const file = this.#locate(request.path);
    if (file === null) return this.#sendError(request, response, 404);
    if (this.#site.hasTemplate(file)) return this.#sendPage(request, response, file);
    const stored = this.#site.file(file);
    if (!stored) return this.#sendMissing(request, response, file);
    if (request.method !== "GET" && request.method !== "HEAD")
      return this.#refuseMethod(request, response, "GET, HEAD");
    return this.#files.send(request, response, stored, file);
  }

  #locate(path: string): string | null {
    const { mountPath, directoryIndex } = this.#context.configuration;
    if (mountPath === "") return siteFile(path, directoryIndex);
    if (path === mountPath) return siteFile("/", directoryIndex);
    return siteFile(path.startsWith(`${mountPath}/`) ? path.slice(mountPath.length) : path, directoryIndex);
  }

  async #sendPage(request: Request, response: Response, file: string): Promise<void> {
    if (request.method !== "GET" && request.method !== "HEAD" && request.method !== "POST") {
      return this.#refuseMethod(request, response, "GET, HEAD, POST");
    }
    const parameters =
      request.method === "POST" || request.query !== "" ? await this.#parameters(request) : NO_PARAMETERS;
    if (typeof parameters === "number") return this.#sendError(request, response, parameters);
    const result = await this.#publish(file, parameters);
    // What a failed include leaves out is in the log; the rest of the page is there (language specification §8.2).
    if (!result.completed) return this.#sendError(request, response, 500, { log: result.log });
    const body = this.#development ? injectClient(result.body, result.log) : result.body;
    await this.#reply(request, response, { status: 200, type: HTML, body, headers: { "Cache-Control": "private" } });
  }

  /** The variables of a page: parameters of the query, then of a form; or the status that refuses the request. */
  async #parameters(request: Request): Promise<Map<string, string> | number> {
    const { bodyLimit, parameterLimit, parameterFilter } = this.#context.configuration;
    const rules = { limit: parameterLimit, escape: parameterFilter === "store" };
    const parameters = new Map<string, string>();
    try {
      addParameters(request.query, rules, parameters);
      if (request.method === "POST") {
        if (/^multipart\//i.test(request.header("content-type") ?? "")) return 405;
        const body = await request.readBody(bodyLimit);
        if (body === null) return 413;
        addParameters(body.toString("latin1"), rules, parameters);
      }
    } catch (error) {
      if (error instanceof ParameterTooLong) return 413;
      throw error;
    }
    return parameters;
  }

  async #publish(file: string, variables: Iterable<[string, string | number]>) {
    const { whiteSpaceStripping: wss, parameterFilter } = this.#context.configuration;
    const options = { wss, filterCgi: FILTER_LEVELS[parameterFilter], programName: PROGRAM_NAME };
    const result = await this.#site.publish(file, variables, options);
    for (const line of result.log) this.#context.log(Buffer.from(line, "utf8").toString("latin1"));
    return result;
  }

  #sendMissing(request: Request, response: Response, file: string): void | Promise<void> {
    const { directoryIndex, directoryListing } = this.#context.configuration;
    if (request.path.endsWith("/")) {
      const directory = file.slice(0, file.lastIndexOf("/") + 1);
      const names = directoryListing ? namesIn(directory, this.#site.manifest) : null;
      if (names === null) return this.#sendError(request, response, 404);
      return this.#reply(request, response, { status: 200, type: HTML, body: listingPage(directory, names) });
    }
    const index = `${file}/${directoryIndex}`;
    const isDirectory =
      this.#site.hasTemplate(index) ||
      this.#site.file(index) !== null ||
      (directoryListing && namesIn(`${file}/`, this.#site.manifest) !== null);
    if (!isDirectory) return this.#sendError(request, response, 404);
    // Relative links of the page only work below the directory's own address.
    const location = `${request.path.replace(/^\/+/, "/")}/${request.query && `?${request.query}`}`;
    return this.#reply(request, response, {
      status: 301,
      type: HTML,
      body: Buffer.from(errorPage(301, this.#context.configuration.identity), "latin1"),
      headers: { Location: location },
    });
  }

  #refuseMethod(request: Request, response: Response, allowed: string): Promise<void> {
    return this.#sendError(request, response, 405, { headers: { Allow: allowed } });
  }

  /** An error page: the configured template, else a customary one, else the built-in page (§3.10). */
  async #sendError(
    request: Request,
    response: Response,
    status: number,
    { log = [], headers = {} }: { log?: readonly string[]; headers?: ResponseHeaders } = {},
  ): Promise<void> {
    const { identity } = this.#context.configuration;
    const template = this.#errorTemplate(status);
    let body: Uint8Array | null = null;
    if (template !== null) {
      const variables = {
        STATUS: status,
        SERVINFO: serverLine(identity),
        AUXSTR: request.path,
        target: request.path,
      };
      const result = await this.#publish(template, Object.entries(variables));
      if (result.ok) body = result.body;
    }
    body ??= Buffer.from(errorPage(status, identity, request.path), "latin1");
    if (this.#development) body = injectClient(body, log);
    const retry = status === 503 ? { "Retry-After": 1 } : {};
    await this.#reply(request, response, {
      status,
      type: HTML,
      body,
      headers: { "Cache-Control": "private", ...retry, ...headers },
    });
  }

  #errorTemplate(status: number): string | null {
    const configured = this.#context.configuration.errorDocuments.find((document) => document.status === status);
    const candidates = configured ? [configured.template] : (CUSTOMARY_ERROR_DOCUMENTS[status] ?? []);
    return candidates.find((template) => this.#site.hasTemplate(template)) ?? null;
  }

  #sendClient(request: Request, response: Response): void | Promise<void> {
    const body = Buffer.from(CLIENT_SCRIPT, "utf8");
    return this.#reply(request, response, { status: 200, type: "text/javascript; charset=utf-8", body });
  }

  #reply(request: Request, response: Response, reply: Reply): void | Promise<void> {
    return sendReply(request, response, reply, this.#compression);
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
