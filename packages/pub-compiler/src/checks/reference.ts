/**
 * The rules for readers, made from their table: the page `docs/rules.md`, the list and explanations of the command line.
 */
import { existsSync } from "node:fs";
import type { Rule } from "./rules/rule.js";
import { type RuleName, ruleFamilies, rules } from "./rules.js";

const INTRODUCTION = `# Rules of \`pubc check\`

\`pubc check DIR\` reads a whole site and reports what can be known without running it. What a rule finds with severity *error*
fails in every execution; a *warning* is very likely not meant. Errors make the exit code 1, and
with \`--strict\` warnings do as well; \`--rule NAME=error|warning|off\` changes the severity of a rule. \`pubc compile\` looks at the
syntax only.

A comment leaves out a finding of its own line, or of the next line when nothing else stands on its line:

\`\`\`text
{% if (0) { print("draft"); } // pubc-ignore constant-condition: switched on by hand
%}
\`\`\`

The checker prefers silence to a false alarm: services and requests may set variables that no template mentions, so a variable
is only called unset when the site itself shows that this is a slip.

Functions that a service brings along are known when a module that exports its library, or the service, is named: by
\`libraries\` in the [configuration](configuration.md), or by \`--library MODULE\`. Variables that it publishes pages with count as set
when its source is named: by \`services\` in the configuration, or by \`--service FILE\`.

## Syntax errors

Syntax errors are always errors, and cannot be left out by a comment: the file does not run. Their codes (\`unexpected-token\`,
\`unterminated-string\` …) name what is wrong; the message says what was expected. A file with syntax errors is not checked
further, but what could be read of it still says which names it may set.
`;

/** `docs/rules.md`: every rule with what it says, why, and an example each way. */
export function rulesReference(): string {
  const parts = [INTRODUCTION, overview()];
  for (const [family, members] of Object.entries(ruleFamilies)) {
    parts.push(`## ${family}\n`);
    for (const [name, rule] of Object.entries<Rule>(members)) parts.push(`### \`${name}\`\n\n${describe(rule)}`);
  }
  return parts.join("\n");
}

/** One line a rule: name, severity, summary. */
export function listRules(): string {
  const width = Math.max(...Object.keys(rules).map((name) => name.length));
  return Object.entries(rules)
    .map(([name, rule]) => `${name.padEnd(width)}  ${rule.severity.padEnd(7)}  ${rule.summary}\n`)
    .join("");
}

/** What a rule is about, with its examples. */
export function explainRule(name: RuleName): string {
  return `${name}\n\n${describe(rules[name])}`;
}

/** What a rule is about, as Markdown for other programs. */
export function ruleHelp(name: RuleName): string {
  return describe(rules[name]);
}

/**
 * Address of a rule's documentation, or of a syntax error's: the copy that comes with the command.
 */
export function ruleAddress(name: string): string {
  const places = ["./rules.md", "../rules.md", "../../../../docs/rules.md"];
  const found = places.map((place) => new URL(place, import.meta.url)).find((url) => existsSync(url));
  return `${found ?? new URL(places[0], import.meta.url)}#${Object.hasOwn(rules, name) ? name : SYNTAX}`;
}

/** The part of the page about syntax errors. */
const SYNTAX = "syntax-errors";

function overview(): string {
  const rows = Object.entries(rules).map(
    ([name, rule]) => `| [\`${name}\`](#${name}) | ${rule.severity} | ${rule.summary.replaceAll("|", "\\|")} |`,
  );
  return `| Rule | Severity | Reported when |\n|---|---|---|\n${rows.join("\n")}\n`;
}

function describe({ severity, summary, explanation, bad, good, files = {}, goodFiles = {} }: Rule): string {
  const beside = (texts: Readonly<Record<string, string>>): string[] =>
    Object.entries(texts).map(([name, text]) => `with \`${name}\`:\n\n${block(text)}`);
  return [
    `Severity ${severity}. Reported when ${summary}.\n`,
    `${explanation}\n`,
    `Bad:\n\n${block(bad)}`,
    ...beside(files),
    `Good:\n\n${block(good)}`,
    ...beside(goodFiles),
  ].join("\n");
}

function block(template: string): string {
  return `\`\`\`text\n${template}\`\`\`\n`;
}
