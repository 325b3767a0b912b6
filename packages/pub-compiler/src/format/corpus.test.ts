/**
 * Formatting all the templates of `fixtures/` and `examples/`: a second time changes nothing, and programs put out the same as
 * before. Programs are run by sample; with PUB_FORMAT=all every one of them is.
 */
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { isTemplate, listFiles } from "../project/discover.js";
import { render } from "../project/render.js";
import { formatTemplate } from "./format.js";

const repository = fileURLToPath(new URL("../../../../", import.meta.url));
const corpus = join(repository, "fixtures/conformance");
const scratch = mkdtempSync(join(tmpdir(), "pub-format-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Programs that print the lines they stand on, which formatting may change. */
const PRINT_LINES: ReadonlySet<string> = new Set([
  "language/core/stacktrace",
  "language/values/function-forms",
  "library/env/eval-location-and-breadcrumb",
  "library/env/stacktrace-in-include",
]);
/** One program in so many is run. */
const SAMPLE = process.env.PUB_FORMAT === "all" ? 1 : 12;

/** Formats a byte string; the result is that of a second time as well. */
function formatted(source: string, name: string): string {
  const { text, diagnostics } = formatTemplate(source);
  if (diagnostics.length > 0) expect(text, name).toBe(source);
  else expect(formatTemplate(text), name).toEqual({ text, changed: false, diagnostics: [] });
  return text;
}

function formatFolder(folder: string): void {
  for (const file of listFiles(folder)) {
    const path = join(folder, file);
    const source = readFileSync(path, "latin1");
    if (isTemplate(file, () => source)) writeFileSync(path, formatted(source, path), "latin1");
  }
}

function programs(folder: string): string[] {
  if (existsSync(join(folder, "main.pub"))) return [folder];
  const folders = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders.flatMap(({ name }) => programs(join(folder, name)));
}

/** The same programs in every run. */
const isSampled = (name: string): boolean => createHash("sha1").update(name).digest().readUInt32BE() % SAMPLE === 0;

test.each(["examples", "fixtures/sites"])("a second time changes nothing: %s", (folder) => {
  const copy = join(scratch, basename(folder));
  cpSync(join(repository, folder), copy, { recursive: true, filter: (path) => basename(path) !== "node_modules" });
  formatFolder(copy);
});

test("a second time changes nothing: small programs", () => {
  const sources = new Map<string, string>();
  const add = (name: string, text: string) => sources.set(name, Buffer.from(text, "utf8").toString("latin1"));
  const json = (path: string) => JSON.parse(readFileSync(path, "utf8"));
  for (const { id, files } of json(join(corpus, "spec-examples.json"))) {
    for (const [name, text] of Object.entries<string>(files)) add(`${id}/${name}`, text);
  }
  for (const line of readFileSync(join(corpus, "fuzz.jsonl"), "utf8").trim().split("\n")) {
    const { id, files } = JSON.parse(line);
    if (!isSampled(id)) continue;
    for (const [name, text] of Object.entries<string>(files)) add(`${id}/${name}`, text);
  }
  const corners = join(repository, "fixtures/corners");
  for (const file of readdirSync(corners)) {
    for (const { name, source } of json(join(corners, file))) add(`${file}/${name}`, source);
  }
  for (const [name, source] of sources) formatted(source, name);
  expect(sources.size).toBeGreaterThan(500);
});

test("programs put out the same as before", async () => {
  let count = 0;
  for (const folder of programs(corpus)) {
    const name = relative(corpus, folder);
    if (PRINT_LINES.has(name) || !isSampled(name)) continue;
    const copy = join(scratch, name);
    cpSync(folder, copy, { recursive: true });
    formatFolder(copy);
    const run = async (root: string) => (await render({ root, main: "main.pub", options: { seed: 1 } })).output;
    expect(await run(copy), name).toBe(await run(folder));
    count++;
  }
  expect(count).toBeGreaterThan(40);
});
