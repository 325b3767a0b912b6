/**
 * The documentation of the rules, made from their table.
 */
import type { Rule } from "./rules/rule.js";
import { ruleFamilies } from "./rules.js";

/** `docs/rules.md`: every rule with what it says, why, and an example each way. */
export function rulesReference(): string {
  const parts = [
    "# Rules of `pubc check`\n",
    "Syntax errors are always errors. What the rules find are warnings; a line is left out with a comment",
    "`// pubc-ignore RULE: reason` on it or on the line before.\n",
  ];
  for (const [family, rules] of Object.entries(ruleFamilies)) {
    parts.push(`## ${family}\n`);
    for (const [name, rule] of Object.entries<Rule>(rules)) {
      parts.push(`### \`${name}\`\n`, `Reported when ${rule.summary}.\n`, `${rule.explanation}\n`);
      parts.push("Bad:\n", `\`\`\`text\n${rule.bad.trimEnd()}\n\`\`\`\n`, "Good:\n");
      parts.push(`\`\`\`text\n${rule.good.trimEnd()}\n\`\`\`\n`);
    }
  }
  return parts.join("\n");
}
