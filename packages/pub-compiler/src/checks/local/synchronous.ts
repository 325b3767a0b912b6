/**
 * Which statements wait by their own text (pub-language.md §7.7): those with an include, a heredoc or a call with asterisks
 * in an evaluated position.
 */
import type { Node } from "pub-parser";

/** Answers for the nodes of one file; each node is looked at once. */
export class WaitingText {
  private readonly known = new WeakMap<object, boolean>();

  /** True when the node contains something that waits; bodies of functions and keys of `switch` do not count. */
  waits(node: object): boolean {
    let result = this.known.get(node);
    if (result === undefined) {
      result = this.compute(node as Node);
      this.known.set(node, result);
    }
    return result;
  }

  private compute(node: Node): boolean {
    switch (node.type) {
      case "IncludeStatement":
      case "Heredoc":
        return true;
      case "DefStatement":
      case "LambdaExpression":
      case "Text":
        return false;
      case "CallExpression":
        if (node.blocking) return true;
        break;
      case "SwitchStatement":
        return node.cases.some((entry) => this.waits(entry.body));
    }
    for (const key in node) {
      const value = (node as unknown as Record<string, unknown>)[key];
      if (typeof value === "object" && value !== null && this.anyWaits(value)) return true;
    }
    return false;
  }

  private anyWaits(value: object): boolean {
    if (Array.isArray(value))
      return value.some((item) => typeof item === "object" && item !== null && this.waits(item));
    return this.waits(value);
  }
}
