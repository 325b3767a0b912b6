// The syntax tree of an `okws_config`: a list of directives, each a line of words (okws-server.md §2.2).
// What a directive's words mean, and which directives exist, is not known here.
import type { Span } from "../ast.js";

/** One word of a line, quotes and backslashes resolved. */
export interface ConfigWord extends Span {
  readonly text: string;
  /** The first `#` in the text, which may begin a comment (see `withoutComment`); null if there is none. */
  readonly hash: HashSign | null;
}

/** Where a `#` stands in a word. */
export interface HashSign {
  /** Index into the text of the word. */
  readonly index: number;
  /** Offset into the source. */
  readonly offset: number;
  /** Written in quotes or behind a backslash. */
  readonly quoted: boolean;
}

export type Directive = SettingDirective | IncludeDirective;

/** `NAME words…`. Words of a trailing comment are among them, for only the directive's kind decides where it begins. */
export interface SettingDirective extends Span {
  readonly type: "setting";
  readonly name: ConfigWord;
  readonly words: readonly ConfigWord[];
}

/** `include FILE`: the directives of another file stand here (§2.4). */
export interface IncludeDirective extends Span {
  readonly type: "include";
  readonly file: ConfigWord;
}
