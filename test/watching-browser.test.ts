// `pubc watch` and `okd --watch` together, as somebody uses them who writes templates: edits show, mistakes too.
// What a browser shows is skipped where Chromium is not installed.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { root } from "./command.js";

const executablePath = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find(existsSync);

const scratch = mkdtempSync(join(tmpdir(), "pub-watching-"));
const site = join(scratch, "site");
const processes: ChildProcess[] = [];
let watchOutput = "";
let address = "";

/** How long something may take on a busy machine until it counts as not happening. */
const PATIENCE = { timeout: 40_000, interval: 50 };

function write(name: string, text: string): void {
  mkdirSync(dirname(join(site, name)), { recursive: true });
  writeFileSync(join(site, name), text);
}

function start(program: string, args: string[], receive: (text: string) => void): void {
  const child = spawn(process.execPath, [join(root, program), ...args], { env: { ...process.env, NO_COLOR: "1" } });
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => receive(chunk.toString()));
  processes.push(child);
}

async function served(path: string): Promise<string> {
  const answer = await fetch(new URL(path, address));
  return answer.status === 200 ? (await answer.text()).replace(/<script.*/s, "") : `${answer.status}`;
}

/** A page long enough to be scrolled. */
const longPage = (title: string) =>
  `<!DOCTYPE html><html><body><h1>${title}</h1>{% for (i, range(200)) {{<p>Line %{i}</p>}} %}</body></html>\n`;

beforeAll(async () => {
  write("index.html", longPage("First"));
  write("part.html", "part one");
  write("page.html", '[{% include("/part.html"); %}]');
  const dist = join(scratch, "dist");
  start("packages/pub-compiler/bin/pubc.js", ["watch", site, "-o", dist], (text) => {
    watchOutput += text;
  });
  await vi.waitFor(() => expect(existsSync(join(dist, "manifest.json"))).toBe(true), PATIENCE);
  start("packages/okd/bin/okd.js", [dist, "--port", "0", "--watch"], (text) => {
    address ||= /listening on (http:\S+)/.exec(text)?.[1] ?? "";
  });
  await vi.waitFor(() => expect(address).not.toBe(""), PATIENCE);
});

afterAll(async () => {
  for (const child of processes) {
    if (child.exitCode !== null) continue;
    const ended = new Promise((resolve) => child.once("close", resolve));
    child.kill("SIGTERM");
    await ended;
  }
  rmSync(scratch, { recursive: true, force: true });
});

describe("changes of files", () => {
  test("an edit of an included file", async () => {
    write("part.html", "part two");
    await expect.poll(() => served("/page.html"), PATIENCE).toBe("[part two]");
  });

  test("a new file in a new folder, renamed, deleted", async () => {
    write("new/deep/file.html", "new %{1 + 1}");
    await expect.poll(() => served("/new/deep/file.html"), PATIENCE).toBe("new 2");
    renameSync(join(site, "new/deep/file.html"), join(site, "new/deep/renamed.html"));
    await expect.poll(() => served("/new/deep/renamed.html"), PATIENCE).toBe("new 2");
    await expect.poll(() => served("/new/deep/file.html"), PATIENCE).toBe("404");
    renameSync(join(site, "new"), join(site, "moved"));
    await expect.poll(() => served("/moved/deep/renamed.html"), PATIENCE).toBe("new 2");
    rmSync(join(site, "moved"), { recursive: true });
    await expect.poll(() => served("/moved/deep/renamed.html"), PATIENCE).toBe("404");
  });

  test("an editor that saves under another name and renames", async () => {
    for (const text of ["saved once", "saved twice"]) {
      write(".part.html.swp", text);
      renameSync(join(site, ".part.html.swp"), join(site, "part.html"));
      await expect.poll(() => served("/page.html"), PATIENCE).toBe(`[${text}]`);
    }
    expect(await served("/.part.html.swp")).toBe("404");
  });

  test("a syntax error: the last good site stays, the terminal says what is wrong, mending it helps", async () => {
    watchOutput = "";
    write("part.html", "{% if (1 {{ broken }} %}");
    await expect.poll(() => watchOutput, PATIENCE).toMatch(/part\.html:1:\d+: error: .*\n +1 \| \{% if \(1/);
    expect(await served("/page.html")).toBe("[saved twice]");
    write("part.html", "mended");
    await expect.poll(() => served("/page.html"), PATIENCE).toBe("[mended]");
  });
});

const browserTitle = executablePath ? "in Chromium" : "in Chromium (skipped: it is not installed)";

describe.skipIf(!executablePath)(browserTitle, () => {
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
    page = await browser.newPage();
    await page.goto(address);
  });

  afterAll(() => browser?.close());

  const heading = () => page.textContent("h1").catch(() => "the page is being loaded");
  const scrolled = () => page.evaluate("Math.round(scrollY)").catch(() => -1);
  /** The text of the overlay; the empty text when there is none. */
  const overlay = () =>
    page
      .evaluate('document.querySelector("#okd-errors")?.shadowRoot?.textContent ?? ""')
      .catch(() => "the page is being loaded");

  test("an edit shows by itself, at the place where the reader was", async () => {
    await page.evaluate("scrollTo(0, 1500)");
    expect(await scrolled()).toBe(1500);
    write("index.html", longPage("Second"));
    await expect.poll(heading, PATIENCE).toBe("Second");
    await expect.poll(scrolled, PATIENCE).toBe(1500);
  });

  test("a mistake lies over the last good page, with a code frame, until it is mended", async () => {
    write("index.html", "<h1>Third</h1>\n{% for (x [1]) {{ %{x} }} %}\n");
    await expect.poll(overlay, PATIENCE).toMatch(/index\.html:2:\d+: error: [\s\S]*2 \| \{% for \(x \[1\]\)/);
    expect(await heading()).toBe("Second");
    await page.reload();
    expect(await heading()).toBe("Second");
    await expect.poll(overlay, PATIENCE).toContain("index.html:2:");
    write("index.html", longPage("Fourth"));
    await expect.poll(heading, PATIENCE).toBe("Fourth");
    await expect.poll(overlay, PATIENCE).toBe("");
  });

  test("a mistake that is taken back disappears, although the page is what it was", async () => {
    write("index.html", "{% x = ; %}");
    await expect.poll(overlay, PATIENCE).toContain("index.html:1:");
    write("index.html", longPage("Fourth"));
    await expect.poll(overlay, PATIENCE).toBe("");
    expect(await heading()).toBe("Fourth");
  });

  test("errors of the page's own run are shown", async () => {
    write("index.html", "<h1>Fifth</h1>\n%{1 / 0}\n");
    await expect.poll(overlay, PATIENCE).toContain("/index.html:2: division by zero");
    write("index.html", longPage("Sixth"));
    await expect.poll(overlay, PATIENCE).toBe("");
    expect(await heading()).toBe("Sixth");
  });
});
