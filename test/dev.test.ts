// `pubc dev` with real processes: a site and a service behind okd, which follow what is saved.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { pubc } from "./command.js";
import { type Development, develop, edit, eventually, project, start } from "./development.js";

/** What browsers are told, as events with their data. */
function listen(address: string): { events: string[]; close(): void } {
  const controller = new AbortController();
  const events: string[] = [];
  const read = async (): Promise<void> => {
    const response = await fetch(`${address}_okd/reload`, { signal: controller.signal });
    let text = "";
    for await (const piece of response.body!.pipeThrough(new TextDecoderStream())) {
      text += piece;
      const parts = text.split("\n\n");
      text = parts.pop()!;
      events.push(...parts);
    }
  };
  read().catch(() => {});
  return { events, close: () => controller.abort() };
}

const body = async (address: string): Promise<string> => (await fetch(address)).text();

describe("a site with a service", () => {
  let folder: string;
  let development: Development;
  let browser: ReturnType<typeof listen>;
  beforeAll(async () => {
    folder = project("served");
    expect((await pubc(["init", "-q", "--service"], { cwd: folder })).code).toBe(0);
    development = await develop(folder);
    browser = listen(development.address);
    await eventually(() => expect(browser.events.length).toBeGreaterThan(0));
  });
  afterEach(() => void browser.events.splice(0));
  afterAll(() => browser.close());

  test("pages and the service answer on one port; pages of both follow changes", async () => {
    const { address } = development;
    expect(await body(`${address}?name=Bob`)).toContain("<h1>Hello, Bob!</h1>");
    const page = await fetch(`${address}hello/Ann`);
    const text = await page.text();
    expect(text).toContain("<h1>Hello, Ann!</h1>");
    expect(text).toContain('<script src="/_okd/client.js"');
    expect(page.headers.get("content-length")).toBe(String(Buffer.byteLength(text)));
    await eventually(() => expect(development.output()).toMatch(/"GET \/hello\/Ann HTTP\/1\.1" 200/));
  });

  test("a changed template shows in both, and browsers are told", async () => {
    edit(join(folder, "site/layout/footer.html"), (text) => `<p>Made with care</p>${text}`);
    await eventually(async () => {
      expect(await body(development.address)).toContain("Made with care");
      expect(await body(`${development.address}hello/Ann`)).toContain("Made with care");
    });
    await eventually(() => expect(browser.events.join()).toContain("event: reload"));
  });

  test("a mistake in a template is shown, the last good page stays, and mending takes it away", async () => {
    const file = join(folder, "site/index.html");
    const good = readFileSync(file, "utf8");
    writeFileSync(file, "{% x = (1; %}");
    await eventually(() => expect(browser.events.join()).toMatch(/event: errors\ndata: \[\{"file":"index\.html"/));
    expect(development.output()).toContain("index.html:1:");
    expect(await body(development.address)).toContain("<h1>Hello, world!</h1>");
    browser.events.splice(0);
    writeFileSync(file, good);
    await eventually(() => expect(browser.events.join()).toContain("event: errors\ndata: []"));
  });

  test("a changed service is replaced, and browsers are told", async () => {
    edit(join(folder, "hello.ts"), (text) => text.replace("state.visits++", "state.visits += 1000"));
    await eventually(async () => expect(await body(`${development.address}hello/Ann`)).toContain("000 times"));
    await eventually(() => expect(browser.events.join()).toContain("event: reload"));
  });

  test("a mistake in a service is shown, the last good one goes on, and mending takes it away", async () => {
    const file = join(folder, "hello.ts");
    const good = readFileSync(file, "utf8");
    writeFileSync(file, `${good}export const grüße = (;\n`);
    await eventually(() =>
      expect(browser.events.join()).toMatch(/event: errors\ndata: \[\{"file":"hello\.ts","line":20/),
    );
    expect(browser.events.join()).toContain("export const grüße");
    expect(development.output()).toContain("export const grüße = (;");
    expect(await body(`${development.address}hello/Ann`)).toContain("000 times");
    browser.events.splice(0);
    writeFileSync(file, good);
    await eventually(() => expect(browser.events.join()).toContain("event: errors\ndata: []"));
  });

  test("a changed okws_config starts the server again on the same port", async () => {
    edit(join(folder, "okws_config"), (text) => `${text}Alias /hello /greeting\n`);
    await eventually(async () => {
      await body(`${development.address}greeting`);
      expect(development.output()).toMatch(/ \/hello \[[^\]]*\] "GET \/greeting HTTP/);
    });
    expect(development.output()).toContain("the server starts again, because its configuration has changed");
  });

  test("Ctrl-C ends it all", async () => {
    development.child.kill("SIGINT");
    expect(await development.ended).toBe(0);
    await expect(fetch(development.address)).rejects.toThrow();
    expect(existsSync(join(folder, "dist/.reload"))).toBe(false);
  });
});

test("a folder alone is enough, with a mistake from the beginning too", async () => {
  const folder = project("plain");
  mkdirSync(join(folder, "site"));
  writeFileSync(join(folder, "site/index.html"), "<p>fine</p>");
  writeFileSync(join(folder, "site/broken.html"), "{% if %}");
  const { address, output, child, ended } = await develop(folder, ["site"]);
  expect(await body(address)).toContain("<p>fine</p>");
  expect(output()).toContain("broken.html:1:");
  child.kill("SIGTERM");
  expect(await ended).toBe(0);
});

test("debuggers find the service", async () => {
  const folder = project("inspected");
  expect((await pubc(["init", "-q", "--service"], { cwd: folder })).code).toBe(0);
  // The static service is the second one.
  const port = await freePort();
  const { address } = await develop(folder, ["--inspect-port", String(port)]);
  const targets = async (): Promise<string> => body(`http://127.0.0.1:${port}/json/list`);
  expect(await targets()).toContain("service-host.js");
  // Also the one that replaces it.
  edit(join(folder, "hello.ts"), (text) => text.replace("state.visits++", "state.visits += 1000"));
  await eventually(async () => expect(await body(`${address}hello/Ann`)).toContain("1000 times"));
  expect(await targets()).toContain("service-host.js");
});

test("a port that is taken is an error", async () => {
  const folder = project("taken");
  writeFileSync(join(folder, "index.html"), "<p>fine</p>");
  const holder = createServer();
  await new Promise<void>((resolve) => holder.listen(0, "127.0.0.1", resolve));
  const { port } = holder.address() as { port: number };
  const { ended, output } = start(folder, [".", "--port", String(port)]);
  expect(await ended).toBe(1);
  expect(output()).toMatch(/the port is in use; choose another one/);
  expect(output()).toMatch(/^pubc: dev cannot start: /m);
  holder.close();
});

test.each([
  { args: ["nowhere"], complaint: /there is no folder nowhere/ },
  { args: [], complaint: /give exactly one folder, or a pubc\.config/ },
  { args: [".", "--service", "x"], complaint: /--service takes OUT=SOURCE/ },
  { args: [".", "--service", "x=y.ts"], complaint: /there is no file .*y\.ts/ },
  { args: [".", "--port", "many"], complaint: /--port must be a whole number/ },
])("mistaken: pubc dev $args", async ({ args, complaint }) => {
  const folder = project(`mistaken-${createHash("sha1").update(args.join()).digest("hex").slice(0, 8)}`);
  const outcome = await pubc(["dev", ...args], { cwd: folder });
  expect(outcome.code).toBe(2);
  expect(outcome.stderr).toMatch(complaint);
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
