/**
 * The documentation of the configuration file, from the table of its keys.
 */
import { CONFIGURATION_KEYS, type KeyTable, type Shape } from "./keys.js";
import { CONFIGURATION_FILES } from "./load.js";

/** `docs/configuration.md` in Markdown. */
export function configurationReference(): string {
  const rows = keyRows(CONFIGURATION_KEYS, []);
  return `# Configuration of a project

\`pubc\` needs no configuration. A file that says where things are makes commands shorter and keeps the options that a project
always wants:

\`\`\`ts
// pubc.config.ts
import { defineConfig } from "pub-compiler";

export default defineConfig({
  root: "site",
  out: "dist",
  check: { rules: { "unused-local": "off" } },
});
\`\`\`

Now \`pubc compile\`, \`watch\`, \`dev\`, \`check\` and \`format\` work on \`site\` when they are given no folder. The file is called ${list(CONFIGURATION_FILES)}.
It is sought in the folder that is worked on (the working directory, when none is given) and in those above it; \`--config FILE\` names another one. TypeScript is translated without
checking its types; editors check them through \`defineConfig\`.

* **Options of the command line win**, \`--no-minify\` over \`minify: true\` as well. Severities of \`--rule\` are added to those of the file.
* **Paths** are relative to the folder of the file.
* A key that does not exist, and a value that does not fit, is an error with exit code 2. It names the key, the nearest existing one and,
  where it can be told, the line.

| Key | Value | What it is |
|---|---|---|
${rows.join("\n")}

This table is generated from the one that checks configurations: \`npx vitest run packages/pub-compiler/src/configuration -u\`.
`;
}

function keyRows(keys: KeyTable, path: readonly string[]): string[] {
  return Object.entries(keys).flatMap(([name, { shape, summary }]) => {
    const full = [...path, name];
    if (shape.kind === "group") return keyRows(shape.keys, full);
    return [`| \`${full.join(".")}\` | ${valueText(shape)} | ${summary} |`];
  });
}

function valueText(shape: Shape): string {
  switch (shape.kind) {
    case "text":
      return "text";
    case "path":
      return "path";
    case "paths":
      return "list of paths";
    case "flag":
      return "`true` or `false`";
    case "integer":
      return `whole number, ${shape.least} to ${shape.most}`;
    case "choice":
      return list(shape.words.map((word) => `"${word}"`));
    case "table":
      return `object: ${shape.names === null ? "path" : "name"} → ${valueText(shape.value)}`;
    case "group":
      return "object";
  }
}

/** `a`, `b` or `c` */
function list(words: readonly string[]): string {
  const quoted = words.map((word) => `\`${word}\``);
  return `${quoted.slice(0, -1).join(", ")} or ${quoted.at(-1)}`;
}
