/**
 * A function being generated: a file, a user function, or the body of a heredoc. It collects lines, keeps the text that
 * waits to be printed, and knows how to leave loops and the function itself.
 */

import type { Expression } from "pub-parser";
import { mayCall, someCall } from "../1-analyze/effects.js";
import { builtinNames } from "../1-analyze/library.js";
import { Block, type Code, type Line, type Mark, quote } from "./code.js";
import type { Module } from "./module.js";
import type { StaticScope } from "./scope.js";

export type RoutineKind = "file" | "function" | "heredoc";

/** A loop that `break` and `continue` of its body refer to. */
export interface Loop {
  /** Label of the JavaScript loop. */
  readonly label: string;
  labelUsed: boolean;
  /** What must be done at the end of each round, however it ends. */
  readonly roundEnd: Line[];
}

/** How a heredoc body says to the routine around it that a control statement was reached in it (§6.7). */
export const CONTROL = { none: 0, break: 1, continue: 2, leave: 3 } as const;

export class Routine {
  lines: Line[] = [];
  readonly loops: Loop[] = [];
  /** Text pieces of the statement being put together; all of them can be evaluated without printing anything. */
  private pieces: Piece[] = [];
  /** Whether the routine has a variable `o` for text, and where it is declared. */
  private text: "unused" | "declared first" | "declared in place" = "unused";
  /** How many branches and loops the code being generated is in. */
  private nesting = 0;
  /** `o` may hold text that was not written yet. */
  private holdsText = false;
  private readonly temporaries: string[] = [];
  /** Where the statement being generated stands; its lines begin with that mark. */
  private position: Mark | null = null;
  /** A failed include is remembered in `ok` (§8.2): in files and heredocs, outside of `while`. */
  tracksFailure: boolean;
  /** Some statement uses `ok`. */
  usesFailure = false;
  /** The statement being generated contains a heredoc in which a control statement may have been reached. */
  controlPending = false;
  /** A heredoc inside contains control statements for this routine. */
  usesControl = false;

  constructor(
    readonly module: Module,
    readonly kind: RoutineKind,
    /** The function is asynchronous. */
    readonly waits: boolean,
    /** Names resolved while compiling; null when all variables are found by name. */
    readonly scope: StaticScope | null,
    /** The routine that a heredoc stands in. */
    readonly outer: Routine | null = null,
  ) {
    this.tracksFailure = kind !== "function";
  }

  /** True when evaluating the expression may print into the page, or wait, so that collected text must go out first. */
  mayPrint(expression: Expression): boolean {
    const { program } = this.module.options;
    if (!this.module.optimizes("held-text")) return mayCall(expression);
    return someCall(
      expression,
      (callee) => program.callPrints(callee) || (this.waits && program.callWaits(callee)),
      () => this.waits,
    );
  }

  /** `await` where what is called may wait. A routine that is not asynchronous never reaches anything that waits. */
  awaited(mayWait: boolean, code: Code): Code {
    return this.waits && mayWait ? ["await ", code] : code;
  }

  /** The constant with the slot of a free name; functions capture no further than a boundary (§8). */
  freeSlot(name: string): string {
    const { slots } = this.module;
    const insideFunction = this.scope?.insideFunction === true;
    const constant = insideFunction ? `${name}$f` : `${name}$`;
    if (!slots.has(constant))
      slots.set(constant, this.module.call(this.slotFunction(name, insideFunction), quote(name)));
    return constant;
  }

  private slotFunction(name: string, insideFunction: boolean): string {
    const { module } = this;
    const isBuiltin =
      module.optimizes("direct-calls") && builtinNames.has(name) && !module.options.program.bindsBuiltin(name);
    if (isBuiltin) return insideFunction ? "capturedBuiltinSlot" : "builtinSlot";
    return insideFunction ? "capturedSlot" : "slot";
  }

  /** Generates code that may or may not run; returns its lines. */
  branch(generate: () => void): Line[] {
    return this.nested(() => (this.scope === null ? generate() : this.scope.branch(generate)));
  }

  /** Generates the rounds of a loop; returns their lines with the declarations of their variables. */
  rounds(generate: () => void): Line[] {
    let declarations: string[] = [];
    const lines = this.nested(() => {
      if (this.scope === null) generate();
      else declarations = this.scope.rounds(generate);
    });
    return [...this.declare(declarations), ...lines];
  }

  /** Lines that declare variables as unbound. */
  private declare(names: readonly string[]): Line[] {
    if (names.length === 0) return [];
    const type = this.module.annotation("SlotContent");
    const unbound = this.module.runtime("UNBOUND");
    return [`let ${names.map((name) => `${name}${type} = ${unbound}`).join(", ")};`];
  }

  /** A function that evaluates an expression later. */
  arrow(code: Code): Code {
    return [this.waits ? "async () => " : "() => ", code];
  }

  /** Generates a statement; every line of it comes from its start, unless a piece says more. */
  from(position: Mark, generate: () => void): void {
    const outer = this.position;
    this.position = position;
    generate();
    this.position = outer;
  }

  private marked(line: Line): Line {
    if (this.position === null) return line;
    if (line instanceof Block) return new Block(line.lines, [this.position, line.open], line.close);
    return [this.position, line];
  }

  add(...code: Code[]): void {
    this.printPieces();
    this.lines.push(this.marked(code));
  }

  /** Adds lines and blocks that were generated already. */
  addLines(lines: readonly Line[]): void {
    this.printPieces();
    for (const line of lines) this.lines.push(this.marked(line));
  }

  addLine(line: Line): void {
    this.addLines([line]);
  }

