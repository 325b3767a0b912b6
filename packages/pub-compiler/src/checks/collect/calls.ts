/**
 * Walks calls and filters: whom they call, with how many arguments, and what that says about names.
 */
import type { CallExpression, Expression, PipeExpression, Span } from "pub-parser";
import { literalText, simplify } from "../../1-analyze/constants.js";
import { blockingNames } from "../../1-analyze/library.js";
import { spanOf } from "../finding.js";
import { checkLibraryCall } from "../local/library-calls.js";
import { markWaiting } from "./frames.js";
import { readName } from "./reads.js";
import type { Use, Walk } from "./walk.js";

/** How a function is called. */
interface Manner {
  readonly use: Use;
  readonly printed: boolean;
  readonly blocking: boolean;
}

/** `value | filter` */
export function walkPipe(walk: Walk, node: PipeExpression, use: Use, printed: boolean): void {
  const filter = simplify(node.filter);
  if (filter.type === "CallExpression") call(walk, filter, node.value, use, printed);
  else apply(walk, filter, node.value, [node.value], { use, printed, blocking: false });
}

export function walkCall(walk: Walk, node: CallExpression, use: Use, printed: boolean): void {
  call(walk, node, null, use, printed);
}

function call(walk: Walk, node: CallExpression, piped: Expression | null, use: Use, printed: boolean): void {
  if (node.blocking) {
    walk.routine.waits = true;
    markWaiting(walk.frame);
  }
  const given = piped === null ? node.arguments : [piped, ...node.arguments];
  apply(walk, node.callee, piped, given, { use, printed, blocking: node.blocking });
}

function apply(
  walk: Walk,
  callee: Expression,
  piped: Expression | null,
  given: readonly Expression[],
  how: Manner,
): void {
  const target = simplify(callee);
  const isMember = target.type === "MemberExpression" && simplify(target.object).type === "Identifier";
  const library = isMember && walk.facts.textOf(target.object) === "rfn3" ? target.property : null;
  const named = target.type === "Identifier" ? target : library;
  if (named === null) walk.expression(target, "plain");
  else if (library === null && walk.scope.find(named.name) !== null) {
    readName(walk, named.name, named, "plain");
    walkArguments(walk, null, given, how.use);
    return;
  } else callByName(walk, named, piped !== null, given, how, library !== null);
  walkArguments(walk, named?.name ?? null, given, how.use);
}

function callByName(
  walk: Walk,
  named: { name: string } & Span,
  filter: boolean,
  given: readonly Expression[],
  how: Manner,
  inLibrary: boolean,
): void {
  const { name } = named;
  const { facts, routine } = walk;
  walk.scope.noteRead(name);
  facts.useFree(name);
  routine.calls.add(name);
  if (blockingNames.has(name)) routine.waits = true;
  checkLibraryCall(name, spanOf(named), given, facts);
  facts.libraryEffects(name, given);
  if (inLibrary) return;
  facts.call({
    name,
    start: named.start,
    count: given.length,
    filter,
    frame: how.blocking ? null : walk.frame,
    printed: how.printed,
    atTop: routine.isFile && routine.conditions === 0,
  });
}

function walkArguments(walk: Walk, name: string | null, given: readonly Expression[], use: Use): void {
  for (const [index, argument] of given.entries()) {
    walk.markup.string(argument, walk.scope);
    walk.expression(argument, index === 0 ? useOfFirstArgument(name, use) : "plain");
  }
  if (name !== null) walk.facts.numericArguments(name, given);
  const key = name === "lookup" && given.length > 0 ? literalText(simplify(given[0])) : null;
  if (key !== null) walk.scope.noteRead(key);
}

/** Whether the first argument of a function may be missing. */
function useOfFirstArgument(name: string | null, use: Use): Use {
  if (name === "isnull" || name === "default") return "guarded";
  if (name === "type") return "ignored";
  return name?.endsWith("escape") ? use : "plain";
}
