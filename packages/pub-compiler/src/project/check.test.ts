/**
 * The rules of `pubc check` on the bookshop: silent on the example, exact on the pages of intended mistakes.
 */
import { fileURLToPath } from "node:url";
import { lineIndex } from "pub-parser";
import { expect, test } from "vitest";
import { type RuleName, rules } from "../checks/rules.js";
import { checkTree } from "../checks/tree.js";
import { type FileDiagnostic, SiteCompiler } from "./compile.js";

const warnings = Object.fromEntries(Object.keys(rules).map((rule) => [rule as RuleName, "warning" as const]));
const checkSite = (folder: string) => checkTree(folder, { severities: warnings });

const folderOf = (name: string) => fileURLToPath(new URL(`../../../../${name}`, import.meta.url));

function places(diagnostics: readonly FileDiagnostic[]): string[] {
  return diagnostics.map(({ file, source, diagnostic }) => {
    const { line, column } = lineIndex(source).positionAt(diagnostic.span.start);
    return `${file}:${line}:${column} ${diagnostic.severity} ${diagnostic.code}`;
  });
}

test("nothing is reported on the example", async () => {
  expect(places(await checkSite(folderOf("examples/bookshop")))).toEqual([]);
});

test("the mistakes of the fixture are found where they stand", async () => {
  expect(places(await checkSite(folderOf("fixtures/sites/bookshop")))).toMatchInlineSnapshot(`
    [
      "admin/broken.html:4:12 warning missing-include",
      "admin/diagnose.html:9:18 warning unset-variable",
      "admin/diagnose.html:11:19 warning unknown-function",
      "admin/diagnose.html:12:16 warning parameter-count",
      "admin/diagnose.html:13:22 warning bad-regex",
      "admin/diagnose.html:14:15 warning argument-count",
      "admin/diagnose.html:16:9 warning for-not-list",
      "mail/order_confirm.txt:1:31 warning unused-local",
      "parts/broken_part.html:3:9 error unexpected-token",
    ]
  `);
});

test("a build looks at syntax only", async () => {
  // A build with errors writes nothing.
  const { diagnostics } = await new SiteCompiler(folderOf("fixtures/sites/bookshop"), "never-written").build();
  expect(places(diagnostics)).toEqual(["parts/broken_part.html:3:9 error unexpected-token"]);
});
