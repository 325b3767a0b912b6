/**
 * The rules of `pubc check` on the bookshop: silent on the example, exact on the pages of intended mistakes.
 */
import { fileURLToPath } from "node:url";
import { lineIndex } from "pub-parser";
import { expect, test } from "vitest";
import { type RuleName, rules } from "../checks/rules.js";
import { checkTree } from "../checks/tree.js";
import { syntaxDiagnostics } from "./check.js";
import type { FileDiagnostic } from "./compile.js";
import { SiteFiles } from "./site.js";

const warnings = Object.fromEntries(Object.keys(rules).map((rule) => [rule as RuleName, "warning" as const]));
const checkSite = (folder: string) => checkTree(folder, { severities: warnings });
const checkSyntax = (folder: string) => {
  const site = new SiteFiles(folder);
  site.scan();
  return syntaxDiagnostics(site);
};

function found(folder: string, check: (folder: string) => FileDiagnostic[]): string[] {
  return check(fileURLToPath(new URL(`../../../../${folder}`, import.meta.url))).map(({ file, source, diagnostic }) => {
    const { line, column } = lineIndex(source).positionAt(diagnostic.span.start);
    return `${file}:${line}:${column} ${diagnostic.severity} ${diagnostic.code}`;
  });
}

test("nothing is reported on the example", () => {
  expect(found("examples/bookshop", checkSite)).toEqual([]);
});

test("the mistakes of the fixture are found where they stand", () => {
  expect(found("fixtures/sites/bookshop", checkSite)).toMatchInlineSnapshot(`
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

test("a build looks at syntax only", () => {
  expect(found("fixtures/sites/bookshop", checkSyntax)).toEqual(["parts/broken_part.html:3:9 error unexpected-token"]);
});
