/**
 * Where in a template an exception of generated code happened.
 */
import { lineIndex } from "pub-parser";
import type { CompiledTemplate, OnDemandSource } from "./on-demand.js";

/** The text of an internal fault: its message and the positions in templates that its stack goes through. */
export function describeFault(source: OnDemandSource, fault: unknown): string {
  if (!(fault instanceof Error)) return `internal error: ${String(fault)}`;
  const places: string[] = [];
  for (const line of (fault.stack ?? "").split("\n")) {
    const match = /(pub:[^\s()]*):(\d+):(\d+)\)?$/.exec(line);
    const found = match === null ? null : source.byGeneratedName(match[1]);
    if (match === null || found === null) continue;
    places.push(position(found.name, found.template, Number(match[2]) - 1, Number(match[3]) - 1));
  }
  const where = places.length === 0 ? "" : ` at ${places.join(", from ")}`;
  return `internal error: ${fault.message}${where}`;
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
