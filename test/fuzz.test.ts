// A short fuzzing campaign with a fixed seed: mutated programs neither crash nor hang the parser, the printer and the renderer,
// and the optimised page is the same as the one that looks up all names. `npm run fuzz` runs longer ones.
import { parseTemplate } from "pub-parser";
import { expect, test } from "vitest";
import { makeInput, runCampaign } from "./fuzz/campaign.mjs";
import { hostileFiles } from "./fuzz/hostile.mjs";

test("mutated programs", { timeout: 300_000 }, async () => {
  const { count, accepted, findings } = await runCampaign({ count: 400, seed: 20 });
  expect(findings).toEqual([]);
  // Mutations that the parser refuses all alike would test nothing behind it.
  expect(accepted / count).toBeGreaterThan(0.1);
});

test("an input is known by its seed and number", () => {
  const program = { id: "one", main: "t.pub", files: { "t.pub": "a%{x}b{% x = [1, 2]; print(x) %}" } };
  expect(makeInput([program], 1, 5)).toEqual(makeInput([program], 1, 5));
  const texts = new Set(Array.from({ length: 50 }, (_, number) => makeInput([program], 1, number).files["t.pub"]));
  expect(texts.size).toBeGreaterThan(40);
});

test.each(hostileFiles(200_000))("hostile file $name", ({ source }) => {
  const { diagnostics } = parseTemplate(source);
  expect(diagnostics.length).toBeLessThanOrEqual(101);
});
