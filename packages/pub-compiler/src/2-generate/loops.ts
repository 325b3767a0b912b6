/**
 * `if`, `for` and `while` (pub-language.md §6.4, §6.5).
 */
import type { ForStatement, IfStatement, WhileStatement } from "pub-parser";
import { leavesListsAlone, onlyReadsItems } from "../1-analyze/read-only.js";
import { Block, type Code, type Line, quote } from "./code.js";
import { condition, quietly } from "./expressions.js";
import { visibleScope } from "./names.js";
import { container } from "./places.js";
import type { Loop, Routine } from "./routine.js";
import { body } from "./statements.js";

export function ifStatement(routine: Routine, node: IfStatement): void {
  if (node.branches.some((branch) => routine.mayPrint(branch.test))) routine.flush();
  const tests = node.branches.map((branch) => condition(routine, branch.test));
  const blocks: Block[] = [];
  for (const [index, branch] of node.branches.entries()) {
    const open: Code = [branch.start, index === 0 ? "if (" : "} else if (", tests[index], ") {"];
    blocks.push(
      new Block(
        routine.branch(() => body(routine, branch.body)),
        open,
        null,
      ),
    );
  }
  if (node.alternate !== null) {
    const { alternate } = node;
    blocks.push(
      new Block(
        routine.branch(() => body(routine, alternate)),
        "} else {",
        null,
      ),
    );
  }
  routine.addChain(blocks);
}

/** The names that the code of a loop uses. */
interface LoopNames {
  readonly list: string;
  readonly items: string;
  readonly item: string;
  readonly index: string;
  readonly scope: string;
  readonly outer: string;
  readonly line: string;
}

export function forStatement(routine: Routine, node: ForStatement): void {
  const { module } = routine;
  if (routine.mayPrint(node.list)) routine.flush();
  const number = module.number("loop");
  const names: LoopNames = {
    list: `rows${number}`,
    items: `items${number}`,
    item: `item${number}`,
    index: `i${number}`,
    scope: `scope${number}`,
    outer: `outer${number}`,
    line: `${module.line(node.start)}`,
  };
  const { items } = names;
  const list = quietly(routine, node.list, container(routine, node.list));
  const onlyReads =
    routine.scope !== null &&
    module.optimizes("reading-loops") &&
    !module.options.program.loopsMeetFunctions &&
    onlyReadsItems(node, module.options.program.readers);
  if (onlyReads && leavesListsAlone(node.body, module.options.program.readers)) {
    readingLoop(routine, node, names, list);
    return;
  }
  if (onlyReads) {
    const loopList = module.call("loopList", list, names.line, `${node.empty !== null}`);
    routine.add(`const ${names.list} = `, node.start, loopList, ";");
    routine.add(`const ${items} = ${names.list} === null ? null : ${names.list}.items;`);
  } else {
    const loopItems = module.call("loopItems", list, names.line, `${node.empty !== null}`);
    routine.add(`const ${items} = `, node.start, loopItems, ";");
  }

  const lines = routine.nested(() => {
    routine.mayHoldText();
    if (routine.scope === null) dynamicLoop(routine, node, names, `loop${number}`);
    else staticLoop(routine, node, names, `loop${number}`, onlyReads);
  });
  const chain = [new Block(lines, `if (${items} !== null && ${items}.length > 0) {`, null)];
  if (node.empty !== null) {
    const { empty } = node;
    chain.push(
      new Block(
        routine.branch(() => body(routine, empty)),
        "} else {",
        null,
      ),
    );
  }
  routine.addChain(chain);
}

/** A loop whose elements are made ready before the first round, because nothing happens in it but reading. */
function readingLoop(routine: Routine, node: ForStatement, names: LoopNames, list: Code): void {
  const { items, index, line } = names;
  const { module, scope } = routine;
  if (scope === null) return;
  routine.add(`const ${items} = `, node.start, module.call("readItems", list, line, `${node.empty !== null}`), ";");
  const generate = (): Line => {
    const variable = module.variable(node.variable.name);
    const loop: Loop = { label: `loop${index.slice(1)}`, labelUsed: false, roundEnd: [] };
    scope.layers.push(
      new Map([
        [node.variable.name, { code: variable, certain: true, mayBeEmpty: false, bound: true, isUniversal: false }],
      ]),
    );
    const rounds = routine.rounds(() => {
      routine.mayHoldText();
      routine.add(`const ${variable} = ${items}[${index}];`);
      const hole: Line[] = [[module.call("reportHole", index, line), ";"], "continue;"];
      routine.addLine(new Block(hole, `if (${variable} === undefined) {`, "}"));
      routine.loops.push(loop);
      body(routine, node.body);
      routine.loops.pop();
    });
    scope.layers.pop();
    return new Block(rounds, loopHead(loop, names), "}");
  };
  if (node.empty === null) {
    routine.addLine(generate());
    return;
  }
  const { empty } = node;
  const lines = routine.nested(() => routine.addLine(generate()));
  const otherwise = routine.branch(() => body(routine, empty));
  routine.addChain([new Block(lines, `if (${items}.length > 0) {`, null), new Block(otherwise, "} else {", null)]);
}

