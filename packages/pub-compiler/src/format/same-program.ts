/**
 * Whether two templates are the same program, written differently: what the formatter proves of its work.
 */
import type { Template } from "pub-parser";

export interface ParsedSource {
  readonly source: string;
  readonly template: Template;
}

/** Properties that say where something stands, not what it is. */
const places = new Set(["start", "end", "nameSpan", "operatorSpan", "comments"]);

/** True when the trees are equal but for places and superfluous `;`, and the comments are the same. */
export function isSameProgram(a: ParsedSource, b: ParsedSource): boolean {
  return commentTexts(a) === commentTexts(b) && areEqual(a.template, b.template);
}

/** Compares without recursion: chains of operators may be long. */
function areEqual(a: unknown, b: unknown): boolean {
  const pending: [unknown, unknown][] = [[a, b]];
  for (let pair = pending.pop(); pair !== undefined; pair = pending.pop()) {
    const [left, right] = pair;
    if (Array.isArray(left) && Array.isArray(right)) {
      const leftItems = left.filter(isSignificant);
      const rightItems = right.filter(isSignificant);
      if (leftItems.length !== rightItems.length) return false;
      for (const [index, item] of leftItems.entries()) pending.push([item, rightItems[index]]);
    } else if (typeof left === "object" && left !== null && typeof right === "object" && right !== null) {
      const keys = Object.keys(left).filter((key) => !places.has(key));
      if (keys.length !== Object.keys(right).filter((key) => !places.has(key)).length) return false;
      for (const key of keys) {
        pending.push([(left as Record<string, unknown>)[key], (right as Record<string, unknown>)[key]]);
      }
    } else if (!Object.is(left, right)) {
      return false;
    }
  }
  return true;
}

function isSignificant(item: unknown): boolean {
  return typeof item !== "object" || item === null || !("type" in item) || item.type !== "EmptyStatement";
}

/** The texts of all comments in their order, white space aside. */
function commentTexts({ source, template }: ParsedSource): string {
  const ordered = [...template.comments].sort((a, b) => a.start - b.start);
  return ordered.map(({ start, end }) => source.slice(start, end).replace(/\s+/g, " ").trim()).join("\n");
}
