/**
 * Zones and statements (pub-language.md §6).
 */

import type { Block as Body, Statement, Text, Zone } from "pub-parser";
import { stripWhiteSpace } from "pub-runtime";
import { quote } from "./code.js";
import {
  breakStatement,
  checkControl,
  checkExit,
  continueStatement,
  exitStatement,
  returnStatement,
} from "./control.js";
import { declaration } from "./declarations.js";
import { print, value } from "./expressions.js";
import { def } from "./functions.js";
import { includeStatement } from "./includes.js";
import { forStatement, ifStatement, whileStatement } from "./loops.js";
import { content } from "./places.js";
import type { Routine } from "./routine.js";
import { switchStatement } from "./switches.js";

export function zones(routine: Routine, nodes: readonly Zone[]): void {
  for (const node of nodes) zone(routine, node);
}

function zone(routine: Routine, node: Zone): void {
  switch (node.type) {
    case "Text":
      text(routine, node);
      break;
    case "BoundaryTag":
      routine.add(`context.output.boundary(${quote(node.tag)}, ${node.closing});`);
      routine.printText(node.start, node.value, node.value);
      break;
    case "Interpolation": {
      if (routine.module.options.traced) {
        const line = `${routine.module.line(node.start)}`;
        const code = routine.module.call("inline", value(routine, node.expression), line);
        routine.print(node.expression.start, code, true);
      } else {
        print(routine, node.expression);
      }
      checkControl(routine);
      checkExit(routine);
      break;
    }
    case "CodeZone":
      statements(routine, node.statements);
      break;
  }
}

/** Literal text; where stripping would change it, both forms are in the code (§3). */
function text(routine: Routine, node: Text): void {
  routine.printText(node.start + visibleStart(node.value), node.value, stripWhiteSpace(node.value));
}

/** Text stands where its first visible character does: line ends after a code zone belong to the line before. */
function visibleStart(value: string): number {
  return Math.max(0, value.search(/\S/));
}

export function body(routine: Routine, node: Body): void {
  if (node.type === "HtmlBlock") zones(routine, node.body);
  else statements(routine, node.statements);
}

export function statements(routine: Routine, nodes: readonly Statement[]): void {
  for (const node of nodes) {
    routine.from(node.start, () => statement(routine, node));
    checkControl(routine);
    if (node.type !== "EmptyStatement") checkExit(routine);
  }
}

function statement(routine: Routine, node: Statement): void {
  switch (node.type) {
    case "EmptyStatement":
      break;
    case "ExpressionStatement": {
      if (routine.mayPrint(node.expression)) routine.flush();
      const code = content(routine, node.expression);
      routine.add(code, ";");
      break;
    }
    case "PrintStatement":
      for (const argument of node.arguments) print(routine, argument);
      break;
    case "HtmlBlock":
      zones(routine, node.body);
      break;
    case "ForStatement":
      forStatement(routine, node);
      break;
    case "WhileStatement":
      whileStatement(routine, node);
      break;
    case "IfStatement":
      ifStatement(routine, node);
      break;
    case "SwitchStatement":
      switchStatement(routine, node);
      break;
    case "DefStatement":
      routine.add(def(routine, node));
      break;
    case "DeclarationStatement":
      declaration(routine, node);
      break;
    case "IncludeStatement":
      includeStatement(routine, node);
      break;
    case "BreakStatement":
      breakStatement(routine);
      break;
    case "ContinueStatement":
      continueStatement(routine);
      break;
    case "ExitStatement":
      exitStatement(routine);
      break;
    case "ReturnStatement":
      returnStatement(routine, node);
      break;
  }
}
