/**
 * The service object (features S1 to S18), routes and Fetch handlers.
 */
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { backend } from "./backends.js";
import { Cache } from "./cache.js";
import { defineService } from "./define-service.js";
import type { ProcessAddress } from "./host.js";
import { createTestService } from "./test-service.js";
import { exchange, serving, started } from "./testing.js";

test("S1 to S8 hooks run in order, with the settings at hand", async () => {
  const steps: string[] = [];
  const definition = defineService({
    name: "hooks",
    constants(settings) {
      steps.push(`S2 ${settings.bodyLimit}`);
      return { bodyLimit: 16 };
    },
    configure: (service) => void steps.push(`S4 ${service.settings.clientTimeout}`),
    beforeBackends: () => void steps.push("S5"),
    backends: {
      db: backend({ connect: () => void steps.push("S6 connect"), close: () => void steps.push("S6 close") }),
    },
    setup(service) {
      steps.push(`S7 ${service.backends.db.isConnected}`);
      return { greeting: "hello" };
    },
    beforeShutdown: () => void steps.push("S8"),
    async handle(request, response, { state }) {
      await request.bytes();
      return response.text(state.greeting);
    },
  });
  const service = await createTestService(definition);
  expect(await (await service.fetch("/")).text()).toBe("hello");
  expect((await service.fetch("/", { method: "POST", body: "x".repeat(17) })).status).toBe(413);
  await service.close();
  expect(steps).toEqual(["S2 2097152", "S4 60000", "S5", "S6 connect", "S7 true", "S8", "S6 close"]);
});

test.each(["configure", "beforeBackends", "setup"])(
  "S4 to S7 a failing %s keeps the service from starting",
  async (hook) => {
    const definition = { name: "x", handle: () => {}, [hook]: () => Promise.reject(new Error("no")) };
    await expect(createTestService(defineService(definition))).rejects.toThrow("no");
  },
);

test("S6 a back end that fails is connected again in the background, and again when it is lost", async () => {
  let attempts = 0;
  let lose: (error: unknown) => void = () => {};
  const closed: number[] = [];
  const service = await started({
    name: "s6",
    backends: {
      db: backend({
        connect(lost) {
          attempts++;
          if (attempts === 1) throw new Error("refused");
          lose = lost;
          return attempts;
        },
        close: (client) => void closed.push(client),
        retryDelay: 10,
      }),
    },
    handle: (_request, response, context) => {
      const backends = context.backends as unknown as { db: { get(): number } };
      return response.text(String(backends.db.get()));
    },
  });
  const get = async () => {
    const answer = await service.fetch("/");
    return answer.status === 200 ? await answer.text() : answer.status;
  };
  expect(service.log).toEqual(["s6: back end db: cannot connect: refused"]);
  await expect.poll(get).toBe("2");
  lose(new Error("broken pipe"));
  await expect.poll(get).toBe("3");
  expect(closed).toEqual([2]);
  expect(service.log).toContain("s6: back end db: connection lost: broken pipe");
});

test("S6 while a back end is away, requests that need it get 503", async () => {
  const service = await started({
    name: "s6",
    backends: { db: backend({ connect: () => Promise.reject(new Error("refused")) }) },
    handle: (_request, _response, context) => (context.backends as unknown as { db: { get(): void } }).db.get(),
  });
  const answer = await service.fetch("/");
  expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "4"]);
});

describe("S6 calls", () => {
  test("wait for their turn, and fail when too many wait or one takes too long", async () => {
    let finish: (() => void)[] = [];
    const results: string[] = [];
    const { Backend } = await import("./backends.js");
    const one = new Backend(
      "db",
      { connect: () => "client", outstanding: 1, queued: 1, callTimeout: 10_000 },
      () => {},
    );
    await one.start();
    const call = (name: string) =>
      one
        .call(async (client) => {
          await new Promise<void>((resolve) => finish.push(resolve));
          return client;
        })
        .then(
          (client) => results.push(`${name} ${client}`),
          (error: Error) => results.push(`${name} ${error.message}`),
        );
    const all = [call("a"), call("b"), call("c")];
    await all[2];
    expect(results).toEqual(["c back end db: too many calls"]);
    while (results.length < 3) {
      for (const end of finish.splice(0)) end();
      await new Promise((resolve) => setImmediate(resolve));
    }
    finish = [];
    expect(results.slice(1)).toEqual(["a client", "b client"]);
    const slow = new Backend("slow", { connect: () => 1, callTimeout: 10 }, () => {});
    await slow.start();
    const aborted = slow.call(
      (_client, signal) => new Promise((_, reject) => signal.addEventListener("abort", reject)),
    );
    await expect(aborted).rejects.toThrow("no answer within 10 ms");
  });
});

test("S9 the service may deal with the loss of the log", async () => {
  const service = await serving(() => {}, { logLost: () => true });
  expect(service.service.logLost()).toBe(true);
  expect((await serving(() => {})).service.logLost()).toBe(false);
});

