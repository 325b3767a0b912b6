// Runs the conformance corpus through the built compiler, once per order of dictionaries and way to find names.
// In insertion order only the cases are run that are known not to depend on the reference's hash order.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { renderAll, renderAllByName } from "../scripts/conformance/batch.mjs";
import { fitsOrder, loadCases, loadExempt } from "../scripts/conformance/cases.mjs";
import { judge } from "../scripts/conformance/judge.mjs";

const scratch = mkdtempSync(join(tmpdir(), "pub-conformance-"));
const corpus = loadCases(scratch);
const exempt = loadExempt();

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe.each([
  ["optimised", "reference", renderAll],
  ["optimised", "insertion", renderAll],
  ["by name", "reference", renderAllByName],
  ["by name", "insertion", renderAllByName],
] as const)("conformance, names %s, dictionaries in %s order", (_, dictOrder, render) => {
  const cases = corpus.filter((testCase) => fitsOrder(testCase, dictOrder));
  let answers: Awaited<ReturnType<typeof renderAll>>;
  beforeAll(async () => {
    answers = await render(cases, { dictOrder });
  });

  test.each(cases)("$id", (testCase) => {
    const answer = answers.get(testCase.id);
    const exemption = exempt[testCase.id];
    const { verdict } = judge(testCase, answer, exemption);
    if (verdict === "failed") expect(answer).toEqual(exemption?.instead ?? testCase.expected);
    else expect(verdict).toBe(exemption ? "exempt" : "passed");
  });
});

test("the list of exempt cases names cases that exist", () => {
  const known = new Set(corpus.map(({ id }) => id));
  const unknown = Object.keys(exempt).filter((id) => !known.has(id) && !exempt[id].skipped);
  expect(unknown).toEqual([]);
});
