// Expressions as deep as the parser lets them be go through every command: what is accepted can be compiled and run.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OnDemandSource, optimizationNames, optimizationsWithout, publish } from "pub-compiler";
import { parseTemplate, printTemplate } from "pub-parser";
import { afterAll, describe, expect, test } from "vitest";
import { pubc } from "./command.js";

const folder = mkdtempSync(join(tmpdir(), "pub-limits-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const repeat = (link: string, count: number): string => link.repeat(count);
const entries = Array.from({ length: 70_000 }, (_, index) => `k${index}:y`).join(", ");

/** Name, source, output. */
const deepest: [string, string, string][] = [
  ["addition", `{% x = 1; print(x${repeat(" + x", 598)}) %}`, "599"],
  ["logical operators", `%{0${repeat(" || 0", 599)}}`, "false"],
  ["logical operators, mixed", `{% if (0${repeat(" || 1 && 0", 590)}) { } else { print("e") } %}`, "e"],
  ["comparison", `%{1${repeat(" < 2", 599)}}`, "true"],
  ["assignment", `{% print(${repeat("a = ", 299)}1) %}`, "1"],
  ["filters", `%{"a"${repeat(" | toupper", 149)}}`, "A"],
  ["filters with arguments", `{% y = "b"; print(nosuch${repeat(" | default(y)", 140)}) %}`, "b"],
  ["negation", `%{${repeat("!", 199)}1}`, "false"],
  ["indices", `{% x = [1]; x[0] = x; print(len(x${repeat("[0]", 590)})) %}`, "1"],
  ["calls", `{% f = lambda() { return f; }; f${repeat("()", 290)}; print("ok") %}`, "ok"],
  ["calls with arguments", `{% f = lambda(x) { return f; }; f${repeat("(f(f))", 290)}; print("ok") %}`, "ok"],
  ["nested calls", `{% print(${repeat("isnull(", 190)}1${repeat(")", 190)}) %}`, "false"],
  ["nested filters", `{% print(${repeat("default(", 90)}nosuch${repeat(", 1)", 90)}) %}`, "1"],
  ["branches", `{% x = 1; if (0) {}${repeat(" elif (x == 0) {}", 990)} else { print("e") } %}`, "e"],
  ["entries", `{% y = 1; print(len({${entries}})) %}`, "70000"],
];

describe.each([
  ["optimised", optimizationsWithout([]), false],
  ["by name", optimizationsWithout(optimizationNames), false],
  ["traced", optimizationsWithout([]), true],
])("%s", (_, optimizations, traced) => {
  test.each(deepest)("%s", async (name, source, output) => {
    writeFileSync(join(folder, "page.pub"), source);
    const templates = new OnDemandSource(folder, { referenceOrder: false, traced, optimizations });
    const options = traced ? { warnNull: true, errors: { comments: true } } : {};
    expect((await publish(templates, { name: "page.pub", options })).output, name).toBe(output);
  });
});

test.each(deepest)("print and parse: %s", (_, source) => {
  expect(parseTemplate(printTemplate(parseTemplate(source).template)).log).toEqual([]);
});

test.each([
  ["compile", (site: string) => ["compile", site, "-o", join(folder, "dist"), "-q"]],
  ["check", (site: string) => ["check", site, "--no-cache"]],
  ["format", (site: string) => ["format", site]],
  ["ast", (site: string) => ["ast", join(site, "addition.pub")]],
])("pubc %s", async (_, args) => {
  const site = mkdtempSync(join(folder, "site-"));
  for (const [name, source] of deepest) writeFileSync(join(site, `${name}.pub`), source);
  const { code, stderr } = await pubc(args(site));
  // The layout of code takes more of the engine's stack than running it.
  const messages = stderr.match(/nested too deep to be laid out/g) ?? [];
  expect(messages.length).toBeLessThan(3);
  expect(stderr).not.toMatch(/call stack|internal|\.js:\d/);
  expect(code).toBe(messages.length > 0 ? 1 : 0);
});
