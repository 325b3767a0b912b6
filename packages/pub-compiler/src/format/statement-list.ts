/**
 * Statements between braces, and in code zones: on one line when the author wrote them so and they fit, else one a line.
 */
import { brokenGroup, concat, type Doc, group, hardLine, indent, isForced, join, spaceLine } from "./doc.js";
import { type Item, piecesOnLines, readSequence } from "./sequence.js";
import type { Source } from "./source.js";

/** Statements (or cases) between braces; the result is the group that is broken or not. */
export function bracedStatements(
  source: Source,
  items: readonly Item[],
  open: string,
  close: string,
  from: number,
  to: number,
): Doc {
  const sequence = readSequence(source, items, from, to, "");
  if (sequence.pieces.length === 0) return group(`${open} ${close}`);
  if (sequence.hasLines || items.some((item) => isForced(item.doc))) {
    const { opening, lines } = piecesOnLines(sequence);
    return brokenGroup(open, opening, indent(hardLine, lines), hardLine, close);
  }
  const docs = sequence.pieces.map((piece) => piece.doc);
  return group(open, indent(spaceLine, join(spaceLine, docs)), spaceLine, close);
}

/**
 * The statements of a code zone. A single one stays next to the delimiters although it takes several lines.
 * `isWholeFile`: nothing but white space stands around the zone; its statements are not indented.
 */
export function zoneStatements(
  source: Source,
  items: readonly Item[],
  from: number,
  to: number,
  isWholeFile: boolean,
): Doc {
  const sequence = readSequence(source, items, from, to, "");
  if (sequence.pieces.length === 0) return "{% %}";
  const docs = sequence.pieces.map((piece) => piece.doc);
  const body = (...parts: readonly Doc[]): Doc => (isWholeFile ? concat(...parts) : indent(...parts));
  if (sequence.hasLines || (items.length > 1 && items.some((item) => isForced(item.doc)))) {
    const { opening, lines } = piecesOnLines(sequence);
    return brokenGroup("{%", opening, body(hardLine, lines), hardLine, "%}");
  }
  if (items.length === 1) return concat("{% ", join(" ", docs), " %}");
  return group("{%", body(spaceLine, join(spaceLine, docs)), spaceLine, "%}");
}
