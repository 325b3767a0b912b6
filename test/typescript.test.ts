// `pubc compile --emit-typescript`: the modules of a site as TypeScript that the strictest compiler accepts, and that run.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { pubc, root } from "./command.js";

const scratch = mkdtempSync(join(tmpdir(), "pub-typescript-"));
const site = join(scratch, "site");

/** Each exercises other parts of what the compiler writes. */
const TEMPLATES: Record<string, string> = {
  "text.html": "<p>  plain  </p>\n<pre> kept </pre>\n",
  "names.html":
    "{% locals { a : 1, b : a + 1, c } globals { g : 2 } universals { u : 3 } c = u; %}%{a}%{b}%{c}%{g}%{nosuch}",
  "functions.html":
    "{% def f(x, y | z) { if (x > y) { return z; } return f(x + 1, y, x); } l = lambda(n) { return n * 2; }; %}%{f(1, 3)} %{l(4)} %{apply_all(l)}{% def apply_all(fn) { return fn(1); } %}",
  "loops.html":
    "{% for (i, range(5)) { if (i == 1) { continue; } if (i == 4) { break; } print(i); } empty {{none}} n = 3; while (n > 0) { n = n - 1; } %}%{n}",
  "switch.html": '{% switch (1 + 1) { case (2) {{two}} case ("x") {{}} case {{other}} } %}',
  "waiting.html":
    '{% def slow() { sleep(0, 1); return "slow"; } text = ={{<b>%{slow()}</b>}}; %}%{text}%{slow()}{% include("/names.html", {a : 5}); %}',
  "values.html":
    '{% d = {a : [1, 2.5, "x"], b : {c : null}}; d.a[0] = d.b.c; d["k"] = r/x+/i; %}%{d.a[1]} %{len(d)} %{"1" + "2"} %{7 / 2} %{!d || d.a && true}',
  "looked-up.html": '{% bind("dynamic", 4); x = lookup("dynamic"); %}%{x} %{dynamic}',
};

const MISTAKES = `import * as runtime from "pub-runtime";
import type { CompiledRuntime } from "pub-runtime";
import { template } from "./own/text.html.js";
const { readSlot } = runtime as unknown as CompiledRuntime;
export const wrong: number = template;
readSlot(1, 2, 3);
`;

const emitted = join(scratch, "source");

beforeAll(async () => {
  mkdirSync(site);
  for (const [name, text] of Object.entries(TEMPLATES)) writeFileSync(join(site, name), text);
  for (const [folder, options, into] of [
    [site, [], "own"],
    [join(root, "fixtures/sites/bookshop"), ["--keep-going"], "bookshop"],
  ] as const) {
    const to = join(emitted, into);
    const outcome = await pubc(["compile", folder, "-o", join(scratch, into), "--emit-typescript", to, ...options]);
    expect(outcome.stdout).toMatch(/\d+ TypeScript modules written to /);
    if (into === "own") expect(outcome.code).toBe(0);
  }
  symlinkSync(join(root, "node_modules"), join(scratch, "node_modules"));
  const compilerOptions = {
    strict: true,
    noEmit: true,
    target: "es2022",
    module: "nodenext",
    lib: ["es2023"],
    types: ["node"],
    skipLibCheck: true,
  };
  writeFileSync(join(scratch, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["source/**/*.ts"] }));
});

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function compilerOutput(): Promise<string> {
  const tsc = spawn(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", scratch], {
    cwd: scratch,
  });
  let output = "";
  tsc.stdout.on("data", (chunk: Buffer) => {
    output += chunk;
  });
  return new Promise((resolve) => tsc.on("close", () => resolve(output)));
}

test("tsc --strict finds nothing, and would find a mistake", async () => {
  expect(existsSync(join(emitted, "bookshop/product.html.ts"))).toBe(true);
  expect(await compilerOutput()).toBe("");
  writeFileSync(join(emitted, "mistaken.ts"), MISTAKES);
  expect((await compilerOutput()).match(/mistaken\.ts\(\d+,\d+\): error TS\d+/g)).toEqual([
    "mistaken.ts(5,14): error TS2322",
    "mistaken.ts(6,10): error TS2345",
  ]);
}, 120_000);

test("templates with syntax errors are left out", () => {
  expect(existsSync(join(emitted, "bookshop/parts/broken_part.html.ts"))).toBe(false);
});

test("it does not go with watching", async () => {
  const outcome = await pubc(["watch", site, "-o", join(scratch, "own"), "--emit-typescript", emitted]);
  expect(outcome).toMatchObject({ code: 2, stderr: expect.stringContaining("--emit-typescript") });
});

test.each(Object.keys(TEMPLATES))("%s puts out the same", async (name) => {
  const program = `
    import { publish } from "pub-runtime";
    import { template as main } from ${JSON.stringify(join(emitted, `own/${name}.ts`))};
    import { template as names } from ${JSON.stringify(join(emitted, "own/names.html.ts"))};
    const entry = (template) => ({ template, real: "", hash: "", ctime: 0 });
    const source = {
      find: (name) => entry(name === "/names.html" ? names : main),
      read: async () => null,
      stat: () => null,
    };
    export const page = await publish(source, { name: ${JSON.stringify(name)} });
  `;
  const outfile = join(scratch, `${name}.mjs`);
  await build({
    stdin: { contents: program, resolveDir: scratch },
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    external: ["pub-runtime"],
  });
  const { page } = await import(pathToFileURL(outfile).href);
  const expected = await pubc(["render", join(site, name)]);
  expect(page.output).toBe(expected.stdout);
  expect(page.log.map((line: string) => `${line}\n`).join("")).toBe(expected.stderr);
});
