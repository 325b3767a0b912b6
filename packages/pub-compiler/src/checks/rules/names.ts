/**
 * Rules about variables and assignments.
 */
import type { Rule } from "./rule.js";

export const nameRules = {
  "unset-variable": {
    severity: "warning",
    summary: "a variable is read that nothing sets on any path to this place",
    explanation:
      "Paths go through includes and loads, from every page that reaches the file. Because services and requests may set variables too, a name is reported only if it is probably a slip: another variable that can be seen here has nearly the same name; or the site sets all others by itself and this value is printed, calculated with or looked into. Names that a condition, `default` or `isnull` expects to be missing are never reported.",
    bad: "{% locals { title : 'Salt & Water' } %}<h1>%{titel | html_escape}</h1>\n",
    good: "{% locals { title : 'Salt & Water' } %}<h1>%{title | html_escape}</h1>\n",
  },
  "unused-local": {
    severity: "warning",
    summary: "a local is declared and never read",
    explanation: "Neither this file nor a file that it includes from here reads the name.",
    bad: "{% locals { width : 120, height : 80 } print(width); %}\n",
    good: "{% locals { width : 120, height : 80 } print(width, 'x', height); %}\n",
  },
  "duplicate-name": {
    severity: "warning",
    summary: "a dictionary, a declaration or a parameter list has the same name twice",
    explanation: "The last one wins; the other value is lost.",
    bad: "{% box = {width : 120, height : 80, width : 90}; print(box); %}\n",
    good: "{% box = {width : 120, height : 80}; print(box); %}\n",
  },
  "assignment-target": {
    severity: "error",
    summary: "something is assigned to that cannot be set",
    explanation:
      "Only variables, members, elements and `lookup(…)` are places. The assignment reports `invalid LHS` and changes nothing.",
    bad: "{% locals { n : 1 } (n + 1) = 2; print(n); %}\n",
    good: "{% locals { n : 1 } n = n + 1; print(n); %}\n",
  },
  "assignment-in-condition": {
    severity: "warning",
    summary: "a condition is an assignment",
    explanation:
      "`=` assigns, `==` compares. Where an assignment is meant, an additional pair of parentheses says so: `if ((book = find(id)))`.",
    bad: "{% locals { n : 1 } if (n = 2) { print(n); } %}\n",
    good: "{% locals { n : 1 } if (n == 2) { print(n); } %}\n",
  },
} satisfies Record<string, Rule>;
