// Opens the example that `npm start` serves in Chromium and walks through it as a visitor would.
// Skipped where Chromium is not installed.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { root } from "../command.js";

const executablePath = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find(existsSync);
const title = executablePath ? "the bookshop in Chromium" : "the bookshop in Chromium (skipped: it is not installed)";

describe.skipIf(!executablePath)(title, () => {
  let server: ChildProcess;
  let address: string;
  let browser: Browser;
  let page: Page;
  let complaints: string[];
  const serverLog: string[] = [];

  beforeAll(async () => {
    server = spawn(process.execPath, [join(root, "scripts/start.mjs")], { stdio: ["ignore", "pipe", "pipe"] });
    createInterface({ input: server.stderr! }).on("line", (line) => serverLog.push(line));
    address = await new Promise<string>((resolve, reject) => {
      server.on("exit", (code) => reject(new Error(`npm start ended with ${code}:\n${serverLog.join("\n")}`)));
      createInterface({ input: server.stdout! }).on("line", (line) => {
        serverLog.push(line);
        const found = /listening on (http:\S+)/.exec(line);
        if (found) resolve(found[1]);
      });
    });
    browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  });

  afterAll(async () => {
    await browser?.close();
    if (!server || server.exitCode !== null) return;
    const ended = new Promise((resolve) => server.on("exit", resolve));
    server.kill("SIGTERM");
    await ended;
  });

  beforeEach(async () => {
    complaints = [];
    page = await browser.newPage();
    page.on("console", (message) => {
      if (message.type() === "error") complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(error.message));
  });

  afterEach(async ({ task }) => {
    if (task.result?.state === "fail") console.log(`The server's log:\n${serverLog.join("\n")}`);
    await page.close();
  });

  const text = async (selector: string) => (await page.locator(selector).first().textContent())?.trim();

  test("the front page shows three shelves of books", async () => {
    await page.goto(address);
    expect(await page.title()).toBe("Used, rare and new books – Quillmarsh Books");
    expect(await page.locator(".shelf h2").allTextContents()).toEqual(["Just in", "Bargains", "Best rated"]);
    expect(await page.locator(".shelf .card").count()).toBe(12);
    expect(complaints).toEqual([]);
  });

  test("a book is found, looked at and put into the cart", async () => {
    await page.goto(address);
    await page.fill(".top__search input[name=q]", "salt");
    await page.click(".top__search button");
    expect(await text(".count")).toMatch(/^\d+ hits? for salt/);
    const book = await text(".results h3 a");
    await page.click(".results h3 a");
    expect(await text("h1")).toBe(book);
    await page.click(".buy button");
    expect(await text("h1")).toBe("Shopping cart");
    expect(await text(".cart tbody td")).toBe(book);
    expect(complaints).toEqual([]);
  });

  test("the checkout says what is missing", async () => {
    await page.goto(new URL("/checkout.html", address).href);
    await page.fill("[name=mail]", "somebody");
    await page.click(".checkout .btn--big");
    expect(await text(".errors h2")).toMatch(/^Please correct \d entries$/);
    expect(await page.inputValue("[name=mail]")).toBe("somebody");
    expect(complaints).toEqual([]);
  });

  test("the language travels along", async () => {
    await page.goto(new URL("/?lang=de", address).href);
    await page.click(".userbox__cart");
    expect(await text("h1")).toBe("Warenkorb");
  });

  test("every link of every page leads somewhere, and no page has errors", async () => {
    const seen = new Set<string>([address]);
    const broken: string[] = [];
    for (const link of seen) {
      const response = await fetch(link);
      const body = await response.text();
      if (response.status !== 200) broken.push(`${response.status} ${link}`);
      // One shelf and its books are like the others: only the first books are followed.
      for (const [, href] of body.matchAll(/ (?:href|src)="([^"]+)"/g)) {
        const target = new URL(href.replaceAll("&amp;", "&"), link);
        target.hash = "";
        const isLikeOthers = /[?&](id=\d+|name=|author=|min=|q=|page=)/.test(target.search) && seen.size > 60;
        if (target.origin === new URL(address).origin && !isLikeOthers) seen.add(target.href);
      }
    }
    expect(broken).toEqual([]);
    expect(seen.size).toBeGreaterThan(40);
    expect(serverLog.filter((line) => /\[(eval|error|warning)\]/.test(line))).toEqual([]);
  });

  test("a wrong address gives a page of the shop", async () => {
    const response = await page.goto(new URL("/nothing.html", address).href);
    expect(response?.status()).toBe(404);
    expect(await text("h1")).toContain("Page not found");
  });
});
