/**
 * `def` and `lambda` (pub-language.md §6.9, §7.6).
 */
import type { DefStatement, LambdaExpression } from "pub-parser";
import { Block, type Code, quote } from "./code.js";
import { Routine } from "./routine.js";
import { body } from "./statements.js";

export function lambda(routine: Routine, node: LambdaExpression): Code {
  return [node.start, routine.module.call("closure", define(routine, node, null))];
}

/** A `def` binds its function in globals when control reaches it. */
export function def(routine: Routine, node: DefStatement): Code {
  const definition = define(routine, node, node.name.name);
  const { module } = routine;
  return [node.start, module.call("declareGlobal", quote(node.name.name), module.call("closure", definition)), ";"];
}

/** Hoists the definition of a function and returns its name. */
function define(outer: Routine, node: DefStatement | LambdaExpression, name: string | null): string {
  const { module } = outer;
  const { parameters, body: block } = node;
  const routine = new Routine(module, "function", module.options.waiting.waits(node));
  const names = [...parameters.required, ...parameters.optional].map((parameter) => parameter.name);
  const variables = names.map((_, index) => `p${index + 1}`);
  const layer = module.call("pushParameters", "self.environment");
  routine.add(names.length === 0 ? [layer, ";"] : ["const parameters = ", layer, ";"]);
  for (const [index, parameter] of names.entries()) {
    const bind = `parameters.bind(${quote(parameter)}, ${variables[index]});`;
    const isOptional = index >= parameters.required.length;
    routine.add(isOptional ? `if (${variables[index]} !== undefined) ${bind}` : bind);
  }
  body(routine, block);
  routine.addLines(routine.finalWrite());
  routine.add(routine.endStatement());

  const constant = module.name(name === null ? "lambda" : `${name}_`);
  const signature: Code = [
    routine.waits ? "async " : "",
    "(context",
    module.annotation("Context"),
    ", self",
    module.annotation("Closure"),
    variables.map((variable) => [`, ${variable}`, module.annotation("Value")]),
    ") => {",
  ];
  module.hoisted.push(
    new Block(
      [
        `name: ${name === null ? "null" : quote(name)},`,
        `line: ${module.line(block.end - 1)},`,
        `required: ${parameters.required.length},`,
        `maximum: ${names.length},`,
        new Block([...routine.prologue(), ...routine.lines], ["dynamic: ", signature], "},"),
      ],
      ["const ", constant, module.annotation("FunctionDefinition"), " = {"],
      "};",
    ),
  );
  return constant;
}
