/**
 * The files of a program as the analysis sees them: what a file can include, found by the rules of pub-language.md §8.1.
 */
import { posix } from "node:path";
import type { Expression, Template } from "pub-parser";
import { literalText, simplify } from "../1-analyze/constants.js";
import { walk } from "../1-analyze/walk.js";
import { relativeName } from "./paths.js";

/** What a file includes and loads by constant names, and whether it also computes names. */
export interface Includes {
  readonly names: readonly string[];
  readonly computed: boolean;
  /** Patterns that the computed names fit. */
  readonly patterns: readonly RegExp[];
}

const includesOf = new WeakMap<Template, Includes>();

export function includes(template: Template): Includes {
  let result = includesOf.get(template);
  if (result === undefined) {
    const names = new Set<string>();
    const patterns: RegExp[] = [];
    walk(template, (node) => {
      if (node.type !== "IncludeStatement") return undefined;
      const name = literalText(simplify(node.file));
      if (name === null) patterns.push(namePattern(node.file));
      else names.add(name);
      return undefined;
    });
    result = { names: [...names], computed: patterns.length > 0, patterns };
    includesOf.set(template, result);
  }
  return result;
}

/** What a computed file name is known to look like: an interpolated string has constant parts. */
function namePattern(expression: Expression): RegExp {
  const node = simplify(expression);
  if (node.type !== "StringLiteral") return /^/;
  const parts = node.pieces.map((piece) =>
    piece.type === "StringText" ? piece.value.replace(/[.*+?^${}()|[\]\\]/g, "\\$&") : "[^]*",
  );
  return new RegExp(`^${parts.join("")}$`);
}

/** The files that a requested name may mean, as paths below the root: from the root, then from the including file. */
export function includeCandidates(name: string, includer: string): string[] {
  const names = name.startsWith("/") ? [name] : [name, posix.join(posix.dirname(includer), name)];
  return names.flatMap((candidate) => relativeName(candidate) ?? []);
}
