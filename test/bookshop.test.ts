// Renders every page of the bookshop fixture and compares it with the expected output, log and exit code.
// Messages of the corpus name a page's driver `PAGE.pub`; here it is `_render/PAGE.pub`, its path in the site.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { renderAll } from "../scripts/conformance/batch.mjs";
import { judge } from "../scripts/conformance/judge.mjs";
import { pubc, root } from "./command.js";

const site = join(root, "fixtures/sites/bookshop");
const read = (file: string) => (existsSync(join(site, file)) ? readFileSync(join(site, file), "latin1") : "");

const pages = readdirSync(join(site, "_render")).map((driver) => {
  const name = driver.replace(/\.pub$/, "");
  const stderr = read(`_expected/${name}.err`).replace(new RegExp(`(?<= )(?=${driver}\\b)`, "g"), "_render/");
  const expected = { stdout: read(`_expected/${name}.out`), stderr, accepted: true };
  const code = Number(read(`_expected/${name}.rc`) || 0);
  return { id: name, group: "bookshop", root: site, main: `_render/${driver}`, tags: [], expected, code };
});

let answers: Awaited<ReturnType<typeof renderAll>>;
beforeAll(async () => {
  answers = await renderAll(pages, { dictOrder: "reference" });
});

test.each(pages)("$id", (page) => {
  const answer = answers.get(page.id);
  if (judge(page, answer).differences.length > 0) expect(answer).toEqual(page.expected);
});

// One process a page is slow, so only some pages go through the command that people use.
const alone = ["home", "product_fr", "events", "zz_errors_runtime", "zz_errors_include"];
test.each(pages.filter(({ id }) => alone.includes(id)))("$id, rendered by itself", async (page) => {
  const { code, stdout, stderr } = await pubc([
    "render",
    join(site, page.main),
    "--root",
    site,
    "--dict-order",
    "reference",
  ]);
  const answer = { stdout, stderr, accepted: true };
  if (judge(page, answer).differences.length > 0) expect(answer).toEqual(page.expected);
  expect(code).toBe(page.code);
});
