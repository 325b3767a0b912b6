/**
 * Reading a manifest again gives what reading it anew gives, whatever changed.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { ManifestReader } from "./manifest-reader.js";

const folder = mkdtempSync(join(tmpdir(), "pub-manifest-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Table = Record<string, { module: string }>;

/** A manifest as the compiler lays it out. */
function manifest(templates: Table, files: Record<string, unknown> = {}, runtime = "runtime-1.mjs"): string {
  const table = (entries: object) => {
    const lines = Object.entries(entries).map(([key, entry]) => `  ${JSON.stringify(key)}: ${JSON.stringify(entry)}`);
    return lines.length === 0 ? "{}" : `{\n${lines.join(",\n")}\n }`;
  };
  const head = ` "version": 1,\n "runtime": ${JSON.stringify(runtime)},\n "options": {"dictOrder":"insertion"}`;
  return `{\n${head},\n "templates": ${table(templates)},\n "files": ${table(files)}\n}\n`;
}

const write = (text: string) => writeFileSync(join(folder, "manifest.json"), text);

const state = fc.record({
  templates: fc.dictionary(
    fc.constantFrom("/a.html", "/b.html", "/sub/ü.html", '/"quoted".html', "/z.html"),
    fc.record({ module: fc.constantFrom("m-1.cjs", "m-2.cjs", "longer/m-3.cjs") }),
  ),
  files: fc.dictionary(fc.constantFrom("/a.css", "/b.css"), fc.record({ size: fc.nat(3) })),
  runtime: fc.constantFrom("runtime-1.mjs", "runtime-2.mjs"),
  // With many others around them, so that the entries are in the middle.
  many: fc.boolean(),
});

const MANY: Table = Object.fromEntries(
  Array.from({ length: 300 }, (_, index) => [`/many/${index}.html`, { module: `${index}.cjs` }]),
);

test("any sequence of manifests", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(state, { minLength: 2, maxLength: 5 }), async (states) => {
      const reader = new ManifestReader(folder);
      let before: Table = {};
      for (const { templates, files, runtime, many } of states) {
        const all = many ? { ...MANY, ...templates } : { ...templates };
        write(manifest(all, files, runtime));
        const { manifest: found, changed } = await reader.read();
        expect(found).toMatchObject({ templates: all, files, runtime });
        expect(Object.keys(found.templates).sort()).toEqual(Object.keys(all).sort());
        for (const [key, { module }] of Object.entries(all)) {
          if (before[key]?.module !== module) expect(changed === null || changed.includes(key)).toBe(true);
        }
        before = all;
      }
    }),
    { numRuns: 200 },
  );
});

test("of an edit only its entry is read", async () => {
  const reader = new ManifestReader(folder);
  write(manifest(MANY));
  expect((await reader.read()).changed).toBeNull();
  write(manifest({ ...MANY, "/many/7.html": { module: "other.cjs" } }));
  const { manifest: found, changed } = await reader.read();
  expect(changed).toEqual(["/many/7.html"]);
  expect(found.templates["/many/7.html"]).toEqual({ module: "other.cjs" });
  expect((await reader.read()).changed).toEqual([]);
});

test.each([
  ["damaged", "{"],
  ["of another version", '{ "version": 2, "templates": {} }'],
])("a manifest that is %s is refused, and the next one is read", async (_, text) => {
  const reader = new ManifestReader(folder);
  write(manifest(MANY));
  await reader.read();
  write(text);
  await expect(reader.read()).rejects.toThrow();
  write(manifest({ "/a.html": { module: "a.cjs" } }));
  expect((await reader.read()).manifest.templates).toEqual({ "/a.html": { module: "a.cjs" } });
});
