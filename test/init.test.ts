// `pubc init` as somebody uses it who begins: what it writes works at once, and is never written over something else.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { pubc } from "./command.js";

const scratch = mkdtempSync(join(tmpdir(), "pub-init-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe.each([
  { name: "a site", folder: "plain", args: [], page: "index.html" },
  { name: "a site with a service", folder: "served", args: ["--service"], page: "hello.html" },
])("$name", ({ folder, args, page }) => {
  const project = join(scratch, folder);

  test("is written, and the next steps are told", async () => {
    const outcome = await pubc(["init", folder, ...args], { cwd: scratch });
    expect(outcome).toMatchObject({ code: 0, stderr: "" });
    expect(outcome.stdout).toMatch(new RegExp(`Wrote .*site/${page}.*\\.\\n\\nNext:\\n  cd ${folder}\\n`));
    expect(outcome.stdout).toContain("pubc dev");
  });

  test("compiles without a word about it, by its configuration", async () => {
    const outcome = await pubc(["compile"], { cwd: project });
    expect(outcome).toMatchObject({ code: 0, stderr: "" });
    expect(existsSync(join(project, "dist/manifest.json"))).toBe(true);
  });

  test("tells on request what was done", async () => {
    const { stderr } = await pubc(["compile", "-v", "--no-minify"], { cwd: join(project, "site") });
    expect(stderr).toMatch(
      /^pubc: configuration .*pubc\.config\.ts\npubc: arguments \["\."\], options .*"minify":false/,
    );
    expect(stderr).toMatch(/pubc: exit code 0 after \d+ ms, at most \d+ MB of memory\n$/);
  });

  test("has nothing to check or to format", async () => {
    expect(await pubc(["check", "--strict"], { cwd: project })).toMatchObject({
      code: 0,
      stdout: "0 errors, 0 warnings\n",
    });
    expect(await pubc(["format", "--check"], { cwd: project })).toMatchObject({
      code: 0,
      stdout: "0 files to format\n",
    });
  });

  test("shows a page", async () => {
    const args = ["render", `site/${page}`, "--root", "site", "-D", 'name="<Ann>"', "-D", "visits=3"];
    const outcome = await pubc(args, { cwd: project });
    expect(outcome).toMatchObject({ code: 0, stderr: "" });
    expect(outcome.stdout).toContain("<h1>Hello, &lt;Ann&gt;!</h1>");
  });

  test("is not written again", async () => {
    const before = readFileSync(join(project, "site", page), "utf8");
    writeFileSync(join(project, "site", page), `${before}<!-- mine -->`);
    const outcome = await pubc(["init", folder, ...args], { cwd: scratch });
    expect(outcome).toMatchObject({ code: 2, stdout: "" });
    expect(outcome.stderr).toMatch(/^pubc: .* already has pubc\.config\.ts, .*; nothing was written/);
    expect(readFileSync(join(project, "site", page), "utf8")).toBe(`${before}<!-- mine -->`);
  });
});

test("one file in the way keeps everything from being written", async () => {
  const project = mkdtempSync(join(scratch, "taken-"));
  writeFileSync(join(project, ".gitignore"), "mine\n");
  expect((await pubc(["init"], { cwd: project })).code).toBe(2);
  expect(readdirSync(project)).toEqual([".gitignore"]);
});

test("a file cannot be made a project", async () => {
  writeFileSync(join(scratch, "file"), "");
  expect((await pubc(["init", "file"], { cwd: scratch })).stderr).toMatch(/file is not a folder/);
});
