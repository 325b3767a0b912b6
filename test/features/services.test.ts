// The features of the service object (server specification §4.1, S1 to S18), each behind a real okd.
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Served, serve } from "./served.js";

const MODULES = {
  // S1 to S8, S13, S14, S17
  "shop.mjs": `
    const order = [];
    let attempts = 0;
    let timerRuns = 0;
    export default api.defineService({
      name: "shop",
      constants: (settings) => ({ bodyLimit: settings.bodyLimit * 4, filterCgi: 0 }),
      libraries: [api.defineLibrary("shop", { double: { args: "i", doc: "Twice.", run: (n) => Number(n) * 2 } })],
      async configure(service) {
        order.push("configure");
        await service.runConfig("/settings.conf");
      },
      beforeBackends: () => void order.push("beforeBackends"),
      backends: {
        db: api.backend({
          retryDelay: 200,
          connect: () => {
            order.push("connect");
            if (++attempts < 4) throw new Error("nobody listens");
            return { ask: () => "answer" };
          },
          close: () => void order.push("close"),
        }),
      },
      setup(service) {
        order.push("setup");
        service.timers.after(0, () => void order.push("timer"), 1_000_000);
        service.timers.after(0.001, () => void order.push("cancelled timer"))();
        const stop = service.timers.every(0.01, () => { if (++timerRuns === 3) stop(); });
        return { started: Date.now() };
      },
      beforeShutdown: async (service) => {
        await new Promise((resolve) => setTimeout(resolve, 50));
        service.log("goodbye");
      },
      async handle(request, response, context) {
        const { service, backends } = context;
        switch (request.query.get("do")) {
          case "settings": return response.json(service.settings);
          case "page": return response.page("/page.html", {});
          case "backend": return response.text(backends.db.get().ask());
          case "order": return response.json([order, typeof context.state.started, timerRuns]);
          case "process": return response.json([service.sibling, service.siblings, service.pid, service.title]);
          case "environment": return response.json(service.environment.MODE);
          case "union":
            if (request.query.boolean("on")) request.adjust({ union: true });
            return response.json((await request.parameters()).texts("a"));
          default: return response.text(String((await request.bytes()).length));
        }
      },
    });`,
  // S4, when it fails
  "broken.mjs": `
    export default api.defineService({
      name: "broken",
      configure: () => { throw new Error("no settings"); },
      handle: (request, response) => response.text("never"),
    });`,
  // S9 to S13, S16, S18
  "pool.mjs": `
    const told = [];
    let logLosses = 0;
    export default api.defineService({
      name: "pool",
      filterCgi: 0,
      keepAlive: false,
      logLost: () => { logLosses++; return true; },
      onMessage: (text) => { if (text === "bad") return "not understood"; told.push("operator " + text); },
      onCustom1: (bytes, service, from) => {
        if (String(bytes) === "throw") throw new Error("custom fault");
        told.push(from.service + ":" + from.sibling + " " + Buffer.from(bytes));
      },
      onCustom2: (bytes, service) => Buffer.from(service.sibling + " " + Buffer.from(bytes).reverse()),
      async handle(request, response, { service }) {
        switch (request.query.get("do")) {
          case "told": return response.json([service.sibling, told]);
          case "logs": return response.json([service.sibling, logLosses]);
          case "pid": return response.json([service.sibling, service.pid]);
          case "body": return response.text(String((await request.bytes()).length));
          case "exit": return service.exit(0);
          case "retire":
            service.retire();
            await new Promise((resolve) => setTimeout(resolve, 300));
        }
        return response.json([service.sibling, service.siblings, service.pid, service.title]);
      },
    });`,
  // S11, S12, S16
  "caller.mjs": `
    const readable = (replies) => replies.map(({ bytes, ...reply }) => ({ ...reply, text: Buffer.from(bytes).toString() }));
    let atStart;
    export default api.defineService({
      name: "caller",
      filterCgi: 0,
      lifeRequests: 40,
      async setup(service) { atStart = (await service.dispatcher.statistics()).map((one) => one.service); },
      async handle(request, response, { service }) {
        const { query } = request;
        const to = query.has("to")
          ? query.texts("to").map((name) => ({ service: name, ...(query.has("n") && { sibling: query.integer("n") }) }))
          : null;
        const bytes = Buffer.from(query.get("bytes") ?? "");
        switch (query.get("do")) {
          case "statistics": return response.json(await service.dispatcher.statistics());
          case "start": return response.json(atStart);
          case "broadcast": return response.json(readable(await service.dispatcher.broadcast(bytes, to)));
          case "query": return response.json(readable(await service.dispatcher.query(bytes, to)));
          case "long": return response.json(await service.dispatcher.query(Buffer.alloc(2 ** 20 + 1), null));
          case "large":
            return response.json((await service.dispatcher.query(Buffer.alloc(2 ** 20 - 9, "x"), to)).map((one) => one.bytes.length));
          default: return response.text(String(service.pid));
        }
      },
    });`,
};

