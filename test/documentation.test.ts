// Renders the examples of the documents: a block marked `pub` must put out what the `output` block behind it shows.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { renderAll } from "../scripts/conformance/batch.mjs";
import { root } from "./command.js";

const scratch = mkdtempSync(join(tmpdir(), "pub-documents-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const documents = ["README.md", ...readdirSync(join(root, "docs")).map((name) => `docs/${name}`)];
const examples = documents
  .filter((name) => name.endsWith(".md"))
  .flatMap((name) => {
    const text = readFileSync(join(root, name), "latin1");
    return [...text.matchAll(/^```pub\n(.*?)^```\n\s*```(?:output|html)\n(.*?)^```/gms)].map(
      ([, source, output], i) => {
        const line = text.slice(0, text.indexOf(source)).split("\n").length;
        return { id: `${name}:${line}`, main: `${name.replaceAll("/", "-")}-${i}.pub`, source, output };
      },
    );
  });

let answers: Awaited<ReturnType<typeof renderAll>>;
beforeAll(async () => {
  for (const { main, source } of examples) writeFileSync(join(scratch, main), source, "latin1");
  const cases = examples.map(({ id, main }) => ({ id, main, root: scratch, group: "", tags: [] as string[] }));
  const expected = { stdout: "", stderr: "", accepted: true };
  answers = await renderAll(
    cases.map((example) => ({ ...example, expected })),
    { dictOrder: "insertion" },
  );
});

test.each(examples)("$id", ({ id, output }) => {
  expect(answers.get(id)?.stdout).toBe(output);
});
