/**
 * Parses a PCRE pattern: alternatives, quantifiers and single items. What begins with `(?` or `(*` is in `groups.ts`.
 *
 * Errors come in the order in which PCRE 8.39 finds them: syntax first, over the whole pattern; then references and
 * look-behinds in pattern order (`later`); then what can be said only of the finished pattern (`last`).
 */
import { literalSet } from "./character-set.js";
import { parseClass } from "./classes.js";
import { classSet, type Escape, escapeClass, parseEscape, parseProperty } from "./escapes.js";
import { parseGroup } from "./groups.js";
import type { Anchor, GroupNode, LookNode, Node, PatternTree, RepeatMode } from "./nodes.js";
import { parseNamedReference, parseSubroutine } from "./references.js";
import { isCounted, isDigit, type Modes, type Options, PatternSource } from "./source.js";
import { invalidUtf8Offset } from "./unicode.js";

/** Kinds of groups without a number. */
export const NON_CAPTURING = -1;
export const CONDITIONAL = -2;

/** A branch that is being parsed, for the check of endless recursion. */
export interface OpenBranch {
  /** The capturing group it belongs to; 0 for the whole pattern; `NON_CAPTURING`, `CONDITIONAL`. */
  group: number;
  items: Node[];
}

const MAX_DEPTH = 250;
const MAX_REPEAT = 65535;

export class PatternParser {
  readonly source: PatternSource;
  readonly names = new Map<string, number[]>();
  /** Finished capturing groups by number (several under `(?|`: the first). */
  readonly groups = new Map<number, GroupNode>();
  readonly open: OpenBranch[] = [];
  /** Groups that contain a back reference to themselves. */
  readonly selfReferring = new Set<number>();
  readonly later: (() => void)[] = [];
  readonly last: (() => void)[] = [];
  private depth = 0;
  private highestReference = 0;

  constructor(text: string, options: Options, modes: Modes) {
    this.source = new PatternSource(text, options, modes);
  }

  parse(start: number, anchored: boolean): PatternTree {
    const { source } = this;
    if (source.modes.utf) {
      const invalid = invalidUtf8Offset(source.text, start);
      if (invalid >= 0) source.fail("invalidUtf8", invalid);
    }
    source.at = start;
    const root = this.parseAlternatives(0);
    for (const check of this.later) check();
    if (source.at < source.text.length) source.fail("unmatchedParenthesis");
    if (this.highestReference > source.groupCount) source.fail("noSuchGroup", source.text.length);
    for (const check of this.last) check();
    return { root, groupCount: source.groupCount, utf: source.modes.utf, anchored };
  }

  /** Alternatives up to `)` or the end of the pattern. Options set inside end here. */
  parseAlternatives(group: number, resetCount = false): Node {
    const branches = this.parseBranches(group, resetCount);
    return branches.length === 1 ? branches[0] : { type: "alternation", branches };
  }

  parseBranches(group: number, resetCount = false): Node[] {
    const { source } = this;
    if (++this.depth > MAX_DEPTH + 1) source.fail("tooDeep");
    const options = source.options;
    const firstCount = source.groupCount;
    let highest = firstCount;
    const branches: Node[] = [];
    for (;;) {
      const items: Node[] = [];
      this.open.push({ group, items });
      this.parseBranch(items);
      this.open.pop();
      branches.push(items.length === 1 ? items[0] : { type: "sequence", nodes: items });
      highest = Math.max(highest, source.groupCount);
      if (source.peek() !== "|") break;
      source.at++;
      if (resetCount) source.groupCount = firstCount;
    }
    if (resetCount) source.groupCount = highest;
    source.options = options;
    this.depth--;
    return branches;
  }

  private parseBranch(items: Node[]): void {
    const { source } = this;
    let repeatable = false;
    while (source.at < source.text.length) {
      if (source.quoting) {
        if (source.startsWith("\\E")) {
          source.quoting = false;
          source.at += 2;
        } else {
          items.push(this.literal(source.takeCode()));
          repeatable = true;
        }
        continue;
      }
      if (source.options.extended && this.skipExtended()) continue;
      if (source.startsWith("(?#")) {
        const end = source.text.indexOf(")", source.at + 3);
        if (end < 0) source.fail("commentUnterminated", source.text.length);
        source.at = end + 1;
        continue;
      }
      const byte = source.peek();
      if (byte === "|" || byte === ")") return;
      if (byte === "*" || byte === "+" || byte === "?" || (byte === "{" && isCounted(source.text, source.at + 1))) {
        this.parseQuantifier(items, repeatable);
        repeatable = false;
        continue;
      }
      const before = items.length;
      const transparent = this.parseItem(byte, items);
      if (transparent) continue;
      repeatable = items.length > before && isRepeatable(items[items.length - 1]);
    }
  }

  /** Skips white space and a comment in extended mode; whether there were any. */
  private skipExtended(): boolean {
    const { source } = this;
    const start = source.at;
    while (/[\t-\r ]/.test(source.peek())) source.at++;
    if (source.peek() === "#") {
      const end = source.text.indexOf("\n", source.at);
      source.at = end < 0 ? source.text.length : end + 1;
    }
    return source.at > start;
  }