const CONFIGURATION = `
ChannelLimit 1000000
CgiValueLenLimit 2000
Service MODE=testing shop.mjs /shop
Service pool.mjs -n 2 /pool
Service caller.mjs /caller
Service broken.mjs /broken
ChildMode 1
AccessLogFmt is1v
`;

let okd: Served;
beforeAll(async () => {
  okd = await serve({
    site: { "settings.conf": '{% Title = "Shop"; %}', "page.html": "%{Title} %{double(21)}" },
    modules: MODULES,
    configuration: CONFIGURATION,
  });
});
afterAll(() => okd?.dispose());

/** What each sibling of the pool says, by its number. */
async function fromBoth<Answer>(question: string): Promise<[Answer, Answer]> {
  const answers: Answer[] = [];
  await expect
    .poll(async () => {
      const [sibling, answer] = await okd.json(`/pool?do=${question}`);
      answers[sibling] = answer;
      return answers.length === 2 && 0 in answers;
    })
    .toBe(true);
  return answers as [Answer, Answer];
}

test("S1 the configuration of the process", async () => {
  expect(await okd.json("/shop?do=settings")).toMatchObject({
    name: "/shop",
    uris: ["/shop"],
    bodyLimit: 1_000_000,
    parameterLimit: 2000,
    filterCgi: 2,
    sibling: 0,
    siblings: 1,
  });
});

test("S2 limits of this process alone", async () => {
  const post = async (path: string, length: number) =>
    (await okd.fetch(path, { method: "POST", body: "x".repeat(length) })).status;
  expect([await post("/shop", 3_900_000), await post("/shop", 4_100_000)]).toEqual([200, 413]);
  expect([await post("/pool?do=body", 900_000), await post("/pool?do=body", 1_100_000)]).toEqual([200, 413]);
});

test("S3, S4 functions for templates, and settings from a template", async () => {
  expect(await (await okd.fetch("/shop?do=page")).text()).toBe("Shop 42");
});

test("S4 a service whose settings fail ends with status 1, the others serve", async () => {
  expect(okd.output()).toMatch(/service \/broken: process \d+ ended with exit status 1: no settings; given up/);
  expect((await okd.fetch("/broken")).status).toBe(503);
});

test("S5, S6, S7 the order of the start; a back end that fails is tried again in the background", async () => {
  await expect.poll(async () => (await okd.fetch("/shop?do=backend")).status, { timeout: 10_000 }).toBe(200);
  const [order, state] = await okd.json("/shop?do=order");
  expect(order.filter((step: string) => step !== "timer")).toEqual([
    "configure",
    "beforeBackends",
    "connect",
    "setup",
    "connect",
    "connect",
    "connect",
  ]);
  expect(state).toBe("number");
  expect(okd.output()).toContain("/shop: back end db: cannot connect: nobody listens");
  expect(okd.output()).toContain("/shop: back end db: connected");
});

