// The public face of the parser of templates.

export type * from "./ast.js";
export { type CatalogueEntry, catalogue, type DiagnosticCode, makeDiagnostic } from "./catalogue.js";
export {
  type Diagnostic,
  type FormatOptions,
  formatDiagnostic,
  type LineIndex,
  lineIndex,
  type Position,
  type RelatedSpan,
  type Severity,
} from "./diagnostic.js";
export { nearest } from "./nearest.js";
export { printTemplate } from "./print.js";
export { type LogLine, type ParseOptions, type ParseResult, parseTemplate } from "./template/parse.js";
export { children, type Visited, visit } from "./walk.js";
