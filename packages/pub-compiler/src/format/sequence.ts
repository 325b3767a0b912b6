/**
 * Sequences: statements of a block, elements of a list, arguments of a call, with the comments and blank lines between
 * them.
 */
import type { Comment, Span } from "pub-parser";
import { concat, type Doc, hardLine, verbatim } from "./doc.js";
import type { Source } from "./source.js";

/** Something in a sequence, laid out already. */
export interface Item extends Span {
  readonly doc: Doc;
}

/** An item, or a comment between items. */
export interface Piece {
  readonly doc: Doc;
  readonly isComment: boolean;
  /** Where it stands in the source: behind the piece before it, on the next line, or behind a blank line. */
  readonly place: "same line" | "new line" | "behind blank line";
  /** A comment that belongs to what is printed before it, on the same line. */
  readonly trails: boolean;
  /** An item behind a comment on the same line. */
  readonly joins: boolean;
  /** Position among the items; of comments, of the item before them (−1: none). */
  readonly index: number;
}

export interface Sequence {
  readonly pieces: readonly Piece[];
  readonly hasComments: boolean;
  /** The author put pieces on lines of their own. */
  readonly hasLines: boolean;
}

/**
 * The items and the comments around them between the two offsets that delimit the sequence. `separator` is printed
 * behind each item but the last.
 */
export function readSequence(
  source: Source,
  items: readonly Item[],
  from: number,
  to: number,
  separator: string,
): Sequence {
  const comments: Comment[] = [];
  let at = from;
  for (const item of items) {
    comments.push(...source.commentsIn(at, item.start));
    at = item.end;
  }
  comments.push(...source.commentsIn(at, to));

  const entries: (Item | Comment)[] = [...items, ...comments].sort((a, b) => a.start - b.start);
  const pieces: Piece[] = [];
  let index = -1;
  let end = from;
  for (const [position, entry] of entries.entries()) {
    const isComment = "kind" in entry;
    const newlines = source.newlinesBetween(end, entry.start);
    const place = newlines === 0 ? "same line" : newlines === 1 ? "new line" : "behind blank line";
    const next = entries[position + 1];
    const nextJoins = next !== undefined && !("kind" in next) && source.newlinesBetween(entry.end, next.start) === 0;
    if (!isComment) index++;
    pieces.push({
      doc: isComment ? commentDoc(source, entry) : concat(entry.doc, index < items.length - 1 ? separator : ""),
      isComment,
      place,
      trails: isComment && newlines === 0 && !nextJoins,
      joins: !isComment && newlines === 0 && pieces.at(-1)?.isComment === true,
      index,
    });
    end = entry.end;
  }
  const endsWithLine = source.newlinesBetween(end, to) > 0;
  const hasLines =
    endsWithLine ||
    pieces.some((piece) => piece.place !== "same line") ||
    comments.some((comment) => source.newlinesBetween(comment.start, comment.end) > 0);
  return { pieces, hasComments: comments.length > 0, hasLines };
}

/** The pieces one below the other, without a break in front of the first; a comment may stay behind what opens the sequence. */
export function piecesOnLines(sequence: Sequence): { opening: Doc; lines: Doc } {
  const opening: Doc[] = [];
  const lines: Doc[] = [];
  for (const piece of sequence.pieces) {
    if (piece.trails) {
      (lines.length === 0 ? opening : lines).push(" ", piece.doc);
    } else if (piece.joins) {
      lines.push(" ", piece.doc);
    } else {
      lines.push(lines.length === 0 ? "" : lineBefore(piece), piece.doc);
    }
  }
  return { opening: concat(...opening), lines: concat(...lines) };
}

/** The break in front of a piece that stands on a line of its own. */
export function lineBefore(piece: Piece): Doc {
  return piece.place === "behind blank line" ? concat(hardLine, hardLine) : hardLine;
}

/** A comment. The lines of a block comment move with its first line. */
export function commentDoc(source: Source, comment: Comment): Doc {
  const lines = source
    .slice(comment)
    .split("\n")
    .map((line) => line.trimEnd());
  if (lines.length === 1) return lines[0];
  const starred = lines.slice(1).every((line) => line.trimStart().startsWith("*"));
  const before = source.lineIndentation(comment.start);
  const parts: Doc[] = [lines[0]];
  for (const line of lines.slice(1)) {
    if (starred) parts.push(hardLine, ` ${line.trimStart()}`);
    else if (line === "" || line.startsWith(before)) parts.push(hardLine, line.slice(before.length));
    else parts.push(verbatim(`${source.newline}${line}`));
  }
  return concat(...parts);
}
