/**
 * Walks one statement: its conditions, loops, declarations and includes.
 */
import type { Binding, Block, Expression, IncludeStatement, Span, Statement } from "pub-parser";
import { simplify } from "../../1-analyze/constants.js";
import { checkIf, checkTest, checkWhile } from "../local/conditions.js";
import { checkSwitch } from "../local/switches.js";
import { checkDuplicates, namesOf } from "../local/values.js";
import { frameOfKey, markWaiting } from "./frames.js";
import { walkDefinition, walkReturn } from "./functions.js";
import { inFrame, type Walk, walkBranch, walkLoop } from "./walk.js";

export function walkStatement(walk: Walk, node: Statement): void {
  const { facts, markup, routine } = walk;
  switch (node.type) {
    case "ExpressionStatement":
      walk.expression(node.expression, "ignored");
      break;
    case "HtmlBlock":
      walk.block(node);
      break;
    case "PrintStatement":
      routine.prints = true;
      for (const argument of node.arguments) {
        markup.value(argument, walk.scope);
        walk.printed(argument);
      }
      break;
    case "IfStatement": {
      checkIf(node, facts);
      for (const { test } of node.branches) walkTest(walk, test);
      const bodies = [...node.branches.map(({ body }) => body), node.alternate];
      markup.branches(bodies.map((body) => () => body && walkBranch(walk, body)));
      break;
    }
    case "WhileStatement":
      checkWhile(node, facts);
      walkTest(walk, node.test);
      markup.branches([() => walkLoop(walk, () => walk.block(node.body)), () => undefined]);
      break;
    case "ForStatement":
      walkFor(walk, node.variable, node.list, node.body, node.empty);
      break;
    case "SwitchStatement": {
      checkSwitch(node, walk.scope, facts);
      inFrame(walk, () => walk.expression(node.discriminant, "plain"), frameOfKey());
      const cases: (() => void)[] = node.cases.map((each) => () => walkBranch(walk, each.body));
      const isComplete = node.cases.some(({ label }) => label === null);
      markup.branches(isComplete ? cases : [...cases, () => undefined]);
      break;
    }
    case "DefStatement":
      walkDefinition(walk, node);
      break;
    case "DeclarationStatement":
      checkDuplicates(namesOf(node.bindings), facts);
      if (node.kind === "locals") walk.scope.announce(node.bindings);
      for (const binding of node.bindings) declare(walk, node.kind, binding);
      break;
    case "IncludeStatement":
      walkInclude(walk, node);
      break;
    case "BreakStatement":
    case "ContinueStatement":
      if (routine.loops === 0) reportStrayBreak(walk, node);
      break;
    case "ExitStatement":
      routine.mayHaveEnded = true;
      if (!routine.isFile) {
        facts.report("exit-in-function", node, "`exit` leaves only this function", {
          hint: "write `return;` if that is meant",
        });
      }
      break;
    case "ReturnStatement":
      walkReturn(walk, node.value);
      break;
    case "EmptyStatement":
  }
}

function walkTest(walk: Walk, test: Expression): void {
  checkTest(test, walk.facts);
  walk.expression(test, "guarded");
}

function reportStrayBreak(walk: Walk, node: Statement): void {
  walk.routine.mayHaveEnded = true;
  const word = node.type === "BreakStatement" ? "break" : "continue";
  const what = walk.routine.isFile ? "file" : "function";
  walk.facts.report("stray-break", node, `\`${word}\` stands outside of a loop and ends the ${what}`, {
    hint: "write `return;` if that is meant",
  });
}

function walkFor(
  walk: Walk,
  variable: { name: string } & Span,
  list: Expression,
  body: Block,
  empty: Block | null,
): void {
  const { type } = simplify(list);
  if (empty === null && type.endsWith("Literal") && type !== "ListLiteral") {
    walk.facts.report("for-not-list", list, "`for` needs a list", {
      hint: type === "DictLiteral" ? "iterate over `items(…)` or `keys(…)`" : undefined,
    });
  }
  walk.expression(list, empty === null ? "demanded" : "guarded");
  const run = (): void =>
    walkLoop(walk, () => {
      walk.scope.declare("loop", { name: variable.name, span: variable }, list);
      walk.block(body);
    });
  walk.markup.branches([run, () => empty && walkBranch(walk, empty)]);
}

function declare(walk: Walk, kind: "locals" | "globals" | "universals", binding: Binding): void {
  const { facts, scope } = walk;
  const { name, nameSpan, value } = binding;
  if (value !== null) {
    walk.markup.string(value, scope);
    walk.expression(value, "plain");
  }
  if (kind === "locals") {
    if (value !== null && walk.routine.isFile) facts.flow(name, value, scope);
    scope.declare("local", { name, span: nameSpan }, value);
  } else {
    if (value !== null) facts.flow(name, value, scope);
    facts.export(name);
    if (kind === "universals") facts.universal(name);
  }
}

function walkInclude(walk: Walk, node: IncludeStatement): void {
  const { routine } = walk;
  routine.waits = true;
  markWaiting(walk.frame);
  walk.expression(node.file, "demanded");
  if (node.bindings !== null) walkIncludeBindings(walk, node.bindings);
  const certain = routine.isFile && routine.conditions === 0 && !routine.mayHaveEnded;
  walk.facts.include(node, certain);
}

function walkIncludeBindings(walk: Walk, bindings: Expression): void {
  const { facts } = walk;
  const simple = simplify(bindings);
  walk.expression(bindings, "plain");
  if (simple.type === "DictLiteral") {
    for (const { name, value } of simple.entries) {
      facts.hand(name);
      if (value !== null) facts.flow(name, value, walk.scope);
    }
  } else if (simple.type.endsWith("Literal")) {
    facts.report("include-bindings", bindings, "The second argument must be a dictionary", {
      hint: "write `include(file, {name : value})`",
    });
  } else facts.bindsAny = true;
}
