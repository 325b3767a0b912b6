/**
 * The project's own matcher: runs a program with a stack of choices, exactly in PCRE's order of attempts.
 *
 * It exists beside V8's engine for what JavaScript cannot express (recursion, conditionals, `\K`, possessive
 * quantifiers, groups that keep their value in a loop, UTF-8 subjects) and for patterns that may take exponential
 * time: its steps are counted, and the search gives up with PCRE's "match limit" error. The stacks are on the heap, so
 * no subject can overflow the native stack.
 */
import { graphemeEnd, newlineEnd, positionMatches, sameIgnoringCase } from "./position.js";
import { captureRegister, type Instruction, Op, type Program } from "./program.js";
import { codeAt, utf8Width } from "./unicode.js";

/** PCRE's error codes that a search can end with. */
export enum MatchError {
  MatchLimit = -8,
  BadUtf8 = -10,
  RecursionLoop = -26,
}

/** Offsets of a match: start and end of the whole and of each group, −1 where unset. */
export type Offsets = number[];

/** Steps (choices taken back, rounds, calls; characters of runs count a sixteenth) until a search gives up. */
const STEP_LIMIT = 10_000_000;

interface Frame {
  parent: number;
  group: number;
  returnTo: number;
  registers: Int32Array;
  height: number;
  position: number;
}

const UNSET = -1;
/** Sizes of stacks: at first, to be given back after a search, and at most (64 MB). */
const SMALL_STACK = 256;
const LARGE_STACK = 65536;
const LARGEST_STACK = 1 << 24;

export class Machine {
  private subject = "";
  private origin = 0;
  private registers: Int32Array;
  /**
   * Choices: four numbers each (instruction, position, height of the trail, range). The range is `SINGLE`, or for a
   * greedy run the position that it can be cut back to, or for a lazy run `SINGLE − 1 −` the characters it may still take.
   */
  private choices = new Int32Array(SMALL_STACK);
  private choiceTop = 0;
  /** Registers to restore: two numbers each (register, old value). */
  private trail = new Int32Array(SMALL_STACK);
  private trailTop = 0;
  private frames: Frame[] = [];
  private steps = 0;

  constructor(
    private readonly program: Program,
    private readonly stepLimit = STEP_LIMIT,
  ) {
    this.registers = new Int32Array(program.registerCount);
  }

  /**
   * Searches in `subject` from `origin`, which counts as the start of the subject. The result is the offsets, `null`
   * for no match, or an error code.
   */
  search(subject: string, origin: number, anchored: boolean): Offsets | null | MatchError {
    const { program } = this;
    this.subject = subject;
    this.origin = origin;
    this.steps = 0;
    const only = anchored || program.anchored;
    let result: Offsets | null | MatchError = null;
    for (let start = origin; start <= subject.length; ) {
      if (!only && program.startBytes) {
        while (start < subject.length && program.startBytes[subject.charCodeAt(start)] === 0) start++;
        if (start === subject.length) break;
      }
      const outcome = this.attempt(start);
      if (typeof outcome === "object") {
        result = outcome;
        break;
      }
      if (outcome < 0 && outcome !== GIVE_UP_START) {
        result = outcome === GIVE_UP ? null : (outcome as MatchError);
        break;
      }
      if (only) break;
      start = outcome > start ? outcome : start + this.width(start);
    }
    this.subject = "";
    this.frames.length = 0;
    if (this.choices.length > LARGE_STACK) this.choices = new Int32Array(SMALL_STACK);
    if (this.trail.length > LARGE_STACK) this.trail = new Int32Array(SMALL_STACK);
    return result;
  }

