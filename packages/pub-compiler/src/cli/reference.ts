/**
 * The documentation of the command line, from the table of commands.
 */
import { COMMANDS, EXIT_CODES, helpText } from "./main.js";

/** Variables of the environment that `pubc` looks at. */
const ENVIRONMENT: Readonly<Record<string, string>> = {
  NO_COLOR: "no colours, also on a terminal",
  XDG_CACHE_HOME: "where caches are kept (default: `~/.cache`)",
};

/** `docs/cli.md` in Markdown. */
export async function commandReference(): Promise<string> {
  const commands = await Promise.all(
    Object.entries(COMMANDS).map(async ([name, { load }]) => ({ name, command: await load() })),
  );
  const sections = commands.map(({ name, command }) => `## pubc ${name}\n\n\`\`\`\n${helpText(command)}\n\`\`\`\n`);
  return `# Commands

${Object.entries(COMMANDS)
  .map(([name, { summary }]) => `* [\`pubc ${name}\`](#pubc-${name}): ${summary}`)
  .join("\n")}

\`pubc --help\` and \`pubc COMMAND --help\` print the same as this page, \`pubc --version\` the version. Flags can be taken back: \`--no-NAME\` wins over
a [configuration file](configuration.md). Results go to standard output, diagnostics of \`compile\`, \`watch\`, \`render\` and \`format\` to standard error. Colours
are used on a terminal only.

| Exit code | |
|---|---|
${Object.entries(EXIT_CODES)
  .map(([code, meaning]) => `| ${code} | ${meaning} |`)
  .join("\n")}

| Environment | |
|---|---|
${Object.entries(ENVIRONMENT)
  .map(([name, meaning]) => `| \`${name}\` | ${meaning} |`)
  .join("\n")}

${sections.join("\n")}
This page is generated: \`npx vitest run packages/pub-compiler/src/cli -u\`.
`;
}
