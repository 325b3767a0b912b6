/**
 * Layout of the text of a page: it stays as it is, byte for byte; only what stands in `{% … %}` and `%{ … }` is laid out.
 */
import type { Block, CodeZone, Interpolation, Statement, Zone } from "pub-parser";
import { anchor, concat, type Doc, group, markup } from "./doc.js";
import { asWritten, type Formatter } from "./formatter.js";
import type { Item } from "./sequence.js";
import { bracedStatements, zoneStatements } from "./statement-list.js";

/** The text and zones between two offsets; `isWholeFile` says so of their only code zone. */
export function layOutZones(
  formatter: Formatter,
  body: readonly Zone[],
  from: number,
  to: number,
  isWholeFile: boolean,
): Doc {
  const { source } = formatter;
  const parts: Doc[] = [];
  let at = from;
  for (const zone of body) {
    if (zone.type !== "CodeZone" && zone.type !== "Interpolation") continue;
    if (zone.start > at) parts.push(markup(source.text.slice(at, zone.start)));
    parts.push(zone.type === "CodeZone" ? codeZone(formatter, zone, isWholeFile) : interpolation(formatter, zone));
    at = zone.end;
  }
  if (to > at) parts.push(markup(source.text.slice(at, to)));
  return concat(...parts);
}

/** Lays out `{ … }` or `{{ … }}`. */
export function layOutBlock(formatter: Formatter, node: Block): Doc {
  if (node.type === "CodeBlock") {
    const items = statementItems(formatter, node.statements);
    return bracedStatements(formatter.source, items, "{", "}", node.start + 1, node.end - 1);
  }
  return concat("{{", formatter.zones(node.body, node.start + 2, node.end - 2), "}}");
}

function statementItems(formatter: Formatter, statements: readonly Statement[]): Item[] {
  return statements
    .filter((statement) => statement.type !== "EmptyStatement")
    .map((statement) => ({ start: statement.start, end: statement.end, doc: formatter.statement(statement) }));
}

function codeZone(formatter: Formatter, zone: CodeZone, isWholeFile: boolean): Doc {
  const { source } = formatter;
  const items = statementItems(formatter, zone.statements);
  const doc = zoneStatements(source, items, zone.start + 2, zone.end - 2, isWholeFile);
  return anchor(doc, !source.isAloneOnItsLines(zone));
}

/** An interpolation in text; on one line it stays on one line. */
function interpolation(formatter: Formatter, zone: Interpolation): Doc {
  const { source } = formatter;
  const { expression, start, end } = zone;
  if (source.hasLooseComments(start, end, [expression])) return anchor(asWritten(source, zone), true);
  const doc = formatter.expression(expression);
  // `%{{` would look like text, and so would `}}`.
  const space = source.text[expression.start] === "{" ? " " : "";
  const isFree = source.newlinesBetween(start, end) === 0;
  return anchor(group("%{", space, doc, space, "}"), isFree);
}
