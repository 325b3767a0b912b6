// What a developer sees when a page goes wrong, and in a debugger: templates, not what they were compiled to.
import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { generatedPositionFor, LEAST_UPPER_BOUND, originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { pubc, root } from "./command.js";
import { Inspector } from "./inspector.js";

const scratch = mkdtempSync(join(tmpdir(), "pub-debugging-"));
// As root, services are other users.
chmodSync(scratch, 0o755);
const site = join(scratch, "site");

const TEMPLATES: Record<string, string> = {
  // A text that no JavaScript engine can hold: an exception in the middle of a page.
  "big.html": '<p>{% include("parts/big.pub"); %}</p>\n',
  "parts/big.pub": '{%\n  s = "0123456789";\n  for (i, range(40)) {\n    s = "%{s}%{s}";\n  }\n%}\n%{len(s)}\n',
  "cart.html": '<h1>Cart</h1>\n{% include("/parts/total.html"); %}\n',
  "parts/total.html": "<p>\n  Total: %{price_of(cart)}\n</p>\n",
  "steps.html": `<h1>Steps</h1>
{%
  locals { sum : 0 }
  def twice(n) {
    return n * 2;
  }
  for (i, [1, 2, 3]) {
    sum = sum + twice(i);
  }
%}
<p>
  Sum: %{sum}
</p>
`,
  "where.html": "<pre>\n%{where()}\n</pre>\n",
};

const SERVICE = `import { defineLibrary, defineService } from "pub-runtime/service";

interface Book {
  cents: number;
}

const prices = defineLibrary("prices", {
  price_of: {
    args: "O",
    doc: "The price of all books.",
    run: (books) => (books as { items: Book[] }).items.length,
  },
  where: { args: "", doc: "The stack.", run: () => new Error("here").stack },
});

export default defineService({
  name: "shop",
  filterCgi: 0,
  libraries: [prices],
  handle: (request, response) => response.page(request.path.replace("/shop", ""), { cart: null }),
});
`;

beforeAll(async () => {
  for (const [name, text] of Object.entries(TEMPLATES)) {
    mkdirSync(dirname(join(site, name)), { recursive: true });
    writeFileSync(join(site, name), text);
  }
  await Promise.all(
    [[], ["--minify"]].map(async (options) => {
      const outcome = await pubc(["compile", site, "-o", dist(options), ...options]);
      expect(outcome).toMatchObject({ code: 0, stderr: "" });
    }),
  );
  symlinkSync(join(root, "node_modules"), join(scratch, "node_modules"));
  writeFileSync(join(scratch, "service.ts"), SERVICE);
  await build({
    entryPoints: [join(scratch, "service.ts")],
    outfile: join(scratch, "service.mjs"),
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    sourcemap: true,
  });
  writeFileSync(
    join(scratch, "okws_config"),
    `JailDir ${scratch}\nService service.mjs /shop\nRegexAlias /shop ^/shop/.*$\n`,
  );
});

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const dist = (options: readonly string[]) => join(scratch, options.includes("--minify") ? "minified" : "plain");

interface Server {
  url(path: string): string;
  /** Waits until the server has printed a line that matches. */
  printed(pattern: RegExp): Promise<RegExpExecArray>;
}

async function serve(folder: string, ...options: string[]): Promise<Server> {
  const program = join(root, "packages/okd/bin/okd.js");
  const okd: ChildProcess = spawn(process.execPath, [program, folder, "--port", "0", ...options], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(async () => {
    if (okd.exitCode !== null) return;
    const ended = new Promise((resolve) => okd.once("close", resolve));
    okd.kill("SIGTERM");
    await ended;
  });
  let output = "";
  for (const stream of [okd.stdout, okd.stderr]) {
    stream?.on("data", (chunk: Buffer) => {
      output += chunk;
    });
  }
  const printed = (pattern: RegExp): Promise<RegExpExecArray> =>
    expect
      .poll(() => output, { timeout: 30_000 })
      .toMatch(pattern)
      .then(() => pattern.exec(output) as RegExpExecArray);
  const [, port] = await printed(/listening on http:\/\/127\.0\.0\.1:(\d+)\//);
  return { url: (path) => `http://127.0.0.1:${port}${path}`, printed };
}

describe.each([[[]], [["--minify"]]])("an exception in a page compiled with %j", (options) => {
  const message =
    /parts\/big\.pub:4: internal error: Invalid string length \(at \/parts\/big\.pub:4:(9|12|16), from \/big\.html:1:7\)/;

  test("the log of okd says where, the answer does not", async () => {
    const server = await serve(dist(options));
    const answer = await fetch(server.url("/big.html"));
    expect(answer.status).toBe(500);
    expect(await answer.text()).not.toMatch(/Invalid string|big\.pub/);
    const [line] = await server.printed(/okws-pub3\[error\]: .*/);
    expect(line).toMatch(message);
  });

  test("in development the page says where, too", async () => {
    const server = await serve(dist(options), "--watch");
    const answer = await fetch(server.url("/big.html"));
    expect(answer.status).toBe(500);
    expect(await answer.text()).toMatch(message);
  });

  test("an exception of a service's own function names the call and the line of TypeScript", async () => {
    const server = await serve(dist(options), "--config", join(scratch, "okws_config"), "--watch");
    const answer = await fetch(server.url("/shop/cart.html"));
    const text = await answer.text();
    // Where an error shows among the text of the page is another matter.
    const page = text.replace(/<font.*?<\/font>/g, "");
    expect(page).toMatch(/^<h1>Cart<\/h1>\n<p>\n {2}Total: null\n<\/p>\n/);
    expect(text).not.toContain("service.ts");
    const [, error, place] = await server.printed(/okws-pub3\[eval\]: (\/.*)\n.*\[eval\]: {5}thrown at (.*)/);
    expect(error).toBe(
      "/parts/total.html:2: price_of: Cannot read properties of null (reading 'items') (at /parts/total.html:2:12)",
    );
    expect(place).toBe(`${join(scratch, "service.ts")}:11:50`);
  });

  test("node --enable-source-maps shows templates in stacks", async () => {
    const program = `
      import { openSite, Builtin } from "pub-runtime";
      const where = new Builtin({ name: "where", pattern: "", parameters: [], documentation: "", call: () => new Error("here").stack });
      const site = await openSite(process.argv[2]);
      const page = await site.publish("/where.html", { libraries: [{ name: null, functions: new Map([["where", where]]) }] });
      process.stdout.write(page.body);
      site.close();
    `;
    writeFileSync(join(scratch, "print-stack.mjs"), program);
    const node = spawn(process.execPath, ["--enable-source-maps", join(scratch, "print-stack.mjs"), dist(options)]);
    let output = "";
    for (const stream of [node.stdout, node.stderr]) {
      stream.on("data", (chunk: Buffer) => {
        output += chunk;
      });
    }
    await new Promise((resolve) => node.once("close", resolve));
    expect(output).toContain(`${join(site, "where.html")}:2:3`);
    expect(output).not.toContain(".cjs");
  });
});

describe("a debugger", () => {
  interface Script {
    scriptId: string;
    url: string;
    sourceMapURL: string;
  }

  /** The script of a template with its map, as a debugger finds them. */
  async function scriptOf(inspector: Inspector, template: string): Promise<{ script: Script; map: TraceMap }> {
    const isScript = ({ url }: Record<string, string>) => decodeURIComponent(url).includes(`/templates/${template}-`);
    const script = (await inspector.event("Debugger.scriptParsed", isScript as never)) as Script;
    const mapUrl = new URL(script.sourceMapURL, script.url);
    const map = new TraceMap(readFileSync(fileURLToPath(mapUrl), "utf8"), mapUrl.href);
    return { script, map };
  }

  test.each([
    { what: "a statement in a loop", line: 8, name: /i2?$/, value: 1 },
    { what: "a return statement of a function", line: 5, name: /n$/, value: 1 },
    { what: "a line of text", line: 11, name: /sum$/, value: 12 },
    { what: "a declaration", line: 3, name: null, value: null },
  ])("stops a page at a breakpoint in $what", async ({ line, name, value }) => {
    const server = await serve(dist([]), "--inspect", "0");
    const [, address] = await server.printed(/Debugger listening on (ws:\S+)/);
    const inspector = await Inspector.connect(address);
    onTestFinished(() => inspector.close());
    await inspector.send("Debugger.enable");
    const { script, map } = await scriptOf(inspector, "steps.html");
    expect(map.resolvedSources).toEqual([`file://${encodeURI(join(site, "steps.html"))}`]);
    expect(map.sourcesContent).toEqual([TEMPLATES["steps.html"]]);

    const source = map.sources[0] ?? "";
    const generated = generatedPositionFor(map, { source, line, column: 0, bias: LEAST_UPPER_BOUND });
    const breakpoint = await inspector.send("Debugger.setBreakpointByUrl", {
      url: script.url,
      lineNumber: (generated.line ?? 0) - 1,
      columnNumber: generated.column,
    });
    const page = fetch(server.url("/steps.html")).then((answer) => answer.text());
    const paused = await inspector.event("Debugger.paused");
    expect(paused.hitBreakpoints).toEqual([breakpoint.breakpointId]);
    const [frame] = paused.callFrames;
    const { lineNumber, columnNumber } = frame.location;
    expect(originalPositionFor(map, { line: lineNumber + 1, column: columnNumber })).toMatchObject({ line });
    if (name !== null) {
      const values = await Promise.all(
        frame.scopeChain
          .filter(({ type }: { type: string }) => type !== "global")
          .map(({ object }: { object: { objectId: string } }) =>
            inspector.send("Runtime.getProperties", { objectId: object.objectId, ownProperties: true }),
          ),
      );
      const variables = values.flatMap(({ result }) => result);
      expect(variables.find((variable) => name.test(variable.name))?.value.value).toBe(value);
    }
    await inspector.send("Debugger.removeBreakpoint", { breakpointId: breakpoint.breakpointId });
    await inspector.send("Debugger.resume");
    expect(await page).toBe("<h1>Steps</h1>\n\n<p>\n  Sum: 12\n</p>\n");
  });
});
