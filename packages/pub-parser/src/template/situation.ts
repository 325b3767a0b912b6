// What is known about a grammar error when it is put into words.

import type { Comment } from "../ast.js";
import type { TokenList } from "./token-list.js";
import type { Token } from "./tokens.js";

/** The file that an error is in. */
export interface FileText {
  readonly source: string;
  readonly tokens: TokenList;
  readonly comments: readonly Comment[];
}

/** What is known about an error. */
export interface Situation extends FileText {
  readonly found: Token;
  /** Completes "Expected …". */
  readonly expected: string;
  /** The token before the error; at the very beginning the error itself. */
  readonly previous: Token;
  /** The innermost bracket, block, zone or interpolation that is open. */
  readonly opener: Token | null;
}
