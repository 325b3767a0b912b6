// Rewrites templates so that they cannot run for long: every round of a loop and every call of a function costs one unit
// of a small budget in the globals. A program that hangs even then hangs because of us: within so few rounds not even what
// doubles in each of them grows large.
import { parseTemplate, visit } from "pub-parser";

const budget = 20;
const spending = "globals::fuzz_rounds = globals::fuzz_rounds + 1; if (globals::fuzz_rounds > BUDGET) { exit }".replace(
  "BUDGET",
  budget,
);

/**
 * The files with counted rounds; those that do not parse stay as they are, as they do not run.
 * @param {Record<string, string>} files byte strings by name
 * @param {string} main name of the page
 */
export function limitRounds(files, main) {
  const limited = Object.fromEntries(Object.entries(files).map(([name, source]) => [name, limitFile(source)]));
  return { ...limited, [main]: `{% globals::fuzz_rounds = 0; %}${limited[main]}` };
}

function limitFile(source) {
  const { template, log } = parseTemplate(source);
  if (log.length > 0) return source;
  const insertions = [];
  visit(template, (node) => {
    const isRepeated = ["ForStatement", "WhileStatement", "DefStatement", "LambdaExpression"].includes(node.type);
    if (!isRepeated) return;
    const { body } = node;
    if (body.type === "CodeBlock") insertions.push([body.start + 1, ` ${spending} `]);
    else insertions.push([body.start + 2, `{% ${spending} %}`]);
  });
  insertions.sort(([a], [b]) => b - a);
  // A file that runs again and again spends a unit too.
  let result = source;
  for (const [at, text] of insertions) result = result.slice(0, at) + text + result.slice(at);
  return `{% ${spending} %}${result}`;
}
