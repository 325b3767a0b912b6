/**
 * From a pattern's tree to the program that the matcher (`machine.ts`) runs: a flat list of instructions.
 */
import { isNullable, startOf } from "./analysis.js";
import type { CharacterSet } from "./character-set.js";
import { UnsupportedPattern } from "./messages.js";
import type { Anchor, Condition, GroupNode, LookNode, Node, PatternTree, RepeatMode, RepeatNode } from "./nodes.js";
import { utf8Bytes } from "./unicode.js";

export enum Op {
  /** The text `text`, byte for byte. */
  Text,
  /** One character of `set`. */
  Set,
  /** `x` … `y` characters of `set`, as `mode` says. */
  Run,
  Anchor,
  Newline,
  Grapheme,
  Byte,
  /** Goes on at `x`; when that fails, at `y`. */
  Split,
  Jump,
  /** register `x` = position */
  Mark,
  /** Ends capturing group `y`: its start is what register `x` holds. */
  Capture,
  /** register `x` = 0 rounds */
  LoopStart,
  /** Decides on another round of the loop with registers `x` (rounds) and `x + 1` (start of the round); exit at `y`. */
  Loop,
  /** Counts a round and goes on behind the `Loop` at `y`. */
  LoopRound,
  /** register `x` = height of the stack of choices; register `x + 1` = position */
  Fence,
  /** Forgets all choices made since the fence. */
  Commit,
  /** Same, and goes back to the position at the fence. */
  CommitBack,
  Fail,
  /** Goes `x` characters back; fails when there are not so many. */
  Back,
  BackReference,
  Call,
  /** Returns to the caller when group `x` was called; else goes on. */
  Return,
  /** Goes on when one of the groups is set, else at `y`. */
  IfGroup,
  IfRecursion,
  Keep,
  /** Backtracking over it ends the whole search (`x` 0), the attempt at this start (1), or all up to here (2). */
  Cut,
  Match,
}

export interface Instruction {
  op: Op;
  x: number;
  y: number;
  text: string;
  set: CharacterSet | null;
  mode: RepeatMode;
  /** Upper limit of a run or loop. */
  max: number;
  groups: number[] | null;
  anchor: Anchor;
  /** Caseless back reference; Unicode words or newlines. */
  flag: boolean;
}

export interface Program {
  instructions: Instruction[];
  groupCount: number;
  utf: boolean;
  anchored: boolean;
  /** Number of registers; see `captureRegister`. */
  registerCount: number;
  /** Bytes a match can start with; `null` when it can start anywhere. */
  startBytes: Uint8Array | null;
}

/** Register 0 is the current frame of recursion, 1 the start of the match set by `\K`; then two a group. */
export function captureRegister(group: number): number {
  return 2 * group;
}

export function compileProgram(tree: PatternTree): Program {
  return new ProgramBuilder(tree).build();
}

class ProgramBuilder {
  private readonly code: Instruction[] = [];
  private registers: number;
  private readonly calls: { instruction: Instruction; group: number }[] = [];
  private readonly entries = new Map<number, number>();
  private readonly accepts: Instruction[] = [];
  private readonly openGroups: { index: number; start: number }[] = [];
  /** Inside of look-around, where verbs have another effect than this builder gives them. */
  private lookDepth = 0;
  private hasCuts = false;

  constructor(private readonly tree: PatternTree) {
    this.registers = 2 * tree.groupCount + 2;
  }

  build(): Program {
    const { root, groupCount, utf, anchored } = this.tree;
    this.entries.set(0, 0);
    this.node(root);
    this.emit(Op.Return, 0);
    const end = this.code.length;
    for (const accept of this.accepts) accept.x = end;
    this.emit(Op.Match);
    // The last instruction is where the matcher goes to fail.
    this.emit(Op.Fail);
    if (this.hasCuts && this.calls.length > 0) throw new UnsupportedPattern("a verb in a pattern with recursion");
    for (const { instruction, group } of this.calls) instruction.y = this.entries.get(group) as number;
    const start = startOf(root, utf);
    const count = start.bytes.reduce((sum, byte) => sum + byte, 0);
    // A verb shows which starts are tried; like PCRE, skip some only if there is one byte to start with.
    const everywhere = start.nullable || count === 256 || (this.hasCuts && count > 1);
    return {
      instructions: this.code,
      groupCount,
      utf,
      anchored,
      registerCount: this.registers,
      startBytes: everywhere ? null : start.bytes,
    };
  }

