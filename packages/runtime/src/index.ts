/**
 * The page runtime: what compiled templates, services and the compiler import.
 */
export * from "./calls/call.js";
export * from "./calls/functions.js";
export type { CompiledRuntime } from "./compiled.js";
export type { BuiltinDefinition } from "./library/builtin.js";
export { builtinDefinitions, LIBRARY_NAME, standardLibrary } from "./library/index.js";
export { checkRegex } from "./library/regex/index.js";
export * from "./operations/access.js";
export * from "./operations/direct.js";
export * from "./operations/expressions.js";
export * from "./operations/statements.js";
export * from "./output/output.js";
export * from "./run.js";
export * from "./scope/context.js";
export * from "./scope/names.js";
export * from "./scope/slot.js";
export * from "./scope/static.js";
export {
  openBundle,
  type Site,
  type SiteConfiguration,
  type SitePage,
  type SitePublishOptions,
} from "./site/bundle.js";
export type { EmbeddedOptions, EmbeddedPage, EmbeddedResult, EmbeddedTemplate } from "./site/embedded.js";
export { faultText, type LocateInTemplate, stackPlaces, type TemplatePlace, templatePlaces } from "./site/faults.js";
export * from "./site/files.js";
export type { Localization } from "./site/localization.js";
export type * from "./site/manifest.js";
export * from "./site/publish.js";
export type * from "./site/source.js";
export * from "./values/index.js";
export * from "./values/types.js";

import * as runtime from "./index.js";
import { openBundle, type Site } from "./site/bundle.js";
import { createEmbeddedPage, type EmbeddedPage, type EmbeddedTemplate } from "./site/embedded.js";

/** Opens the bundle in a folder, as written by `pubc compile`; its templates use this instance of the runtime. */
export function openSite(directory: string): Promise<Site> {
  return openBundle(directory, runtime);
}

/** A page whose templates a bundler has put into the program; see `createEmbeddedPage`. */
export function embeddedPage(
  main: string,
  templates: Readonly<Record<string, EmbeddedTemplate>>,
  settings: { readonly dictOrder: "insertion" | "reference" },
): EmbeddedPage {
  return createEmbeddedPage(main, templates, settings, runtime);
}
