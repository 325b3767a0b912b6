/**
 * A bundle is the same byte for byte, whether it was compiled at once, edit by edit, or from a cache.
 */
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import fc from "fast-check";
import type { Manifest } from "pub-runtime";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type CompileOptions, SiteCompiler } from "./compile.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pub-incremental-"));
  mkdirSync(join(folder, "site"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const warnings: string[] = [];

function compiler(out: string, options: CompileOptions = {}, cached = false): SiteCompiler {
  const surroundings = {
    cache: cached ? join(folder, "cache") : undefined,
    warn: (line: string) => warnings.push(line),
  };
  return new SiteCompiler(join(folder, "site"), join(folder, out), options, surroundings);
}

function write(name: string, text: string): void {
  mkdirSync(dirname(join(folder, "site", name)), { recursive: true });
  writeFileSync(join(folder, "site", name), text);
}

/** All that a server sees of a bundle: manifest, declarations, the modules with their maps, the copies of the files. */
function bundle(out: string): Record<string, string> {
  const path = join(folder, out);
  if (!existsSync(join(path, "manifest.json"))) return {};
  const manifest: Manifest = JSON.parse(readFileSync(join(path, "manifest.json"), "utf8"));
  const names = ["manifest.json", "site.d.ts", manifest.runtime];
  for (const { module, traced } of Object.values(manifest.templates)) {
    for (const name of traced === undefined ? [module] : [module, traced]) {
      names.push(name);
      if (existsSync(join(path, `${name}.map`))) names.push(`${name}.map`);
    }
  }
  const copies = join(path, "files");
  for (const entry of existsSync(copies) ? readdirSync(copies, { recursive: true, withFileTypes: true }) : []) {
    if (entry.isFile()) names.push(join(entry.parentPath, entry.name).slice(path.length + 1));
  }
  return Object.fromEntries(names.sort().map((name) => [name, readFileSync(join(path, name), "latin1")]));
}

/** What the bundle is when everything is compiled at once. */
async function fresh(options: CompileOptions): Promise<Record<string, string>> {
  rmSync(join(folder, "fresh"), { recursive: true, force: true });
  await compiler("fresh", options).build();
  return bundle("fresh");
}

const FILES = ["a.html", "b.html", "lib.pub", "sub/part.html", "sub/deep/c.html", "data.txt", "site.conf"];

/** Pieces of templates that mean something for other files, or depend on them. */
const PIECES = [
  "<p>text</p>",
  "caf\xc3\xa9 %{x}",
  "{% def g() { return 1; } %}",
  "{% def g() { return raw(* 'x' *); } %}",
  "{% def f() { return g(); } print(f()); %}",
  "{% include('sub/part.html'); %}",
  "{% include('part.html', { t : 1 }); load('/lib.pub'); %}",
  "{% x = [g]; %}",
  "{% x = lookup('q'); %}",
  "{% dump_env(); %}",
  "{% include('sub/%{n}.html'); %}",
  "{% f = lambda (a) { return a; }; print(f(1)); %}",
  "{% universals { u : 1 } for (i, [1]) { print(i); } %}",
  "{% for (i, list) {{ %{i} }} own(* 1 *); %}",
  "{% if (a { %}",
  "{% y = 'b' | match(r/[/); %}",
];

const edit = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ file: fc.constantFrom(...FILES), pieces: fc.array(fc.constantFrom(...PIECES)) }),
  },
  { weight: 2, arbitrary: fc.record({ removed: fc.constantFrom(...FILES, "sub") }) },
  { weight: 1, arbitrary: fc.constant({ renamed: true as const }) },
  { weight: 1, arbitrary: fc.constant({ restarted: true as const }) },
  { weight: 1, arbitrary: fc.constant({ emptied: true as const }) },
);
type Edit = typeof edit extends fc.Arbitrary<infer Value> ? Value : never;

/** Makes an edit; the paths that changed and those that were removed. */
function make(change: Edit): { changed: string[]; removed: string[] } {
  const path = (name: string) => join(folder, "site", name);
  if ("file" in change) {
    write(change.file, change.pieces.join("\n"));
    return { changed: [change.file], removed: [] };
  }
  if ("removed" in change) {
    rmSync(path(change.removed), { recursive: true, force: true });
    return { changed: [], removed: [change.removed] };
  }
  if ("renamed" in change) {
    const [from, to] = existsSync(path("sub")) ? ["sub", "moved"] : ["moved", "sub"];
    if (!existsSync(path(from))) return { changed: [], removed: [] };
    rmSync(path(to), { recursive: true, force: true });
    renameSync(path(from), path(to));
    const files = readdirSync(path(to), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const names = files.map((entry) => join(entry.parentPath, entry.name).slice(path("x").length - 1));
    return { changed: names, removed: [from, to] };
  }
  if ("emptied" in change) rmSync(join(folder, "dist"), { recursive: true, force: true });
  return { changed: [], removed: [] };
}

describe.each([{ keepGoing: true }, { keepGoing: false }, { keepGoing: true, traced: true }])("%o", (options) => {
  test("any sequence of edits gives what a fresh compilation gives", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 8 }), async (edits) => {
        for (const name of ["site", "dist", "cache"]) rmSync(join(folder, name), { recursive: true, force: true });
        for (const [index, name] of FILES.entries()) write(name, PIECES[index]);
        let watching = compiler("dist", options, true);
        await watching.build();
        for (const change of edits) {
          const { changed, removed } = make(change);
          if ("restarted" in change) {
            watching.remember();
            watching = compiler("dist", options, true);
            await watching.build();
          }
          const { written } = await watching.update(changed, removed);
          watching.declare();
          const expected = await fresh(options);
          // With errors the bundle stays what it was; a fresh one is not there at all.
          if (written) expect(bundle("dist")).toEqual(expected);
          else expect(expected).toEqual({});
        }
        expect(warnings).toEqual([]);
      }),
      { numRuns: 15 },
    );
  });
});

