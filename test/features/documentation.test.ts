// The table of features in docs/services.md: every id of the specification once, with its API and an example, and each
// shown by a test of this folder.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as api from "pub-runtime/service";
import { expect, test } from "vitest";
import { root } from "../command.js";

const numbered = (letter: string, count: number) => Array.from({ length: count }, (_, n) => `${letter}${n + 1}`);
const IDS = [...numbered("S", 18), ...numbered("R", 13), ...numbered("P", 16)];

const folder = join(root, "test/features");
const page = readFileSync(join(root, "docs/services.md"), "utf8");
const rows = page
  .split("\n")
  .map((line) => /^\| ([SRP]\d+(?:, [SRP]\d+)*) \|(.*)\|$/.exec(line))
  .filter((match) => match !== null)
  .map(([, ids, rest]) => ({ ids: ids.split(", "), cells: rest.split(" | ").map((cell) => cell.trim()) }));

test("every feature has one row, with what it is, its API and an example", () => {
  const listed = rows.flatMap(({ ids }) => ids);
  expect(listed.sort((a, b) => IDS.indexOf(a) - IDS.indexOf(b))).toEqual(IDS);
  for (const { ids, cells } of rows) {
    expect([ids, cells.length, cells.every((cell) => cell !== "")]).toEqual([ids, 3, true]);
  }
});

test("every feature has a test behind a real server that carries its id", () => {
  const titles = readdirSync(folder)
    .filter((name) => name.endsWith(".test.ts"))
    .flatMap(
      (name) =>
        readFileSync(join(folder, name), "utf8").match(/(?:test|describe)(?:\.each\([\s\S]*?\]\))?\(\s*"[^"]*"/g) ?? [],
    );
  const shown = new Set(titles.flatMap((title) => title.match(/\b[SRP]\d+\b/g) ?? []));
  expect(IDS.filter((id) => !shown.has(id))).toEqual([]);
});

test("what the page imports from the package is there", () => {
  const imported = [...page.matchAll(/import \{ ([^}]+) \} from "pub-runtime\/service"/g)].flatMap(([, names]) =>
    names.split(", "),
  );
  const called = [
    ...page.matchAll(
      /\b(define\w*(?:Service|Library)|create\w*(?:Service|Localiser|Listener)|HttpError|Cache)\b(?=[(<])/g,
    ),
  ].map(([, name]) => name);
  expect([...new Set([...imported, ...called])].filter((name) => !(name in api))).toEqual([]);
});
