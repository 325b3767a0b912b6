// `pubc dev` as one sees it in Chromium: what is saved appears at the place where one was reading, mistakes lie over the page
// until they are mended.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pubc } from "./command.js";
import { type Development, develop, edit, eventually, project } from "./development.js";
import { executablePath, launchBrowser, titleOf } from "./examples/browser.js";

const missing = executablePath === undefined ? ["chromium"] : [];

describe.skipIf(missing.length > 0)(titleOf("in a browser", missing), () => {
  let folder: string;
  let development: Development;
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    folder = project("browser");
    expect((await pubc(["init", "-q", "--service"], { cwd: folder })).code).toBe(0);
    edit(join(folder, "site/index.html"), (text) =>
      text.replace("</form>", `</form>\n${"<p>a line</p>\n".repeat(300)}<p id="end">the end</p>`),
    );
    development = await develop(folder);
    browser = await launchBrowser();
    page = await browser.newPage();
    await page.goto(development.address);
  });
  afterAll(() => browser?.close());

  const overlay = (): Promise<string> =>
    page.evaluate('document.querySelector("#okd-errors")?.shadowRoot?.textContent ?? ""');

  test("an edit appears, and the page stays where it was scrolled to", async () => {
    await page.evaluate("scrollTo(0, 2000)");
    edit(join(folder, "site/index.html"), (text) => text.replace("the end", "the new end"));
    await page.waitForFunction('document.querySelector("#end")?.textContent === "the new end"');
    await page.waitForFunction("scrollY === 2000");
  });

  test("a mistake in a template lies over the page with its lines, until it is mended", async () => {
    const file = join(folder, "site/index.html");
    const good = readFileSync(file, "utf8");
    writeFileSync(file, good.replace("%{default(", "%{default(("));
    await eventually(async () => expect(await overlay()).toMatch(/index\.html:\d+:\d+: error: /));
    expect(await page.textContent("#end")).toBe("the new end");
    expect(await page.evaluate("scrollY")).toBe(2000);
    writeFileSync(file, good);
    await eventually(async () => expect(await overlay()).toBe(""));
  });

  test("a page of a service follows its TypeScript and shows its mistakes", async () => {
    await page.goto(`${development.address}hello/Ann`);
    const file = join(folder, "hello.ts");
    const good = readFileSync(file, "utf8");
    writeFileSync(file, good.replace("state.visits++", "state.visits += 1000"));
    await page.waitForFunction("/\\d000 times/.test(document.body.textContent)");
    writeFileSync(file, `${good}export const über = (;\n`);
    await eventually(async () => expect(await overlay()).toContain("export const über = (;"));
    writeFileSync(file, good);
    await eventually(async () => expect(await overlay()).toBe(""));
  });
});