function loopHead(loop: Loop, { items, index }: LoopNames): string {
  const label = loop.labelUsed ? `${loop.label}: ` : "";
  return `${label}for (let ${index} = 0; ${index} < ${items}.length; ${index}++) {`;
}

/** All rounds share the layer of the loop variable: closures see its last value. */
function dynamicLoop(routine: Routine, node: ForStatement, names: LoopNames, label: string): void {
  const { items, item, index, scope, outer, line } = names;
  const { module } = routine;
  const loop: Loop = {
    label,
    labelUsed: false,
    roundEnd: [`context.layer = ${scope};`, `${items}[${index}] = ${item};`],
  };
  const rounds = routine.rounds(() => {
    routine.add(`const ${item} = `, module.call("loopItem", outer, items, index, line), ";");
    routine.add(`if (${item} === undefined) continue;`);
    routine.add(`${scope}.bind(${quote(node.variable.name)}, ${item});`);
    routine.loops.push(loop);
    body(routine, node.body);
    routine.loops.pop();
    routine.addLines(loop.roundEnd);
  });
  routine.add(`const ${outer} = context.layer;`);
  routine.add(`const ${scope} = `, module.call("pushLayer"), ";");
  routine.addLine(new Block(rounds, loopHead(loop, names), "}"));
  routine.add(`context.layer = ${outer};`);
}

function staticLoop(routine: Routine, node: ForStatement, names: LoopNames, label: string, onlyReads: boolean): void {
  const { items, item, index, line } = names;
  const { module, scope } = routine;
  if (scope === null) return;
  // A loop that meets functions re-creates them in its own environment (§6.5).
  const recreates = module.options.program.loopsMeetFunctions;
  const visible = recreates ? visibleScope(routine) : null;
  const variable = module.variable(node.variable.name);
  const loop: Loop = { label, labelUsed: false, roundEnd: [`${items}[${index}] = ${item};`] };
  scope.layers.push(
    new Map([
      [node.variable.name, { code: variable, certain: true, mayBeEmpty: false, bound: true, isUniversal: false }],
    ]),
  );
  const rounds = routine.rounds(() => {
    const value = onlyReads
      ? module.call("readItem", names.list, index, line)
      : module.call("loopValue", items, index, line);
    if (visible === null) {
      routine.add(`const ${item} = `, value, ";");
    } else {
      routine.add(`let ${item} = `, value, ";");
      routine.add(`if (${item} instanceof ${module.runtime("Closure")}) ${item} = ${item}.recreate(`, visible, ");");
    }
    routine.add(`if (${item} === undefined) continue;`);
    routine.add(`${variable} = ${item};`);
    routine.loops.push(loop);
    body(routine, node.body);
    routine.loops.pop();
    routine.addLines(loop.roundEnd);
  });
  scope.layers.pop();
  // All rounds share the loop variable: closures see its last value.
  routine.add(`let ${variable}`, module.annotation("Value"), ";");
  routine.addLine(new Block(rounds, loopHead(loop, names), "}"));
}

export function whileStatement(routine: Routine, node: WhileStatement): void {
  const { module } = routine;
  const calls = routine.mayPrint(node.test);
  if (calls) routine.flush();
  const number = module.number("loop");
  const layer = `outer${number}`;
  const isDynamic = routine.scope === null;
  const test = condition(routine, node.test);
  const roundEnd: Line[] = isDynamic ? [`context.layer = ${layer};`] : [];
  const loop: Loop = { label: `loop${number}`, labelUsed: false, roundEnd };
  const { tracksFailure } = routine;
  // A failed include inside a `while` is not passed on (§8.2).
  routine.tracksFailure = false;
  const rounds = routine.rounds(() => {
    routine.mayHoldText();
    if (calls && !module.options.traced) {
      routine.flush();
      routine.add(["if (!", test, ") break;"]);
    }
    routine.loops.push(loop);
    body(routine, node.body);
    routine.loops.pop();
    routine.addLines(loop.roundEnd);
  });
  routine.tracksFailure = tracksFailure;
  if (isDynamic) routine.add(`const ${layer} = context.layer;`);
  const label = loop.labelUsed ? `${loop.label}: ` : "";
  const head: Code = calls && !module.options.traced ? "true" : test;
  routine.addLine(new Block(rounds, [label, node.start, "while (", head, ") {"], "}"));
}
