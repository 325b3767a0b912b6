/**
 * Rules about numbers, strings and comparison.
 */
import type { Rule } from "./rule.js";

export const valueRules = {
  "octal-number": {
    severity: "warning",
    summary: "a number with a leading zero is octal",
    explanation: "`010` is 8. Leave the zero out, or write a string.",
    bad: "%{010}\n",
    good: "%{10}\n",
  },
  "numeric-string": {
    severity: "warning",
    summary: "`+` joins strings that may look like a number, and makes them one",
    explanation:
      'The result of `+` becomes a number when it looks like one: `"" + "007"` is 7, `"1" + "2"` is 12, `"" + ""` prints 0. Interpolation always gives text.',
    bad: "{% def code(n) { return \"0\" + n; } print(code('7')); %}\n",
    good: "{% def code(n) { return \"0%{n}\"; } print(code('7')); %}\n",
  },
  "float-collapse": {
    severity: "warning",
    summary: "a calculated float is divided, which is integer division when it happens to be whole",
    explanation:
      "A float result without fraction turns into an integer: `1.5 * 2 / 2` is 1. Divide by a float literal, or divide first.",
    bad: "{% def half(n) { return n * 1.0 / 2; } print(half(3)); %}\n",
    good: "{% def half(n) { return n / 2.0; } print(half(3)); %}\n",
  },
  "division-by-zero": {
    severity: "error",
    summary: "a number is divided by a literal zero",
    explanation: "It reports `division by zero` (or `modulo by zero`) and has no value.",
    bad: "%{now() % 0}\n",
    good: "%{now() % 2}\n",
  },
  "null-order": {
    severity: "warning",
    summary: "`<`, `>`, `<=` and `>=` with null are always false",
    explanation: "Use `isnull(x)` or `x == null`.",
    bad: "{% if (now() > null) { print('later'); } %}\n",
    good: "{% if (!isnull(now())) { print('later'); } %}\n",
  },
  "chained-comparison": {
    severity: "warning",
    summary: "`a < b < c` compares a truth value with `c`",
    explanation: "`3 > 2 > 1` is `true > 1`, which is false. Join two comparisons with `&&`.",
    bad: "{% def inside(n) { return 0 < n < 9; } print(inside(10)); %}\n",
    good: "{% def inside(n) { return 0 < n && n < 9; } print(inside(10)); %}\n",
  },
} satisfies Record<string, Rule>;
