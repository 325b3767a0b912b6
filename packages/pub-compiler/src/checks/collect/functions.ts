/**
 * Walks definitions of functions: their parameters, bodies and what they return.
 */
import type { DefStatement, Expression, LambdaExpression, Parameters } from "pub-parser";
import { simplify } from "../../1-analyze/constants.js";
import { spanOf } from "../finding.js";
import { checkDuplicates } from "../local/values.js";
import { frameInside } from "./frames.js";
import { inFrame, inScope, newRoutine, type Routine, type Walk } from "./walk.js";

/** `def` */
export function walkDefinition(walk: Walk, node: DefStatement): void {
  const { name } = node.name;
  const atTop = walk.routine.isFile && walk.routine.conditions === 0;
  walk.facts.export(name);
  const routine = walkFunction(walk, node, node.parameters);
  const [alias = null] = routine.returned.size === 1 ? routine.returned : [];
  walk.facts.functions.push({
    name,
    span: spanOf(node.name),
    required: node.parameters.required.length,
    optional: node.parameters.optional.length,
    returns: routine.returns,
    prints: routine.prints,
    alias,
    waits: routine.waits,
    calls: [...routine.calls],
    atTop,
  });
}

/** The body of a function, in a scope with its parameters. */
export function walkFunction(walk: Walk, node: DefStatement | LambdaExpression, parameters: Parameters): Routine {
  const outer = walk.routine;
  const routine = newRoutine(false);
  const named = [...parameters.required, ...parameters.optional];
  checkDuplicates(
    named.map((parameter) => ({ name: parameter.name, span: spanOf(parameter) })),
    walk.facts,
  );
  walk.routine = routine;
  inScope(walk, "function", () => {
    for (const parameter of named) {
      const kind = parameters.required.includes(parameter) ? "parameter" : "optional";
      walk.scope.declare(kind, { name: parameter.name, span: spanOf(parameter) }, null);
    }
    walk.markup.separately(() => inFrame(walk, () => walk.block(node.body), frameInside(null)));
  });
  walk.routine = outer;
  return routine;
}

/** `return` */
export function walkReturn(walk: Walk, value: Expression | null): void {
  const { routine } = walk;
  routine.mayHaveEnded = true;
  if (value === null) {
    routine.returned.add(null);
    return;
  }
  if (routine.isFile) {
    walk.facts.report("lost-return-value", value, "The value is lost: a file returns nothing", {
      hint: "set a global instead",
    });
  }
  routine.returns = true;
  walk.markup.string(value, walk.scope);
  routine.returned.add(calledName(value));
  walk.expression(value, "plain");
}

/** The name of the function whose value an expression is. */
function calledName(value: Expression): string | null {
  const simple = simplify(value);
  const filter = simple.type === "PipeExpression" ? simplify(simple.filter) : simple;
  const named =
    filter.type === "CallExpression" ? simplify(filter.callee) : simple.type === "PipeExpression" ? filter : null;
  return named?.type === "Identifier" ? named.name : null;
}
