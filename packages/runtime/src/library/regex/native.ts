/**
 * Translates a tree to a JavaScript regular expression, when V8's engine gives exactly PCRE's result for it and
 * cannot take exponential time. Everything else is run by the matcher in `machine.ts`.
 *
 * Only byte patterns are translated: letters, classes and case are spelled out as sets of bytes, so neither the `i`
 * nor the `u` flag of JavaScript is used.
 */
import { startOf, startOfSequence } from "./analysis.js";
import { addAll, type CharacterSet, overlap } from "./character-set.js";
import type { Node, PatternTree, RepeatNode } from "./nodes.js";

export interface NativePattern {
  source: string;
  /** The result can depend on bytes before the start of the search. */
  looksBack: boolean;
  /** Worst case of a search over n bytes is about n to this power. */
  degree: number;
}

/** The JavaScript form of a pattern, or `null` when it must not be left to V8. */
export function toNative(tree: PatternTree): NativePattern | null {
  if (tree.utf) return null;
  const translation = new Translation();
  if (!isSameInJavaScript(tree.root, new Set())) return null;
  const nothing = new Uint8Array(256);
  if (!loopsAreDeterministic(tree.root)) return null;
  const source = translation.node(tree.root);
  const cost = { branching: 0, scanning: false };
  addCost(tree.root, nothing, false, cost);
  return { source, looksBack: translation.looksBack, degree: 1 + cost.branching + (cost.scanning ? 1 : 0) };
}

class Translation {
  looksBack = false;

  node(node: Node): string {
    switch (node.type) {
      case "set":
        return setSource(node.set);
      case "sequence":
        return node.nodes.map((child) => this.node(child)).join("");
      case "alternation":
        return `(?:${node.branches.map((branch) => this.node(branch)).join("|")})`;
      case "group":
        return `(${this.node(node.body)})`;
      case "repeat":
        return this.atom(node.body) + quantifier(node);
      case "look": {
        if (!node.ahead) this.looksBack = true;
        return `(?${node.ahead ? "" : "<"}${node.negative ? "!" : "="}${this.node(node.body)})`;
      }
      case "newline":
        return node.unicode ? "(?:\\r\\n|(?!\\r\\n)[\\n-\\r\\x85])" : "(?:\\r\\n|(?!\\r\\n)[\\n\\r])";
      case "backreference":
        return `(?:\\${node.groups[0]})`;
      case "anchor":
        return this.anchor(node.anchor);
      case "byte":
        return "[^]";
      case "verb":
        return "(?!)";
      default:
        throw new Error(`no JavaScript form of ${node.type}`);
    }
  }

  private atom(node: Node): string {
    const source = this.node(node);
    return node.type === "set" || node.type === "group" ? source : `(?:${source})`;
  }

  private anchor(anchor: string): string {
    switch (anchor) {
      case "subject-start":
        this.looksBack = true;
        return "^";
      case "line-start":
        this.looksBack = true;
        return "(?:^|(?<=\\n)(?=[^]))";
      case "subject-end":
        return "$";
      case "last-line-end":
        return "(?=\\n?$)";
      case "line-end":
        return "(?=\\n|$)";
      default:
        this.looksBack = true;
        return anchor === "word-boundary" ? "\\b" : "\\B";
    }
  }
}

function quantifier({ min, max, mode }: RepeatNode): string {
  const lazy = mode === "lazy" ? "?" : "";
  if (max === 1 && min === 0) return `?${lazy}`;
  if (max === Number.POSITIVE_INFINITY) return (min === 0 ? "*" : min === 1 ? "+" : `{${min},}`) + lazy;
  return (min === max ? `{${min}}` : `{${min},${max}}`) + lazy;
}

function setSource(set: CharacterSet): string {
  if (set.single >= 0) return byteSource(set.single);
  const inside: string[] = [];
  const outside: string[] = [];
  for (let from = 0; from < 256; ) {
    let to = from;
    while (to < 255 && set.low[to + 1] === set.low[from]) to++;
    (set.low[from] ? inside : outside).push(from === to ? byteSource(from) : `${byteSource(from)}-${byteSource(to)}`);
    from = to + 1;
  }
  return outside.length < inside.length ? `[^${outside.join("")}]` : `[${inside.join("")}]`;
}

function byteSource(code: number): string {
  const text = String.fromCharCode(code);
  return /[A-Za-z0-9_ ]/.test(text) ? text : `\\x${code.toString(16).padStart(2, "0")}`;
}

/**
 * Whether JavaScript gives this node PCRE's meaning. Differences: JavaScript forgets groups at each round of a loop,
 * refuses empty rounds, and lets references to unset groups match nothing. `set` collects the groups that are surely
 * set behind the node.
 */