test("S10 messages of the operator", async () => {
  const service = await serving(() => {}, {
    onMessage(text) {
      if (text === "bad") return "refused";
      if (text === "throw") throw new Error("thrown");
    },
  });
  expect(await service.service.message("good")).toBeNull();
  expect(await service.service.message("bad")).toBe("refused");
  expect(await service.service.message("throw")).toBe("thrown");
  expect(await (await serving(() => {})).service.message("x")).toBe("no messages handled");
});

test("S11, S12 custom messages, and the dispatcher's channel", async () => {
  const sent: [string, readonly ProcessAddress[] | null][] = [];
  const dispatcher = {
    statistics: async () => [{ service: "/x", sibling: 0, pid: 1, connections: 2, seconds: 3 }],
    broadcast: async (bytes: Uint8Array, to: readonly ProcessAddress[] | null) => {
      sent.push([Buffer.from(bytes).toString(), to]);
      return [];
    },
    query: async (bytes: Uint8Array) => [{ service: "/x", sibling: 0, status: "OK", bytes }],
  };
  const got: string[] = [];
  const from = { service: "/z", sibling: 0 };
  const service = await serving(
    async (_request, response, { service: process }) => {
      await process.dispatcher.broadcast(Buffer.from("flush"), [{ service: "/y", sibling: 1 }]);
      const [{ connections }] = await process.dispatcher.statistics();
      const [{ status }] = await process.dispatcher.query(Buffer.from("q"), null);
      return response.json([connections, status]);
    },
    {
      onCustom1: (bytes, _service, { service }) => void got.push(`${Buffer.from(bytes)} of ${service}`),
      onCustom2: (bytes) => Buffer.from(bytes).reverse(),
    },
    { dispatcher },
  );
  expect(await service.service.custom1(Buffer.from("abc"), from)).toBe(true);
  expect(Buffer.from((await service.service.custom2(Buffer.from("abc"), from)) ?? []).toString()).toBe("cba");
  expect(got).toEqual(["abc of /z"]);
  expect(await (await service.fetch("/")).json()).toEqual([2, "OK"]);
  expect(sent).toEqual([["flush", [{ service: "/y", sibling: 1 }]]]);
  const without = await serving(() => {});
  expect([
    await without.service.custom1(Buffer.alloc(0), from),
    await without.service.custom2(Buffer.alloc(0), from),
  ]).toEqual([false, null]);
});

test("S13, S14 what the process is, and its environment", async () => {
  const service = await serving(
    (_request, response, { service: { sibling, siblings, pid, title, environment } }) =>
      response.json([sibling, siblings, pid, title, environment.PATH === process.env.PATH]),
    { name: "shop" },
    { settings: { sibling: 2, siblings: 3 } },
  );
  const facts = [2, 3, process.pid, `shop[${process.pid}:2]`, true];
  expect(await (await service.fetch("/")).json()).toEqual(facts);
});

test("S15 timers run, can be cancelled, and their faults are logged", async () => {
  const ran: string[] = [];
  const service = await serving(() => {}, {
    setup({ timers }) {
      timers.after(0, () => ran.push("once"), 1000);
      timers.after(0, () => ran.push("never"))();
      timers.after(0, () => {
        throw new Error("in a timer");
      });
      const cancel = timers.every(0.001, () => {
        ran.push("again");
        if (ran.filter((name) => name === "again").length === 3) cancel();
      });
    },
  });
  await expect.poll(() => ran.filter((name) => name === "again").length).toBe(3);
  expect(ran.filter((name) => name !== "again")).toEqual(["once"]);
  expect(service.log.join()).toContain("Error: in a timer");
});

test("S16 a service ends or retires itself", async () => {
  const service = await serving((request, _response, { service: process }) => {
    if (request.path === "/exit") process.exit(3);
    else process.retire();
  });
  await service.fetch("/exit");
  await service.fetch("/retire");
  expect([service.exits, service.retirements]).toEqual([[3], 1]);
});

test("S16 it retires after so many requests", async () => {
  const service = await serving(() => {}, {}, { settings: { lifeRequests: 2 } });
  await service.fetch("/");
  expect(service.retirements).toBe(0);
  await service.fetch("/");
  await expect.poll(() => service.retirements).toBe(1);
});

test("S18 connections are kept unless the service does not want it", async () => {
  const two = "GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
  const count = (text: string) => text.split("HTTP/1.1 200").length - 1;
  const handle = () => {};
  expect(count(await exchange((await serving(handle)).port, two))).toBe(2);
  expect(count(await exchange((await serving(handle, { keepAlive: false })).port, two))).toBe(1);
});

test("a service without anything that answers is refused", () => {
  expect(() => defineService({ name: "x" })).toThrow(TypeError);
});

