/**
 * What the parts of the formatter need of each other: expressions contain blocks, blocks contain statements and text,
 * text contains expressions.
 */
import type { Block, Expression, Span, Statement, Zone } from "pub-parser";
import { type Doc, verbatim } from "./doc.js";
import type { Source } from "./source.js";

export interface Formatter {
  readonly source: Source;
  /** One expression; `continued` indents its lines behind the first. */
  expression(node: Expression, continued?: boolean): Doc;
  /** `{ … }` or `{{ … }}`; a block of statements is a group. */
  block(node: Block): Doc;
  statement(node: Statement): Doc;
  /** The text and zones between two offsets. */
  zones(body: readonly Zone[], from: number, to: number): Doc;
}

/** A node as it stands in the source: what is done where comments stand in unusual places. */
export function asWritten(source: Source, span: Span): Doc {
  return verbatim(source.slice(span));
}
