// Which optimisations are left when some are switched off on the command line.
import { expect, test } from "vitest";
import { optimizationNames } from "../1-analyze/optimizations.js";
import { requestedOptimizations } from "./optimization-options.js";

test.each([
  [undefined, optimizationNames],
  [["all"], []],
  [["records"], optimizationNames.filter((name) => name !== "records")],
  [["records", "held-text"], optimizationNames.filter((name) => name !== "records" && name !== "held-text")],
])("--no-optimize %j", (named, left) => {
  expect([...requestedOptimizations({ "no-optimize": named })]).toEqual(left);
});

test("a name that there is not", () => {
  expect(() => requestedOptimizations({ "no-optimize": ["record"] })).toThrow(
    'there is no optimisation "record": did you mean records?',
  );
});
