/**
 * `locals`, `globals`, `universals` (pub-language.md §7.3).
 */
import type { Binding, DeclarationStatement } from "pub-parser";
import { isConstant } from "../1-analyze/constants.js";
import { containsFunction } from "../1-analyze/features.js";
import { quote } from "./code.js";
import { stored } from "./places.js";
import type { Routine } from "./routine.js";
import type { StaticLayer, StaticScope, Variable } from "./scope.js";

export function declaration(routine: Routine, node: DeclarationStatement): void {
  if (node.bindings.some((binding) => binding.value !== null && routine.mayPrint(binding.value))) routine.flush();
  switch (node.kind) {
    case "locals":
      if (routine.scope === null) dynamicLocals(routine, node);
      else staticLocals(routine, routine.scope, node);
      break;
    case "globals":
      bindAll(routine, "declareGlobal", node.bindings);
      break;
    case "universals":
      bindAll(routine, "bindUniversal", node.bindings);
      if (routine.scope === null) dynamicAliases(routine, node);
      else staticAliases(routine, routine.scope, node);
      break;
  }
}

function bindAll(routine: Routine, bind: string, bindings: readonly Binding[]): void {
  const { module } = routine;
  for (const binding of bindings) {
    if (binding.value === null) continue;
    routine.add(binding.start, module.call(bind, quote(binding.name), stored(routine, binding.value)), ";");
  }
}

/** What a name without value is bound to: an empty slot, but null beside values that are not constant. */
function missingValue(node: DeclarationStatement): "undefined" | "null" {
  const isEmpty = node.bindings.every((binding) => binding.value === null || isConstant(binding.value));
  return isEmpty ? "undefined" : "null";
}

function dynamicLocals(routine: Routine, node: DeclarationStatement): void {
  const { module } = routine;
  const layer = module.name("layer");
  const missing = missingValue(node);
  routine.add(`const ${layer} = `, node.start, module.call("pushLayer"), ";");
  for (const binding of node.bindings) {
    const code = binding.value === null ? missing : stored(routine, binding.value);
    routine.add(binding.start, `${layer}.bind(${quote(binding.name)}, `, code, ");");
  }
}

function dynamicAliases(routine: Routine, node: DeclarationStatement): void {
  const names = node.bindings.map((binding) => quote(binding.name)).join(", ");
  routine.add(routine.module.call("pushAliases", `[${names}]`), ";");
}

function staticLocals(routine: Routine, scope: StaticScope, node: DeclarationStatement): void {
  const { module } = routine;
  const missing = missingValue(node);
  const layer: StaticLayer = new Map();
  for (const { name, value } of node.bindings) {
    const mayBeEmpty = value === null && missing === "undefined";
    layer.set(name, { code: module.variable(name), certain: true, mayBeEmpty, bound: false, isUniversal: false });
  }
  const variables = [...layer.values()];
  // Functions in the values see the whole block, also what is bound after they were made.
  const declaredFirst = node.bindings.some((binding) => binding.value !== null && containsFunction(binding.value));
  if (!scope.isUnconditional) {
    scope.extent.declarations.push(...variables.map((variable) => variable.code));
  } else if (declaredFirst) {
    const type = module.annotation("SlotContent");
    const unbound = module.runtime("UNBOUND");
    routine.add(`let ${variables.map((variable) => `${variable.code}${type} = ${unbound}`).join(", ")};`);
  }
  const isInline = scope.isUnconditional && !declaredFirst;
  scope.layers.push(layer);
  const declared = new Set<Variable>();
  for (const binding of node.bindings) {
    const variable = layer.get(binding.name);
    if (variable === undefined) continue;
    const code = binding.value === null ? missing : stored(routine, binding.value);
    const start =
      isInline && !declared.has(variable) ? `let ${variable.code}${module.annotation("Value")}` : variable.code;
    routine.add(binding.start, `${start} = `, code, ";");
    declared.add(variable);
    variable.bound = true;
  }
}

function staticAliases(routine: Routine, scope: StaticScope, node: DeclarationStatement): void {
  const { module } = routine;
  const layer: StaticLayer = new Map();
  for (const { name } of node.bindings) {
    const slot = `${name}$u`;
    module.slots.set(slot, module.call("universalSlot", quote(name)));
    let code = slot;
    if (!scope.isUnconditional) {
      code = module.variable(name);
      scope.extent.declarations.push(code);
      routine.add(`${code} = ${slot};`);
    }
    layer.set(name, { code, certain: true, mayBeEmpty: false, bound: true, isUniversal: true });
  }
  scope.layers.push(layer);
}
