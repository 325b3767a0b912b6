/**
 * Questions about a pattern's tree: can it match nothing, how long is its match, what can it start with.
 */
import { addAll } from "./character-set.js";
import type { GroupNode, Node } from "./nodes.js";

/** Whether a node can match the empty string. Calls of unfinished groups count as if they could. */
export function isNullable(node: Node, groups: ReadonlyMap<number, GroupNode> | null, calls: number[] = []): boolean {
  const inner = (child: Node) => isNullable(child, groups, calls);
  switch (node.type) {
    case "set":
    case "newline":
    case "grapheme":
    case "byte":
      return false;
    case "sequence":
      return node.nodes.every(inner);
    case "alternation":
      return node.branches.some(inner);
    case "group":
    case "atomic":
      return inner(node.body);
    case "repeat":
      return node.min === 0 || inner(node.body);
    case "conditional":
      return node.condition.type === "define" || inner(node.yes) || inner(node.no);
    case "call": {
      const group = groups?.get(node.group);
      if (!group || calls.includes(node.group)) return true;
      return isNullable(group.body, groups, [...calls, node.group]);
    }
    default:
      return true;
  }
}

/** Why a node has no fixed length. */
export enum LengthProblem {
  Variable = -1,
  /** `\C` in UTF mode. */
  Byte = -2,
  /** A call of a group, which may not be complete yet. */
  Call = -3,
}

/**
 * Length in characters of every match of a node, or a `LengthProblem`. Without `groups` calls are not followed.
 */
export function fixedLength(
  node: Node,
  groups: ReadonlyMap<number, GroupNode> | null,
  utf: boolean,
  calls: number[] = [],
): number {
  const inner = (child: Node) => fixedLength(child, groups, utf, calls);
  switch (node.type) {
    case "set":
      return 1;
    case "byte":
      return utf ? LengthProblem.Byte : 1;
    case "newline":
    case "grapheme":
    case "backreference":
      return LengthProblem.Variable;
    case "sequence": {
      let total = 0;
      for (const child of node.nodes) {
        if (child.type === "verb" && child.verb === "accept") break;
        const length = inner(child);
        if (length < 0) return length;
        total += length;
      }
      return total;
    }
    case "alternation":
      return sameLength(node.branches.map(inner));
    case "conditional":
      return node.no.type === "sequence" && node.no.nodes.length === 0
        ? inner(node.yes)
        : sameLength([inner(node.yes), inner(node.no)]);
    case "group":
    case "atomic":
      return inner(node.body);
    case "repeat": {
      if (node.max === 0) return node.body.type === "set" ? 0 : LengthProblem.Variable;
      if (node.min !== node.max) return LengthProblem.Variable;
      const length = inner(node.body);
      return length < 0 ? length : length * node.min;
    }
    case "call": {
      if (!groups) return LengthProblem.Call;
      const group = groups.get(node.group);
      if (!group || calls.includes(node.group)) return LengthProblem.Variable;
      return fixedLength(group.body, groups, utf, [...calls, node.group]);
    }
    default:
      return 0;
  }
}

function sameLength(lengths: number[]): number {
  const bad = lengths.find((length) => length < 0);
  if (bad !== undefined) return bad;
  return lengths.every((length) => length === lengths[0]) ? lengths[0] : LengthProblem.Variable;
}

/** The bytes that a match can start with, and whether it can be empty. */
export interface Start {
  bytes: Uint8Array;
  nullable: boolean;
}

/**
 * Finds what a node can start with. In UTF mode non-ASCII start bytes are taken as all possible; calls, back
 * references and conditions likewise.
 */
export function startOf(node: Node, utf: boolean): Start {
  switch (node.type) {
    case "set": {
      const bytes = node.set.low.slice();
      if (utf) bytes.fill(1, 128);
      return { bytes, nullable: false };
    }
    case "newline": {
      const bytes = new Uint8Array(256);
      for (const code of node.unicode ? [10, 11, 12, 13, 0x85] : [10, 13]) bytes[code] = 1;
      if (utf) bytes.fill(1, 128);
      return { bytes, nullable: false };
    }
    case "sequence":
      return startOfSequence(node.nodes, utf);
    case "alternation": {
      const starts = node.branches.map((branch) => startOf(branch, utf));
      const bytes = new Uint8Array(256);
      for (const start of starts) addAll(bytes, start.bytes);
      return { bytes, nullable: starts.some((start) => start.nullable) };
    }
    case "group":
    case "atomic":
      return startOf(node.body, utf);
    case "repeat": {
      const start = startOf(node.body, utf);
      return { bytes: start.bytes, nullable: start.nullable || node.min === 0 };
    }
    case "look":
    case "anchor":
    case "keep":
      return { bytes: new Uint8Array(256), nullable: true };
    case "verb":
      return { bytes: new Uint8Array(256).fill(node.verb === "accept" ? 1 : 0), nullable: true };
    case "grapheme":
    case "byte":
      return { bytes: new Uint8Array(256).fill(1), nullable: false };
    default:
      return { bytes: new Uint8Array(256).fill(1), nullable: true };
  }
}

export function startOfSequence(nodes: readonly Node[], utf: boolean): Start {
  const bytes = new Uint8Array(256);
  for (const node of nodes) {
    const start = startOf(node, utf);
    addAll(bytes, start.bytes);
    if (!start.nullable) return { bytes, nullable: false };
  }
  return { bytes, nullable: true };
}
