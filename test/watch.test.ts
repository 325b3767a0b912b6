// `pubc watch` as an author meets it: whatever is done to the files, the bundle is soon the same as a fresh one.
import { type ChildProcess, spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { pubc, root } from "./command.js";

const scratch = mkdtempSync(join(tmpdir(), "pub-watch-"));
const site = join(scratch, "site");
const dist = join(scratch, "dist");
let watching: ChildProcess;
let output = "";

const write = (name: string, text: string): void => {
  mkdirSync(dirname(join(site, name)), { recursive: true });
  writeFileSync(join(site, name), text);
};
const move = (from: string, to: string): void => renameSync(join(site, from), join(site, to));
const remove = (name: string): void => rmSync(join(site, name), { recursive: true });

const replace = (name: string, by: string): void => {
  remove(name);
  write(by, `in the place of ${name}`);
};

interface Manifest {
  templates: Record<string, { module: string; hash: string }>;
  files: Record<string, { hash: string }>;
}
const manifestOf = (folder: string): string => readFileSync(join(folder, "manifest.json"), "utf8");
const manifest = (): Manifest => JSON.parse(manifestOf(dist));

async function until(what: string, condition: () => boolean): Promise<void> {
  for (const end = Date.now() + 30_000; !condition(); await pause(20)) {
    if (Date.now() > end) throw new Error(`${what} did not happen; the watcher said:\n${output}`);
  }
}

/** Waits until the bundle is what a fresh compilation gives, names of modules and so their content included. */
async function untilFresh(): Promise<void> {
  const fresh = join(scratch, "fresh");
  rmSync(fresh, { recursive: true, force: true });
  expect(await pubc(["compile", site, "-o", fresh, "--no-cache", "--quiet"])).toEqual({
    code: 0,
    stdout: "",
    stderr: "",
  });
  const expected = manifestOf(fresh);
  await until("the bundle that a fresh compilation gives", () => manifestOf(dist) === expected);
  for (const { module } of Object.values(manifest().templates)) {
    expect(readFileSync(join(dist, module), "utf8")).toBe(readFileSync(join(fresh, module), "utf8"));
  }
  const copies = (folder: string) => readdirSync(join(folder, "files"), { recursive: true }).sort();
  await until("the copies of a fresh compilation", () => `${copies(dist)}` === `${copies(fresh)}`);
}

beforeAll(async () => {
  write("index.html", "<h1>home</h1>{% include('parts/head.html'); %}");
  write("parts/head.html", "<title>%{t}</title>");
  write("style.css", "p { }");
  watching = spawn(process.execPath, [join(root, "packages/pub-compiler/bin/pubc.js"), "watch", site, "-o", dist]);
  for (const stream of [watching.stdout, watching.stderr]) stream?.on("data", (data) => (output += data));
  await until("the first bundle", () => output.includes("written to"));
});

afterAll(async () => {
  const ended = new Promise((resolve) => watching.once("exit", resolve));
  watching.kill("SIGTERM");
  expect(await ended).toBe(0);
  rmSync(scratch, { recursive: true, force: true });
});

test.each<[string, () => void]>([
  ["an edit", () => write("index.html", "<h1>new</h1>{% include('parts/head.html'); %}")],
  ["an edit of an included file that changes its includer", () => write("parts/head.html", "{% raw(* 'x' *); %}")],
  ["an edit of a file that is no template", () => write("style.css", "p { color: red }")],
  ["a new file", () => write("about.html", "about")],
  ["a deleted file", () => remove("about.html")],
  ["a new folder with folders in it", () => write("shop/books/new/list.html", "{% include('/parts/head.html'); %}")],
  ["an edit in a new folder", () => write("shop/books/new/list.html", "list")],
  ["a renamed file", () => move("index.html", "start.html")],
  ["a renamed folder", () => move("shop", "store")],
  ["an edit in a renamed folder", () => write("store/books/new/list.html", "another list")],
  ["a folder in the place of another", () => replace("store", "store/books/old.html")],
  ["a folder that becomes a file", () => replace("store", "store")],
  ["a file that becomes a folder", () => replace("store", "store/page.html")],
  [
    "a save as some editors do it: moved away, written anew",
    () => {
      move("start.html", "start.html~");
      write("start.html", "saved by renaming");
      remove("start.html~");
    },
  ],
  [
    "a save as others do it: written beside, moved into place",
    () => {
      write("start.html.tmp", "saved by replacing");
      move("start.html.tmp", "start.html");
    },
  ],
  [
    "a hidden file, which is none of the site's",
    () => {
      write(".draft.html", "x");
      write("start.html", "with a draft");
    },
  ],
  ["a name in another script", () => write("grüße/日本.html", "{% include('日本.html'); %}")],
  ["a link, which is no file of the site", () => symlinkSync("start.html", join(site, "link.html"))],
  ["a deleted folder", () => remove("grüße")],
])("%s reaches the bundle", async (_, change) => {
  change();
  await untilFresh();
});

test("a thousand files that change at once, as when a branch is switched", async () => {
  for (let index = 0; index < 1000; index++)
    write(`branch/${index % 10}/${index}.html`, `{% include('/start.html'); %}`);
  await untilFresh();
  for (let index = 0; index < 1000; index += 2) remove(`branch/${index % 10}/${index}.html`);
  for (let index = 1; index < 1000; index += 2) write(`branch/${index % 10}/${index}.html`, `page ${index}`);
  await untilFresh();
});

test("the site keeps its last good state while a template is broken, and errors are told and taken back", async () => {
  const before = manifestOf(dist);
  const errors = join(dist, ".errors.json");
  output = "";
  write("start.html", "{% if (a { %}");
  await until("the errors", () => existsSync(errors));
  const [first] = JSON.parse(readFileSync(errors, "utf8")).errors;
  expect(first).toMatchObject({ file: "start.html", line: 1, frame: expect.stringContaining("if (a {") });
  await until("the message", () => /start\.html:1:\d+: error: /.test(output) && output.includes("nothing written"));
  // Meanwhile others go on.
  write("style.css", "p { color: blue }");
  await until("the second report", () => output.split("nothing written").length > 2);
  expect(manifestOf(dist)).toBe(before);
  write("start.html", "mended");
  await untilFresh();
  await until("the errors to be gone", () => !existsSync(errors));
});

test("a site that is replaced as a whole", async () => {
  renameSync(site, `${site}-old`);
  await pause(400);
  const before = manifestOf(dist);
  expect(Object.keys(JSON.parse(before).templates)).not.toHaveLength(0);
  mkdirSync(`${site}-new`);
  writeFileSync(join(`${site}-new`, "only.html"), "one page");
  renameSync(`${site}-new`, site);
  await untilFresh();
  expect(Object.keys(manifest().templates)).toEqual(["/only.html"]);
  write("only.html", "an edit in the new folder");
  await untilFresh();
});

test("a bundle that somebody deletes is written again with the next change", async () => {
  rmSync(dist, { recursive: true });
  write("only.html", "after the bundle was deleted");
  await until("a new bundle", () => existsSync(join(dist, "manifest.json")));
  await untilFresh();
});
