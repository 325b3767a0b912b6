/**
 * Rules about calls of functions and filters.
 */
import type { Rule } from "./rule.js";

export const callRules = {
  "unknown-function": {
    severity: "error",
    summary: "a function is called that exists neither in the library nor in the site",
    explanation:
      "The call reports `cannot resolve function` and has no value. A name counts as known when any file of the site binds it, as a function or as a variable.",
    bad: "{% titel = tuoper('salt'); %}%{titel | html_escape}\n",
    good: "{% titel = toupper('salt'); %}%{titel | html_escape}\n",
  },
  "unknown-filter": {
    severity: "error",
    summary: "a value is piped into a filter that exists neither in the library nor in the site",
    explanation: "`value | filter` calls the filter with the value, so an unknown filter prints nothing at all.",
    bad: "%{'<b>' | htmlescape}\n",
    good: "%{'<b>' | html_escape}\n",
  },
  "argument-count": {
    severity: "error",
    summary: "a function of the library is called with the wrong number of arguments",
    explanation:
      "The call is not made: it reports `wrong number of arguments` and has no value. A piped value counts as the first argument.",
    bad: "%{substr('lighthouse')}\n",
    good: "%{substr('lighthouse', 0, 5)}\n",
  },
  "parameter-count": {
    severity: "error",
    summary: "a function of the site is called with the wrong number of arguments",
    explanation:
      "A call must give all required parameters and at most the optional ones behind `|` as well. If the site defines the name several times, the call must fit none of them to be reported.",
    bad: "{% def pair(a, b | between) { print(a, between, b); } pair('salt'); %}\n",
    good: "{% def pair(a, b | between) { print(a, between, b); } pair('salt', 'water'); %}\n",
  },
  "argument-type": {
    severity: "error",
    summary: "a literal is given to a function of the library that cannot take it",
    explanation:
      "The call reports `expected a list` (or whatever is expected) and has no value. Mind the functions whose subject is not the first argument: `join(separator, list)`, `split(regex, text)`, `map(dict, key)`, `format_int(format, number)`.",
    bad: "%{['a', 'b'] | join(', ')}\n",
    good: "%{join(', ', ['a', 'b'])}\n",
  },
  "bad-regex": {
    severity: "error",
    summary: "a string that is used as a regular expression cannot be compiled",
    explanation: "Unlike a regex literal, a string is only compiled when the call is made, which then fails.",
    bad: "%{join('|', split('(', 'a(b'))}\n",
    good: "%{join('|', split('[(]', 'a(b'))}\n",
  },
  "regex-flags": {
    severity: "warning",
    summary: "`match` and `search` ignore the flags of a regex literal",
    explanation:
      "Both take the regular expression as text, so `r/salt/i` means `salt` there. Give the flags as third argument. `replace` and `split` honour the flags of a literal.",
    bad: "%{search(r/salt/i, 'Salt & Water')}\n",
    good: "%{search(r/salt/, 'Salt & Water', 'i')}\n",
  },
  "needs-asterisks": {
    severity: "warning",
    summary: "a call that waits is not written `f(* … *)`",
    explanation:
      "Includes, heredocs and the functions `raw`, `stat_file`, `sleep` and `shotgun` may wait. The reference skips them silently in a call without asterisks, throughout the chain of calls. This implementation runs them anyway, but the page is not portable.",
    bad: "{% def box(text) { include('/box.html', {text : text}); } box('salt'); %}\n",
    good: "{% def box(text) { include('/box.html', {text : text}); } box(* 'salt' *); %}\n",
    files: { "box.html": "<p>%{text | html_escape}</p>\n" },
  },
  "printed-null": {
    severity: "warning",
    summary: "the value of a function that returns nothing is printed",
    explanation:
      "A function without `return` has the value `null`, so `%{f()}` prints what the function itself prints and then the word `null`. Call it as a statement.",
    bad: "{% def stars(n) { print('*' * n); } %}<b>%{stars(3)}</b>\n",
    good: "{% def stars(n) { print('*' * n); } %}<b>{% stars(3); %}</b>\n",
  },
  "called-before-defined": {
    severity: "warning",
    summary: "a function is called above the only place that defines it",
    explanation: "`def` is a statement: the function exists once control has passed it. There is no hoisting.",
    bad: "{% greet(); def greet() { print('hello'); } %}\n",
    good: "{% def greet() { print('hello'); } greet(); %}\n",
  },
} satisfies Record<string, Rule>;
