/**
 * Running a service in the process of a test: the same way of a request as behind okd, over a real socket.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Service } from "./define-service.js";
import type { LogFacts, ServiceHost, ServiceSettings } from "./host.js";
import { createRequestListener } from "./node-http.js";
import type { RunningService } from "./running-service.js";
import { serviceSettings } from "./settings.js";
import { decodeText } from "./text.js";

export interface TestServiceOptions {
  /** Directory of a compiled site. */
  readonly site?: string;
  /** Settings that differ from the defaults. */
  readonly settings?: Partial<ServiceSettings>;
  readonly dispatcher?: ServiceHost["dispatcher"];
}

export interface TestService {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  readonly port: number;
  readonly service: RunningService;
  /** Lines of the error log so far. */
  readonly log: readonly string[];
  /** What was logged of each response so far. */
  readonly responses: readonly (LogFacts & { readonly status: number })[];
  /** How often the service wanted to retire, and with which codes it wanted to exit. */
  readonly retirements: number;
  readonly exits: readonly number[];
  /** `fetch` for a path of the service; redirections are not followed. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** Ends the service as its process would. */
  close(): Promise<void>;
}

/** Starts a service for a test. */
export async function createTestService(service: Service, options: TestServiceOptions = {}): Promise<TestService> {
  const log: string[] = [];
  const responses: (LogFacts & { status: number })[] = [];
  const exits: number[] = [];
  let retirements = 0;
  const settings = serviceSettings({
    name: service.name,
    uris: service.uris,
    site: options.site ?? null,
    development: true,
    ...options.settings,
  });
  const running = await service.start({
    settings,
    log: (line) => void log.push(decodeText(line)),
    exit: (code) => void exits.push(code),
    retire: () => void retirements++,
    dispatcher: options.dispatcher,
  });
  const active = new Set<Promise<void>>();
  const counted: Pick<RunningService, "serve"> = {
    serve(request, response) {
      const work = running.serve(request, response).finally(() => active.delete(work));
      active.add(work);
      return work;
    },
  };
  const server = createServer(createRequestListener(counted, { note: (facts) => void responses.push(facts) }));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    port,
    service: running,
    log,
    responses,
    exits,
    get retirements() {
      return retirements;
    },
    fetch: (path, init) => fetch(url + path, { redirect: "manual", ...init }),
    async close() {
      running.stopping();
      const closed = new Promise((resolve) => server.close(resolve));
      await Promise.all(active);
      server.closeAllConnections();
      await closed;
      await running.stop();
    },
  };
}
