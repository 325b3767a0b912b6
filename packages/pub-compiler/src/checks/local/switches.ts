/**
 * Checks of `switch` (pub-language.md §6.6): labels are compared as text, and only an undefined key is `case (null)`.
 */
import type { Expression, SwitchStatement } from "pub-parser";
import { simplify } from "../../1-analyze/constants.js";
import { builtinNames } from "../../1-analyze/library.js";
import { spanOf } from "../finding.js";
import type { Scope } from "../scopes.js";
import type { Reporter } from "./report.js";

export function checkSwitch(node: SwitchStatement, scope: Scope, reporter: Reporter): void {
  const labels = new Map<string, SwitchStatement["cases"][number]>();
  for (const entry of node.cases) {
    const { label, body } = entry;
    if (body.type === "HtmlBlock" && body.body.length === 0 && label !== null) {
      reporter.report("empty-case", body, "A case with the body `{{}}` counts as not found", {
        hint: "write `{ }` for a case that does nothing",
      });
    }
    if (label === null) continue;
    const shown = reporter.textOf(label);
    if (label.kind === "bool") {
      reporter.report("boolean-case", label, `\`case (${shown})\` matches the text \`${label.value}\`, not a boolean`, {
        hint: `write \`case ("${shown.toLowerCase()}")\``,
      });
    }
    if (label.kind === "null" && isDefined(node.discriminant, scope)) {
      reporter.report("null-case", label, "`case (null)` cannot match: this key is never undefined", {
        hint: 'write `case ("null")`',
      });
    }
    const key = label.kind === "null" ? "null" : `=${label.value}`;
    const earlier = labels.get(key);
    if (earlier !== undefined) {
      reporter.report("unreachable-case", earlier.label ?? earlier, "This case can never be chosen", {
        related: [{ span: spanOf(label), message: "a later case has the same label" }],
      });
    }
    labels.set(key, entry);
  }
}

/** True when the value of an expression is certainly not undefined. */
function isDefined(expression: Expression, scope: Scope): boolean {
  const simple = simplify(expression);
  switch (simple.type) {
    case "Identifier": {
      // An optional parameter that was left out is not bound, so the name means something else then.
      const variable = scope.find(simple.name);
      return variable !== null && variable.kind !== "optional";
    }
    case "CallExpression":
      return simple.callee.type === "Identifier" && !builtinNames.has(simple.callee.name);
    case "ScopedIdentifier":
    case "IntegerLiteral":
    case "FloatLiteral":
    case "BooleanLiteral":
    case "NullLiteral":
    case "StringLiteral":
    case "NotExpression":
    case "LogicalExpression":
    case "AssignmentExpression":
      return true;
    default:
      return false;
  }
}
