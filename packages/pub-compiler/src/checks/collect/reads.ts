/**
 * Reading a name: which variable of the file it means, or that it is free.
 */
import type { Span } from "pub-parser";
import { builtinNames } from "../../1-analyze/library.js";
import type { Use, Walk } from "./walk.js";

export function readName(walk: Walk, name: string, span: Span, use: Use): void {
  const { facts, scope } = walk;
  scope.noteRead(name);
  const variable = scope.find(name);
  if (variable === null || variable.kind === "optional") facts.useFree(name);
  if (variable !== null || builtinNames.has(name)) return;
  if (use === "guarded") facts.guard(name);
  else if (use !== "ignored") facts.read(name, span, use === "demanded", scope);
}
