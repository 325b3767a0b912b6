/**
 * Rules about include and load.
 */
import type { Rule } from "./rule.js";

export const includeRules = {
  "missing-include": {
    severity: "error",
    summary: "an included file does not exist",
    explanation:
      "A name is sought below the root of the site and then, unless it begins with `/`, beside the including file. Localized forms (`about.de.html` for `about.html`) count as found.",
    bad: "{% include('/foter.html'); %}\n",
    good: "{% include('/footer.html'); %}\n",
    files: { "footer.html": "<hr>\n" },
  },
  "ambiguous-include": {
    severity: "warning",
    summary: "a relative include finds a different file than the one beside it",
    explanation:
      "A relative name is tried from the root of the site first. If a file of that name stands there too, the one beside the including file is never taken. Begin the name with `/` to say which one is meant.",
    bad: "{% include('/shop/cart.html'); %}\n",
    good: "{% include('/footer.html'); %}\n",
    files: {
      "footer.html": "<hr>\n",
      "shop/cart.html": "{% include('footer.html'); %}\n",
      "shop/footer.html": "<p>Shop</p>\n",
    },
    goodFiles: { "shop/cart.html": "{% include('/footer.html'); %}\n" },
  },
  "include-cycle": {
    severity: "error",
    summary: "files include each other without a condition",
    explanation:
      "Nothing ends such a chain but the limit of 256 files. Only includes that run whenever their file runs are counted.",
    bad: "<p>{% include('/part.html'); %}</p>\n",
    good: "<p>{% if (!inside) { include('/page.html', {inside : true}); } %}</p>\n",
    files: { "part.html": "{% include('/page.html'); %}\n" },
  },
  "include-bindings": {
    severity: "error",
    summary: "the second argument of an include is not a dictionary",
    explanation: "The include reports `cannot evalute parameters` and the file is not run.",
    bad: "{% include('/box.html', 'salt'); %}\n",
    good: "{% include('/box.html', {text : 'salt'}); %}\n",
    files: { "box.html": "<p>%{text | html_escape}</p>\n" },
  },
} satisfies Record<string, Rule>;