  private emit(op: Op, x = 0, y = 0): Instruction {
    const instruction: Instruction = {
      op,
      x,
      y,
      text: "",
      set: null,
      mode: "greedy",
      max: 0,
      groups: null,
      anchor: "subject-start",
      flag: false,
    };
    this.code.push(instruction);
    return instruction;
  }

  private takeRegisters(count: number): number {
    const first = this.registers;
    this.registers += count;
    return first;
  }

  private node(node: Node): void {
    switch (node.type) {
      case "sequence":
        this.sequence(node.nodes);
        break;
      case "set":
        this.emit(Op.Set).set = node.set;
        break;
      case "alternation":
        this.alternation(node.branches);
        break;
      case "group":
        this.group(node);
        break;
      case "atomic":
        this.atomic(node.body);
        break;
      case "repeat":
        this.repeat(node);
        break;
      case "look":
        this.look(node);
        break;
      case "anchor": {
        const instruction = this.emit(Op.Anchor);
        instruction.anchor = node.anchor;
        instruction.flag = node.unicodeWords;
        break;
      }
      case "backreference": {
        const instruction = this.emit(Op.BackReference);
        instruction.groups = node.groups;
        instruction.flag = node.caseless;
        break;
      }
      case "call":
        this.calls.push({ instruction: this.emit(Op.Call, node.group), group: node.group });
        break;
      case "conditional":
        this.conditional(node.condition, node.yes, node.no);
        break;
      case "keep":
        this.emit(Op.Keep);
        break;
      case "grapheme":
        this.emit(Op.Grapheme);
        break;
      case "newline":
        this.emit(Op.Newline).flag = node.unicode;
        break;
      case "byte":
        this.emit(Op.Byte);
        break;
      case "verb":
        this.verb(node.verb);
        break;
    }
  }

  /** Neighbouring single characters become one text. */
  private sequence(nodes: readonly Node[]): void {
    let text = "";
    const flush = () => {
      if (text !== "") this.emit(Op.Text).text = text;
      text = "";
    };
    for (const node of nodes) {
      if (node.type === "set" && node.set.single >= 0) {
        text += this.tree.utf ? utf8Bytes(node.set.single) : String.fromCharCode(node.set.single);
      } else {
        flush();
        this.node(node);
      }
    }
    flush();
  }

  private alternation(branches: readonly Node[]): void {
    const exits: Instruction[] = [];
    for (const branch of branches.slice(0, -1)) {
      const split = this.emit(Op.Split, this.code.length + 1);
      this.node(branch);
      exits.push(this.emit(Op.Jump));
      split.y = this.code.length;
    }
    this.node(branches[branches.length - 1]);
    for (const exit of exits) exit.x = this.code.length;
  }

  private group(node: GroupNode): void {
    const start = this.takeRegisters(1);
    if (!this.entries.has(node.index)) this.entries.set(node.index, this.code.length);
    this.emit(Op.Mark, start);
    this.openGroups.push({ index: node.index, start });
    this.node(node.body);
    this.openGroups.pop();
    this.emit(Op.Return, node.index);
    this.emit(Op.Capture, start, node.index);
  }

  private atomic(body: Node): void {
    const fence = this.takeRegisters(2);
    this.emit(Op.Fence, fence);
    this.node(body);
    this.emit(Op.Commit, fence);
  }

  private repeat(node: RepeatNode): void {
    const { body, min, max, mode } = node;
    if (body.type === "set") {
      const run = this.emit(Op.Run, min);
      run.set = body.set;
      run.max = max;
      run.mode = mode;
      return;
    }
    if (max === 0) {
      // Not matched, but there to be called.
      const jump = this.emit(Op.Jump);
      this.node(body);
      jump.x = this.code.length;
      return;
    }
    if (mode === "possessive") this.atomic({ ...node, mode: "greedy" });
    else if (max === 1) this.optional(body, mode);
    else if (min === 0 && max === Number.POSITIVE_INFINITY && !isNullable(body, null)) this.star(body, mode);
    else this.countedLoop(node);
  }

