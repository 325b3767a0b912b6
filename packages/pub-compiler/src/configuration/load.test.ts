/**
 * Configuration files of every kind, found and read.
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { loadConfiguration } from "./load.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pub-configuration-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

test.each<[name: string, text: string]>([
  ["pubc.config.json", '{ "root": "site", "check": { "strict": true } }'],
  ["pubc.config.mjs", 'export default { root: "site", check: { strict: true } };'],
  [
    "pubc.config.ts",
    `import { type Configuration, defineConfig } from "pub-compiler";
     import { root } from "./settings/root.js";
     const strict: boolean = true;
     const configuration: Configuration = { root, check: { strict } };
     export default defineConfig(configuration);`,
  ],
])("%s", async (name, text) => {
  write({ [name]: text, "settings/root.ts": 'export const root = "site" as string;', "deep/er/x": "" });
  const expected = { file: join(folder, name), configuration: { root: join(folder, "site"), check: { strict: true } } };
  expect(await loadConfiguration(folder)).toEqual(expected);
  expect(await loadConfiguration(join(folder, "deep/er"))).toEqual(expected);
  expect(readdirSync(folder).sort()).toEqual(["deep", name, "settings"].sort());
});

test("paths are relative to the file", async () => {
  write({
    "a/pubc.config.json":
      '{ "out": "../dist", "libraries": ["lib.ts"], "services": { "dist/s.mjs": "s.ts" }, "dev": { "serverConfig": "c" } }',
  });
  expect((await loadConfiguration(folder, "a/pubc.config.json")).configuration).toEqual({
    out: join(folder, "dist"),
    libraries: [join(folder, "a/lib.ts")],
    services: { [join(folder, "a/dist/s.mjs")]: join(folder, "a/s.ts") },
    dev: { serverConfig: join(folder, "a/c") },
  });
});

test("without a file the configuration is empty", async () => {
  expect(await loadConfiguration(folder)).toEqual({ file: null, configuration: {} });
});

test.each<[files: Record<string, string>, message: RegExp]>([
  [
    { "pubc.config.json": '{\n  "compile": {\n    "minfy": true\n  }\n}' },
    /pubc\.config\.json:3: "compile\.minfy" is unknown; did you/,
  ],
  [{ "pubc.config.json": "{ oops }" }, /pubc\.config\.json cannot be read: .*JSON/],
  [{ "pubc.config.ts": "export default {\n  a b\n};" }, /pubc\.config\.ts cannot be read: 2:5: Expected/],
  [
    { "pubc.config.ts": 'import "./nowhere.js";\nexport default {};' },
    /cannot be read: 1:8: Could not resolve "\.\/nowhere\.js"/,
  ],
  [{ "pubc.config.mjs": "throw new Error('not today');" }, /cannot be read: not today/],
  [{ "pubc.config.mjs": "export const root = 1;" }, /cannot be read: it has no default export/],
  [{ "pubc.config.mjs": "export default 3;" }, /the configuration must be an object/],
  [
    { "pubc.config.mjs": "export default {};", "pubc.config.json": "{}" },
    /has pubc\.config\.mjs and pubc\.config\.json; keep one/,
  ],
  [{ "pubc.config.json": '{ "root": 1, "out": 2 }' }, /"root" must be a text.*\n.*"out" must be a text/],
])("%o is refused", async (files, message) => {
  write(files);
  await expect(loadConfiguration(folder)).rejects.toThrow(message);
  expect(readdirSync(folder).sort()).toEqual(Object.keys(files).sort());
});

test("a file that is not there is refused", async () => {
  await expect(loadConfiguration(folder, "other.json")).rejects.toThrow(/there is no configuration file .*other\.json/);
});
