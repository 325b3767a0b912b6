/**
 * Localised templates (server specification §4.9): a view of a site in which files stand for others in another language.
 */
import type { TemplateSource } from "./source.js";

/** Which files stand for a file in another language. Paths are byte strings. */
export interface Localization {
  /** The localised forms of a path, best first. */
  paths(path: string): readonly string[];
  /** The path itself is no form: without a localised file there is none. */
  readonly strict?: boolean;
}

/** The source as runs in another language see it. */
export function localized(source: TemplateSource, localization: Localization): TemplateSource {
  const forms = new Set<string>();
  const isForm = (name: string) => !localization.strict || forms.has(name);
  return {
    localize(name) {
      const paths = localization.paths(name);
      for (const path of paths) forms.add(path);
      return [...paths];
    },
    find: (name) => (isForm(name) ? source.find(name) : null),
    stat: (name) => (isForm(name) ? source.stat(name) : null),
    read: (name) => source.read(name),
    places: (error) => source.places?.(error) ?? [],
  };
}
