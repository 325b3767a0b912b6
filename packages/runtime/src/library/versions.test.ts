import { expect, test } from "vitest";
import { dumpFunctions } from "./dump.js";
import { callIn, printed, TestContext } from "./test-context.js";
import { versionFunctions } from "./versions.js";

test.each([
  ["version_str", "3.0.20"],
  ["version_int", "3000020"],
  ["okws_version_str", "3.1.38.1"],
  ["okws_version_int", "50407013"],
])("%s()", (name, expected) => {
  expect(printed(callIn(versionFunctions, new TestContext(), name))).toBe(expected);
});

test("internal_dump names the kind of a value", () => {
  expect(printed(callIn(dumpFunctions, new TestContext(), "internal_dump", "s"))).toBe(
    '-{ pub3::expr_str_t (0x0)\n    "s"\n}\n',
  );
});
