// What `pubc check` reports to people and programs, its exit codes, its cache, and what it knows of services.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Outcome, pubc, root } from "./command.js";

const scratch = mkdtempSync(join(tmpdir(), "pub-check-"));
const site = join(scratch, "site");

/** Runs `pubc check` with a cache of its own. */
function check(args: string[], cache = join(scratch, "cache"), cwd = site): Promise<Outcome> {
  return pubc(["check", ...args], { cwd, env: { XDG_CACHE_HOME: cache } });
}

function write(files: Readonly<Record<string, string>>, folder = site): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

const utf8 = (bytes: string): string => Buffer.from(bytes, "latin1").toString("utf8");

beforeAll(() => {
  write({
    "index.html": "<p>ü %{query}</p>\n{% include('/foter.html'); %}\n",
    "footer.html": "<hr>\n",
    "50%, off:1.html": "%{010}\n",
    "broken.html": "{% x = (1; %}\n",
  });
});

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe("formats", () => {
  test("pretty: code frames, a summary, where to read on", async () => {
    const { stdout, code } = await check(["."]);
    const text = utf8(stdout);
    expect(text).toContain(
      "index.html:1:8: warning: This value is not escaped for HTML [xss-html]\n  1 | <p>ü %{query}</p>\n    |        ^^^^^\n",
    );
    expect(text).toContain("  hint: did you mean `/footer.html`?\n");
    expect(text).toMatch(/\n2 errors, 2 warnings\n`pubc check --explain RULE` says more/);
    expect(text).not.toContain("\x1b");
    expect(code).toBe(1);
  });

  test("json: one array with places, severity and address", async () => {
    const { stdout } = await check([".", "--format", "json"]);
    const found = JSON.parse(utf8(stdout));
    expect(found).toHaveLength(4);
    expect(found.find(({ code }: { code: string }) => code === "missing-include")).toEqual({
      file: "index.html",
      line: 2,
      column: 12,
      endLine: 2,
      endColumn: 25,
      code: "missing-include",
      severity: "error",
      message: "There is no file `/foter.html`",
      hint: "did you mean `/footer.html`?",
      url: expect.stringMatching(/^file:.*rules\.md#missing-include$/),
    });
  });

  test("github: annotations whose properties and texts are escaped", async () => {
    const { stdout } = await check([".", "--format", "github"]);
    const lines = utf8(stdout).trimEnd().split("\n");
    expect(lines).toHaveLength(4);
    for (const line of lines)
      expect(line).toMatch(
        /^::(error|warning) file=[^:,]+,line=\d+,endLine=\d+,col=\d+,endColumn=\d+,title=[\w-]+::\S/,
      );
    expect(lines[0]).toContain(
      "::warning file=50%25%2C off%3A1.html,line=1,endLine=1,col=3,endColumn=6,title=octal-number::",
    );
  });

  test("sarif: a log with all that the standard requires, whose rules can be reached", async () => {
    const { stdout } = await check([".", "--format", "sarif"]);
    const log = JSON.parse(utf8(stdout));
    expect({ version: log.version, runs: log.runs.length }).toEqual({ version: "2.1.0", runs: 1 });
    const [{ tool, results, columnKind }] = log.runs;
    expect(columnKind).toBe("unicodeCodePoints");
    expect(tool.driver.name).toBe("pubc");
    const documentation = readFileSync(fileURLToPath(tool.driver.rules[0].helpUri.replace(/#.*/, "")), "utf8");
    for (const rule of tool.driver.rules) {
      expect(rule.shortDescription.text).not.toBe("");
      expect(rule.help.markdown).toContain("Bad:");
      expect(["error", "warning"]).toContain(rule.defaultConfiguration.level);
      expect(documentation).toContain(`### \`${new URL(rule.helpUri).hash.slice(1)}\``);
    }
    expect(results).toHaveLength(4);
    for (const { ruleId, level, message, locations } of results) {
      const [{ physicalLocation }] = locations;
      expect(ruleId).not.toBe("");
      expect(["error", "warning"]).toContain(level);
      expect(message.text).not.toBe("");
      expect(existsSync(join(site, decodeURIComponent(physicalLocation.artifactLocation.uri)))).toBe(true);
      const { startLine, startColumn, endLine, endColumn } = physicalLocation.region;
      expect(Math.min(startLine, startColumn, endLine, endColumn)).toBeGreaterThan(0);
      expect(endLine > startLine || endColumn > startColumn).toBe(true);
    }
  });

  test("every rule can be explained", async () => {
    const { stdout } = await check(["--list"]);
    const names = stdout
      .trimEnd()
      .split("\n")
      .map((line) => line.split(" ")[0]);
    const explained = await check(["--explain", names[0]]);
    expect(explained).toMatchObject({ code: 0, stdout: expect.stringContaining("Good:") });
    expect(await check(["--explain", "xss-htm"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('did you mean "xss-html"?'),
    });
  });
});

describe("exit codes", () => {
  test.each([
    { what: "nothing found", args: ["footer.html"], code: 0 },
    { what: "warnings", args: ["50%, off:1.html"], code: 0 },
    { what: "warnings that count", args: ["50%, off:1.html", "--strict"], code: 1 },
    { what: "a warning made an error", args: ["50%, off:1.html", "--rule", "octal-number=error"], code: 1 },
    { what: "the rule is off", args: ["50%, off:1.html", "--strict", "--rule", "octal-number=off"], code: 0 },
    { what: "errors", args: ["index.html"], code: 1 },
    { what: "syntax errors", args: ["broken.html"], code: 1 },
    { what: "nothing to check", args: [], code: 2 },
    { what: "no such file", args: ["nowhere.html"], code: 2 },
    { what: "no such format", args: [".", "--format", "xml"], code: 2 },
    { what: "no such rule", args: [".", "--rule", "octal=off"], code: 2 },
    { what: "no such severity", args: [".", "--rule", "octal-number=loud"], code: 2 },
    { what: "no such library", args: [".", "--library", "nowhere.js"], code: 2 },
  ])("$what: $code", async ({ args, code }) => {
    const outcome = await check(args);
    expect(outcome.stderr).not.toContain("    at ");
    expect(outcome.code).toBe(code);
  });
});

describe("cache", () => {
  const folder = join(scratch, "cached");
  const cache = join(scratch, "own-cache");
  const run = () => check([folder, "--format", "json"], cache);
  const cacheFile = () => join(cache, "pubc", readdirSync(join(cache, "pubc"))[0]);
  const longAgo = new Date("2020-01-01");

  beforeAll(() => {
    write({ "a.html": "%{010}\n", "b.html": "{% include('/a.html'); %}\n" }, folder);
    for (const name of ["a.html", "b.html"]) utimesSync(join(folder, name), longAgo, longAgo);
  });

  test("a second run says the same without reading the files again", async () => {
    const first = await run();
    const written = statSync(cacheFile()).mtimeMs;
    expect(await run()).toEqual(first);
    expect(JSON.parse(first.stdout)).toHaveLength(1);
    expect(statSync(cacheFile()).mtimeMs).toBe(written);
  });

  test("what changes is read again, also through files that did not change", async () => {
    rmSync(join(folder, "a.html"));
    const { stdout } = await run();
    expect(JSON.parse(stdout).map(({ code }: { code: string }) => code)).toEqual(["missing-include"]);
    write({ "a.html": "%{010}%{011}\n" }, folder);
    expect(JSON.parse((await run()).stdout)).toHaveLength(2);
  });

  test("a change that leaves size and time as they were shortly before is seen", async () => {
    await run();
    const { atime, mtime } = statSync(join(folder, "a.html"));
    write({ "a.html": "%{010}%{ 11}\n" }, folder);
    utimesSync(join(folder, "a.html"), atime, mtime);
    expect(JSON.parse((await run()).stdout)).toHaveLength(1);
  });

  test.each([
    ["cut off", (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
    ["changed in the middle", (bytes: Buffer) => bytes.fill("x", 120, 180)],
    ["empty", () => Buffer.alloc(0)],
  ])("a cache that is %s is made anew, with a warning", async (_what, damage) => {
    const expected = await run();
    const sound = readFileSync(cacheFile());
    writeFileSync(cacheFile(), damage(Buffer.from(sound)));
    const outcome = await run();
    expect(outcome).toEqual({
      ...expected,
      stderr: expect.stringMatching(/^pubc: the cache .* is damaged; it is made anew\n$/),
    });
    expect(await run()).toEqual(expected);
  });

  test("a cache of another version is made anew without a word", async () => {
    const expected = await run();
    const text = readFileSync(cacheFile(), "latin1");
    writeFileSync(cacheFile(), text.replace(/"tool":"[^"]*"/, '"tool":"of another version"'), "latin1");
    expect(await run()).toEqual(expected);
    expect(readFileSync(cacheFile(), "latin1")).not.toContain("of another version");
  });

  test("runs at the same time do not disturb each other", async () => {
    rmSync(cache, { recursive: true });
    const outcomes = await Promise.all([run(), run(), run(), run()]);
    for (const outcome of outcomes) expect(outcome).toEqual(outcomes[0]);
    expect(outcomes[0].stderr).toBe("");
    expect(readdirSync(join(cache, "pubc"))).toHaveLength(1);
    expect(await run()).toEqual(outcomes[0]);
  });

  test("--no-cache keeps nothing", async () => {
    rmSync(cache, { recursive: true });
    await check([folder, "--no-cache"], cache);
    expect(existsSync(cache)).toBe(false);
  });
});

describe("which site is meant", () => {
  test.each([
    ["the site", "bookshop"],
    ["a part of it", "bookshop/layout"],
    ["a file of it", "bookshop/pages/index.html"],
    ["the folder around it", "members"],
  ])("%s", async (_what, path) => {
    const outcome = await check([join(root, "examples", path)]);
    expect(outcome).toMatchObject({ code: 0, stdout: "0 errors, 0 warnings\n" });
  });
});

describe("services", () => {
  test("the functions of the guest book are known from its configuration", async () => {
    expect(await check([join(root, "examples/guestbook")])).toMatchObject({
      code: 0,
      stdout: "0 errors, 0 warnings\n",
    });
    expect(await check([join(root, "examples/guestbook/site/parts/entry.html")])).toMatchObject({ code: 0 });
  });

  test("what services publish counts as set", async () => {
    const folder = join(scratch, "with-service");
    write(
      {
        "service.ts": 'import { show } from "./show.js";\nexport default { handle: show };\n',
        "show.ts": 'export const show = (r: any) => r.page("/page.html", { titles: ["a"] as string[] });\n',
        "site/page.html": "{% locals { title : 'x' } %}<h1>%{title | html_escape}, %{titles[0] | html_escape}</h1>\n",
      },
      folder,
    );
    const site = join(folder, "site");
    expect((await check([site, "--format", "github"])).stdout).toContain("did you mean `title`");
    expect(await check([site, "--service", join(folder, "service.ts"), "--strict"])).toMatchObject({ code: 0 });
  });

  test("functions of a library: arguments, waiting, near names", async () => {
    const folder = join(scratch, "with-library");
    write(
      {
        "library.js":
          'export const own = { name : "own", patterns : { shout : "s", wait_for : "s|i", len : "ss" }, blocking : ["wait_for"] };',
        "site/page.html":
          '%{shout("a")}%{shout()}%{shot("a")}%{wait_for("x")}%{wait_for(* "x", 2 *)}%{len("a", "b")}\n',
      },
      folder,
    );
    const { stdout } = await check([join(folder, "site"), "--library", join(folder, "library.js"), "--format", "json"]);
    const found = JSON.parse(stdout).map(({ code, column, hint }: Record<string, unknown>) => [code, column, hint]);
    expect(found).toEqual(
      [
        ["argument-count", 16, "it is defined in the library `own`"],
        ["unknown-function", 26, "did you mean `shout`?"],
        ["needs-asterisks", 38, "write `wait_for(* … *)`"],
      ].map(([rule, column, hint]) => [rule, column, Buffer.from(hint as string).toString("latin1")]),
    );
  });
});
