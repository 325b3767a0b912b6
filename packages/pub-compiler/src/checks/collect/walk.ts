/**
 * What the walk over a file carries with it, and the ways into each other that its parts need.
 */
import type { Block, Expression, Statement } from "pub-parser";
import type { FactsBuilder } from "../facts-builder.js";
import type { MarkupWalk } from "../markup-walk.js";
import { Scope } from "../scopes.js";
import { type Frame, frameInside } from "./frames.js";

/** What is done with a value, which decides whether a missing one matters. */
export type Use = "demanded" | "plain" | "guarded" | "ignored";

/** The function (or file) whose body is walked. */
export interface Routine {
  readonly isFile: boolean;
  returns: boolean;
  prints: boolean;
  waits: boolean;
  /** What each `return` calls. */
  readonly returned: Set<string | null>;
  readonly calls: Set<string>;
  loops: number;
  /** Depth of statements that may not run. */
  conditions: number;
  /** Control may have left before the end. */
  mayHaveEnded: boolean;
}

export const newRoutine = (isFile: boolean): Routine => ({
  isFile,
  returns: false,
  prints: false,
  waits: false,
  returned: new Set(),
  calls: new Set(),
  loops: 0,
  conditions: 0,
  mayHaveEnded: false,
});

export interface Walk {
  readonly facts: FactsBuilder;
  readonly markup: MarkupWalk;
  scope: Scope;
  routine: Routine;
  /** The statement or condition at hand. */
  frame: Frame;
  block(block: Block): void;
  statement(node: Statement): void;
  expression(node: Expression, use: Use): void;
  /** An expression whose value is printed as it is. */
  printed(node: Expression): void;
}

/** Walks a block that may not run. */
export function walkBranch(walk: Walk, block: Block): void {
  walk.routine.conditions++;
  walk.block(block);
  walk.routine.conditions--;
}

/** Walks the body of a loop in a scope of its own. */
export function walkLoop(walk: Walk, run: () => void): void {
  walk.routine.loops++;
  walk.routine.conditions++;
  inScope(walk, "loop", run);
  walk.routine.conditions--;
  walk.routine.loops--;
}

export function inScope(walk: Walk, kind: "function" | "loop", run: () => void): void {
  const outer = walk.scope;
  const firstInclude = walk.facts.includes.length;
  walk.scope = new Scope(outer, kind);
  run();
  walk.facts.closeScope(walk.scope, firstInclude);
  walk.scope = outer;
}

/** Walks a statement, zone or condition, which decides on its own whether its calls run synchronously. */
export function inFrame(walk: Walk, run: () => void, frame: Frame = frameInside(walk.frame)): void {
  const outer = walk.frame;
  walk.frame = frame;
  run();
  walk.frame = outer;
}
