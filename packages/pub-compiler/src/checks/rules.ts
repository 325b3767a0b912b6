/**
 * All rules of `pubc check`, by name.
 */
import { callRules } from "./rules/calls.js";
import { flowRules } from "./rules/flow.js";
import { includeRules } from "./rules/includes.js";
import { markupRules } from "./rules/markup.js";
import { nameRules } from "./rules/names.js";
import type { Rule } from "./rules/rule.js";
import { valueRules } from "./rules/values.js";

const commentRules = {
  "ignore-comment": {
    severity: "warning",
    summary: "a `pubc-ignore` comment names no rule, gives no reason or leaves nothing out",
    explanation:
      "The form is `// pubc-ignore RULE: reason`, several rules separated by commas. It is about its own line, or about the next one if nothing else stands on its line. In text, write it in `{% /* … */ %}` or in a translator comment `[[[ … ]]]`.",
    bad: "{% if (0) { print('draft'); } // pubc-ignore constant-condition\n%}\n",
    good: "{% if (0) { print('draft'); } // pubc-ignore constant-condition: switched on by hand\n%}\n",
  },
} satisfies Record<string, Rule>;

/** The families in the order of the documentation. */
export const ruleFamilies = {
  "Calls and filters": callRules,
  Includes: includeRules,
  Variables: nameRules,
  Flow: flowRules,
  Values: valueRules,
  "Values in markup": markupRules,
  Comments: commentRules,
} satisfies Record<string, Record<string, Rule>>;

const table = {
  ...callRules,
  ...includeRules,
  ...nameRules,
  ...flowRules,
  ...valueRules,
  ...markupRules,
  ...commentRules,
};

export type RuleName = keyof typeof table;

export const rules: Readonly<Record<RuleName, Rule>> = table;
