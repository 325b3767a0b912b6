/**
 * The compiler as a library.
 */
export { type GeneratedModule, generateModule } from "./2-generate/generate.js";
export type { GenerateOptions } from "./2-generate/module.js";
export { type RenderRequest, render } from "./project/render.js";
export { VERSION } from "./version.js";