describe("the cache", () => {
  const OPTIONS = {};
  const statOf = (name: string) => {
    const { ino, mtimeNs } = statSync(join(folder, "dist", name), { bigint: true });
    return { ino, mtimeNs };
  };
  const cacheFile = () => {
    const [name] = readdirSync(join(folder, "cache")).filter((each) => each.endsWith(".cache"));
    return join(folder, "cache", name);
  };
  beforeEach(async () => {
    warnings.length = 0;
    write("a.html", "{% include('b.html'); %}");
    write("b.html", "{% def g() { return 1; } print(g()); %}");
    write("plain.css", "p { }");
    // Files that have just changed are read again, whatever their times say.
    await pause(80);
    await compiler("dist", OPTIONS, true).build();
  });

  test("nothing changed: nothing is written", async () => {
    const before = [statOf("manifest.json"), statOf("files/plain.css"), statOf("files/a.html")];
    const result = await compiler("dist", OPTIONS, true).build();
    expect(result).toEqual({ templates: 2, files: 1, diagnostics: [], errors: 0, warnings: 0, written: true });
    expect([statOf("manifest.json"), statOf("files/plain.css"), statOf("files/a.html")]).toEqual(before);
  });

  test("times changed only: the manifest stays", async () => {
    for (const name of ["a.html", "plain.css"]) write(name, readFileSync(join(folder, "site", name), "utf8"));
    const before = statOf("manifest.json");
    await compiler("dist", OPTIONS, true).build();
    expect(statOf("manifest.json")).toEqual(before);
  });

  test("a change of what another file means reaches the files that depend on it", async () => {
    write("b.html", "{% def g() { return raw(* 'x' *); } print(g()); %}");
    await compiler("dist", OPTIONS, true).build();
    expect(bundle("dist")).toEqual(await fresh(OPTIONS));
    expect(bundle("dist")["manifest.json"]).toContain("a.html");
  });

  test.each<[string, () => void]>([
    ["its last bytes are missing", () => writeFileSync(cacheFile(), readFileSync(cacheFile(), "utf8").slice(0, -20))],
    [
      "a byte is different",
      () => writeFileSync(cacheFile(), readFileSync(cacheFile(), "utf8").replace("b.html", "c.html")),
    ],
    ["it is empty", () => writeFileSync(cacheFile(), "")],
    ["it has a line too many", () => appendFileSync(cacheFile(), "x\n")],
  ])("is ignored with a warning when %s", async (_, damage) => {
    damage();
    write("b.html", "new");
    await compiler("dist", OPTIONS, true).build();
    expect(warnings).toEqual([expect.stringMatching(/^the cache .*\.cache is damaged \(.*\); compiling everything$/)]);
    expect(bundle("dist")).toEqual(await fresh(OPTIONS));
    warnings.length = 0;
    await compiler("dist", OPTIONS, true).build();
    expect(warnings).toEqual([]);
  });

  test("other options do not see it", async () => {
    await compiler("dist", { dictOrder: "reference" }, true).build();
    expect(bundle("dist")).toEqual(await fresh({ dictOrder: "reference" }));
  });

  test.each<[string, () => void]>([
    ["bundle", () => rmSync(join(folder, "dist"), { recursive: true })],
    ["modules", () => rmSync(join(folder, "dist/templates"), { recursive: true })],
    ["copies", () => rmSync(join(folder, "dist/files"), { recursive: true })],
    ["manifest", () => rmSync(join(folder, "dist/manifest.json"))],
    ["declarations", () => rmSync(join(folder, "dist/site.d.ts"))],
  ])("what is missing of the bundle is written again: %s", async (_, remove) => {
    remove();
    await compiler("dist", OPTIONS, true).build();
    expect(bundle("dist")).toEqual(await fresh(OPTIONS));
  });

  test("compilations at the same time do not harm each other", async () => {
    write("b.html", "{% def g() { return 2; } print(g()); %}");
    await Promise.all([1, 2, 3].map(() => compiler("dist", OPTIONS, true).build()));
    expect(bundle("dist")).toEqual(await fresh(OPTIONS));
    await compiler("dist", OPTIONS, true).build();
    expect(warnings).toEqual([]);
  });

  test("a folder that cannot be written to is reported, and the bundle is written", async () => {
    rmSync(join(folder, "cache"), { recursive: true });
    writeFileSync(join(folder, "cache"), "a file");
    expect((await compiler("dist", OPTIONS, true).build()).written).toBe(true);
    expect(warnings).toHaveLength(2);
    expect(warnings.at(-1)).toMatch(/^cannot write the cache .*; the next start will be slower$/);
  });
});
