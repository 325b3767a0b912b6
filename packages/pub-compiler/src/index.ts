/**
 * The compiler as a library.
 */

/** The page runtime that `OnDemandSource` and `render` use; values passed between them must come from this instance. */
export * as runtime from "pub-runtime";
export { publish } from "pub-runtime";
export { type GeneratedModule, generateModule } from "./2-generate/generate.js";
export type { GenerateOptions } from "./2-generate/module.js";
export { type Configuration, defineConfig } from "./configuration/configuration.js";
export { OnDemandSource } from "./project/on-demand.js";
export { type RenderRequest, render } from "./project/render.js";
export { VERSION } from "./version.js";
