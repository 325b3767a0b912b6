/**
 * `internal_dump` (pub-library.md §4.13): a value with the name of its kind, for debugging.
 */
import { quotedText, typeName } from "../values/index.js";
import type { Value } from "../values/types.js";
import type { BuiltinDefinition, CallContext } from "./builtin.js";

/** Names of the reference's classes that differ from the type's name: containers and the like arrive as copies. */
const CLASS_NAMES: Readonly<Record<string, string>> = {
  float: "double",
  list: "cow",
  dict: "cow",
  regex: "cow",
  object: "cow",
};

export const dumpFunctions: BuiltinDefinition[] = [
  {
    name: "internal_dump",
    pattern: "O",
    parameters: ["x"],
    documentation: "A description of x for debugging. Its form may change.",
    call(_context: CallContext, x: Value): Value {
      const type = typeName(x);
      // Values have no address here; zero keeps the shape.
      return `-{ pub3::expr_${CLASS_NAMES[type] ?? type}_t (0x0)\n    ${quotedText(x)}\n}\n`;
    },
  },
];
