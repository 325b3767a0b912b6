// Pages imported by programs: the plug-ins in a real esbuild, a real development server of Vite and a real build of it.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { eachMapping, TraceMap } from "@jridgewell/trace-mapping";
import { type BuildOptions, build, context, type Plugin } from "esbuild";
import { pub } from "pub-compiler/esbuild";
import { pub as pubVite } from "pub-compiler/vite";
import ts from "typescript";
import { createServer, build as viteBuild } from "vite";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { root } from "./command.js";

const scratch = mkdtempSync(join(tmpdir(), "pub-plugins-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const files = {
  "package.json": '{ "type": "module" }',
  "entry.js": 'import render, { publish } from "./views/page.pub";\nexport { render, publish };\n',
  "views/page.pub": '{% include("parts/head.pub", {title : "Grüße"}); include("parts/%{kind}.pub"); %}',
  "views/parts/head.pub": "<h1>%{title}</h1>\n",
  "views/parts/list.pub": "{% for (item, items) {{<li>%{item | html_escape}</li>}} %}\n",
  "views/parts/none.pub": "{% print(nothing_of_this_name(1)); %}none",
};
const PAGE = "<h1>Grüße</h1>\n<li>a</li><li>&lt;b&gt;</li>\n";

let folder: string;
let count = 0;
beforeEach(() => {
  folder = join(scratch, `project-${count++}`);
  for (const [name, text] of Object.entries(files)) write(name, text);
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
});

function write(name: string, text: string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
}

interface Page {
  render(variables?: object, options?: object): Promise<string>;
  publish(variables?: object): Promise<{ ok: boolean; body: Uint8Array; log: string[] }>;
}

const load = (path: string): Promise<Page> => import(pathToFileURL(path).href);

async function eventually<T>(attempt: () => T | Promise<T>): Promise<T> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

describe("esbuild", () => {
  const options = (plugin: Plugin): BuildOptions => ({
    entryPoints: [join(folder, "entry.js")],
    outfile: join(folder, "out/entry.mjs"),
    bundle: true,
    platform: "node",
    format: "esm",
    packages: "external",
    sourcemap: "external",
    logLevel: "silent",
    plugins: [plugin],
  });

  test("an imported page renders with all that it includes", async () => {
    await build(options(pub()));
    const page = await load(join(folder, "out/entry.mjs"));
    expect(await page.render({ kind: "list", items: ["a", "<b>"] })).toBe(PAGE);
    const { ok, body, log } = await page.publish({ kind: "none" });
    expect({ ok, text: Buffer.from(body).toString() }).toEqual({ ok: true, text: "<h1>Grüße</h1>\nnone" });
    expect(log).toEqual([expect.stringMatching(/none\.pub:1: .*nothing_of_this_name/)]);
    const lines: string[] = [];
    expect(await page.render({ kind: "other" }, { log: (line: string) => lines.push(line) })).toBe("<h1>Grüße</h1>\n");
    expect(lines[0]).toMatch(/parts\/other\.pub: file not found/);
  });

  test("includes start from the root that the plug-in is told", async () => {
    write("views/page.pub", '{% include("/shared/head.pub", {title : "T"}); %}');
    write("shared/head.pub", "<h2>%{title}</h2>");
    await build(options(pub({ root: folder })));
    expect(await (await load(join(folder, "out/entry.mjs"))).render()).toBe("<h2>T</h2>");
  });

  test("other files are pages when the plug-in is told so", async () => {
    write("entry.js", 'export { render } from "./views/mail.txt";\n');
    write("views/mail.txt", "Dear %{name}");
    await build(options(pub({ include: /\.txt$/ })));
    expect(await (await load(join(folder, "out/entry.mjs"))).render({ name: "Ann" })).toBe("Dear Ann");
  });

  test("the bundle's map leads to the templates", async () => {
    const { outputFiles } = await build({ ...options(pub()), write: false });
    const [code, map] = [/mjs$/, /map$/].map((kind) => outputFiles!.find(({ path }) => kind.test(path))!.text);
    const column = files["views/parts/list.pub"].indexOf("item | html_escape");
    const found: string[] = [];
    eachMapping(new TraceMap(map), ({ source, originalLine, originalColumn, generatedLine, generatedColumn }) => {
      if (!source?.endsWith("views/parts/list.pub") || originalLine !== 1 || originalColumn !== column) return;
      found.push(code.split("\n")[generatedLine - 1].slice(generatedColumn));
    });
    expect(found.join("\n")).toMatch(/html_escape.*item/);
  });

  test("a mistake is an error of the build, in the file that it is in", async () => {
    write("views/parts/head.pub", "<h1>\n%{title +}</h1>\n");
    const failed = await build(options(pub())).catch((error) => error);
    expect(failed.errors).toMatchObject([
      { pluginName: "pub", location: { file: "parts/head.pub", line: 2, column: 9, lineText: "%{title +}</h1>" } },
    ]);
  });

  test("watch mode follows included files", async () => {
    const watching = await context(options(pub()));
    await watching.watch();
    const output = (): string => readFileSync(join(folder, "out/entry.mjs"), "utf8");
    await eventually(() => expect(output()).toContain("<h1>"));
    write("views/parts/head.pub", "<h3>%{title}</h3>\n");
    await eventually(() => expect(output()).toContain("<h3>"));
    await watching.dispose();
  });
});

describe("Vite", () => {
  test("a page is imported on the server; an edit of an included file shows, and browsers are told", async () => {
    const server = await createServer({
      root: folder,
      logLevel: "silent",
      appType: "custom",
      server: { port: 0, host: "127.0.0.1" },
      plugins: [pubVite()],
    });
    await server.listen();
    try {
      const render = async (): Promise<string> => {
        const page = (await server.ssrLoadModule("/entry.js")) as Page;
        return page.render({ kind: "list", items: ["a", "<b>"] });
      };
      expect(await render()).toBe(PAGE);

      const told: string[] = [];
      const { hot } = server.environments.client;
      const send = hot.send.bind(hot);
      hot.send = (...message: unknown[]) => {
        told.push((message[0] as { type: string }).type);
        (send as (...all: unknown[]) => void)(...message);
      };

      write("views/parts/head.pub", "<h3>%{title}</h3>\n");
      await eventually(async () => expect(await render()).toContain("<h3>Grüße</h3>"));
      await eventually(() => expect(told).toContain("full-reload"));

      write("views/parts/head.pub", "<h3>%{title +}</h3>\n");
      await eventually(() => expect(render()).rejects.toThrow(/parts\/head\.pub: /));
      write("views/parts/head.pub", "<h4>%{title}</h4>\n");
      await eventually(async () => expect(await render()).toContain("<h4>Grüße</h4>"));
    } finally {
      await server.close();
    }
  });

  test("a build for the server renders pages", async () => {
    await viteBuild({
      root: folder,
      logLevel: "silent",
      build: { ssr: "entry.js", outDir: "out", rollupOptions: { output: { entryFileNames: "entry.mjs" } } },
      plugins: [pubVite()],
    });
    const page = await load(join(folder, "out/entry.mjs"));
    expect(await page.render({ kind: "list", items: ["a", "<b>"] })).toBe(PAGE);
  });

  test("a mistake is an error of the build", async () => {
    write("views/page.pub", "{% if (1 { } %}");
    const options = { root: folder, logLevel: "silent", build: { ssr: "entry.js", outDir: "out" } } as const;
    await expect(viteBuild({ ...options, plugins: [pubVite()] })).rejects.toThrow(/page\.pub: /);
  });
});

test("TypeScript knows imported pages", () => {
  write("tsconfig.json", "{}");
  const source = `/// <reference types="pub-compiler/client" />
import render, { publish } from "./views/page.pub";
export const text: Promise<string> = render({ kind: "list" }, { wss: true });
export const ok: Promise<boolean> = publish().then((page) => page.ok);
export const wrong: number = render();
`;
  write("program.ts", source);
  const program = ts.createProgram([join(folder, "program.ts")], {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    types: ["node"],
    typeRoots: [join(root, "node_modules/@types")],
  });
  const complaints = ts.getPreEmitDiagnostics(program).map(({ file, start, messageText }) => {
    const line = file!.getLineAndCharacterOfPosition(start!).line + 1;
    return `${line}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
  });
  expect(complaints).toEqual(["5: Type 'Promise<string>' is not assignable to type 'number'."]);
});
