/**
 * The rules of `pubc check` on the bookshop: silent on the example, exact on the pages of intended mistakes.
 */
import { fileURLToPath } from "node:url";
import { lineIndex } from "pub-parser";
import { expect, test } from "vitest";
import { checkSite, syntaxDiagnostics } from "./check.js";
import { SiteFiles } from "./site.js";

function found(folder: string, check: typeof checkSite | typeof syntaxDiagnostics): string[] {
  const site = new SiteFiles(fileURLToPath(new URL(`../../../../${folder}`, import.meta.url)));
  site.scan();
  return check(site).map(({ file, source, diagnostic }) => {
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
  expect(found("fixtures/sites/bookshop", syntaxDiagnostics)).toEqual([
    "parts/broken_part.html:3:9 error unexpected-token",
  ]);
});
