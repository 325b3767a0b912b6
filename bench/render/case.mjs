// One case of the rendering group: prepares our engine, the hand-written page and the peers, and checks that they put
// out the same.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { assertEqual, normalized } from "../harness/equality.mjs";
import { OURS } from "../harness/report.mjs";
import { joinLines, peers } from "./engines.mjs";
import { givenData, openPage } from "./ours.mjs";

const casesFolder = join(dirname(fileURLToPath(import.meta.url)), "cases");

/** The cases in the order of the tables. */
export const caseNames = [
  "big-table",
  "rows",
  "teams",
  "friends",
  "search-results",
  "fortunes",
  "product-page",
  "rows-built",
  "arithmetic",
  "arithmetic-globals",
  "fib",
];

export const HAND_WRITTEN = "hand-written";
export const WITH_CONVERSION = "pub, data converted";

/**
 * Loads a case. `unicode` says whether its data has characters outside of Latin-1; the default is that of the case.
 *
 * Gives the contestants: each renders the input with an index into a JavaScript string; ours into a byte string.
 */
export async function loadCase(name, options = {}) {
  const folder = join(casesFolder, name);
  const definition = await import(pathToFileURL(join(folder, "case.mjs")).href);
  const unicode = options.unicode ?? definition.unicodeByDefault ?? false;
  const page = openPage(definition.root ?? folder, definition.page ?? "page.pub", definition.options);
  const inputs = await definition.inputs({ unicode, page });
  const given = inputs.map((input) => givenData(definition.globals?.(input) ?? input));
  const converted = inputs.map((input) => definition.globals?.(input) ?? input);
  const prepared = inputs.map((input) => definition.prepare?.(input) ?? input);

  const contestants = [
    { name: HAND_WRITTEN, run: cycle(inputs, definition.render) },
    { name: OURS, run: cycle(given, page.render), isBytes: true },
  ];
  const takesData = Object.keys(converted[0]).length > 0;
  if (takesData) contestants.push({ name: WITH_CONVERSION, run: cycle(converted, page.render), isBytes: true });
  for (const [peer, engine] of Object.entries(peers)) {
    const file = join(folder, engine.file);
    if (!existsSync(file) || definition.without?.includes(peer)) continue;
    const read = definition.readTemplate ?? ((path) => readTemplate(path, engine));
    const render = await engine.compile(read(file), {
      helpers: definition.helpers ?? {},
      partials: definition.partials?.(engine.file.split(".")[1]) ?? {},
    });
    contestants.push({ name: peer, run: cycle(prepared, render) });
  }
  const loaded = { name, definition, page, inputs, given, contestants };
  check(loaded);
  return loaded;
}

/** Each call takes the next of the inputs. */
function cycle(inputs, render) {
  return inputs.length === 1 ? () => render(inputs[0]) : (index) => render(inputs[index % inputs.length]);
}

function readTemplate(path, engine) {
  const text = readFileSync(path, "utf8");
  return engine.isIndented ? text : joinLines(text);
}

/** All contestants give the same page for every input, twice: a render must not change what the next one gets. */
function check({ name, definition, page, inputs, given, contestants }) {
  for (let index = 0; index < 2 * inputs.length; index++) {
    const expected = definition.render(inputs[index % inputs.length]);
    assertEqual(expected, page.check(given[index % inputs.length]).text, `${name}: pub`);
    if (definition.expected !== undefined) assertEqual(definition.expected, expected, `${name}: the expected page`);
    for (const contestant of contestants) {
      if (contestant.isBytes) continue;
      assertEqual(normalized(expected), normalized(contestant.run(index)), `${name}: ${contestant.name}`);
    }
  }
}
