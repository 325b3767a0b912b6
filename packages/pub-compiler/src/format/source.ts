/**
 * The source of a template as the formatter asks about it: comments in code, and what stands between two nodes.
 */
import type { Comment, Span, Template } from "pub-parser";

export class Source {
  /** Comments of code, in order; those of translators are part of texts and strings. */
  private readonly comments: readonly Comment[];

  /** How lines end. */
  readonly newline: "\n" | "\r\n";

  constructor(
    /** Byte string. */
    readonly text: string,
    template: Template,
  ) {
    this.comments = template.comments
      .filter((comment) => comment.kind !== "translator")
      .sort((a, b) => a.start - b.start);
    this.newline = text.includes("\r\n") ? "\r\n" : "\n";
  }

  slice({ start, end }: Span): string {
    return this.text.slice(start, end);
  }

  /** The comments that lie between two offsets. */
  commentsIn(start: number, end: number): readonly Comment[] {
    const { comments } = this;
    let low = 0;
    let high = comments.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (comments[middle].start < start) low = middle + 1;
      else high = middle;
    }
    let behind = low;
    while (behind < comments.length && comments[behind].end <= end) behind++;
    return comments.slice(low, behind);
  }

  /** Whether there are comments between two offsets that are not inside of one of the parts (in order). */
  hasLooseComments(start: number, end: number, parts: readonly Span[]): boolean {
    let at = start;
    for (const part of parts) {
      if (this.commentsIn(at, part.start).length > 0) return true;
      at = part.end;
    }
    return this.commentsIn(at, end).length > 0;
  }

  newlinesBetween(start: number, end: number): number {
    let count = 0;
    for (let at = this.text.indexOf("\n", start); at >= 0 && at < end; at = this.text.indexOf("\n", at + 1)) count++;
    return count;
  }

  /** Offset of the first occurrence of a text at or behind `from` that is not in a comment. */
  find(text: string, from: number): number {
    let at = this.text.indexOf(text, from);
    for (const comment of this.commentsIn(from, this.text.length)) {
      if (at < comment.start) break;
      if (at < comment.end) at = this.text.indexOf(text, comment.end);
    }
    return at;
  }

  /** The white space with which the line of an offset begins. */
  lineIndentation(offset: number): string {
    const lineStart = this.text.lastIndexOf("\n", offset - 1) + 1;
    return /^[ \t]*/.exec(this.text.slice(lineStart, offset))![0];
  }

  /** Whether nothing else stands on the lines in which a span begins and ends. */
  isAloneOnItsLines({ start, end }: Span): boolean {
    const lineStart = this.text.lastIndexOf("\n", start - 1) + 1;
    const newline = this.text.indexOf("\n", end);
    const behind = this.text.slice(end, newline < 0 ? this.text.length : newline);
    return this.text.slice(lineStart, start).trim() === "" && behind.trim() === "";
  }
}
