// The compiler as a library, as its users import it: results as data, on a site with a mistake in it.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { check, compile, format, render } from "pub-compiler";
import { openSite } from "pub-runtime";
import { defineLibrary } from "pub-runtime/service";
import { afterAll, beforeAll, expect, test } from "vitest";
import { pubc, root } from "./command.js";

const scratch = mkdtempSync(join(tmpdir(), "pub-api-"));
const good = join(scratch, "good");
const bad = join(scratch, "bad");

beforeAll(() => {
  const files = {
    "good/index.html": '{% include("parts/head.html", {title : "Grüße"}); %}<p>%{initials(name) | html_escape}</p>\n',
    "good/parts/head.html": "<h1>%{title | html_escape}</h1>\n",
    "good/style.css": "p { color: red }\n",
    "bad/index.html": "ü%{html_escap('x')}\n",
    "bad/broken.html": "a\n{% if (1 { } %}\n",
  };
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(scratch, name)), { recursive: true });
    writeFileSync(join(scratch, name), text);
  }
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

test.each([1, 2])("compile writes a bundle, in %i threads", async (threads) => {
  const out = join(scratch, `dist-${threads}`);
  expect(await compile({ root: good, out, threads })).toEqual({
    ok: true,
    written: true,
    errors: 0,
    warnings: 0,
    templates: 2,
    files: 1,
    diagnostics: [],
  });
  const site = await openSite(out);
  expect(site.has("/index.html")).toBe(true);
  site.close();
});

test("compile reports mistakes and writes nothing", async () => {
  const out = join(scratch, "dist-bad");
  const report = await compile({ root: bad, out });
  expect(report).toMatchObject({ ok: false, written: false, errors: 1 });
  expect(report.diagnostics).toMatchObject([{ file: "broken.html", line: 2, column: 10, severity: "error" }]);
  expect(report.diagnostics[0].frame).toContain("2 | {% if (1 { } %}");
  expect(existsSync(join(out, "manifest.json"))).toBe(false);
});

test("check reports findings, by the severities that it is told", async () => {
  const found = (await check({ root: bad })).diagnostics.find(({ file }) => file === "index.html");
  expect(found).toEqual({
    file: "index.html",
    line: 1,
    column: 4,
    endLine: 1,
    endColumn: 14,
    code: "unknown-function",
    severity: "error",
    message: "There is no function `html_escap`",
    hint: "did you mean `html_escape`?",
    related: [],
    frame: expect.stringContaining("ü%{html_escap('x')}"),
  });
  const report = await check({ root: bad, rules: { "unknown-function": "off" } });
  expect(report.diagnostics.map(({ file }) => file)).toEqual(["broken.html"]);
});

test("check knows libraries of own functions", async () => {
  const own = defineLibrary("own", { initials: { args: "s", doc: "", run: (name) => name } });
  expect(await check({ root: good, libraries: [own] })).toMatchObject({ ok: true, diagnostics: [] });
  expect(await check({ root: good })).toMatchObject({ ok: false, errors: 1 });
});

test("render gives text, bytes and log", async () => {
  const report = await render({ root: good, page: "parts/head.html", variables: { title: "Grüße & <Küsse>" } });
  expect(report).toEqual({
    ok: true,
    text: "<h1>Grüße &#38; &lt;Küsse&gt;</h1>\n",
    bytes: Buffer.from("<h1>Grüße &#38; &lt;Küsse&gt;</h1>\n"),
    log: [],
  });
  const failed = await render({ root: bad, page: "broken.html" });
  expect(failed).toMatchObject({ ok: false, text: "" });
  expect(failed.log[0]).toMatch(/broken\.html:2: syntax error/);
  expect((await render({ root: bad, page: "index.html" })).log[0]).toContain("html_escap");
});

test("format formats text", () => {
  expect(format("ü{%x=1;print( x )%}\n")).toEqual({
    text: "ü{% x = 1; print(x); %}\n",
    changed: true,
    diagnostics: [],
  });
  expect(format("{% if (1 { } %}", "a.html")).toMatchObject({
    text: "{% if (1 { } %}",
    changed: false,
    diagnostics: [{ file: "a.html", line: 1, severity: "error" }],
  });
});

test("the example of the documentation prints what it says", async () => {
  const text = readFileSync(join(root, "docs/api.md"), "utf8");
  const [, example, output] = /^```js\n(.*?)^```\n\n```output\n(.*?)^```/ms.exec(text)!;
  const folder = join(scratch, "documentation");
  expect((await pubc(["init", folder])).code).toBe(0);
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  writeFileSync(join(folder, "example.mjs"), example);
  expect(execFileSync(process.execPath, ["example.mjs"], { cwd: folder, encoding: "utf8" })).toBe(output);
});
