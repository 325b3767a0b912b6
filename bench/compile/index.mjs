// The compiling group: how fast the command starts, whole sites with the real `pubc`, single templates in the process,
// edits in watch mode, checks.
import { measureCheck } from "./check.mjs";
import { measureLanguages } from "./languages.mjs";
import { measureSites } from "./sites.mjs";
import { measureStart } from "./start.mjs";
import { measureTemplates } from "./templates.mjs";
import { measureWatch } from "./watch.mjs";

export const title = "Compiling";

const PARTS = {
  start: measureStart,
  templates: measureTemplates,
  languages: measureLanguages,
  sites: measureSites,
  watch: measureWatch,
  check: measureCheck,
};

/** Runs the group; `only` restricts it to the parts of those names. */
export async function run({ isQuick, only }) {
  const cases = [];
  const bars = [];
  for (const [name, part] of Object.entries(PARTS)) {
    if (only.length > 0 && !only.includes(name)) continue;
    const result = await part({ isQuick });
    cases.push(...result.cases);
    bars.push(...result.bars);
  }
  return { cases, bars };
}
