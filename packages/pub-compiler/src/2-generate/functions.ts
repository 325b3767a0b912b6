/**
 * `def` and `lambda` (pub-language.md §6.9, §7.6).
 */
import type { DefStatement, LambdaExpression } from "pub-parser";
import { Block, type Code, quote } from "./code.js";
import { Routine } from "./routine.js";
import { type StaticLayer, StaticScope } from "./scope.js";
import { body } from "./statements.js";

/** The function value of a lambda. `isStored` is false where it is only called, so that no loop can meet it. */
export function lambda(routine: Routine, node: LambdaExpression, isStored = true): Code {
  return [node.start, functionValue(routine, node, null, isStored)];
}

/** A `def` binds its function in globals when control reaches it. */
export function def(routine: Routine, node: DefStatement): Code {
  const { module } = routine;
  const { name } = node.name;
  const isStored = module.options.program.isStored(name);
  return [node.start, module.call("declareGlobal", quote(name), functionValue(routine, node, name, isStored)), ";"];
}

function functionValue(
  routine: Routine,
  node: DefStatement | LambdaExpression,
  name: string | null,
  isStored: boolean,
): Code {
  const { module } = routine;
  if (routine.scope === null) return module.call("dynamicClosure", definition(routine, node, name, true));
  const constant = definition(routine, node, name, isStored);
  const code = staticFunction(routine, node, name);
  return module.apply("closure", constant, "file", code);
}

/** Hoists what is known of a function, with the body that finds its variables by name if that can be needed. */
function definition(
  outer: Routine,
  node: DefStatement | LambdaExpression,
  name: string | null,
  hasDynamicBody: boolean,
): string {
  const { module } = outer;
  const { required, optional } = node.parameters;
  const constant = module.name(name === null ? "lambda" : `${name}_`);
  module.hoisted.push(
    new Block(
      [
        `name: ${name === null ? "null" : quote(name)},`,
        `line: ${module.line(node.body.end - 1)},`,
        `required: ${required.length},`,
        `maximum: ${required.length + optional.length},`,
        hasDynamicBody ? dynamicFunction(outer, node) : "dynamic: null,",
      ],
      ["const ", constant, module.annotation("FunctionDefinition"), " = {"],
      "};",
    ),
  );
  return constant;
}

function signature(routine: Routine, variables: readonly Code[]): Code {
  const { module } = routine;
  return [
    routine.waits ? "async " : "",
    "(context",
    module.annotation("Context"),
    ", self",
    module.annotation("Closure"),
    variables.map((variable) => [", ", variable]),
    ") => {",
  ];
}

function finish(routine: Routine): void {
  routine.addLines(routine.finalWrite());
  routine.add(routine.endStatement());
}

/** The body of a function as a property of its definition: variables are found by name. */
function dynamicFunction(outer: Routine, node: DefStatement | LambdaExpression): Block {
  const { module } = outer;
  const { required, optional } = node.parameters;
  const routine = new Routine(module, "function", module.options.program.waits(node), null);
  const names = [...required, ...optional].map((parameter) => parameter.name);
  const variables = names.map((_, index) => `p${index + 1}`);
  const layer = module.call("pushParameters", "self.environment");
  routine.add(names.length === 0 ? [layer, ";"] : ["const parameters = ", layer, ";"]);
  for (const [index, parameter] of names.entries()) {
    const bind = `parameters.bind(${quote(parameter)}, ${variables[index]});`;
    routine.add(index < required.length ? bind : `if (${variables[index]} !== undefined) ${bind}`);
  }
  body(routine, node.body);
  finish(routine);
  const parameters = variables.map((variable) => variable + module.annotation("Value"));
  return new Block([...routine.prologue(), ...routine.lines], ["dynamic: ", signature(routine, parameters)], "},");
}

/** Adds the function with its variables resolved, as a local constant; returns its name. */
function staticFunction(outer: Routine, node: DefStatement | LambdaExpression, name: string | null): string {
  const { module } = outer;
  const { required, optional } = node.parameters;
  const scope = new StaticScope(outer.scope?.snapshot() ?? [], true);
  const routine = new Routine(module, "function", module.options.program.waits(node), scope);
  let layer: StaticLayer = new Map();
  const parameters: Code[] = [];
  for (const [index, parameter] of [...required, ...optional].entries()) {
    const code = module.variable(parameter.name);
    const certain = index < required.length;
    // The last of equal names counts, but one that is not supplied lets the one before shine through.
    if (layer.has(parameter.name)) {
      scope.layers.push(layer);
      layer = new Map();
    }
    layer.set(parameter.name, { code, certain, mayBeEmpty: false, bound: true, isUniversal: false });
    // A parameter that is not supplied is not bound: outer variables of its name shine through.
    const fallback = certain ? "" : ` = ${module.runtime("UNBOUND")}`;
    parameters.push(code + module.annotation(certain ? "Value" : "SlotContent") + fallback);
  }
  scope.layers.push(layer);
  body(routine, node.body);
  finish(routine);
  const constant = module.name(`${name ?? "lambda"}Code`);
  outer.addLine(
    new Block(
      [...routine.prologue(), ...routine.lines],
      [`const ${constant} = `, signature(routine, parameters)],
      "};",
    ),
  );
  return constant;
}
