// Writes settings as the text of a configuration file that reads back to the same settings.
import type { DirectiveGroup } from "./definition.js";
import { quoteWord } from "./definition.js";
import { directiveGroups } from "./directives/index.js";
import type { Settings } from "./settings.js";
import { readField } from "./values.js";

/** The effective settings as an `okws_config`, every directive written out. Byte string. */
export function formatSettings(settings: Settings): string {
  return directiveGroups
    .map((group) => formatGroup(group, settings))
    .filter((text) => text !== "")
    .join("\n");
}

function formatGroup({ title, directives }: DirectiveGroup, settings: Settings): string {
  const lines = directives.flatMap((definition) => {
    const { name } = definition;
    if (!("value" in definition)) {
      return definition.write(settings).map((rest) => `${name} ${rest}\n`);
    }
    const { field, format } = definition.value;
    const text = field === null ? null : format(readField(settings, field));
    return text === null ? [] : [`${name} ${quoteWord(text)}\n`];
  });
  return lines.length > 0 ? `# ${title}\n${lines.join("")}` : "";
}
