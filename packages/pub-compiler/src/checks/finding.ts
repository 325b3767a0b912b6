/**
 * What a rule reports: a place in a file and what is wrong there. Plain data, so that findings can be cached.
 */
import type { RelatedSpan, Span } from "pub-parser";
import type { RuleName } from "./rules.js";

export interface Finding {
  readonly rule: RuleName;
  /** Byte offsets into the file. */
  readonly span: Span;
  readonly message: string;
  /** What to do about it. */
  readonly hint?: string;
  /** Further places of the same file. */
  readonly related?: readonly RelatedSpan[];
}

/** Start and end of a node, without the rest of it. */
export function spanOf({ start, end }: Span): Span {
  return { start, end };
}
