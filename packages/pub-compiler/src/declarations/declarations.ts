/**
 * The declarations of a site for TypeScript: which pages there are and which variables they read, so that what services
 * publish is checked.
 */
import { decoded } from "../checks/names.js";
import { type PageNeeds, SiteNeeds } from "./needs.js";
import type { PageFacts, VariableDocumentation } from "./page-facts.js";

/** Name of the file in the bundle. */
export const DECLARATIONS_FILE = "site.d.ts";

const HEAD = `// The pages of this site and the variables that they read. Written by pubc; see docs/services.md.
import "pub-runtime/service";

declare module "pub-runtime/service" {
  interface SitePages {
`;
const END = `  }
}
`;

/** The text of the declarations. `files`: facts by name below the root (a byte string), in the order of the pages. */
export function declarationText(files: ReadonlyMap<string, PageFacts>): string {
  const site = new SiteNeeds(files);
  const pages: string[] = [];
  for (const [name, { documentation }] of files) {
    const comment = documentationComment(documentation?.text ?? "", "    ");
    pages.push(`${comment}    ${JSON.stringify(decoded(`/${name}`))}: ${variablesText(site.of(name))};\n`);
  }
  return HEAD + pages.join("") + END;
}

function variablesText({ variables, readsAny, documentation }: PageNeeds): string {
  const lines: string[] = [];
  for (const name of [...variables.keys()].sort()) {
    const known = documentation.get(name);
    const type = known?.type ?? "unknown";
    const comment = documentationComment(known?.text ?? "", "      ");
    lines.push(`${comment}      ${name}${variables.get(name) ? "" : "?"}: ${decoded(type)};\n`);
  }
  if (readsAny) lines.push("      [name: string]: unknown;\n");
  return lines.length === 0 ? "Record<string, never>" : `{\n${lines.join("")}    }`;
}

/** A comment in front of a declaration; nothing for an empty text. */
function documentationComment(text: VariableDocumentation["text"], indentation: string): string {
  if (text === "") return "";
  const lines = decoded(text).split("\n");
  if (lines.length === 1) return `${indentation}/** ${lines[0]} */\n`;
  const body = lines.map((line) => `${indentation} *${line === "" ? "" : ` ${line}`}\n`);
  return `${indentation}/**\n${body.join("")}${indentation} */\n`;
}
