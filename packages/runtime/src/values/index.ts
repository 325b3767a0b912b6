/**
 * The value model: everything that compiled pages, the library and service authors need to work with pub values.
 */
export * from "./arithmetic.js";
export * from "./compare.js";
export * from "./containers.js";
export * from "./convert.js";
export type { ErrorSink } from "./error-sink.js";
export * from "./host.js";
export * from "./numbers.js";
export * from "./text.js";
export * from "./types.js";
