/**
 * `switch` (pub-language.md §6.6): no fall-through, the last of equal labels wins, an empty HTML block counts as no
 * selection.
 */
import type { SwitchCase, SwitchStatement } from "pub-parser";
import { Block, type Line, quote } from "./code.js";
import { value } from "./expressions.js";
import type { Routine } from "./routine.js";
import { body } from "./statements.js";

const isEmptyHtml = (node: SwitchCase) => node.body.type === "HtmlBlock" && node.body.body.length === 0;

export function switchStatement(routine: Routine, node: SwitchStatement): void {
  const { module } = routine;
  if (routine.mayPrint(node.discriminant)) routine.flush();
  const key = module.name("key");
  routine.add(`const ${key} = `, node.start, module.apply("switchKey", value(routine, node.discriminant)), ";");

  const byLabel = new Map<string, SwitchCase>();
  let fallback: SwitchCase | null = null;
  for (const current of node.cases) {
    if (current.label === null) fallback = current;
    else byLabel.set(current.label.kind === "null" ? "undefined" : quote(current.label.value), current);
  }
  const lines: Line[] = [];
  const noSelection: string[] = [];
  for (const [label, current] of byLabel) {
    if (isEmptyHtml(current)) noSelection.push(label);
    else lines.push(caseBlock(routine, `case ${label}: {`, () => body(routine, current.body)));
  }
  for (const label of noSelection) lines.push(`case ${label}:`);
  const chosen = fallback;
  lines.push(
    caseBlock(routine, "default: {", () => {
      if (chosen !== null && !isEmptyHtml(chosen)) body(routine, chosen.body);
      else routine.add(module.call("noCase", key, `${module.line(node.start)}`), ";");
    }),
  );
  routine.addLine(new Block(lines, `switch (${key}) {`, "}"));
}

function caseBlock(routine: Routine, open: string, generate: () => void): Block {
  const lines = routine.branch(generate);
  return new Block([...lines, "break;"], open, "}");
}
