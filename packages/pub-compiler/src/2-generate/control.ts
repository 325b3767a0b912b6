/**
 * `break`, `continue`, `exit`, `return` (pub-language.md §6.7) as JavaScript control flow.
 */
import type { ReturnStatement } from "pub-parser";
import { Block, type Code, type Line } from "./code.js";
import { value } from "./expressions.js";
import { CONTROL, type Loop, type Routine } from "./routine.js";

/** Lines that leave all loops of the routine properly, then the routine. */
function leave(routine: Routine, result: Code | null): Line[] {
  const lines: Line[] = [...routine.finalWrite()];
  for (const loop of [...routine.loops].reverse()) lines.push(...loop.roundEnd);
  lines.push(result === null ? routine.endStatement() : ["return ", result, ";"]);
  return lines;
}

export function breakStatement(routine: Routine): void {
  const loop = routine.loops.at(-1);
  if (loop !== undefined) leaveLoop(routine, loop, "break");
  else leaveOrSignal(routine, CONTROL.break);
}

export function continueStatement(routine: Routine): void {
  const loop = routine.loops.at(-1);
  if (loop !== undefined) leaveLoop(routine, loop, "continue");
  else leaveOrSignal(routine, CONTROL.continue);
}

export function exitStatement(routine: Routine): void {
  leaveOrSignal(routine, CONTROL.leave);
}

function leaveLoop(routine: Routine, loop: Loop, keyword: "break" | "continue"): void {
  loop.labelUsed = true;
  routine.addLines([...loop.roundEnd, `${keyword} ${loop.label};`]);
}

/** Leaves a file or function; in a heredoc, tells the routine around it to go on with that. */
function leaveOrSignal(routine: Routine, control: number): void {
  if (routine.kind === "heredoc") signal(routine, control);
  routine.addLines(leave(routine, null));
}

function signal(routine: Routine, control: number): void {
  routine.controlling.usesControl = true;
  for (let outer = routine.outer; outer !== null; outer = outer.outer) outer.controlPending = true;
  routine.addLines([`control = ${control};`]);
}

export function returnStatement(routine: Routine, node: ReturnStatement): void {
  const { value: expression } = node;
  if (expression !== null && routine.mayPrint(expression)) routine.flush();
  const result = expression === null ? "null" : value(routine, expression);
  if (routine.kind === "heredoc") {
    signal(routine, CONTROL.leave);
    routine.addLines([["returned = ", result, ";"], ...leave(routine, null)]);
  } else if (routine.kind === "file") {
    // The value is lost, its evaluation is not.
    if (expression !== null) routine.add(result, ";");
    routine.addLines(leave(routine, null));
  } else if (routine.loops.length === 0) {
    routine.addLines(leave(routine, [node.start, result]));
  } else {
    const temporary = routine.temporary();
    routine.add(temporary, " = ", result, ";");
    routine.addLines(leave(routine, temporary));
  }
}

/** Follows a statement with heredocs in it that may have reached a control statement. */
export function checkControl(routine: Routine): void {
  if (!routine.controlPending) return;
  routine.controlPending = false;
  const loop = routine.loops.at(-1);
  const lines: Line[] = [];
  if (loop !== undefined) {
    loop.labelUsed = true;
    for (const keyword of ["break", "continue"] as const) {
      const inner: Line[] = ["control = 0;", ...loop.roundEnd, `${keyword} ${loop.label};`];
      lines.push(new Block(inner, `if (control === ${CONTROL[keyword]}) {`, "}"));
    }
  }
  lines.push(...leave(routine, routine.kind === "function" ? "returned" : null));
  routine.addLines([new Block(lines, "if (control !== 0) {", "}")]);
}

/** In traced code: ends the file or function after an error when `EXIT_ON_ERROR` is set (§11.1). */
export function checkExit(routine: Routine): void {
  if (!routine.module.options.traced) return;
  routine.addLines([new Block(leave(routine, null), "if (context.frame.exiting) {", "}")]);
}