  private optional(body: Node, mode: RepeatMode): void {
    const split = this.emit(Op.Split);
    const inside = this.code.length;
    this.node(body);
    split.x = mode === "greedy" ? inside : this.code.length;
    split.y = mode === "greedy" ? this.code.length : inside;
  }

  private countedLoop({ body, min, max, mode }: RepeatNode): void {
    const registers = this.takeRegisters(2);
    this.emit(Op.LoopStart, registers);
    const at = this.code.length;
    const loop = this.emit(Op.Loop, registers);
    loop.max = max;
    loop.mode = mode;
    loop.groups = [min];
    this.emit(Op.LoopRound, registers);
    this.node(body);
    this.emit(Op.Jump, at);
    loop.y = this.code.length;
  }

  /** A loop that needs no counting. */
  private star(body: Node, mode: RepeatMode): void {
    const at = this.code.length;
    const split = this.emit(Op.Split);
    this.node(body);
    this.emit(Op.Jump, at);
    split.x = mode === "greedy" ? at + 1 : this.code.length;
    split.y = mode === "greedy" ? this.code.length : at + 1;
  }

  private look(node: LookNode): void {
    const fence = this.takeRegisters(2);
    this.emit(Op.Fence, fence);
    if (!node.negative) {
      this.lookBody(node);
      this.emit(Op.CommitBack, fence);
      return;
    }
    const split = this.emit(Op.Split, this.code.length + 1);
    this.lookBody(node);
    this.emit(Op.Commit, fence);
    this.emit(Op.Fail);
    split.y = this.code.length;
  }

  private lookBody(node: LookNode): void {
    this.lookDepth++;
    if (node.ahead) this.node(node.body);
    else {
      const exits: Instruction[] = [];
      node.body.branches.forEach((branch, index) => {
        const last = index === node.body.branches.length - 1;
        const split = last ? null : this.emit(Op.Split, this.code.length + 1);
        this.emit(Op.Back, node.lengths[index]);
        this.node(branch);
        if (!split) return;
        exits.push(this.emit(Op.Jump));
        split.y = this.code.length;
      });
      for (const exit of exits) exit.x = this.code.length;
    }
    this.lookDepth--;
  }

  private conditional(condition: Condition, yes: Node, no: Node): void {
    if (condition.type === "look") {
      this.lookConditional(condition.look, yes, no);
      return;
    }
    const test =
      condition.type === "define"
        ? this.emit(Op.Jump)
        : this.emit(condition.type === "group" ? Op.IfGroup : Op.IfRecursion);
    if (condition.type !== "define") test.groups = condition.groups;
    this.node(yes);
    const exit = this.emit(Op.Jump);
    test.x = test.y = this.code.length;
    this.node(no);
    exit.x = this.code.length;
  }

  private lookConditional(look: LookNode, yes: Node, no: Node): void {
    const fence = this.takeRegisters(2);
    this.emit(Op.Fence, fence);
    const split = this.emit(Op.Split, this.code.length + 1);
    this.lookBody(look);
    this.emit(Op.CommitBack, fence);
    this.node(look.negative ? no : yes);
    const exit = this.emit(Op.Jump);
    split.y = this.code.length;
    this.node(look.negative ? yes : no);
    exit.x = this.code.length;
  }

  private verb(verb: "fail" | "accept" | "commit" | "prune" | "skip"): void {
    if (verb === "fail") {
      this.emit(Op.Fail);
      return;
    }
    this.hasCuts = true;
    if (this.lookDepth > 0) throw new UnsupportedPattern(`the verb (*${verb.toUpperCase()}) inside an assertion`);
    if (verb === "accept") {
      for (const { index, start } of this.openGroups) this.emit(Op.Capture, start, index);
      this.accepts.push(this.emit(Op.Jump));
    } else this.emit(Op.Cut, ["commit", "prune", "skip"].indexOf(verb));
  }
}
