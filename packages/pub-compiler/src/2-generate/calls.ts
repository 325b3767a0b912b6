/**
 * Function calls and pipes (pub-language.md §5.5, §7.6). The callee is checked first; its arguments are evaluated only
 * when the call can go ahead.
 */
import type { CallExpression, Expression, PipeExpression } from "pub-parser";
import { simplify } from "../1-analyze/constants.js";
import { isSimple, mayCall } from "../1-analyze/effects.js";
import { builtinNames, directBuiltins, seesUndefined } from "../1-analyze/library.js";
import { type Code, quote } from "./code.js";
import { array, quietly, value } from "./expressions.js";
import { argument, isPlace, rawArgument, stored } from "./places.js";
import type { Routine } from "./routine.js";

/** A call in the form that both `f(a)` and `a | f` have. */
interface Call {
  readonly callee: Expression;
  readonly arguments: readonly Expression[];
  readonly start: number;
  /** Line of the callee, which messages of the call show (ruling L11). */
  readonly line: number;
}

function callOf(routine: Routine, node: CallExpression): Call {
  const { callee } = node;
  return { callee, arguments: node.arguments, start: node.start, line: routine.module.line(callee.end - 1) };
}

/** `value | filter` as a call: the value is the first argument (§5.5). */
function callOfPipe(routine: Routine, node: PipeExpression): Call {
  const filter = simplify(node.filter);
  const isCall = filter.type === "CallExpression";
  const callee = isCall ? filter.callee : filter;
  const rest = isCall ? filter.arguments : [];
  return {
    callee,
    arguments: [node.value, ...rest],
    start: filter.start,
    line: routine.module.line(callee.end - 1),
  };
}

export function call(routine: Routine, node: CallExpression): Code {
  return callCode(routine, callOf(routine, node));
}

export function pipe(routine: Routine, node: PipeExpression): Code {
  return callCode(routine, callOfPipe(routine, node));
}

/** The name that a failed call shows: that of the identifier called, or `unknown`. */
function calleeName(callee: Expression): string {
  const node = simplify(callee);
  return node.type === "Identifier" ? node.name : "unknown";
}

/** The name of the built-in that a callee means unless something hides it: `len` or `rfn3.len`. */
export function builtinName(callee: Expression): string | null {
  const node = simplify(callee);
  if (node.type === "Identifier") return builtinNames.has(node.name) ? node.name : null;
  if (node.type === "MemberExpression" && node.object.type === "Identifier" && node.object.name === "rfn3") {
    return builtinNames.has(node.property.name) ? node.property.name : null;
  }
  return null;
}

function awaitedCall(routine: Routine, node: Pick<Call, "callee">, code: Code): Code {
  return routine.awaited(routine.module.options.program.callWaits(node.callee), code);
}

function callCode(routine: Routine, node: Call): Code {
  const { module } = routine;
  const builtin = builtinName(node.callee);
  const count = `${node.arguments.length}`;
  const name = quote(calleeName(node.callee));
  const line = `${node.line}`;
  const callee = value(routine, node.callee);
  if (builtin === "default" && node.arguments.length > 0 && node.arguments.length <= 2) {
    return defaultCode(routine, node, callee);
  }
  const target = simplify(node.callee);
  if (target.type === "Identifier" && isDirect(routine, target.name, node.arguments.length)) {
    const args = node.arguments.map((expression) => stored(routine, expression));
    const direct = module.call(`call_${target.name}`, line, routine.freeSlot(target.name), ...args);
    return awaitedCall(routine, node, [node.start, direct]);
  }
  if (builtin !== null && seesUndefined.has(builtin)) return rawCall(routine, node, callee, builtin);

  const codes = node.arguments.map((expression) => (builtin === null ? argument : stored)(routine, expression));
  const isShort = module.optimizes("direct-calls") && codes.length <= MOST_SHORT_ARGUMENTS;
  const suffix = isShort ? `${codes.length}` : "";
  const args = isShort ? codes : [array(codes)];
  if (node.arguments.every(isSimple)) {
    return awaitedCall(routine, node, [node.start, module.call(`call${suffix}`, line, callee, name, ...args)]);
  }
  const temporary = routine.temporary();
  const check = module.call("callable", line, callee, name, count);
  return [
    "((",
    temporary,
    " = ",
    node.start,
    check,
    `) instanceof ${module.runtime("Func")} ? `,
    awaitedCall(routine, node, module.call(`invoke${suffix}`, line, temporary, ...args)),
    ` : ${temporary})`,
  ];
}

/** Calls with this many arguments or fewer need no array. */
const MOST_SHORT_ARGUMENTS = 3;

/** True when the name means a built-in that can be called directly, unless something hides it while the page runs. */
function isDirect(routine: Routine, name: string, count: number): boolean {
  const { module, scope } = routine;
  if (scope === null || !module.optimizes("direct-calls") || directBuiltins.get(name) !== count) return false;
  return scope.resolve(name).variables.length === 0;
}

/** Built-ins that evaluate their arguments themselves, with the number that they take. */
const ARGUMENT_COUNTS: Record<string, [fewest: number, most: number]> = {
  isnull: [1, 1],
  lookup: [1, 2],
  pop_front: [1, 1],
  raw: [1, 1],
  stat_file: [1, 1],
};

