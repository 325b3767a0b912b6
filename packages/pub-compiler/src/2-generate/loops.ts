/**
 * `if`, `for` and `while` (pub-language.md §6.4, §6.5).
 */
import type { ForStatement, IfStatement, WhileStatement } from "pub-parser";
import { mayCall } from "../1-analyze/effects.js";
import { Block, type Code, type Line, quote } from "./code.js";
import { condition, quietly } from "./expressions.js";
import { container } from "./places.js";
import type { Loop, Routine } from "./routine.js";
import { body } from "./statements.js";

export function ifStatement(routine: Routine, node: IfStatement): void {
  if (node.branches.some((branch) => mayCall(branch.test))) routine.flush();
  const tests = node.branches.map((branch) => condition(routine, branch.test));
  const lines: Line[] = [];
  for (const [index, branch] of node.branches.entries()) {
    const open: Code = [branch.start, index === 0 ? "if (" : "} else if (", tests[index], ") {"];
    lines.push(
      new Block(
        routine.nested(() => body(routine, branch.body)),
        open,
        "",
      ),
    );
  }
  if (node.alternate !== null) {
    const { alternate } = node;
    lines.push(
      new Block(
        routine.nested(() => body(routine, alternate)),
        "} else {",
        "",
      ),
    );
  }
  routine.addChain(lines as Block[]);
}

export function forStatement(routine: Routine, node: ForStatement): void {
  const { module } = routine;
  if (mayCall(node.list)) routine.flush();
  const line = `${module.line(node.start)}`;
  const number = module.number("loop");
  const items = `items${number}`;
  const item = `item${number}`;
  const index = `i${number}`;
  const scope = `scope${number}`;
  const outer = `outer${number}`;
  const list = container(routine, node.list);
  const quiet = quietly(routine, node.list, list);
  routine.add(`const ${items} = `, node.start, module.call("loopItems", quiet, line, `${node.empty !== null}`), ";");

  const loop: Loop = {
    label: `loop${number}`,
    labelUsed: false,
    roundEnd: [`context.layer = ${scope};`, `${items}[${index}] = ${item};`],
  };
  const lines = routine.nested(() => {
    routine.mayHoldText();
    const rounds = routine.nested(() => {
      routine.add(`const ${item} = `, module.call("loopItem", outer, items, index, line), ";");
      routine.add(`if (${item} === undefined) continue;`);
      routine.add(`${scope}.bind(${quote(node.variable.name)}, ${item});`);
      routine.loops.push(loop);
      body(routine, node.body);
      routine.loops.pop();
      routine.addLines(loop.roundEnd);
    });
    const label = loop.labelUsed ? `${loop.label}: ` : "";
    // All rounds share the layer of the loop variable: closures see its last value.
    routine.add(`const ${outer} = context.layer;`);
    routine.add(`const ${scope} = `, module.call("pushLayer"), ";");
    routine.addLine(new Block(rounds, `${label}for (let ${index} = 0; ${index} < ${items}.length; ${index}++) {`, "}"));
    routine.add(`context.layer = ${outer};`);
  });
  const chain = [new Block(lines, `if (${items} !== null && ${items}.length > 0) {`, "")];
  if (node.empty !== null) {
    const { empty } = node;
    chain.push(
      new Block(
        routine.nested(() => body(routine, empty)),
        "} else {",
        "",
      ),
    );
  }
  routine.addChain(chain);
}

export function whileStatement(routine: Routine, node: WhileStatement): void {
  const { module } = routine;
  const calls = mayCall(node.test);
  if (calls) routine.flush();
  const number = module.number("loop");
  const layer = `outer${number}`;
  const test = condition(routine, node.test);
  const loop: Loop = { label: `loop${number}`, labelUsed: false, roundEnd: [`context.layer = ${layer};`] };
  const { tracksFailure } = routine;
  // A failed include inside a `while` is not passed on (§8.2).
  routine.tracksFailure = false;
  const rounds = routine.nested(() => {
    if (calls && !module.options.traced) {
      routine.mayHoldText();
      routine.flush();
      routine.add(["if (!", test, ") break;"]);
    } else {
      routine.mayHoldText();
    }
    routine.loops.push(loop);
    body(routine, node.body);
    routine.loops.pop();
    routine.addLines(loop.roundEnd);
  });
  routine.tracksFailure = tracksFailure;
  routine.add(`const ${layer} = context.layer;`);
  const label = loop.labelUsed ? `${loop.label}: ` : "";
  const head: Code = calls && !module.options.traced ? "true" : test;
  routine.addLine(new Block(rounds, [label, node.start, "while (", head, ") {"], "}"));
}
