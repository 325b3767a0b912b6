/**
 * Mistakes in configurations, each with the key that is wrong.
 */
import { expect, test } from "vitest";
import { findMistakes } from "./validate.js";

const mistakes = async (value: unknown) =>
  (await findMistakes(value)).map(({ path, message }) => `${path.join(".")}: ${message}`);

test.each<[value: unknown]>([
  [{}],
  [{ root: "site", out: "dist", libraries: ["a.ts"], services: { "dist/a.mjs": "a.ts" } }],
  [{ compile: { dictOrder: "reference", minify: true, keepGoing: false, errorDisplay: true } }],
  [{ check: { strict: true, rules: { "unset-variable": "off", "unused-local": "error" } } }],
  [{ dev: { port: 0, address: "::1", serverConfig: "okws_config" } }],
  [{ root: undefined }],
])("nothing wrong in %o", async (value) => expect(await mistakes(value)).toEqual([]));

test.each<[value: unknown, expected: string | RegExp]>([
  [{ rooot: "x" }, 'rooot: is unknown; did you mean "root"?'],
  [{ compile: { minfy: true } }, 'compile.minfy: is unknown; did you mean "compile.minify"?'],
  [{ minify: true }, 'minify: is unknown; did you mean "compile.minify"?'],
  [{ rules: {} }, 'rules: is unknown; did you mean "check.rules"?'],
  [{ whatever: 1 }, /^whatever: is unknown; there are root, out, /],
  [{ root: 3 }, "root: must be a text, not 3"],
  [{ out: "" }, "out: must be a text, not an empty text"],
  [{ compile: [] }, /^compile: must be an object with the keys dictOrder, .*, not a list$/],
  [{ compile: { minify: "yes" } }, 'compile.minify: must be true or false, not "yes"'],
  [{ compile: { dictOrder: "random" } }, 'compile.dictOrder: must be one of "insertion", "reference", not "random"'],
  [
    { check: { rules: { "unset-varable": "off" } } },
    'check.rules.unset-varable: is unknown; did you mean "unset-variable"?',
  ],
  [{ check: { rules: { "unset-variable": "fatal" } } }, /must be one of "error", "warning", "off", not "fatal"$/],
  [{ dev: { port: 70000 } }, "dev.port: must be a whole number from 0 to 65535, not 70000"],
  [{ dev: { port: "80" } }, 'dev.port: must be a whole number from 0 to 65535, not "80"'],
  [{ libraries: "a.ts" }, 'libraries: must be a list of texts, not "a.ts"'],
  [{ services: { "a.mjs": null } }, "services.a.mjs: must be a text, not null"],
  [null, /^: must be an object with the keys root, .* not null$/],
  [() => ({}), /not a function$/],
])("%o", async (value, expected) => {
  const [first, ...others] = await mistakes(value);
  expect(others).toEqual([]);
  if (typeof expected === "string") expect(first).toBe(expected);
  else expect(first).toMatch(expected);
});
