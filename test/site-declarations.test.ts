// Services against the declarations of a compiled site: TypeScript accepts right calls and names what is wrong in others.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pubc, root } from "./command.js";

const scratch = mkdtempSync(join(tmpdir(), "pub-declarations-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const site: Record<string, string> = {
  "product.html": `{% /**
 * One product.
 * @param {number} id number of the product
 * @param {string} [note] shown above it
 */
include("/head.html", {title : "Product %{id}"}); %}
%{note}`,
  "head.html": "<title>%{title}</title>{% if (user) {{ <p>%{user.name}</p> }} %}",
  "about.html": "<p>About</p>",
  "any.html": "{% print(lookup(name)); %}",
  "settings.conf": "{% theme = 1; %}",
};

/** Calls in a service, one a line, and what TypeScript says to them. */
const calls: [call: string, complaint: RegExp | null][] = [
  ['response.publish("/product.html", { id: 3 })', null],
  ['response.publish("/product.html", { id: 3, note: "new", user: null }, { wss: true })', null],
  ['response.page("/product.html", { id: 3 })', null],
  ['response.page("/about.html")', null],
  ['response.stream().publish("/about.html", {})', null],
  ['context.service.publish("/any.html", { name: "x", whatever: 1 })', null],
  ['context.service.runConfig("/settings.conf")', null],
  ["response.publish(path, { anything: 1 })", null],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is one in the service
  ["response.publish(`/products/${path}.html`, { anything: 1 })", null],
  ['response.publish(path === "x" ? "/about.html" : "/product.html", { id: 3 })', null],
  [
    'response.publish("/prodcut.html", { id: 3 })',
    /"\/prodcut.html"' is not assignable to parameter of type 'SitePath'/,
  ],
  ['context.service.runConfig("/setings.conf")', /"\/setings.conf"' is not assignable/],
  ['response.publish("/product.html", { note: "new" })', /Property 'id' is missing/],
  ['response.publish("/product.html")', /Expected 2-3 arguments/],
  ['response.publish("/product.html", { id: "3" })', /Type 'string' is not assignable to type 'number'/],
  ['response.page("/product.html", { id: 3, note: 4 })', /Type 'number' is not assignable to type 'string'/],
  ['response.page("/product.html", { id: 3, nota: "new" })', /'nota' does not exist/],
  ['response.page("/about.html", { id: 3 })', /Type 'number' is not assignable to type 'never'/],
  ['response.stream().publish("/head.html", { user: 1 })', /Property 'title' is missing/],
  ['context.service.publish("/any.html", {})', /Property 'name' is missing/],
];

const service = `import { defineService } from "pub-runtime/service";
declare const path: string;
export default defineService({ name: "shop", handle(_request, response, context) { return [
${calls.map(([call]) => `${call},`).join("\n")}
]; } });
`;
const FIRST_CALL = 3;

const options: ts.CompilerOptions = {
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  typeRoots: [join(root, "node_modules/@types")],
  types: ["node"],
  paths: { "pub-runtime/service": [join(root, "packages/runtime/types/service/index.d.ts")] },
};

/** What was read stays for the next time. */
let program: ts.Program | undefined;

/** Complaints about the service, by call. */
function complaints(files: string[]): Map<number, string> {
  program = ts.createProgram(files, options, undefined, program);
  const found = new Map<number, string>();
  for (const diagnostic of ts.getPreEmitDiagnostics(program)) {
    const message = ts.flattenDiagnosticMessageText(diagnostic.messageText, " ");
    expect(diagnostic.file?.fileName, message).toBe(join(scratch, "service.ts"));
    const { line } = diagnostic.file!.getLineAndCharacterOfPosition(diagnostic.start!);
    found.set(line - FIRST_CALL, message);
  }
  return found;
}

beforeAll(async () => {
  for (const [name, text] of Object.entries(site)) {
    mkdirSync(dirname(join(scratch, "site", name)), { recursive: true });
    writeFileSync(join(scratch, "site", name), text);
  }
  writeFileSync(join(scratch, "service.ts"), service);
  writeFileSync(join(scratch, "package.json"), '{ "type": "module" }');
  const { code, stderr } = await pubc(["compile", join(scratch, "site"), "-o", join(scratch, "dist")]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
});

test("without declarations every page and variable is accepted", () => {
  expect(complaints([join(scratch, "service.ts")])).toEqual(new Map());
});

describe("with declarations", () => {
  let found: Map<number, string>;
  beforeAll(() => {
    found = complaints([join(scratch, "service.ts"), join(scratch, "dist/site.d.ts")]);
  });

  test.each(calls.map(([call, complaint], index) => ({ call, complaint, index })))("$call", ({ complaint, index }) => {
    if (complaint === null) expect(found.get(index)).toBeUndefined();
    else expect(found.get(index)).toMatch(complaint);
  });

  test("comments of the template are shown by editors", () => {
    const text = readFileSync(join(scratch, "dist/site.d.ts"), "utf8");
    expect(text).toContain("/** number of the product */\n      id: number;");
    expect(text).toContain('/** One product. */\n    "/product.html": {');
  });
});
