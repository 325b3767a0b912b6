/**
 * Rules about what runs and what never does.
 */
import type { Rule } from "./rule.js";

export const flowRules = {
  "unreachable-code": {
    severity: "warning",
    summary: "statements or branches can never run",
    explanation:
      "They stand behind `return`, `break`, `continue` or `exit`, or their condition was already tested by an earlier branch.",
    bad: "{% def sign(n) { return n < 0; print('done'); } print(sign(1)); %}\n",
    good: "{% def sign(n) { print('done'); return n < 0; } print(sign(1)); %}\n",
  },
  "unreachable-case": {
    severity: "warning",
    summary: "a case can never be chosen, because a later one has the same label",
    explanation:
      'Of two cases with the same label the last one wins. Labels are compared as text: `1` and `"1"` are the same.',
    bad: "{% switch (now() % 3) { case (1) { print('a'); } case ('1') { print('b'); } case { print('c'); } } %}\n",
    good: "{% switch (now() % 3) { case (1) { print('a'); } case (2) { print('b'); } case { print('c'); } } %}\n",
  },
  "boolean-case": {
    severity: "warning",
    summary: "`case (true)` and `case (false)` do not match booleans",
    explanation:
      'The labels are the texts `1` and `0`, but a boolean key is the text `true` or `false`. Write `case ("true")`, or use `if`.',
    bad: "{% switch (now() > 0) { case (true) { print('late'); } case { print('early'); } } %}\n",
    good: "{% switch (now() > 0) { case ('true') { print('late'); } case { print('early'); } } %}\n",
  },
  "null-case": {
    severity: "warning",
    summary: "`case (null)` cannot match, because the key is never undefined",
    explanation:
      'It matches an undefined key only: an unset variable, a missing member. A variable that holds `null`, a parameter or the value of a function is the text `null` and matches `case ("null")`.',
    bad: "{% def kind(x) { switch (x) { case (null) { return 'none'; } case { return 'some'; } } } print(kind(null)); %}\n",
    good: "{% def kind(x) { switch (x) { case ('null') { return 'none'; } case { return 'some'; } } } print(kind(null)); %}\n",
  },
  "empty-case": {
    severity: "warning",
    summary: "a case with the body `{{}}` counts as not found",
    explanation:
      "The default case runs instead, or a warning is logged. An empty code block `{ }` does nothing, as meant.",
    bad: "{% switch (now() % 2) { case (0) {{}} case { print('odd'); } } %}\n",
    good: "{% switch (now() % 2) { case (0) { } case { print('odd'); } } %}\n",
  },
  "constant-condition": {
    severity: "warning",
    summary: "a condition is a literal, so it always decides the same",
    explanation: "`while (true)` with a way out of the loop is fine.",
    bad: "{% if (0) { print('draft'); } else { print('final'); } %}\n",
    good: "{% print('final'); %}\n",
  },
  "falsy-value": {
    severity: "warning",
    summary: "a regex or a function of the library is tested for truth, and is always false",
    explanation: "Regexes and built-in functions are falsy. A call or a `match` was probably meant.",
    bad: "{% if (now) { print('open'); } %}\n",
    good: "{% if (now() > 0) { print('open'); } %}\n",
  },
  "endless-loop": {
    severity: "warning",
    summary: "a loop with a constant condition has no way out",
    explanation:
      "Nothing in the body of this `while` leaves it: no `break`, `return` or `exit`. There is no limit on rounds.",
    bad: "{% n = 0; while (true) { n = n + 1; } %}\n",
    good: "{% n = 0; while (true) { n = n + 1; if (n == 3) { break } } %}\n",
  },
  "stray-break": {
    severity: "warning",
    summary: "`break` or `continue` stands outside of a loop",
    explanation:
      "It ends the function or the file like a `return`; a function called in a loop cannot leave the loop of its caller.",
    bad: "{% def check(n) { if (n > 1) { break } print(n); } for (n, [1, 2]) { check(n); } %}\n",
    good: "{% def check(n) { if (n > 1) { return; } print(n); } for (n, [1, 2]) { check(n); } %}\n",
  },
  "exit-in-function": {
    severity: "warning",
    summary: "`exit` in a function leaves only the function",
    explanation: "Say `return` if that is meant. To end the page, let the function return a value that the file tests.",
    bad: "{% def stop() { print('closed'); exit } stop(); print('open'); %}\n",
    good: "{% def stop() { print('closed'); return true; } if (stop()) { exit } print('open'); %}\n",
  },
  "lost-return-value": {
    severity: "warning",
    summary: "a file returns a value, which is lost",
    explanation: "`return` outside of a function ends the file. An include has no value; set a global instead.",
    bad: "{% return 5; %}\n",
    good: "{% result = 5; return; %}\n",
  },
  "for-not-list": {
    severity: "error",
    summary: "`for` iterates over something that is not a list",
    explanation:
      "It reports `second argument is not an iterable vector`. Use `items(dict)` or `keys(dict)` for dictionaries.",
    bad: "{% for (k, {a : 1, b : 2}) { print(k); } %}\n",
    good: "{% for (k, keys({a : 1, b : 2})) { print(k); } %}\n",
  },
} satisfies Record<string, Rule>;
