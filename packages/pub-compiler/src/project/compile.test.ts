/**
 * Builds after a change: what another file means for a template is taken up too.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import type { Manifest } from "pub-runtime";
import { afterEach, beforeEach, expect, test } from "vitest";
import { SiteCompiler } from "./compile.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pub-compile-"));
  mkdirSync(join(folder, "site"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, text: string) => writeFileSync(join(folder, "site", name), text);

function code(name: string): string {
  const manifest: Manifest = JSON.parse(readFileSync(join(folder, "dist/manifest.json"), "utf8"));
  return readFileSync(join(folder, "dist", manifest.templates[name].module), "utf8");
}

test.each([
  [
    "a function of another file begins to wait",
    "{% def g() { return 1; } %}",
    "{% def g() { return raw(* 'x' *); } %}",
  ],
  ["a function of this file is stored elsewhere", "{% x = 1; %}", "{% x = [f]; %}"],
  ["another file begins to look names up", "{% x = 1; %}", "{% x = lookup('q'); %}"],
])("%s", async (_, before, after) => {
  write("a.html", "{% def f() { return g(); } universals { u : 1 } for (i, [1]) { print(i); } %}");
  write("b.html", before);
  const compiler = new SiteCompiler(join(folder, "site"), join(folder, "dist"));
  await compiler.build();
  const first = code("/a.html");
  write("b.html", after);
  await compiler.update(["b.html"], []);
  const second = code("/a.html");
  expect(second).not.toBe(first);
  await new SiteCompiler(join(folder, "site"), join(folder, "fresh")).build();
  const fresh: Manifest = JSON.parse(readFileSync(join(folder, "fresh/manifest.json"), "utf8"));
  expect(second).toBe(readFileSync(join(folder, "fresh", fresh.templates["/a.html"].module), "utf8"));
});

test("a template that a change does not concern keeps its module", async () => {
  write("a.html", "<p>a</p>");
  write("b.html", "<p>b</p>");
  const compiler = new SiteCompiler(join(folder, "site"), join(folder, "dist"));
  await compiler.build();
  const first = code("/a.html");
  write("b.html", "<p>c</p>");
  await compiler.update(["b.html"], []);
  expect(code("/a.html")).toBe(first);
  expect(code("/b.html")).toContain("<p>c</p>");
});

test("the map follows a change that moves positions only", async () => {
  const place = async (template: string): Promise<number | null> => {
    write("a.html", template);
    await new SiteCompiler(join(folder, "site"), join(folder, "dist")).build();
    const manifest: Manifest = JSON.parse(readFileSync(join(folder, "dist/manifest.json"), "utf8"));
    const module = join(folder, "dist", manifest.templates["/a.html"].module);
    const line = readFileSync(module, "utf8")
      .split("\n")
      .findIndex((text) => text.includes("total"));
    return originalPositionFor(new TraceMap(readFileSync(`${module}.map`, "utf8")), { line: line + 1, column: 99 })
      .column;
  };
  expect(await place('{% print("total"); %}')).toBe(9);
  expect(await place('{%     print("total"); %}')).toBe(13);
});
