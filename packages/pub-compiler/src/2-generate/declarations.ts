/**
 * `locals`, `globals`, `universals` (pub-language.md §7.3).
 */
import type { DeclarationStatement } from "pub-parser";
import { isConstant } from "../1-analyze/constants.js";
import { mayCall } from "../1-analyze/effects.js";
import { quote } from "./code.js";
import { stored } from "./places.js";
import type { Routine } from "./routine.js";

export function declaration(routine: Routine, node: DeclarationStatement): void {
  const { module } = routine;
  if (node.bindings.some((binding) => binding.value !== null && mayCall(binding.value))) routine.flush();
  switch (node.kind) {
    case "locals": {
      const layer = module.name("layer");
      // A name without value is an empty slot, but null beside values that are not constant.
      const missing = node.bindings.every((binding) => binding.value === null || isConstant(binding.value))
        ? "undefined"
        : "null";
      routine.add(`const ${layer} = `, node.start, module.call("pushLayer"), ";");
      for (const binding of node.bindings) {
        const code = binding.value === null ? missing : stored(routine, binding.value);
        routine.add(binding.start, `${layer}.bind(${quote(binding.name)}, `, code, ");");
      }
      break;
    }
    case "globals":
      for (const binding of node.bindings) {
        if (binding.value === null) continue;
        routine.add(
          binding.start,
          module.call("declareGlobal", quote(binding.name), stored(routine, binding.value)),
          ";",
        );
      }
      break;
    case "universals": {
      for (const binding of node.bindings) {
        if (binding.value === null) continue;
        routine.add(
          binding.start,
          module.call("bindUniversal", quote(binding.name), stored(routine, binding.value)),
          ";",
        );
      }
      const names = node.bindings.map((binding) => quote(binding.name)).join(", ");
      routine.add(module.call("pushAliases", `[${names}]`), ";");
      break;
    }
  }
}