describe("routes", () => {
  const Entry = v.object({
    text: v.pipe(v.string(), v.minLength(1)),
    stars: v.optional(v.pipe(v.unknown(), v.transform(Number))),
  });
  const definition = defineService({
    name: "routes",
    filterCgi: 0,
    setup: () => ({ prefix: "entry" }),
    routes: (route) => [
      route({
        path: "/entry/:id",
        params: { query: v.object({ page: v.optional(v.pipe(v.string(), v.transform(Number), v.integer()), "1") }) },
        handle: ({ path, query }, response, { state }) => response.json([state.prefix, path.id, query.page + 1]),
      }),
      route({
        method: "POST",
        path: "/entry",
        params: { body: Entry, cookies: v.object({ session: v.string() }) },
        bodyLimit: 60,
        handle: ({ body, cookies }, response) => response.json([body.text.length, body.stars ?? null, cookies.session]),
      }),
      route({ path: "/files/*rest", handle: ({ path }, response) => response.json(path.rest) }),
      route({ path: "/plain", handle: ({ query }, response) => response.json(query) }),
    ],
  });
  const form = "application/x-www-form-urlencoded";
  const post = (body: string, type: string, cookie = "session=s1") => ({
    method: "POST",
    body,
    headers: { "content-type": type, ...(cookie && { cookie }) },
  });

  test.each<[string, RequestInit, number, unknown]>([
    ["/entry/a%2Fb%C3%A9", {}, 200, ["entry", "a/bé", 2]],
    ["/entry/x?page=5", {}, 200, ["entry", "x", 6]],
    ["/entry/x?page=5.5", {}, 400, undefined],
    ["/entry/", {}, 404, undefined],
    ["/entry/a/b", {}, 404, undefined],
    ["/files/a/b%20c", {}, 200, "a/b c"],
    ["/plain?a=1&a=2&b=3", {}, 200, { a: ["1", "2"], b: "3" }],
    ["/entry", post("text=hi&stars=3", form), 200, [2, 3, "s1"]],
    ["/entry", post('{"text":"hey"}', "application/json"), 200, [3, null, "s1"]],
    ["/entry", post("text=", form), 400, undefined],
    ["/entry", post("text=x", form, ""), 400, undefined],
    ["/entry", post(`text=${"x".repeat(60)}`, form), 413, undefined],
    ["/entry/x", { method: "DELETE" }, 405, undefined],
  ])("%s %j", async (path, init, status, expected) => {
    const service = await createTestService(definition);
    try {
      const answer = await service.fetch(path, init);
      expect(answer.status).toBe(status);
      if (expected !== undefined) expect(await answer.json()).toEqual(expected);
      if (status === 405) expect(answer.headers.get("allow")).toBe("GET, HEAD");
    } finally {
      await service.close();
    }
  });
});

describe("Fetch handlers", () => {
  test("requests and responses of the standard", async () => {
    const service = await started({
      name: "fetch",
      async fetch(request) {
        if (request.method === "HEAD") return new Response(null, { headers: { "x-head": "1" } });
        const headers = new Headers({ "x-own": "1" });
        headers.append("set-cookie", "a=1");
        headers.append("set-cookie", "b=2");
        const { pathname, searchParams } = new URL(request.url);
        const text = `${request.method} ${pathname} ${searchParams.get("q")} ${await request.text()}`;
        return new Response(text, { status: 201, headers });
      },
    });
    const answer = await service.fetch("/p?q=1", { method: "POST", body: "body" });
    expect([answer.status, await answer.text(), answer.headers.get("x-own")]).toEqual([201, "POST /p 1 body", "1"]);
    expect(answer.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
    expect((await service.fetch("/", { method: "HEAD" })).headers.get("x-head")).toBe("1");
    expect((await service.fetch("/", { method: "POST", body: "x".repeat(3_000_000) })).status).toBe(413);
  });

  test("streams arrive in pieces", async () => {
    const service = await started({
      name: "fetch",
      fetch: () =>
        new Response(
          new ReadableStream({
            start(controller) {
              for (const piece of ["a", "b"]) controller.enqueue(new TextEncoder().encode(piece));
              controller.close();
            },
          }),
        ),
    });
    const raw = await exchange(service.port, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    expect(raw).toMatch(/1\r\na\r\n1\r\nb\r\n0\r\n\r\n$/);
  });
});

describe("caches in the process", () => {
  test("load once for all who wait, forget failures, drop what was used longest ago", async () => {
    let loads = 0;
    const cache = new Cache<string, string>({ maximumEntries: 2 });
    const load = async (key: string) => `${key}${++loads}`;
    expect(await Promise.all([cache.get("a", load), cache.get("a", load)])).toEqual(["a1", "a1"]);
    await expect(cache.get("b", () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(await cache.get("b", load)).toBe("b2");
    await cache.get("a", load);
    cache.set("c", "set");
    expect(cache.size).toBe(2);
    expect(await cache.get("a", load)).toBe("a1");
    expect(await cache.get("b", load)).toBe("b3");
    cache.clear();
    expect(await cache.get("a", load)).toBe("a4");
  });

  test("entries end with their lifetime", async () => {
    const cache = new Cache<string, number>({ maximumEntries: 2, lifetime: 0 });
    cache.set("a", 1);
    expect(await cache.get("a", () => 2)).toBe(2);
  });
});
