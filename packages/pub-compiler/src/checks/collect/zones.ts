/**
 * Walks text, code zones and lists of statements, and finds what stands behind the end of the flow.
 */
import type { Block, Statement, Zone } from "pub-parser";
import { endsFlow } from "../local/conditions.js";
import { inFrame, type Walk } from "./walk.js";

export function walkBlock(walk: Walk, block: Block): void {
  if (block.type === "HtmlBlock") walkZones(walk, block.body);
  else walkStatements(walk, block.statements);
}

export function walkZones(walk: Walk, zones: readonly Zone[]): void {
  let ended = false;
  for (const zone of zones) {
    if (ended && reportUnreachableZone(walk, zone)) ended = false;
    switch (zone.type) {
      case "Text":
      case "BoundaryTag":
        walk.routine.prints = true;
        walk.markup.text(zone.value);
        break;
      case "Interpolation":
        walk.routine.prints = true;
        inFrame(walk, () => {
          walk.markup.value(zone.expression, walk.scope);
          walk.printed(zone.expression);
        });
        break;
      case "CodeZone":
        // One report an end of the flow is enough.
        if (walkStatements(walk, zone.statements) === "ended") ended = true;
    }
  }
}

/** `ended` when control never gets behind the statements and nothing of them stands behind that end. */
function walkStatements(walk: Walk, statements: readonly Statement[]): "passed" | "ended" | "reported" {
  const end = statements.findIndex(endsFlow);
  const isReported = end >= 0 && reportUnreachable(walk, statements.slice(end + 1));
  for (const statement of statements) inFrame(walk, () => walk.statement(statement));
  return end < 0 ? "passed" : isReported ? "reported" : "ended";
}

/** Reports the first thing behind the end of the flow; blank text does not count. */
function reportUnreachableZone(walk: Walk, zone: Zone): boolean {
  if (zone.type === "CodeZone") return reportUnreachable(walk, zone.statements);
  const text = zone.type === "Text" || zone.type === "BoundaryTag" ? walk.facts.textOf(zone) : "x";
  const blank = text.length - text.trimStart().length;
  if (blank === text.length) return false;
  const span = { start: zone.start + blank, end: zone.start + text.trimEnd().length };
  walk.facts.report("unreachable-code", zone.type === "Interpolation" ? zone : span, "This is never reached");
  return true;
}

function reportUnreachable(walk: Walk, statements: readonly Statement[]): boolean {
  const first = statements.find(({ type }) => type !== "EmptyStatement");
  if (first === undefined) return false;
  walk.facts.report("unreachable-code", first, "This is never reached");
  return true;
}
