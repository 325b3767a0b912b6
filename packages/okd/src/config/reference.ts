// Documentation of every directive, generated from the table that reads them.
import { defaultSettings } from "./defaults.js";
import type { Definition } from "./definition.js";
import { directiveGroups } from "./directives/index.js";
import { serviceOptions } from "./directives/service-options.js";
import { readField } from "./values.js";

/** The text of `docs/okws-config.md` (Markdown). */
export function configReference(): string {
  return [introduction, ...directiveGroups.map(({ title, directives }) => section(title, directives))].join("\n");
}

const introduction = `# The configuration file

<!-- Generated from packages/okd/src/config/directives; to update it: npx vitest run packages/okd/src/config -u -->

\`okws_config\` is a sequence of lines. Each line that is not blank is a directive: its name, in any case, and its words.

- A line whose first character other than blanks is \`#\` is a comment. A comment may also follow a complete directive.
  In the directives marked † it begins at the first \`#\` anywhere, even in quotes; in the others a \`#\` inside a value is kept.
- A backslash at the end of a line continues it; before any other character it takes that character literally.
- Double quotes, anywhere in a word, keep blanks and line ends. \`""\` is an empty word.
- \`include FILE\` reads another file in its place. FILE is relative to the working directory, or else to the including
  file. The same content may be included once only. No comment may follow.
- Numbers are decimal, hexadecimal (\`0x1f\`) or octal (\`0410\`).
- A directive that is repeated replaces the earlier one, unless it says otherwise.

All mistakes of all files are reported in one run, and the server does not start if there is one. Section numbers (§) refer
to the specification of the server. In addition to what the table says, these must hold: every port that is listened on is
used by a service or alias, every service is on a port that is listened on, and no port is listened on twice. The users and
groups that the configuration names need to exist only when the server is started as root.
`;

function section(title: string, directives: Definition[]): string {
  const rows = directives.map((definition) => {
    const { name, synonyms, see, text } = definition;
    const names = [
      `\`${name}\`${isFree(definition) ? " †" : ""}`,
      ...(synonyms ?? []).map((other) => `(\`${other}\`)`),
    ];
    return `| ${names.join(" ")} | ${form(definition)} | ${standard(definition)} | ${cell(text)} (§${see}) |`;
  });
  const options = title === "Services" ? [optionTable()] : [];
  return [
    `## ${title}\n`,
    "| Directive | Value | Default | Meaning |",
    "|---|---|---|---|",
    ...rows,
    "",
    ...options,
  ].join("\n");
}

function isFree(definition: Definition): boolean {
  return "value" in definition ? definition.value.free : definition.fixed === null;
}

function form(definition: Definition): string {
  if (!("value" in definition)) {
    return `\`${cell(definition.usage)}\``;
  }
  const { usage, range, unit } = definition.value;
  const name = unit && usage !== unit ? `${usage} of ${unit}` : usage;
  return cell(
    range ? `${/^[a-z ]+$/.test(name) ? name : `\`${name}\``}, ${range}` : /[|]/.test(name) ? `\`${name}\`` : name,
  );
}

function standard(definition: Definition): string {
  if (!("value" in definition)) {
    return code(definition.standard);
  }
  const { field, format } = definition.value;
  if (field === null || field === "http.hostName") {
    return "";
  }
  return code(format(readField(defaultSettings(), field)) ?? "");
}

function code(text: string): string {
  return text === "" || text.includes("`") ? text : `\`${text}\``;
}

/** Text that may stand in a cell of a table. */
function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}

function optionTable(): string {
  const rows = Object.entries(serviceOptions).map(([letter, { argument, text, range }]) => {
    const limits = range && range[1] < 100_000 ? ` (${range[0]} to ${range[1]})` : "";
    return `| \`-${letter}${argument ? ` ${argument}` : ""}\` | ${text}${limits} |`;
  });
  return [
    "Options of a service; where one is absent, the global directive counts:\n",
    "| Option | Meaning |",
    "|---|---|",
    ...rows,
    "",
  ].join("\n");
}