/**
 * A call of a built-in that sees undefined arguments: it gets them raw, any other function as usual. Arguments with calls
 * in them are not generated for each case: their code would double with every level of nesting.
 */
function rawCall(routine: Routine, node: Call, callee: Code, builtin: string): Code {
  const { module } = routine;
  const temporary = routine.temporary();
  const line = `${node.line}`;
  const [fewest, most] = ARGUMENT_COUNTS[builtin] ?? [0, Number.POSITIVE_INFINITY];
  const fits = node.arguments.length >= fewest && node.arguments.length <= most;
  // These functions count their arguments before they evaluate any.
  const raw = array(
    node.arguments.map((expression) => (fits ? rawArgument(routine, expression, builtin) : "undefined")),
  );
  const check = module.call("callable", line, callee, quote(calleeName(node.callee)), `${node.arguments.length}`);
  const silent = (code: Code): Code =>
    builtin === "isnull" && fits ? quietly(routine, node.arguments[0], code) : code;
  if (node.arguments.some(mayCall)) {
    const references = JSON.stringify(node.arguments.map((expression) => isPlace(simplify(expression))));
    const code = awaitedCall(routine, node, silent(module.call("invokeRaw", line, temporary, raw, references)));
    return [
      "((",
      temporary,
      " = ",
      node.start,
      check,
      `) instanceof ${module.runtime("Func")} ? `,
      code,
      ` : ${temporary})`,
    ];
  }
  return [
    "((",
    temporary,
    " = ",
    node.start,
    check,
    `) instanceof ${module.runtime("Builtin")} ? `,
    awaitedCall(routine, node, silent(module.call("invoke", line, temporary, raw))),
    ` : ${temporary} instanceof ${module.runtime("Closure")} ? `,
    awaitedCall(
      routine,
      node,
      module.call("invoke", line, temporary, array(node.arguments.map((expression) => argument(routine, expression)))),
    ),
    ` : ${temporary})`,
  ];
}

/** `default(x, d)` evaluates x, then d, then x again unless it was null (pub-library.md §4.1). */
function defaultCode(routine: Routine, node: Call, callee: Code): Code {
  const { module } = routine;
  const [first, second] = node.arguments;
  const line = `${node.line}`;
  const fn = routine.temporary();
  const check = module.call("callable", line, callee, quote(calleeName(node.callee)), `${node.arguments.length}`);
  if (node.arguments.some(mayCall)) {
    const code = module.call(
      "invokeDefault",
      line,
      fn,
      routine.arrow(value(routine, first)),
      second === undefined ? "null" : routine.arrow(rawArgument(routine, second, "default")),
      JSON.stringify(node.arguments.map((expression) => isPlace(simplify(expression)))),
      `${isPure(routine, first)}`,
    );
    const called = routine.awaited(true, code);
    return ["((", fn, " = ", node.start, check, `) instanceof ${module.runtime("Func")} ? `, called, ` : ${fn})`];
  }
  const probe = value(routine, first);
  const probed = quietly(routine, first, probe);
  const fallback = second === undefined ? '""' : rawArgument(routine, second, "default");
  const chosen = isSimple(first)
    ? ["(", probed, " ?? ", fallback, ")"]
    : routine.awaited(true, module.apply("choose", probed, fallback, routine.arrow(probe)));
  const userArguments = array(node.arguments.map((expression) => argument(routine, expression)));
  return [
    "((",
    fn,
    " = ",
    node.start,
    check,
    `) instanceof ${module.runtime("Builtin")} ? `,
    chosen,
    ` : ${fn} instanceof ${module.runtime("Closure")} ? `,
    awaitedCall(routine, node, module.call("invoke", line, fn, userArguments)),
    ` : ${fn})`,
  ];
}

/**
 * Whether evaluating an expression once more makes no difference as long as `default` is the built-in: otherwise a chain of
 * defaults would evaluate its beginning twice as often with every link.
 */
function isPure(routine: Routine, expression: Expression): boolean {
  const node = simplify(expression);
  if (isSimple(node)) return true;
  if (node.type !== "CallExpression" && node.type !== "PipeExpression") return false;
  const { callee, arguments: args } =
    node.type === "CallExpression" ? callOf(routine, node) : callOfPipe(routine, node);
  return builtinName(callee) === "default" && args.every((argument) => isPure(routine, argument));
}

/** A call evaluated as a place: `lookup(…)` denotes the variable, any other call a copy of its result (§5.3). */
export function placeCall(routine: Routine, node: CallExpression): Code {
  const builtin = builtinName(node.callee);
  if (builtin === "lookup") return call(routine, node);
  return routine.module.apply("placeOf", call(routine, node));
}

/** `f(…) = value`: allowed for `lookup(…)` only. */
export function assignToCall(routine: Routine, node: CallExpression, newValue: Code, line: string): Code {
  const args = array(node.arguments.map((expression) => rawArgument(routine, expression, "lookup")));
  return awaitedCall(
    routine,
    node,
    routine.module.call(
      "assignToCall",
      newValue,
      value(routine, node.callee),
      quote(calleeName(node.callee)),
      args,
      line,
    ),
  );
}
