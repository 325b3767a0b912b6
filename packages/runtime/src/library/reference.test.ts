// The reference of the library is current, complete and true to what the functions report.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { builtinDefinitions } from "./index.js";
import { libraryGroups, libraryReference } from "./reference.js";

const here = dirname(fileURLToPath(import.meta.url));

test("docs/library.md is what the table says", async () => {
  await expect(libraryReference(builtinDefinitions)).toMatchFileSnapshot(join(here, "../../../../docs/library.md"));
});

test("every function is in one group", () => {
  const grouped = libraryGroups.flatMap(({ names }) => names);
  expect([...grouped].sort()).toEqual(builtinDefinitions.map(({ name }) => name));
});

test("the messages that it names are those of the functions", () => {
  const sources = readdirSync(here, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !/reference|test/.test(name))
    .map((name) => readFileSync(join(here, name), "utf8"))
    .join("\n");
  const messages = [...libraryReference(builtinDefinitions).matchAll(/Reports: (.*) \|$/gm)]
    .flatMap(([, list]) => list.split("; "))
    .map((message) => message.slice(1, -1));
  expect(messages.length).toBeGreaterThan(20);
  // Names of functions and what stands for a value are put in when a message is made.
  const pieces = messages.flatMap((message) => message.split(/\w+\([*]*\)|\b(?:X|N|T|D|FMT|NAME)\b/));
  expect(pieces.filter((piece) => !sources.includes(piece))).toEqual([]);
});
