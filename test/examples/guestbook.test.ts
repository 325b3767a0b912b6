// The guest book example: its pages over a store in memory, its store in SQLite, and all of it in Chromium, where they
// are installed.
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { createTestService } from "pub-runtime/service";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { Entry, Store } from "../../examples/guestbook/entries.js";
import { guestbook } from "../../examples/guestbook/guestbook.js";
import { pubc, root } from "../command.js";
import {
  executablePath,
  launchBrowser,
  type ServedExample,
  startExample,
  takePicture,
  titleOf,
  visit,
} from "./browser.js";

const example = join(root, "examples/guestbook");
const scratch = mkdtempSync(join(tmpdir(), "pub-guestbook-"));
const site = join(scratch, "dist");
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

beforeAll(async () => {
  const { code, stderr } = await pubc(["compile", join(example, "site"), "-o", site]);
  expect([code, stderr]).toEqual([0, ""]);
});

function memoryStore(): Store {
  const entries: Entry[] = [];
  return {
    list: (offset, count) => [...entries].reverse().slice(offset, offset + count),
    find: (id) => entries[id - 1],
    count: () => entries.length,
    add: (name, text) => entries.push({ id: entries.length + 1, name, text, written: 0 }),
    close() {},
  };
}

async function open(store = memoryStore()) {
  const errorDocuments = [{ status: 404, template: "/err/404.html" }];
  const service = await createTestService(
    guestbook(() => store),
    { site, settings: { errorDocuments } },
  );
  onTestFinished(async () => {
    await service.close();
    expect(service.log).toEqual([]);
  });
  const sign = (fields: Record<string, string>, headers: Record<string, string> = {}) =>
    service.fetch("/guestbook", { method: "POST", body: new URLSearchParams(fields), headers });
  const page = async (path: string) => {
    const answer = await service.fetch(path);
    return { status: answer.status, text: await answer.text() };
  };
  return { service, sign, page };
}

test("an empty book", async () => {
  const { page } = await open();
  expect(await page("/guestbook")).toEqual({ status: 200, text: expect.stringContaining("Nobody has written yet.") });
});

test("who signs sees the entry, escaped", async () => {
  const { sign, page } = await open();
  const answer = await sign({ name: " Zoë O'Neil ", text: "<b>hi</b>\nthere" });
  expect([answer.status, answer.headers.get("location")]).toEqual([303, "/guestbook/1"]);
  for (const path of ["/guestbook/1", "/guestbook"]) {
    const { text } = await page(path);
    expect(text).toContain('<span class="initials" aria-hidden="true">ZO</span> Zoë O&#39;Neil</h2>');
    expect(text).toContain("&lt;b&gt;hi&lt;/b&gt;\nthere");
  }
});

test("what is missing is said beside its field, and nothing that was written is lost", async () => {
  const { sign, page } = await open();
  const answer = await sign({ name: "", text: 'a "quote"' });
  const text = await answer.text();
  expect(answer.status).toBe(422);
  expect(text.match(/<p class="problem">.*<\/p>/g)).toEqual(['<p class="problem">Please tell your name.</p>']);
  expect(text).toContain("a &quot;quote&quot;</textarea>");
  expect((await page("/guestbook")).text).toContain("Nobody has written yet.");
});

test.each<[string, Record<string, string>, Record<string, string>, number]>([
  ["programs that fill every field", { name: "a", text: "b", website: "c" }, {}, 400],
  ["forms on other sites", { name: "a", text: "b" }, { "sec-fetch-site": "cross-site" }, 403],
  ["forms without their fields", { name: "a" }, {}, 400],
  ["novels", { name: "a", text: "x".repeat(20_000) }, {}, 413],
])("%s are refused", async (_name, fields, headers, status) => {
  const { sign } = await open();
  expect((await sign(fields, headers)).status).toBe(status);
});

test("pages of ten entries", async () => {
  const store = memoryStore();
  for (let number = 1; number <= 11; number++) store.add(`Name${number}`, "text");
  const { page } = await open(store);
  const first = await page("/guestbook");
  expect(first.text.match(/<article>/g)).toHaveLength(10);
  expect(first.text).toContain('<a rel="next" href="/guestbook?page=2">Older</a>');
  const second = await page("/guestbook?page=2");
  expect(second.text).toContain("Name1<");
  expect(second.text).toContain('<a rel="prev" href="/guestbook?page=1">Newer</a>');
  expect((await page("/guestbook?page=3")).status).toBe(404);
  expect((await page("/guestbook?page=x")).status).toBe(400);
});

