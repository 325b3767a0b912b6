/**
 * The committed documentation of the rules is that of the table; `npx vitest run packages/pub-compiler/src/checks -u`
 * writes it anew.
 */
import { expect, test } from "vitest";
import { rulesReference } from "./reference.js";

test("docs/rules.md is current", async () => {
  await expect(rulesReference()).toMatchFileSnapshot("../../../../docs/rules.md");
});
