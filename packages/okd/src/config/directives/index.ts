// The table of all directives: it drives reading, checks, writing and documentation (okws-server.md §2.5).
import type { Definition, DirectiveGroup } from "../definition.js";
import { compatibilityDirectives } from "./compatibility.js";
import { dispatchDirectives } from "./dispatch.js";
import { extensionDirectives } from "./extensions.js";
import { httpDirectives, templateDirectives } from "./http.js";
import { lifecycleDirectives } from "./lifecycle.js";
import { loggingDirectives } from "./logging.js";
import { processDirectives } from "./processes.js";
import { serviceDirectives } from "./services.js";
import { tlsDirectives } from "./tls.js";

export const directiveGroups: readonly DirectiveGroup[] = [
  dispatchDirectives,
  serviceDirectives,
  processDirectives,
  lifecycleDirectives,
  httpDirectives,
  templateDirectives,
  loggingDirectives,
  tlsDirectives,
  extensionDirectives,
  compatibilityDirectives,
];

/** Definitions by lower-case name and synonym. */
export const directivesByName: ReadonlyMap<string, Definition> = new Map(
  directiveGroups.flatMap(({ directives }) =>
    directives.flatMap((definition) =>
      [definition.name, ...(definition.synonyms ?? [])].map((name) => [name.toLowerCase(), definition] as const),
    ),
  ),
);

/** All names in proper spelling, synonyms left out: what a misspelt name may have meant. */
export const directiveNames: readonly string[] = directiveGroups.flatMap(({ directives }) =>
  directives.map(({ name }) => name),
);
