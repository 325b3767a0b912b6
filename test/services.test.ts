// Services with a compiled site: publishing, own libraries, localisation, configuration, error documents, all through
// `createTestService` (server specification §4.6, §4.9, §3.10).
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import {
  createLocaliser,
  createTestService,
  defineLibrary,
  defineService,
  defineXmlRpcService,
  readResponse,
  type ServiceDefinition,
  type TestServiceOptions,
  writeCall,
  type XmlRpcValue,
} from "pub-runtime/service";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { pubc } from "./command.js";

const scratch = mkdtempSync(join(tmpdir(), "pub-services-"));
const source = join(scratch, "site");
const site = join(scratch, "dist");
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const files: Record<string, string> = {
  "page.html": "<p>   %{name}, %{list[1]}</p>\n",
  "own.html":
    '%{money(1250)} %{money(1250, "€")} %{shop.money(1)} %{money("x")} %{double([1, 2])} %{apply(lambda(x) { return x + 1; }, 4)} %{upper("é")}',
  "waits.html": '%{len(stock(*"a"*))}',
  "slow.html": "{% print('first'); sleep(0, 60); print('second'); %}",
  "broken.html": '{% include("/missing.html"); %}',
  "error-in-page.html": "%{1 / 0}x",
  "settings.conf": '{% Title = "Shop"; Limits = [1, 2]; %}',
  "title.html": "%{Title}!",
  "hello.html": "Hello",
  "hello.de.html": "Hallo",
  "includes.html": '{% include("/hello.html"); %}',
  "err/404.html": "%{STATUS} %{AUXSTR|html_escape} %{SERVINFO}",
  "escape.html": '%{html_escape("<a>")}',
  "raw.html": "%{not_run}",
  "fails.html": "<p>\n  [%{fail()}] after",
};

beforeAll(async () => {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(source, name)), { recursive: true });
    writeFileSync(join(source, name), text);
  }
  const { code, stderr } = await pubc(["compile", source, "-o", site]);
  expect(stderr).toBe("");
  expect(code).toBe(0);
});

type Definition = ServiceDefinition<Record<never, never>, unknown>;

async function serving(
  handle: Definition["handle"],
  definition: Partial<Definition> = {},
  settings: TestServiceOptions["settings"] = {},
) {
  const service = await createTestService(defineService({ name: "test", handle, ...definition } as Definition), {
    site,
    settings,
  });
  onTestFinished(() => service.close());
  return service;
}

const shop = defineLibrary("shop", {
  money: {
    args: "i|s",
    doc: "An amount of cents.",
    run: (cents, currency = "$") => `${currency}${(Number(cents) / 100).toFixed(2)}`,
  },
  double: { args: "l", doc: "Every number twice as large.", run: (list) => list.map((item) => Number(item) * 2) },
  apply: { args: "FO", doc: "Calls a function.", run: (fn, value) => fn(value) },
  upper: { args: "s", doc: "Upper case.", run: (text) => text.toUpperCase() },
  stock: { args: "s", doc: "Waits.", blocking: true, run: async (name) => [name, name] },
  fail: {
    args: "",
    doc: "Fails.",
    run: () => {
      throw new Error("out of order");
    },
  },
});

test("P1 a published template is appended to the body, and `page` sends it", async () => {
  const variables = { name: "é", list: [1, { a: null }] };
  const service = await serving(async (request, response) => {
    if (request.path === "/page") return response.page("/page.html", variables, { wss: true });
    response.write("[");
    const { ok } = await response.publish("/page.html", variables);
    response.write(`]${ok}`);
  });
  expect(await (await service.fetch("/")).text()).toBe('[<p>   é, {"a" : null}</p>\n]true');
  expect(await (await service.fetch("/page")).text()).toBe('<p> é, {"a" : null}</p> ');
});

test("a template that fails is answered with 500; errors inside of a page are logged only", async () => {
  const service = await serving((request, response) => response.page(request.path));
  expect((await service.fetch("/broken.html")).status).toBe(500);
  expect((await service.fetch("/none.html")).status).toBe(500);
  const answer = await service.fetch("/error-in-page.html");
  expect([answer.status, (await answer.text()).includes("division")]).toEqual([200, false]);
  expect(service.log).toContain("test: okws-pub3[eval]: /error-in-page.html:1: division by zero");
  const visible = await serving((request, response) => response.page(request.path), {}, { visibleErrors: true });
  expect(await (await visible.fetch("/error-in-page.html")).text()).toContain("division by zero");
});

test("no parse: the bytes as they are", async () => {
  const service = await serving((_request, response) => response.page("/raw.html", {}, { raw: true }));
  expect(await (await service.fetch("/")).text()).toBe("%{not_run}");
});

test("P10 a page that waits leaves in pieces", async () => {
  const service = await serving(async (_request, response) => {
    const body = response.stream();
    await body.publish("/slow.html");
    body.end();
  });
  const { body } = await service.fetch("/");
  const pieces: string[] = [];
  for await (const piece of body as unknown as AsyncIterable<Uint8Array>) pieces.push(Buffer.from(piece).toString());
  expect(pieces).toEqual(["first", "second"]);
});

