/**
 * Assignments (pub-language.md §5.3): the value is evaluated first, then the place.
 */
import type { AssignmentExpression } from "pub-parser";
import { simplify } from "../1-analyze/constants.js";
import { assignToCall } from "./calls.js";
import { type Code, quote } from "./code.js";
import { value } from "./expressions.js";
import { assignName, assignScopedName } from "./names.js";
import { container, content, stored } from "./places.js";
import type { Routine } from "./routine.js";

/** An assignment; its value is the content of the place afterwards. */
export function assignment(routine: Routine, node: AssignmentExpression): Code {
  return assignTo(routine, node, stored(routine, node.value));
}

/** Assigns a value to the target of an assignment. */
function assignTo(routine: Routine, node: AssignmentExpression, newValue: Code): Code {
  const { module } = routine;
  const target = simplify(node.target);
  const line = `${module.line(node.operatorSpan.start)}`;
  switch (target.type) {
    case "Identifier":
      return assignName(routine, target, newValue);
    case "ScopedIdentifier":
      return assignScopedName(routine, target, newValue);
    case "MemberExpression":
      return [
        node.start,
        module.call("setMember", newValue, container(routine, target.object), quote(target.property.name), line),
      ];
    case "IndexExpression":
      return [
        node.start,
        module.call("setElement", newValue, container(routine, target.object), value(routine, target.index), line),
      ];
    case "CallExpression":
      return [node.start, assignToCall(routine, target, newValue, line)];
    case "AssignmentExpression": {
      // `(a = b) = c`: the place is that of a.
      const temporary = routine.temporary();
      const inner = assignment(routine, target);
      return ["(", temporary, " = ", newValue, ", ", inner, ", ", assignTo(routine, target, temporary), ")"];
    }
    default:
      return [node.start, module.call("assignNothing", newValue, content(routine, target), line)];
  }
}
