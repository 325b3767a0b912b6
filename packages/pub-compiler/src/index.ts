/**
 * The compiler as a library: what `pubc` does, with results as data; and its parts, for tools that go deeper.
 */

/** The page runtime that `OnDemandSource` uses; values passed between them must come from this instance. */
export * as runtime from "pub-runtime";
export { publish } from "pub-runtime";
export {
  type OptimizationName,
  optimizationNames,
  optimizations,
  optimizationsWithout,
} from "./1-analyze/optimizations.js";
export { type GeneratedModule, generateModule } from "./2-generate/generate.js";
export type { GenerateOptions } from "./2-generate/module.js";
export { type CheckReport, type CheckRequest, check } from "./api/check.js";
export { type CompileReport, type CompileRequest, compile } from "./api/compile.js";
export { type FormatReport, format } from "./api/format.js";
export { type RenderReport, type RenderRequest, render } from "./api/render.js";
export type { Region, SourceDiagnostic } from "./checks/source-diagnostic.js";
export { type Configuration, defineConfig } from "./configuration/configuration.js";
export { type PageModule, pageModule } from "./plugins/page-module.js";
export { OnDemandSource } from "./project/on-demand.js";
export { VERSION } from "./version.js";
