/**
 * Bundling services.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, expect, test } from "vitest";
import { bundleService, parseServiceEntry } from "./bundle-services.js";

const folder = mkdtempSync(join(tmpdir(), "pub-bundle-services-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each([
  ["dist/a.mjs=a.ts", { module: resolve("dist/a.mjs"), source: resolve("a.ts") }],
  ["a.mjs=b=c.ts", { module: resolve("a.mjs"), source: resolve("b=c.ts") }],
  ["a.ts", null],
  ["=a.ts", null],
  ["a.mjs=", null],
])("%s", (text, expected) => expect(parseServiceEntry(text)).toEqual(expected));

test("a service becomes one module with a source map; packages stay outside", async () => {
  const entry = { source: join(folder, "shop.ts"), module: join(folder, "dist/shop.mjs") };
  writeFileSync(join(folder, "prices.ts"), "export const prices: Record<string, number> = { chair: 4900 };\n");
  writeFileSync(
    entry.source,
    'import { defineService } from "pub-runtime/service";\nimport { prices } from "./prices.js";\nexport default defineService({ name: "shop", handle: () => prices });\n',
  );
  const { mistakes, inputs } = await bundleService(entry);
  expect(mistakes).toEqual([]);
  expect([...inputs].sort()).toEqual([join(folder, "prices.ts"), entry.source]);
  const text = readFileSync(entry.module, "utf8");
  expect(text).toContain("4900");
  expect(text).toContain('from "pub-runtime/service"');
  expect(existsSync(`${entry.module}.map`)).toBe(true);

  writeFileSync(entry.source, "const x = 1;\nexport default (;\n");
  const failed = await bundleService(entry);
  expect(failed.mistakes).toMatchObject([{ line: 2, column: 17, message: 'Unexpected ";"' }]);
  expect(failed.mistakes[0].frame).toContain("export default (;");
  expect(readFileSync(entry.module, "utf8")).toBe(text);
});
