/**
 * Where in a template an exception of generated code happened.
 */
import { lineIndex } from "pub-parser";
import type { LocateInTemplate } from "pub-runtime";
import type { CompiledTemplate, OnDemandSource } from "./on-demand.js";

/** The place in a template that a place in code compiled on demand comes from. */
export function locateInTemplate(source: OnDemandSource): LocateInTemplate {
  return (file, line, column) => {
    const found = source.byGeneratedName(file);
    return found === null ? null : position(found.name, found.template, line - 1, column - 1);
  };
}

function position(name: string, template: CompiledTemplate, line: number, column: number): string {
  let best: number | null = null;
  for (const mapping of template.mappings) {
    if (mapping.line > line || (mapping.line === line && mapping.column > column)) break;
    if (mapping.line === line || best === null || mapping.line < line) best = mapping.offset;
  }
  if (best === null) return name;
  const place = lineIndex(template.parsed.source).positionAt(best);
  return `${name}:${place.line}:${place.column}`;
}