test("S9 the log daemon is lost", async () => {
  expect(await fromBoth("logs")).toEqual([0, 0]);
  process.kill(okd.children()["okd-logger"], "SIGKILL");
  await expect.poll(() => fromBoth("logs")).toEqual([1, 1]);
  // Logging goes on.
  await expect
    .poll(async () => {
      await okd.fetch("/pool?after");
      return okd.output();
    })
    .toContain('200 "GET /pool?after HTTP/1.1"');
});

test("S10 messages of the operator", async () => {
  expect((await okd.okmgr("message", "flush", "/pool")).status).toBe(0);
  const bad = await okd.okmgr("message", "bad", "/pool:1");
  expect(bad).toEqual({ status: 255, output: expect.stringContaining("not understood") });
  expect(await okd.okmgr("message", "x", "/shop")).toMatchObject({
    status: 255,
    output: expect.stringContaining("no messages handled"),
  });
  expect(await fromBoth("told")).toEqual([["operator flush"], ["operator flush"]]);
});

test("S11 custom messages go to all siblings or to one, and say who sent them", async () => {
  const to = (query: string) => okd.json(`/caller?do=broadcast&${query}`);
  const taken = (sibling: number) => ({ service: "/pool", sibling, status: "OK", text: "" });
  expect(await to("to=/pool&bytes=%C3%A9")).toEqual([taken(0), taken(1)]);
  expect(await to("to=/pool&n=1&bytes=one")).toEqual([taken(1)]);
  const [first, second] = await fromBoth<string[]>("told");
  expect(first.slice(-1)).toEqual(["/caller:0 é"]);
  expect(second.slice(-2)).toEqual(["/caller:0 é", "/caller:0 one"]);
});

test("S11 what keeps a custom message from being taken has a name", async () => {
  const statuses = (replies: { service: string; sibling: number; status: string }[]) =>
    replies.map(({ service, sibling, status }) => `${service}:${sibling} ${status}`);
  const broadcast = async (query: string) => statuses(await okd.json(`/caller?do=broadcast&${query}`));
  expect(await broadcast("to=/pool&n=0&bytes=throw")).toEqual(["/pool:0 ERR"]);
  await expect.poll(() => okd.output()).toContain("/pool: custom1: Error: custom fault");
  expect(await broadcast("to=/shop&to=/none&to=/broken&to=/pool&n=7")).toEqual([
    "/shop:7 NOSUCHCHILD",
    "/none:7 NOSUCHCHILD",
    "/broken:7 NOSUCHCHILD",
    "/pool:7 NOSUCHCHILD",
  ]);
  expect(await broadcast("to=/shop&to=/none&to=/broken")).toEqual([
    "/shop:0 UNAVAIL",
    "/none:-1 NOSUCHCHILD",
    "/broken:0 DEADCHILD",
  ]);
  expect(await broadcast("bytes=all")).toEqual([
    "/shop:0 UNAVAIL",
    "/pool:0 OK",
    "/pool:1 OK",
    "/caller:0 UNAVAIL",
    "/broken:0 DEADCHILD",
    "static:0 UNAVAIL",
  ]);
});

test("S11 custom queries are answered by each process with bytes", async () => {
  expect(await okd.json("/caller?do=query&to=/pool&bytes=abc")).toEqual([
    { service: "/pool", sibling: 0, status: "OK", text: "0 cba" },
    { service: "/pool", sibling: 1, status: "OK", text: "1 cba" },
  ]);
  expect(await okd.json("/caller?do=large&to=/pool")).toEqual([2 ** 20 - 7, 2 ** 20 - 7]);
  expect((await okd.fetch("/caller?do=long")).status).toBe(500);
  await expect.poll(() => okd.output()).toContain("a message may have 1048576 bytes, this one has 1048577");
});