function isSameInJavaScript(node: Node, set: Set<number>): boolean {
  switch (node.type) {
    case "set":
    case "newline":
    case "byte":
      return true;
    case "anchor":
      return !node.unicodeWords;
    case "verb":
      return node.verb === "fail";
    case "sequence":
      return node.nodes.every((child) => isSameInJavaScript(child, set));
    case "alternation": {
      const branches = node.branches.map((branch) => {
        const own = new Set(set);
        return isSameInJavaScript(branch, own) ? own : null;
      });
      if (branches.includes(null)) return false;
      const [first, ...others] = branches as Set<number>[];
      for (const group of first) if (others.every((other) => other.has(group))) set.add(group);
      return true;
    }
    case "group":
      if (!isSameInJavaScript(node.body, set)) return false;
      set.add(node.index);
      return true;
    case "look": {
      const groups = groupsIn(node.body);
      if (!node.ahead && (groups.length > 0 || hasReference(node.body))) return false;
      return isSameInJavaScript(node.body, node.negative ? new Set(set) : set);
    }
    case "backreference":
      return node.groups.length === 1 && !node.caseless && set.has(node.groups[0]);
    case "repeat": {
      const { body, min, max, mode } = node;
      if (mode === "possessive" || max === 0) return false;
      const inside = new Set(set);
      if (!isSameInJavaScript(body, inside)) return false;
      if (min > 0) for (const group of inside) set.add(group);
      if (body.type === "set") return true;
      return !startOf(body, false).nullable && (max === 1 || groupsIn(body).every((group) => inside.has(group)));
    }
    default:
      return false;
  }
}

function children(node: Node): Node[] {
  switch (node.type) {
    case "sequence":
      return node.nodes;
    case "alternation":
      return node.branches;
    case "group":
    case "repeat":
    case "atomic":
    case "look":
      return [node.body];
    default:
      return [];
  }
}

function groupsIn(node: Node): number[] {
  const own = node.type === "group" ? [node.index] : [];
  return own.concat(...children(node).map(groupsIn));
}

function hasReference(node: Node): boolean {
  return node.type === "backreference" || children(node).some(hasReference);
}

/**
 * Whether every loop over more than one character goes one way only: at each point of its body the next byte decides.
 * Then a loop can split a subject into rounds in one way, and failure cannot take exponential time.
 */
function loopsAreDeterministic(node: Node): boolean {
  if (node.type === "repeat" && node.body.type !== "set" && node.max > 1) {
    return isDeterministic(node.body, startOf(node.body, false).bytes);
  }
  return children(node).every(loopsAreDeterministic);
}

/** `follow`: bytes that can come behind the node within the loop. */
function isDeterministic(node: Node, follow: Uint8Array): boolean {
  switch (node.type) {
    case "sequence":
      return node.nodes.every((child, index) => isDeterministic(child, followOf(node.nodes, index, follow)));
    case "alternation": {
      const taken = new Uint8Array(256);
      for (const branch of node.branches) {
        const start = startWithin(branch, follow);
        if (overlap(taken, start)) return false;
        addAll(taken, start);
      }
      return node.branches.every((branch) => isDeterministic(branch, follow));
    }
    case "group":
      return isDeterministic(node.body, follow);
    case "repeat": {
      const start = startOf(node.body, false).bytes;
      if (node.min !== node.max && overlap(start, follow)) return false;
      const behind = start.slice();
      addAll(behind, follow);
      return isDeterministic(node.body, behind);
    }
    case "look":
      return !hasRepeat(node.body);
    case "backreference":
      return false;
    default:
      return true;
  }
}

function hasRepeat(node: Node): boolean {
  return node.type === "repeat" || children(node).some(hasRepeat);
}

/** What can come behind the item at `index` of a sequence. */
function followOf(nodes: readonly Node[], index: number, follow: Uint8Array): Uint8Array {
  const rest = startOfSequence(nodes.slice(index + 1), false);
  if (rest.nullable) addAll(rest.bytes, follow);
  return rest.bytes;
}

function startWithin(node: Node, follow: Uint8Array): Uint8Array {
  const start = startOf(node, false);
  if (start.nullable) addAll(start.bytes, follow);
  return start.bytes;
}

/** Repeats up to this often count as constant. */
const SMALL_REPEAT = 16;

/**
 * Adds up what makes a search slow: long repeats whose end what follows does not decide (`branching`), and whether
 * there is any long repeat behind which the match can still fail (`scanning`: then each start may run far).
 */
function addCost(
  node: Node,
  follow: Uint8Array,
  canFail: boolean,
  cost: { branching: number; scanning: boolean },
): void {
  switch (node.type) {
    case "sequence":
      node.nodes.forEach((child, index) => {
        addCost(child, followOf(node.nodes, index, follow), canFail || node.nodes.slice(index + 1).some(mayFail), cost);
      });
      return;
    case "alternation": {
      let most = 0;
      for (const branch of node.branches) {
        const own = { branching: 0, scanning: cost.scanning };
        addCost(branch, follow, canFail, own);
        most = Math.max(most, own.branching);
        cost.scanning = own.scanning;
      }
      cost.branching += most;
      return;
    }
    case "group":
    case "look":
      addCost(node.body, follow, canFail || node.type === "look", cost);
      return;
    case "repeat": {
      const start = startOf(node.body, false).bytes;
      const inner = start.slice();
      addAll(inner, follow);
      addCost(node.body, inner, canFail || node.max > 1, cost);
      if (node.max <= SMALL_REPEAT || !canFail) return;
      cost.scanning = true;
      if (node.min !== node.max && (overlap(start, follow) || !follow.includes(1))) cost.branching++;
    }
  }
}

/** Whether a match can fail at this node. */
function mayFail(node: Node): boolean {
  return node.type !== "repeat" || node.min > 0;
}