test("an entry is kept by the browser", async () => {
  const { service, sign } = await open();
  await sign({ name: "a", text: "b" });
  expect((await service.fetch("/guestbook/1", { headers: { "if-none-match": '"1"' } })).status).toBe(304);
  for (const path of ["/guestbook/2", "/guestbook/x"]) {
    const answer = await service.fetch(path);
    expect([answer.status, await answer.text()]).toEqual([404, expect.stringContaining(`<code>${path}</code>`)]);
  }
});

test("other programs get JSON, open pages hear of new entries", async () => {
  const { service, sign } = await open();
  const events = await service.fetch("/guestbook/events");
  await sign({ name: "Ann", text: "b" });
  expect(await (await service.fetch("/guestbook/entries.json")).json()).toEqual([
    { id: 1, name: "Ann", text: "b", written: 0 },
  ]);
  let text = "";
  for await (const piece of events.body as unknown as AsyncIterable<Uint8Array>) {
    text += Buffer.from(piece).toString();
    if (text.includes("data")) break;
  }
  expect(text).toBe(":\n\nevent: entry\nid: 1\ndata: Ann\n\n");
});

const isInstalled =
  process.getBuiltinModule?.("node:sqlite") !== undefined ||
  existsSync(join(example, "node_modules/better-sqlite3/build/Release/better_sqlite3.node"));
const missing = isInstalled ? [] : ["better-sqlite3 (npm ci in examples/guestbook)"];

test.skipIf(!isInstalled)(titleOf("the store in SQLite keeps entries", missing), async () => {
  const { openStore } = (await import(join(example, "store.ts"))) as { openStore(file: string): Store };
  const file = join(scratch, "entries.db");
  const store = openStore(file);
  expect([store.count(), store.add("é", "'; DROP TABLE entry"), store.add("b", "c"), store.count()]).toEqual([
    0, 1, 2, 2,
  ]);
  store.close();
  const again = openStore(file);
  expect(again.find(1)).toMatchObject({ id: 1, name: "é", text: "'; DROP TABLE entry" });
  expect(again.list(1, 5).map(({ id }) => id)).toEqual([1]);
  expect(again.find(3)).toBeUndefined();
  again.close();
});

const missingForBrowser = [...missing, ...(executablePath === undefined ? ["chromium"] : [])];

describe.skipIf(missingForBrowser.length > 0)(titleOf("the guest book in Chromium", missingForBrowser), () => {
  let served: ServedExample;
  let browser: Browser;
  beforeAll(async () => {
    [served, browser] = await Promise.all([startExample("guestbook"), launchBrowser()]);
  });
  afterAll(async () => {
    await browser?.close();
    await served?.stop();
  });

  test("somebody signs after a mistake, goes back, loads again, and others hear of it", async () => {
    const [{ page, complaints }, other] = [await visit(browser), await visit(browser)];
    await other.page.goto(served.address);
    await page.goto(served.address);
    expect(await page.textContent("main")).toContain("Nobody has written yet.");
    await page.fill("#name", "  ");
    await page.fill("#text", "Lovely book,\n<b>thanks</b>");
    await page.click("button");
    expect(await page.locator(".problem").allTextContents()).toEqual(["Please tell your name."]);
    expect(complaints.splice(0)).toEqual([expect.stringContaining("422")]);
    await takePicture(page, "guestbook-problem");
    await page.fill("#name", "Zoë O'Neil");
    await page.click("button");
    expect(new URL(page.url()).pathname).toBe("/guestbook/1");
    expect(await page.textContent("article")).toContain("Lovely book,\n<b>thanks</b>");

    // Loading again and going back sends nothing twice.
    await page.reload();
    await page.goBack();
    await page.goto(new URL("/guestbook", served.address).href);
    expect(await page.locator("article").count()).toBe(1);
    await takePicture(page, "guestbook-entries");
    await other.page.waitForSelector("#news:not([hidden])");
    await other.page.click("#news a");
    expect(await other.page.locator("article h2").allTextContents()).toEqual([expect.stringContaining("Zoë O'Neil")]);

    expect((await page.goto(new URL("/guestbook/99", served.address).href))?.status()).toBe(404);
    expect(await page.textContent("h1")).toBe("Not found");
    expect(complaints.filter((text) => !text.includes("422"))).toEqual([expect.stringContaining("404")]);
    expect(served.log.filter((line) => /\[eval\]|Error:/.test(line))).toEqual([]);
  });
});
