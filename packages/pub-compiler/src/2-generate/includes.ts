/**
 * `include` and `load` (pub-language.md §8).
 */
import type { IncludeStatement } from "pub-parser";
import { isConstant, literalText, simplify } from "../1-analyze/constants.js";
import { type Code, quote } from "./code.js";
import { value } from "./expressions.js";
import { dictLiteral } from "./literals.js";
import { visibleScope } from "./names.js";
import { stored } from "./places.js";
import type { Routine } from "./routine.js";

export function includeStatement(routine: Routine, node: IncludeStatement): void {
  const { module } = routine;
  routine.flush();
  const line = `${module.line(node.start)}`;
  const { form, code } = bindingsOf(routine, node);
  const waits = module.options.program.includeWaits(literalText(simplify(node.file)));
  const args = [line, quote(node.mode), value(routine, node.file), quote(form), code];
  const { scope } = routine;
  // At the level of the file its own layer is the innermost one anyway.
  if (scope !== null && (scope.insideFunction || scope.names().length > 0)) {
    const name = literalText(simplify(node.file));
    const isKnown = name !== null && module.optimizes("include-scopes");
    const { program } = module.options;
    args.push(visibleScope(routine, isKnown ? (variable) => program.mentions(name, variable) : null));
  }
  const included = routine.awaited(waits, [node.start, module.call("include", ...args)]);
  if (routine.tracksFailure) {
    routine.usesFailure = true;
    routine.add("if (!(", included, ")) ok = false;");
  } else {
    routine.add(included, ";");
  }
}

function bindingsOf(routine: Routine, node: IncludeStatement): { form: "none" | "literal" | "value"; code: Code } {
  if (node.bindings === null) return { form: "none", code: "null" };
  const literal = simplify(node.bindings);
  if (literal.type === "DictLiteral" && !isConstant(literal)) {
    return { form: "literal", code: dictLiteral(routine, literal) };
  }
  return { form: "value", code: stored(routine, node.bindings) };
}
