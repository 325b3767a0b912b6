// Services that are declared with `defineService` (package pub-runtime/service), as the process runs them.

import { pathToFileURL } from "node:url";
import type {
  ConnectionFacts,
  Service as DeclaredService,
  Field,
  HostRequest,
  HostResponse,
  LogFacts,
  ResponseHead,
  ServiceSettings,
} from "pub-runtime/service";
import type { ServiceConfiguration } from "../process/messages.js";
import { injectClient } from "../static/development.js";
import type { Request } from "./request.js";
import type { Response } from "./response.js";
import type { Service, ServiceContext } from "./service.js";

/** Loads the module of a service and starts what it declares. Rejects when it declares none or does not start. */
export async function startDeclaredService(module: string, context: ServiceContext): Promise<Service> {
  const exports = (await import(pathToFileURL(module).href)) as { default?: Partial<DeclaredService> };
  const declared = exports.default;
  if (typeof declared?.start !== "function") {
    throw new Error(`${module} does not export a service (made by defineService) as its default`);
  }
  const running = await (declared as DeclaredService).start({
    settings: serviceSettings(context.configuration),
    log: (line) => context.log(line),
    exit: (code) => process.exit(code),
    retire: () => context.retire(),
    dispatcher: context.dispatcher,
  });
  return {
    handle: (request, response) =>
      running.serve(new DeclaredRequest(request), createResponse(response, context.configuration)),
    message: (text) => running.message(text),
    custom: {
      custom1: (bytes, from) => running.custom1(bytes, from),
      custom2: (bytes, from) => running.custom2(bytes, from),
    },
    logLost: () => running.logLost(),
    stopping: () => running.stopping(),
    close: () => running.stop(),
  };
}

/** `FilterCGI` as a number (server specification §4.4). */
export const FILTER_LEVELS = { none: 0, lookup: 1, store: 2 } as const;

function serviceSettings(configuration: ServiceConfiguration): ServiceSettings {
  const { name, routes, identity, parameterFilter, gzip, development } = configuration;
  const { clusters } = routes;
  return {
    ...configuration,
    ...identity,
    uris: clusters.flatMap((cluster) => (cluster.name === name && cluster.uri !== null ? [cluster.uri] : [])),
    filterCgi: FILTER_LEVELS[parameterFilter],
    // Pages are completed with the developer's script on their way out.
    compression: gzip !== "off" && !development,
  };
}

function createResponse(response: Response, { development }: ServiceConfiguration): DeclaredResponse {
  return development ? new DevelopmentResponse(response) : new DeclaredResponse(response);
}

class DeclaredRequest implements HostRequest {
  readonly method: string;
  readonly target: string;
  readonly minorVersion: number;
  readonly askedStatus: number;
  readonly hasBody: boolean;
  readonly #request: Request;

  constructor(request: Request) {
    this.#request = request;
    this.method = request.method;
    this.target = request.target;
    this.minorVersion = request.head.minorVersion;
    this.askedStatus = request.askedStatus;
    this.hasBody = request.head.bodyLength !== 0;
  }

  get fields(): Field[] {
    return this.#request.fields;
  }

  get connection(): ConnectionFacts {
    const { origin, number } = this.#request;
    return {
      peerAddress: origin.client,
      peerPort: origin.clientPort,
      localPort: origin.port,
      isSecure: origin.cipher !== "",
      cipher: origin.cipher,
      acceptedAt: origin.acceptedAt,
      forwardedAt: origin.forwardedAt,
      requestNumber: number,
    };
  }

  isBodyComplete(): boolean {
    return this.#request.isComplete;
  }

  onInputEnd(listener: () => void): void {
    this.#request.onInputEnd(listener);
  }

  body(): AsyncIterable<Uint8Array> {
    return this.#request.body();
  }
}

class DeclaredResponse implements HostResponse {
  readonly #response: Response;

  constructor(response: Response) {
    this.#response = response;
  }

  get canKeepAlive(): boolean {
    return this.#response.canKeepAlive;
  }

  get isGone(): boolean {
    return this.#response.isGone;
  }

  send(head: ResponseHead, body: Uint8Array): void {
    this.#response.sendComplete(head, body);
  }

  begin(head: ResponseHead): void {
    this.#response.beginComplete(head);
  }

  write(piece: Uint8Array): boolean {
    return this.#response.write(piece);
  }

  drained(): Promise<void> {
    return this.#response.drained();
  }

  end(): void {
    this.#response.end();
  }

  destroy(): void {
    this.#response.destroy();
  }

  onClose(listener: () => void): void {
    this.#response.onClose(listener);
  }

  note(facts: LogFacts): void {
    this.#response.facts = { ...this.#response.facts, ...facts };
  }
}

/** Pages follow changes of the site while it is developed. */
class DevelopmentResponse extends DeclaredResponse {
  override send(head: ResponseHead, body: Uint8Array): void {
    const isPage = head.fields.some(([name, value]) => /^content-type$/i.test(name) && /^text\/html\b/i.test(value));
    if (!isPage || body.length === 0) {
      super.send(head, body);
      return;
    }
    const page = injectClient(body, []);
    const fields = head.fields.map(
      ([name, value]): Field => (/^content-length$/i.test(name) ? [name, String(page.length)] : [name, value]),
    );
    super.send({ ...head, fields }, page);
  }
}
