/**
 * The committed documentation is that of the table; `npx vitest run packages/pub-compiler/src/configuration -u` writes it
 * anew.
 */
import { expect, test } from "vitest";
import { configurationReference } from "./reference.js";

test("docs/configuration.md is current", async () => {
  await expect(configurationReference()).toMatchFileSnapshot("../../../../docs/configuration.md");
});
