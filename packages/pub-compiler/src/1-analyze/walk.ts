/**
 * Walks a syntax tree without knowing its node types: a node is an object with a `type`.
 */
import type { Node } from "pub-parser";

/** Calls `visit` for each node below and including `node`, parents first; false means not to look inside. */
export function walk(node: Node, visit: (node: Node) => boolean | undefined): void {
  if (visit(node) === false) return;
  walkChildren(node, visit);
}

/** Calls `visit` for the nodes directly inside `node` and, unless it returns false, for those inside them. */
export function walkChildren(node: object, visit: (node: Node) => boolean | undefined): void {
  for (const key in node) {
    const child = (node as Record<string, unknown>)[key];
    if (typeof child !== "object" || child === null) continue;
    if (Array.isArray(child)) {
      for (const item of child) if (typeof item === "object" && item !== null) walkValue(item, visit);
    } else {
      walkValue(child, visit);
    }
  }
}

function walkValue(value: object, visit: (node: Node) => boolean | undefined): void {
  if ("type" in value) walk(value as Node, visit);
  else walkChildren(value, visit);
}
