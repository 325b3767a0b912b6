/**
 * Walks a syntax tree by the parser's table of children; pieces of string literals count as nodes.
 */
import { children, type Node, type Visited, visit } from "pub-parser";

/** Looks at a node; false means not to look inside. */
export type Visitor = (node: Node) => boolean | undefined;

/** Calls `visitor` for each node below and including `node`, parents first. */
export function walk(node: Node, visitor: Visitor): void {
  visit(node, visitor as (node: Visited) => boolean | undefined);
}

/** Calls `visitor` for the nodes directly inside `node` and, unless it returns false, for those inside them. */
export function walkChildren(node: Node, visitor: Visitor): void {
  for (const child of children(node)) walk(child as Node, visitor);
}
