/**
 * What stands in brackets: arguments, elements, entries, declarations, conditions.
 */
import { children, type Expression } from "pub-parser";
import {
  broken,
  brokenGroup,
  choice,
  concat,
  type Doc,
  fill,
  group,
  hardLine,
  indent,
  isForced,
  join,
  softLine,
  spaceLine,
} from "./doc.js";
import { type Item, lineBefore, readSequence, type Sequence } from "./sequence.js";
import type { Source } from "./source.js";

export interface BracketItem extends Item {
  /** Tells whether the item may be the only one that takes several lines, without the brackets taking lines of their own. */
  readonly node: Expression | null;
}

export interface BracketStyle {
  readonly open: string;
  readonly close: string;
  /** Spaces inside of the brackets. */
  readonly padded: boolean;
  /** Lines that the author began stay lines. */
  readonly keepsLines: boolean;
  /** What does not fit a line becomes full lines instead of a line an item. */
  readonly fills: boolean;
  /** One of several items may hug, not only a single one. */
  readonly hugsAmongOthers: boolean;
}

/** Items in brackets, separated by commas; `from` and `to` are the offsets behind the opening and of the closing bracket. */
export function inBrackets(
  source: Source,
  items: readonly BracketItem[],
  from: number,
  to: number,
  style: BracketStyle,
): Doc {
  const { open, close, padded } = style;
  const edge = padded ? spaceLine : softLine;
  const sequence = readSequence(source, items, from, to, ",");
  const [first] = sequence.pieces;
  if (first === undefined) return padded ? `${open} ${close}` : open + close;
  if (sequence.hasLines && (sequence.hasComments || style.keepsLines)) {
    const { opening, lines } = rows(sequence);
    return brokenGroup(open, opening, indent(hardLine, lines), hardLine, close);
  }
  const docs = sequence.pieces.map((piece) => piece.doc);
  const separators = (separator: Doc): Doc => join(separator, docs);
  const lines = style.fills ? fill(docs.flatMap((doc, at) => (at === 0 ? [doc] : [spaceLine, doc]))) : null;
  const onLines = group(open, indent(edge, lines ?? separators(spaceLine)), edge, close);
  const hugging = sequence.hasComments || (items.length > 1 && !style.hugsAmongOthers) ? -1 : hugged(source, items);
  if (hugging < 0) return onLines;
  const space = padded ? " " : "";
  const hug = (item: Doc): Doc =>
    concat(open, space, join(" ", [...docs.slice(0, hugging), item, ...docs.slice(hugging + 1)]), space, close);
  return choice(hug(docs[hugging]), hug(broken(docs[hugging])), brokenGroup(onLines.content));
}

/** The position of the item that may take several lines alone, or −1: what follows it must be short for good. */
function hugged(source: Source, items: readonly BracketItem[]): number {
  const at = huggedBySyntax(
    source,
    items.map(({ node }) => node),
  );
  return items.every(({ doc }, index) => index === at || !isForced(doc)) ? at : -1;
}

function huggedBySyntax(source: Source, nodes: readonly (Expression | null)[]): number {
  const at = nodes.findLastIndex((node) => node !== null && mayHug(source, node));
  return nodes.slice(at + 1).some((node) => node !== null && keepsLines(node)) ? -1 : at;
}

/** The author's lines; one that is too long is broken where it must be. */
function rows(sequence: Sequence): { opening: Doc; lines: Doc } {
  const opening: Doc[] = [];
  const lines: Doc[] = [];
  let row: Doc[] = [];
  const append = (doc: Doc): void => {
    row.push(concat(row.pop()!, " ", doc));
  };
  const endRow = (): void => {
    if (row.length > 0) lines.push(fill(row.flatMap((doc, at) => (at === 0 ? [doc] : [spaceLine, doc]))));
    row = [];
  };
  for (const piece of sequence.pieces) {
    if (piece.trails && lines.length === 0 && row.length === 0) {
      opening.push(" ", piece.doc);
    } else if (piece.trails || piece.joins) {
      append(piece.doc);
    } else {
      if (piece.place !== "same line") {
        endRow();
        if (lines.length > 0) lines.push(lineBefore(piece));
      }
      row.push(piece.doc);
    }
  }
  endRow();
  return { opening: concat(...opening), lines: concat(...lines) };
}

/** Expressions whose own brackets show that something longer follows. */
function mayHug(source: Source, node: Expression): boolean {
  switch (node.type) {
    case "DictLiteral":
      return node.entries.length > 0;
    case "ListLiteral":
      return node.elements.length > 0;
    case "LambdaExpression":
    case "Heredoc":
      return true;
    case "StringLiteral":
    case "RegexLiteral":
      return source.newlinesBetween(node.start, node.end) > 0;
    case "CallExpression":
      return huggedBySyntax(source, node.arguments) >= 0;
    default:
      return false;
  }
}

/** Whether there is something in it whose lines the author decides. */
export function keepsLines(node: Expression): boolean {
  const pending: ReturnType<typeof children> = [node];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (nodesWithLines.has(next.type)) return true;
    pending.push(...children(next));
  }
  return false;
}

const nodesWithLines: ReadonlySet<string> = new Set(["ListLiteral", "DictLiteral", "LambdaExpression", "Heredoc"]);
