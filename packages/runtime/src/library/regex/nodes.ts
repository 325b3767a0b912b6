/**
 * The syntax tree of a regular expression: what the parser builds from a PCRE pattern, and what both engines
 * (native translation and own matcher) are made from.
 */
import type { CharacterSet } from "./character-set.js";

export type RepeatMode = "greedy" | "lazy" | "possessive";

/** Zero-width tests that look at the position only. */
export type Anchor =
  /** `\A`, `\G`, and `^` without `m`. */
  | "subject-start"
  /** `^` with `m`: also after a line feed that is not the last character. */
  | "line-start"
  /** `\z` */
  | "subject-end"
  /** `\Z`, and `$` without `m`: also before a final line feed. */
  | "last-line-end"
  /** `$` with `m`. */
  | "line-end"
  | "word-boundary"
  | "not-word-boundary";

export type Verb = "fail" | "accept" | "commit" | "prune" | "skip";

export type Condition =
  /** True when one of these groups (several under `(?J)`) is set. */
  | { type: "group"; groups: number[] }
  /** True inside a recursion: into these groups, or into anything (`groups === null`). */
  | { type: "recursion"; groups: number[] | null }
  /** `(?(DEFINE)`: never true. */
  | { type: "define" }
  | { type: "look"; look: LookNode };

export interface SetNode {
  type: "set";
  set: CharacterSet;
}

export interface RepeatNode {
  type: "repeat";
  body: Node;
  min: number;
  /** `Infinity` when unbounded. */
  max: number;
  mode: RepeatMode;
}

export interface LookNode {
  type: "look";
  ahead: boolean;
  negative: boolean;
  /** For look-behind: an alternation, each branch of which has one length. */
  body: AlternationNode;
  /** Lengths in characters of the branches of a look-behind. */
  lengths: number[];
}

export interface AlternationNode {
  type: "alternation";
  branches: Node[];
}

export interface GroupNode {
  type: "group";
  index: number;
  body: Node;
}

export interface SequenceNode {
  type: "sequence";
  nodes: Node[];
}

export type Node =
  | SequenceNode
  | SetNode
  | RepeatNode
  | LookNode
  | AlternationNode
  | GroupNode
  | { type: "anchor"; anchor: Anchor; unicodeWords: boolean }
  | { type: "atomic"; body: Node }
  /** `\1`, `\k<n>`: the first of these groups that is set. */
  | { type: "backreference"; groups: number[]; caseless: boolean }
  /** `(?1)`, `(?R)` (group 0): runs a group as a subroutine. */
  | { type: "call"; group: number }
  | { type: "conditional"; condition: Condition; yes: Node; no: Node }
  /** `\K` */
  | { type: "keep" }
  /** `\X` */
  | { type: "grapheme" }
  /** `\R`; without `unicode` only CR, LF and CRLF. */
  | { type: "newline"; unicode: boolean }
  /** `\C` */
  | { type: "byte" }
  | { type: "verb"; verb: Verb };

/** What the parser knows of a whole pattern. */
export interface PatternTree {
  root: Node;
  /** Number of the last capturing group. */
  groupCount: number;
  /** The subject is UTF-8 text, not bytes. */
  utf: boolean;
  /** Only a match at the start of the subject counts (option `^`). */
  anchored: boolean;
}