  /** Parses one item; true when it is invisible to a quantifier behind it (`\E`). */
  private parseItem(byte: string, items: Node[]): boolean {
    const { source } = this;
    switch (byte) {
      case "^":
        source.at++;
        items.push(this.anchor(source.options.multiLine ? "line-start" : "subject-start"));
        return false;
      case "$":
        source.at++;
        items.push(this.anchor(source.options.multiLine ? "line-end" : "last-line-end"));
        return false;
      case ".":
        source.at++;
        items.push({ type: "set", set: classSet(source, source.options.dotAll ? { negated: true } : notLineFeed) });
        return false;
      case "[":
        if (source.startsWith("[[:<:]]") || source.startsWith("[[:>:]]")) this.parseWordEdge(items);
        else items.push({ type: "set", set: parseClass(source) });
        return false;
      case "(":
        parseGroup(this, items);
        return false;
      case "\\":
        source.at++;
        return this.addEscape(parseEscape(source, false), items);
      default:
        items.push(this.literal(source.takeCode()));
        return false;
    }
  }

  private addEscape(sequence: Escape, items: Node[]): boolean {
    const { source } = this;
    if (sequence.type === "literal") {
      items.push(this.literal(sequence.code));
      return false;
    }
    if (sequence.type === "backreference") {
      this.highestReference = Math.max(this.highestReference, sequence.group);
      this.noteReference(sequence.group);
      items.push({ type: "backreference", groups: [sequence.group], caseless: source.options.caseless });
      return false;
    }
    const letter = sequence.letter;
    const anchor = ANCHORS[letter];
    const test = escapeClass(source, letter);
    if (anchor) items.push(this.anchor(anchor));
    else if (test) items.push({ type: "set", set: classSet(source, { tests: [test] }) });
    else {
      switch (letter) {
        case "E":
          return true;
        case "Q":
          if (source.startsWith("\\E")) source.at += 2;
          else source.quoting = true;
          return true;
        case "N":
          items.push({ type: "set", set: classSet(source, notLineFeed) });
          break;
        case "p":
        case "P":
          items.push({ type: "set", set: classSet(source, { tests: [parseProperty(source, letter)] }) });
          break;
        case "R":
          items.push({ type: "newline", unicode: !source.modes.asciiNewlines });
          break;
        case "X":
          items.push({ type: "grapheme" });
          break;
        case "C":
          items.push({ type: "byte" });
          break;
        case "K":
          items.push({ type: "keep" });
          break;
        case "g":
          parseSubroutine(this, items);
          break;
        case "k":
          this.parseNamed(items);
          break;
      }
    }
    return false;
  }

  /** Takes note of a back reference to a group that is still open. */
  noteReference(group: number): void {
    if (this.open.some((branch) => branch.group === group)) this.selfReferring.add(group);
  }

  private parseNamed(items: Node[]): void {
    const { source } = this;
    const terminator = { "<": ">", "'": "'", "{": "}" }[source.peek()];
    if (terminator === undefined) source.fail("namedReferenceMalformed", source.at - 1);
    source.at++;
    parseNamedReference(this, items, terminator as string, false);
  }

  /** `[[:<:]]` and `[[:>:]]`: start and end of a word. */
  private parseWordEdge(items: Node[]): void {
    const { source } = this;
    const ahead = source.peek(3) === "<";
    source.at += 7;
    const set = classSet(source, { tests: [escapeClass(source, "w") as (code: number) => boolean] });
    const look: LookNode = {
      type: "look",
      ahead,
      negative: false,
      body: { type: "alternation", branches: [{ type: "set", set }] },
      lengths: [1],
    };
    items.push(this.anchor("word-boundary"), look);
  }

  private parseQuantifier(items: Node[], repeatable: boolean): void {
    const { source } = this;
    let min = 0;
    let max = Number.POSITIVE_INFINITY;
    switch (source.peek()) {
      case "+":
        min = 1;
        break;
      case "?":
        max = 1;
        break;
      case "{":
        source.at++;
        min = max = this.takeCount();
        if (source.peek() === ",") {
          source.at++;
          max = isDigit(source.peek()) ? this.takeCount() : Number.POSITIVE_INFINITY;
          if (max < min) source.fail("quantifierOrder");
        }
    }
    if (!repeatable) source.fail("nothingToRepeat");
    source.at++;
    while (source.options.extended && this.skipExtended());
    let mode: RepeatMode = source.options.ungreedy ? "lazy" : "greedy";
    if (source.peek() === "+") {
      mode = "possessive";
      source.at++;
    } else if (source.peek() === "?") {
      mode = mode === "lazy" ? "greedy" : "lazy";
      source.at++;
    }
    const body = items.pop() as Node;
    if (body.type === "look") {
      // Repeating an assertion more than once makes no difference.
      items.push(min > 0 ? body : { type: "repeat", body, min: 0, max: Math.min(max, 1), mode });
    } else if (min !== 1 || max !== 1) items.push({ type: "repeat", body, min, max, mode });
    else items.push(mode === "possessive" ? { type: "atomic", body } : body);
  }

  private takeCount(): number {
    const { source } = this;
    let value = 0;
    while (isDigit(source.peek())) {
      value = value * 10 + Number(source.text[source.at++]);
      if (value > MAX_REPEAT) source.fail("quantifierTooBig");
    }
    return value;
  }

  literal(code: number): Node {
    return { type: "set", set: literalSet(code, this.source.setMode) };
  }

  private anchor(anchor: Anchor): Node {
    return { type: "anchor", anchor, unicodeWords: this.source.modes.ucp };
  }
}

const ANCHORS: Record<string, Anchor> = {
  A: "subject-start",
  G: "subject-start",
  Z: "last-line-end",
  z: "subject-end",
  b: "word-boundary",
  B: "not-word-boundary",
};

const notLineFeed = { negated: true, tests: [(code: number) => code === 10] };

function isRepeatable(node: Node): boolean {
  return node.type !== "anchor" && node.type !== "keep" && node.type !== "verb";
}
