// What the tests of the examples share: an example served from a copy by `npm start`, and a real Chromium to visit it.
import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { root } from "../command.js";

/** The installed browser; undefined without one. */
export const executablePath = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find(existsSync);

/** A title that says why tests are skipped, if they are. */
export function titleOf(title: string, missing: readonly string[]): string {
  return missing.length === 0 ? title : `${title} (skipped: ${missing.join(", ")} not installed)`;
}

export interface ServedExample {
  /** `http://HOST:PORT/` */
  readonly address: string;
  readonly folder: string;
  /** Lines of its logs so far. */
  readonly log: readonly string[];
  /** Ends the server and removes its files. */
  stop(): Promise<void>;
}

/** Copies an example, so that what it keeps is its own, and runs `npm start` on the copy. */
export async function startExample(name: string): Promise<ServedExample> {
  const scratch = mkdtempSync(join(tmpdir(), "pub-"));
  const folder = join(scratch, name);
  const source = join(root, "examples", name);
  const isKept = (path: string) => !/^\/(?:data|dist|node_modules)(?:\/|$)/.test(path.slice(source.length));
  cpSync(source, folder, { recursive: true, filter: isKept });
  // Its own packages first, then those of the repository.
  if (existsSync(join(source, "node_modules"))) symlinkSync(join(source, "node_modules"), join(folder, "node_modules"));
  symlinkSync(join(root, "node_modules"), join(scratch, "node_modules"));
  mkdirSync(join(folder, "data"), { recursive: true });
  const server = spawn(process.execPath, [join(root, "scripts/start.mjs"), folder], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exited = new Promise<void>((resolve) => server.once("close", () => resolve()));
  const log: string[] = [];
  const address = await listening(server, log);
  return {
    address,
    folder,
    log,
    async stop() {
      server.kill("SIGTERM");
      await exited;
      rmSync(scratch, { recursive: true, force: true });
    },
  };
}

/** A visitor with cookies of its own, who notices what goes wrong in the page. */
export interface Visitor {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Messages of the console and errors of scripts. */
  readonly complaints: string[];
}

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath, args: ["--no-sandbox"] });
}

export async function visit(browser: Browser): Promise<Visitor> {
  const context = await browser.newContext({ viewport: { width: 1000, height: 700 } });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  return { page, context, complaints };
}

/** Keeps a picture of the page in the folder that the variable SCREENSHOTS names, for somebody to look at. */
export async function takePicture(page: Page, name: string): Promise<void> {
  const folder = process.env.SCREENSHOTS;
  if (folder !== undefined) await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}

function listening(server: ChildProcess, log: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    let rest = "";
    for (const stream of [server.stdout, server.stderr]) {
      stream?.setEncoding("utf8");
      stream?.on("data", (chunk: string) => {
        const lines = (rest + chunk).split("\n");
        rest = lines.pop() ?? "";
        log.push(...lines);
        const found = lines.map((line) => /listening on (http:\S+)/.exec(line)?.[1]).find((one) => one !== undefined);
        if (found !== undefined) resolve(found);
      });
    }
    server.once("close", (code) => reject(new Error(`npm start ended with ${code}:\n${log.join("\n")}`)));
  });
}