test("S12 the dispatcher tells of all processes, also while a service starts", async () => {
  const before = await okd.json("/caller?do=statistics");
  expect(before.map(({ service, sibling }: { service: string; sibling: number }) => `${service}:${sibling}`)).toEqual([
    "/shop:0",
    "/pool:0",
    "/pool:1",
    "/caller:0",
    "static:0",
  ]);
  await okd.fetch("/shop?do=order", { headers: { connection: "close" } });
  const after = await okd.json("/caller?do=statistics");
  expect(after[0].pid).toBe(okd.children()["okd-service /shop"]);
  expect(after[0].connections).toBeGreaterThan(before[0].connections);
  expect(after[0].seconds).toBeGreaterThanOrEqual(before[0].seconds);
  expect(await okd.json("/caller?do=start")).toBeInstanceOf(Array);
});

test("S13 what the process is", async () => {
  const { "okd-service /shop": pid } = okd.children();
  expect(await okd.json("/shop?do=process")).toEqual([0, 1, pid, "/shop"]);
  const [sibling, siblings, ownPid, title] = await okd.json("/pool");
  expect([siblings, title]).toEqual([2, `/pool[${ownPid}:${sibling}]`]);
  await expect.poll(() => okd.output()).toContain(`" /pool[${ownPid}:${sibling}]`);
});

test("S14 variables of the configuration line", async () => {
  expect(await okd.json("/shop?do=environment")).toBe("testing");
});

test("S15 timers run once, run again, and can be cancelled", async () => {
  await expect.poll(() => okd.json("/shop?do=order")).toMatchObject({ 2: 3 });
  const [order] = await okd.json("/shop?do=order");
  expect(order).toContain("timer");
  expect(order).not.toContain("cancelled timer");
});

test("S16 a process that exits comes again", async () => {
  const [sibling, , pid] = await okd.json("/pool");
  await okd.fetch("/pool?do=exit").catch(() => {});
  await expect
    .poll(() => okd.output(), { timeout: 10_000 })
    .toMatch(/service \/pool\[\d\]: process \d+ ended with exit status 0; restarting now/);
  expect([sibling, pid]).toEqual([expect.any(Number), expect.any(Number)]);
  await expect.poll(async () => (await okd.fetch("/pool")).status).toBe(200);
});

test("S16 a process that retires answers what it has, and another takes over", async () => {
  const [sibling, , pid] = await okd.json("/pool?do=retire");
  await expect.poll(() => okd.output()).toContain(`service /pool[${sibling}]: process ${pid} retires`);
  await expect.poll(async () => (await fromBoth<number>("pid"))[sibling], { timeout: 10_000 }).not.toBe(pid);
});

test("S16 a process retires after so many requests", async () => {
  const pid = async () => (await okd.fetch("/caller")).text();
  const first = await pid();
  for (let count = 0; count < 40; count++) await pid();
  await expect.poll(() => okd.output()).toContain(`service /caller: process ${first} retires`);
  await expect.poll(pid, { timeout: 10_000 }).not.toBe(first);
});

test("S17 query and form in one table, decided by request", async () => {
  const union = (query: string) =>
    okd.json(`/shop?do=union&a=query${query}`, { method: "POST", body: new URLSearchParams({ a: "form" }) });
  expect(await union("")).toEqual(["form"]);
  expect(await union("&on=1")).toEqual(["query", "form"]);
});

test("S18 a service decides whether connections are kept", async () => {
  const head = (path: string) =>
    okd.exchange(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\nGET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
  expect((await head("/pool")).match(/HTTP\/1\.1 200/g)).toHaveLength(1);
  expect((await head("/shop?do=order")).match(/HTTP\/1\.1 200/g)).toHaveLength(2);
});

test("S8 the hook before the end is awaited", async () => {
  expect(await okd.stop()).toBe(0);
  expect(okd.output()).toContain("/shop: goodbye");
});
