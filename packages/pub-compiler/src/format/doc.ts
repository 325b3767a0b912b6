/**
 * Documents: text with the places where lines may break, for the printer to decide. The idea is Wadler's "prettier
 * printer"; beyond it there are choices between layouts, rows that are filled, and text that is printed as it stands.
 */

export type Doc = string | Concat | Indent | Line | Group | Fill | Choice | WhenBroken | Verbatim | Markup | Anchor;

interface Node {
  /** Whether a line must break in it, so that the groups around it break too. */
  readonly forced: boolean;
}

export interface Concat extends Node {
  readonly kind: "concat";
  readonly parts: readonly Doc[];
}

/** Lines that begin inside are indented one step more. */
export interface Indent extends Node {
  readonly kind: "indent";
  readonly content: Doc;
}

/** A line break; where its group stays on one line it is a space (`space`) or nothing (`soft`). `hard` always breaks. */
export interface Line extends Node {
  readonly kind: "line";
  readonly style: "space" | "soft" | "hard";
}

/** Printed on one line when it fits, else with all its own lines broken. */
export interface Group extends Node {
  readonly kind: "group";
  readonly content: Doc;
}

/** Contents and separators in turn: as many contents on a line as fit. */
export interface Fill extends Node {
  readonly kind: "fill";
  readonly parts: readonly Doc[];
}

/** Layouts of the same thing, best first: the first is on one line, the last always does. */
export interface Choice extends Node {
  readonly kind: "choice";
  readonly layouts: readonly Doc[];
}

/** One of two, by whether a group printed before was broken; a line breaks in either case. */
export interface WhenBroken extends Node {
  readonly kind: "when-broken";
  readonly group: Doc;
  readonly broken: Doc;
  readonly flat: Doc;
}

/** Text with newlines that is printed as it stands. */
export interface Verbatim extends Node {
  readonly kind: "verbatim";
  readonly text: string;
}

/** Text of the page: printed as it stands, and no reason to break the code in front of it. */
export interface Markup extends Node {
  readonly kind: "markup";
  readonly text: string;
}

/** Indentation inside begins anew from that of the present line; `free` says that there lines may have any length. */
export interface Anchor extends Node {
  readonly kind: "anchor";
  readonly content: Doc;
  readonly free: boolean;
}

export const softLine: Line = { kind: "line", style: "soft", forced: false };
export const spaceLine: Line = { kind: "line", style: "space", forced: false };
export const hardLine: Line = { kind: "line", style: "hard", forced: true };

export function isForced(doc: Doc): boolean {
  return typeof doc !== "string" && doc.forced;
}

export function concat(...parts: readonly Doc[]): Doc {
  return { kind: "concat", parts, forced: parts.some(isForced) };
}

export function indent(...parts: readonly Doc[]): Doc {
  const content = concat(...parts);
  return { kind: "indent", content, forced: isForced(content) };
}

export function group(...parts: readonly Doc[]): Group {
  const content = concat(...parts);
  return { kind: "group", content, forced: isForced(content) };
}

/** A group that never stays on one line. */
export function brokenGroup(...parts: readonly Doc[]): Group {
  return { ...group(...parts), forced: true };
}

export function fill(parts: readonly Doc[]): Doc {
  return { kind: "fill", parts, forced: parts.some(isForced) };
}

export function choice(...layouts: readonly Doc[]): Doc {
  return { kind: "choice", layouts, forced: isForced(layouts[0]) };
}

export function whenBroken(of: Doc, broken: Doc, flat: Doc): Doc {
  return { kind: "when-broken", group: of, broken, flat, forced: true };
}

export function verbatim(text: string): Doc {
  return text.includes("\n") ? { kind: "verbatim", text, forced: true } : text;
}

export function markup(text: string): Doc {
  return { kind: "markup", text, forced: false };
}

/** What stands in the page's text: its lines do not make the code around it break. */
export function anchor(content: Doc, free: boolean): Doc {
  return { kind: "anchor", content, free, forced: false };
}

export function join(separator: Doc, docs: readonly Doc[]): Doc {
  return concat(...docs.flatMap((doc, index) => (index === 0 ? [doc] : [separator, doc])));
}

/** The document with its last group, or choice, not on one line; others stay as they are. */
export function broken(doc: Doc): Doc {
  if (typeof doc === "string") return doc;
  switch (doc.kind) {
    case "group":
      return { ...doc, forced: true };
    case "choice":
      return { ...doc, layouts: doc.layouts.slice(1), forced: true };
    case "concat": {
      const at = doc.parts.findLastIndex((part) => broken(part) !== part);
      return at < 0 ? doc : concat(...doc.parts.slice(0, at), broken(doc.parts[at]), ...doc.parts.slice(at + 1));
    }
    default:
      return doc;
  }
}