describe("S3 own libraries", () => {
  test("with checked arguments, functions of the template, and texts in Unicode", async () => {
    const service = await serving((_request, response) => response.page("/own.html"), { libraries: [shop] });
    expect(await (await service.fetch("/")).text()).toBe("$12.50 €12.50 $0.01  [2, 4] 5 É");
    expect(service.log.join()).toContain("money: argument 1: expected an integer");
  });

  test("win over built-ins of the same name", async () => {
    const louder = defineLibrary("louder", { html_escape: { args: "s", doc: "Shouts.", run: (text) => `${text}!` } });
    const service = await serving((_request, response) => response.page("/escape.html"), { libraries: [louder] });
    expect(await (await service.fetch("/")).text()).toBe("<a>!");
    const plain = await serving((_request, response) => response.page("/escape.html"));
    expect(await (await plain.fetch("/")).text()).toBe("&lt;a&gt;");
  });

  test("functions that wait", async () => {
    const service = await serving((_request, response) => response.page("/waits.html"), { libraries: [shop] });
    expect(await (await service.fetch("/")).text()).toBe("2");
  });

  test("what is thrown is an error of the page", async () => {
    const service = await serving((_request, response) => response.page("/fails.html"), { libraries: [shop] });
    expect(await (await service.fetch("/")).text()).toBe("<p>\n  [null] after");
    expect(service.log).toEqual([
      "test: okws-pub3[eval]: /fails.html:2: fail: out of order (at /fails.html:2:6)",
      expect.stringMatching(/^test: okws-pub3\[eval\]: {5}thrown at .*services\.test\.ts:\d+:\d+$/),
    ]);
  });
});

test("S4 configuration templates set universals that every page sees", async () => {
  const service = await serving(
    (request, response, { service: process }) =>
      request.path === "/universals" ? response.json(process.universals()) : response.page("/title.html"),
    {
      async configure(process) {
        const { ok, variables } = await process.runConfig("/settings.conf");
        if (!ok || variables.Title !== "Shop") throw new Error("no settings");
      },
    },
  );
  expect(await (await service.fetch("/")).text()).toBe("Shop!");
  expect(await (await service.fetch("/universals")).json()).toEqual({ Title: "Shop", Limits: [1, 2] });
});

test("configuration templates with variables of their own leave the universals alone", async () => {
  const service = await serving(async (_request, response, { service: process }) => {
    const { variables } = await process.runConfig("/settings.conf", { Given: 1 });
    return response.json([variables, process.universals()]);
  });
  expect(await (await service.fetch("/")).json()).toEqual([{ Given: 1, Title: "Shop", Limits: [1, 2] }, {}]);
});

describe("P16 localisation", () => {
  const localiser = (language: string, more = {}) => createLocaliser({ format: "sffx1=L", language, ...more });
  test.each<[string, string, object, string]>([
    ["/hello.html", "de", {}, "Hallo"],
    ["/hello.html", "fr", {}, "Hello"],
    ["/includes.html", "de", {}, "Hallo"],
    ["/hello.html", "fr", { strict: true, notFound: "/raw-none.html" }, "500"],
    ["/hello.html", "fr", { strict: true, notFound: "/hello.html" }, "Hello"],
  ])("%s in %s %j", async (path, language, more, expected) => {
    const service = await serving((_request, response, context) => {
      context.localiser = localiser(language, more);
      return response.page(path);
    });
    const answer = await service.fetch("/");
    expect(answer.status === 200 ? await answer.text() : String(answer.status)).toBe(expected);
  });

  test("can be left out for one page, and is no matter of other requests", async () => {
    const service = await serving(async (request, response, context) => {
      if (request.path === "/de") context.localiser = localiser("de");
      await response.publish("/hello.html");
      await response.publish("/hello.html", {}, { localiser: null });
    });
    expect(await (await service.fetch("/de")).text()).toBe("HalloHello");
    expect(await (await service.fetch("/")).text()).toBe("HelloHello");
  });
});

test("P5 error documents", async () => {
  const settings = { errorDocuments: [{ status: 404, template: "/err/404.html" }], hostName: "h", referencePort: 8 };
  const service = await serving((_request, response) => response.error(404, "x"), {}, settings);
  expect(await (await service.fetch("/<a>")).text()).toBe("404 /%3Ca%3E okws/0.1.0 Server at h Port 8");
});

test("syntax checks", async () => {
  const service = await serving((_request, response, { service: process }) =>
    response.json([process.syntaxCheck("/page.html"), process.syntaxCheck("/none.html")]),
  );
  expect(await (await service.fetch("/")).json()).toEqual([[], null]);
});

test("a site that is compiled again is taken over", async () => {
  const service = await serving((_request, response) => response.page("/hello.html"));
  expect(await (await service.fetch("/")).text()).toBe("Hello");
  writeFileSync(join(source, "hello.html"), "Changed");
  await pubc(["compile", source, "-o", site]);
  expect(await (await service.fetch("/")).text()).toBe("Changed");
});

test("okws.pub3 publishes for other programs", async () => {
  const service = await createTestService(defineXmlRpcService({ name: "rpc", methods: {} }), { site });
  onTestFinished(() => service.close());
  const params: XmlRpcValue[] = [
    { filename: "/title.html", variables: { Title: "T" } },
    { filename: "/settings.conf", conf: true },
    { filename: "/raw.html", options: ["raw", "verbose"] },
  ];
  const answer = await service.fetch("/", { method: "POST", body: writeCall({ method: "okws.pub3", params }) });
  expect(readResponse(await answer.text())).toEqual([
    { data: Buffer.from("T!") },
    { data: { Title: "Shop", Limits: [1, 2] } },
    { data: Buffer.from("%{not_run}") },
  ]);
});