  /** Tries to match at one start: offsets, or where to go on (≥ 0), or one of the negative outcomes. */
  private attempt(start: number): Offsets | number {
    const { program, registers } = this;
    const { instructions } = program;
    registers.fill(UNSET);
    registers[1] = start;
    this.choiceTop = this.trailTop = this.frames.length = 0;
    let at = 0;
    let position = start;
    for (;;) {
      const instruction = instructions[at];
      let next = at + 1;
      switch (instruction.op) {
        case Op.Text:
          if (this.subject.startsWith(instruction.text, position)) position += instruction.text.length;
          else next = FAILED;
          break;
        case Op.Set:
          if (this.inSet(instruction, position)) position += this.width(position);
          else next = FAILED;
          break;
        case Op.Run:
          position = this.run(instruction, at, position);
          if (position < 0) next = FAILED;
          break;
        case Op.Anchor:
          if (!positionMatches(instruction, this.subject, this.origin, position, program.utf)) next = FAILED;
          break;
        case Op.Newline:
          position = newlineEnd(this.subject, position, program.utf, instruction.flag);
          if (position < 0) next = FAILED;
          break;
        case Op.Grapheme:
          position = graphemeEnd(this.subject, position, program.utf);
          if (position < 0) next = FAILED;
          break;
        case Op.Byte:
          if (position < this.subject.length) position++;
          else next = FAILED;
          break;
        case Op.Split:
          this.choose(instruction.y, position, SINGLE);
          next = instruction.x;
          break;
        case Op.Jump:
          next = instruction.x;
          break;
        case Op.Mark:
          this.set(instruction.x, position);
          break;
        case Op.Capture: {
          const register = captureRegister(instruction.y);
          this.set(register, registers[instruction.x]);
          this.set(register + 1, position);
          break;
        }
        case Op.LoopStart:
          this.set(instruction.x, 0);
          this.set(instruction.x + 1, UNSET);
          break;
        case Op.Loop:
          next = this.loop(instruction, at, position);
          break;
        case Op.LoopRound:
          this.steps++;
          this.set(instruction.x, registers[instruction.x] + 1);
          this.set(instruction.x + 1, position);
          break;
        case Op.Fence:
          this.set(instruction.x, this.choiceTop);
          this.set(instruction.x + 1, position);
          break;
        case Op.Commit:
          this.choiceTop = registers[instruction.x];
          break;
        case Op.CommitBack:
          this.choiceTop = registers[instruction.x];
          position = registers[instruction.x + 1];
          break;
        case Op.Fail:
          next = FAILED;
          break;
        case Op.Back:
          position = this.back(position, instruction.x);
          if (position < 0) next = FAILED;
          break;
        case Op.BackReference:
          position = this.backReference(instruction, position);
          if (position < 0) next = FAILED;
          break;
        case Op.Call:
          if (this.loopsForEver(instruction.x, position)) return MatchError.RecursionLoop;
          this.enter(instruction.x, at + 1, position);
          next = instruction.y;
          break;
        case Op.Return: {
          const frame = this.frames[registers[0]];
          if (frame && frame.group === instruction.x) next = this.leave(frame);
          break;
        }
        case Op.IfGroup:
          if (!instruction.groups?.some((group) => registers[captureRegister(group) + 1] >= 0)) next = instruction.y;
          break;
        case Op.IfRecursion: {
          const frame = this.frames[registers[0]];
          const inside = frame && (instruction.groups === null || instruction.groups.includes(frame.group));
          if (!inside) next = instruction.y;
          break;
        }
        case Op.Keep:
          this.set(1, position);
          break;
        case Op.Cut:
          this.choose(-1 - instruction.x, position, SINGLE);
          break;
        case Op.Match:
          return this.offsets(position);
      }
      if (next !== FAILED) {
        at = next;
        if (this.steps <= this.stepLimit) continue;
        return MatchError.MatchLimit;
      }
      if (++this.steps > this.stepLimit) return MatchError.MatchLimit;
      if (this.choiceTop === 0) return GIVE_UP_START;
      this.choiceTop -= 4;
      const { choices, choiceTop } = this;
      at = choices[choiceTop];
      position = choices[choiceTop + 1];
      const range = choices[choiceTop + 3];
      this.restore(choices[choiceTop + 2]);
      if (range > SINGLE) {
        if (position > range) this.choose(at, this.previous(position), range);
      } else if (range < SINGLE) {
        if (!this.inSet(instructions[at - 1], position)) {
          at = instructions.length - 1;
          continue;
        }
        position += this.width(position);
        if (range < SINGLE - 1) this.choose(at, position, range + 1);
      }
      if (at < 0) return at === -1 ? GIVE_UP : at === -2 ? GIVE_UP_START : position;
    }
  }

  private set(register: number, value: number): void {
    if (this.trailTop === this.trail.length) this.trail = grown(this.trail);
    this.trail[this.trailTop++] = register;
    this.trail[this.trailTop++] = this.registers[register];
    this.registers[register] = value;
  }

  private restore(height: number): void {
    const { trail, registers } = this;
    let top = this.trailTop;
    while (top > height) {
      top -= 2;
      registers[trail[top]] = trail[top + 1];
    }
    this.trailTop = top;
  }

  private choose(at: number, position: number, range: number): void {
    const top = this.choiceTop;
    if (top === this.choices.length) {
      this.choices = grown(this.choices);
      // Too much to remember counts as too many steps.
      if (this.choices.length > LARGEST_STACK) this.steps = this.stepLimit + 1;
    }
    const { choices } = this;
    choices[top] = at;
    choices[top + 1] = position;
    choices[top + 2] = this.trailTop;
    choices[top + 3] = range;
    this.choiceTop = top + 4;
  }

