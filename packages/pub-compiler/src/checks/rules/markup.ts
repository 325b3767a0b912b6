/**
 * Rules about values in markup: what a visitor sends must not become code.
 */
import type { Rule } from "./rule.js";

const COMES_FROM_OUTSIDE =
  "Reported are values that nothing in the site sets, so that they come from the request or a service, and values that the same file escapes elsewhere; numbers are not.";

export const markupRules = {
  "xss-html": {
    severity: "warning",
    summary: "a value is printed into HTML without `html_escape`",
    explanation: `Output is never escaped automatically. ${COMES_FROM_OUTSIDE} \`json_escape\` and \`js_escape\` leave \`<\` as it is and are reported too.`,
    bad: "<p>Nothing found for %{query}.</p>\n",
    good: "<p>Nothing found for %{query | html_escape}.</p>\n",
  },
  "xss-attribute": {
    severity: "warning",
    summary: "a value is printed into an attribute without quotes around it or without `html_escape`",
    explanation: `${COMES_FROM_OUTSIDE} Escaping does not help where the attribute has no quotes: a space ends the value.`,
    bad: "<input name=q value=%{query | html_escape}>\n",
    good: '<input name=q value="%{query | html_escape}">\n',
  },
  "xss-url": {
    severity: "warning",
    summary: "a value is printed into an address without `url_escape`",
    explanation: `\`html_escape\` leaves \`&\`, \`=\` and \`#\` of a parameter their meaning, and does not stop an address that begins with \`javascript:\`. ${COMES_FROM_OUTSIDE}`,
    bad: '<a href="/search?q=%{query | html_escape}&amp;page=2">next</a>\n',
    good: '<a href="/search?q=%{query | url_escape}&amp;page=2">next</a>\n',
  },
  "xss-script": {
    severity: "warning",
    summary: "a value is printed into a script or style without `js_escape`",
    explanation: `\`js_escape\` brings its own quotes, so none may stand around it; in an event attribute its result needs \`html_escape\` as well. \`html_escape\` alone does not protect a script. There is no escaping for style sheets. ${COMES_FROM_OUTSIDE}`,
    bad: '<script>var query = "%{query | html_escape}";</script>\n',
    good: "<script>var query = %{query | js_escape};</script>\n",
  },
  "double-escape": {
    severity: "warning",
    summary: "a value is escaped for HTML twice",
    explanation:
      "Visitors see `&amp;lt;` instead of `<`. A function of the site that returns `html_escape(…)` counts as escaping.",
    bad: "{% def h(s) { return html_escape(s); } %}<p>%{query | html_escape | h}</p>\n",
    good: "{% def h(s) { return html_escape(s); } %}<p>%{query | h}</p>\n",
  },
} satisfies Record<string, Rule>;