  /** Adds `if … else if … else` blocks whose closing line is the opening line of the next. */
  addChain(blocks: readonly Block[]): void {
    this.printPieces();
    for (const [index, block] of blocks.entries()) {
      const isLast = index === blocks.length - 1;
      this.lines.push(this.marked(new Block(block.lines, block.open, isLast ? "}" : null)));
    }
  }

  /** A temporary variable of this routine. */
  temporary(): string {
    const name = `t${this.temporaries.length + 1}`;
    this.temporaries.push(name);
    return name;
  }

  /** Prints literal text: one form, or another while white space is stripped. */
  printText(position: Mark, plain: string, stripped: string): void {
    const text: LiteralText = { position, plain, stripped };
    if (this.module.options.traced) {
      this.lines.push([position, "context.write(", literalCode(text), ");"]);
      return;
    }
    const previous = this.pieces.at(-1);
    if (previous === undefined || isCode(previous)) this.pieces.push(text);
    else this.pieces[this.pieces.length - 1] = joinedText(previous, text);
  }

  /** Prints a piece of text that comes from a position. `calls` says that evaluating it may print something itself. */
  print(position: Mark, code: Code, calls: boolean): void {
    if (this.module.options.traced) {
      this.lines.push([position, "context.write(", code, ");"]);
      return;
    }
    if (calls) {
      this.flush();
      this.lines.push([position, this.firstText(), code, ";"]);
      this.holdsText = true;
    } else {
      this.pieces.push([position, code]);
    }
  }

  private printPieces(): void {
    if (this.pieces.length === 0) return;
    const position = positionOf(this.pieces[0]);
    const sum = joinPieces(this.pieces);
    this.pieces = [];
    this.lines.push([position, this.holdsText ? "o += " : this.firstText(), sum, ";"]);
    this.holdsText = true;
  }

  /** The start of a statement that gives `o` its text: the first one of the routine itself declares it. */
  private firstText(): string {
    if (this.text === "unused" && this.nesting === 0) {
      this.text = "declared in place";
      return this.module.options.types ? "let o: string = " : "let o = ";
    }
    this.noteText();
    return "o = ";
  }

  private noteText(): void {
    if (this.text === "unused") this.text = "declared first";
  }

  /** Writes out everything printed so far, because what follows may print by itself. */
  flush(): void {
    if (this.pieces.length > 0) {
      const position = positionOf(this.pieces[0]);
      const sum = joinPieces(this.pieces);
      this.pieces = [];
      this.lines.push([position, this.holdsText ? "context.write(o + " : "context.write(", sum, ");"]);
    } else if (this.holdsText) {
      this.lines.push("context.write(o);");
    }
    if (this.holdsText) this.lines.push('o = "";');
    this.holdsText = false;
  }

  /** The code that writes out the text held, for a place where the routine is left. */
  finalWrite(): Line[] {
    this.printPieces();
    return this.holdsText ? ["context.write(o);"] : [];
  }

  /** Lines generated by `generate`, which may or may not run; `o` may hold text after it. */
  nested(generate: () => void): Line[] {
    this.printPieces();
    const { lines, holdsText } = this;
    this.lines = [];
    this.nesting++;
    generate();
    this.printPieces();
    this.nesting--;
    const inner = this.lines;
    this.lines = lines;
    this.holdsText = holdsText || this.holdsText;
    return inner;
  }

  /** From here on text may be held, whatever the straight-line analysis says: the start of a loop. */
  mayHoldText(): void {
    if (this.module.options.traced) return;
    this.printPieces();
    this.noteText();
    this.holdsText = true;
  }

  /** Lines at the start of the function that declare what the body uses. */
  prologue(): Line[] {
    const lines: Line[] = [];
    if (this.text === "declared first") lines.push('let o = "";');
    if (this.usesFailure) lines.push("let ok = true;");
    if (this.usesControl) {
      lines.push("let control = 0;", ["let returned", this.module.annotation("Value"), " = null;"]);
    }
    if (this.scope !== null && this.outer === null) lines.push(...this.declare(this.scope.extents[0].declarations));
    if (this.temporaries.length > 0) {
      const annotation = this.module.annotation("Value");
      lines.push(`let ${this.temporaries.map((name) => name + annotation).join(", ")};`);
    }
    return lines;
  }

  /** The routine whose control record this one shares: a heredoc's is that of the routine around it. */
  get controlling(): Routine {
    return this.outer === null ? this : this.outer.controlling;
  }

  /** The statement that ends this routine normally. */
  endStatement(): Code {
    return this.kind === "function" ? "return null;" : this.usesFailure ? "return ok;" : "return true;";
  }
}

/** Code with the source offset that it comes from. */
type MarkedCode = readonly [Mark, Code];

/** Literal text in the form that is printed, and the one while white space is stripped (pub-language.md §3). */
interface LiteralText {
  readonly position: Mark;
  readonly plain: string;
  readonly stripped: string;
}

/** Something printed: the code of a text, or literal text, which is joined with its neighbours. */
type Piece = MarkedCode | LiteralText;

function isCode(piece: Piece): piece is MarkedCode {
  return Array.isArray(piece);
}

function positionOf(piece: Piece): Mark {
  return isCode(piece) ? piece[0] : piece.position;
}

function joinedText(left: LiteralText, right: LiteralText): LiteralText {
  return { position: left.position, plain: left.plain + right.plain, stripped: left.stripped + right.stripped };
}

function literalCode({ plain, stripped }: LiteralText): Code {
  if (plain === stripped) return quote(plain);
  return ["(context.output.stripping ? ", quote(stripped), " : ", quote(plain), ")"];
}

function joinPieces(pieces: readonly Piece[]): Code {
  const codes = pieces.map((piece): Code => (isCode(piece) ? piece : [piece.position, literalCode(piece)]));
  return codes.flatMap((code, index) => (index === 0 ? [code] : [" + ", code]));
}