  private width(position: number): number {
    return this.program.utf ? utf8Width(this.subject.charCodeAt(position)) : 1;
  }

  private inSet({ set }: Instruction, position: number): boolean {
    if (position >= this.subject.length || !set) return false;
    if (!this.program.utf) return set.low[this.subject.charCodeAt(position)] === 1;
    return set.has(codeAt(this.subject, position));
  }

  /** Matches a run of one set and leaves the choice of its length; the new position, or −1. */
  private run(instruction: Instruction, at: number, position: number): number {
    const { x: min, max, mode } = instruction;
    const shortest = this.runFrom(instruction, position, min);
    if (shortest < 0 || max === min) return shortest;
    if (mode === "lazy") {
      this.choose(at + 1, shortest, SINGLE - Math.min(max - min, this.subject.length));
      return shortest;
    }
    let end = shortest;
    for (let count = min; count < max && this.inSet(instruction, end); count++) end += this.width(end);
    this.steps += (end - position) >> 4;
    if (mode === "greedy" && end > shortest) this.choose(at + 1, this.previous(end), shortest);
    return end;
  }

  /** Exactly so many characters of the set: the position behind them, or −1. */
  private runFrom(instruction: Instruction, position: number, count: number): number {
    let end = position;
    for (let taken = 0; taken < count; taken++) {
      if (!this.inSet(instruction, end)) return -1;
      end += this.width(end);
    }
    return end;
  }

  /** The start of the character before a position. */
  private previous(position: number): number {
    let at = position - 1;
    if (this.program.utf) while ((this.subject.charCodeAt(at) & 0xc0) === 0x80) at--;
    return at;
  }

  private loop(instruction: Instruction, at: number, position: number): number {
    const rounds = this.registers[instruction.x];
    const min = instruction.groups?.[0] ?? 0;
    if (rounds < min) return at + 1;
    const empty = rounds > 0 && this.registers[instruction.x + 1] === position;
    if (rounds >= instruction.max || empty) return instruction.y;
    const lazy = instruction.mode === "lazy";
    this.choose(lazy ? at + 1 : instruction.y, position, SINGLE);
    return lazy ? instruction.y : at + 1;
  }

  private back(position: number, characters: number): number {
    if (!this.program.utf) return position - characters < this.origin ? -1 : position - characters;
    let at = position;
    for (let count = 0; count < characters; count++) {
      do at--;
      while (at >= this.origin && (this.subject.charCodeAt(at) & 0xc0) === 0x80);
      if (at < this.origin) return -1;
    }
    return at;
  }

  private backReference(instruction: Instruction, position: number): number {
    const group = instruction.groups?.find((index) => this.registers[captureRegister(index) + 1] >= 0);
    if (group === undefined) return -1;
    const register = captureRegister(group);
    const text = this.subject.slice(this.registers[register], this.registers[register + 1]);
    if (instruction.flag) return sameIgnoringCase(this.subject, position, text, this.program.utf);
    return this.subject.startsWith(text, position) ? position + text.length : -1;
  }

  /** Whether a group is called again without any progress since it was called. */
  private loopsForEver(group: number, position: number): boolean {
    for (let index = this.registers[0]; index >= 0; index = this.frames[index].parent) {
      const frame = this.frames[index];
      if (frame.position < position) return false;
      if (frame.group === group && frame.position === position) return true;
    }
    return false;
  }

  private enter(group: number, returnTo: number, position: number): void {
    const { registers, frames } = this;
    this.steps++;
    const parent = registers[0];
    frames.length = parent + 1;
    frames.push({ parent, group, returnTo, registers: registers.slice(), height: this.choiceTop, position });
    this.set(0, parent + 1);
  }

  /** A call is atomic, and groups set in it are forgotten. */
  private leave(frame: Frame): number {
    const { registers } = this;
    this.choiceTop = frame.height;
    for (let register = 0; register < registers.length; register++) {
      if (registers[register] !== frame.registers[register]) this.set(register, frame.registers[register]);
    }
    return frame.returnTo;
  }

  private offsets(end: number): Offsets {
    const result = Array.from(this.registers.subarray(0, 2 * this.program.groupCount + 2));
    result[0] = this.registers[1];
    result[1] = end;
    return result;
  }
}

const FAILED = -1;
const SINGLE = -1;
/** Outcomes of an attempt, beside error codes. */
const GIVE_UP = -1000;
const GIVE_UP_START = -1001;

function grown(stack: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(stack.length * 2);
  larger.set(stack);
  return larger;
}
