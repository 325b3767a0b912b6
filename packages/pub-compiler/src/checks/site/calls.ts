/**
 * Calls against the functions that the site defines: unknown ones, wrong numbers of arguments, calls that wait.
 */

import { nearest } from "pub-parser";
import { blockingNames, builtinNames } from "../../1-analyze/library.js";
import type { CallFact, FileFacts, FunctionFact } from "../facts.js";
import type { IncludeGraph } from "./graph.js";
import type { SiteReport } from "./site-report.js";

interface Definition extends FunctionFact {
  readonly path: string;
}

export function checkCalls(graph: IncludeGraph, report: SiteReport): void {
  const { files } = graph.site;
  const definitions = new Map<string, Definition[]>();
  for (const [path, facts] of files) {
    for (const fact of facts.functions) {
      const known = definitions.get(fact.name);
      if (known === undefined) definitions.set(fact.name, [{ ...fact, path }]);
      else known.push({ ...fact, path });
    }
  }
  const variables = boundAsVariables(files);
  const waiting = waitingFunctions(definitions);
  for (const [path, facts] of files) {
    for (const { name, finding } of facts.libraryFindings) {
      if (!definitions.has(name) && !variables.has(name)) report.add(path, finding);
    }
    for (const call of facts.calls) {
      const { name } = call;
      // A variable may hold any function.
      if (variables.has(name)) continue;
      const defined = definitions.get(name);
      if (defined !== undefined) checkCall(path, call, defined, graph, report);
      else if (!builtinNames.has(name)) {
        reportUnknown(path, call, definitions.keys(), report);
        continue;
      }
      if (call.synchronous && (defined === undefined ? blockingNames.has(name) : waiting.has(name))) {
        report.report(path, "needs-asterisks", call.span, `\`${name}\` may wait: the reference skips it here`, {
          hint: `write \`${name}(* … *)\``,
        });
      }
    }
  }
}

/** Names that hold something else than the functions defined under them. */
function boundAsVariables(files: ReadonlyMap<string, FileFacts>): Set<string> {
  const found = new Set<string>();
  for (const facts of files.values()) {
    const functions = new Set(facts.functions.map(({ name }) => name));
    for (const name of facts.binds) if (!functions.has(name)) found.add(name);
  }
  return found;
}

/** Functions all of whose definitions may wait, directly or through what they call (§7.7). */
function waitingFunctions(definitions: ReadonlyMap<string, readonly Definition[]>): Set<string> {
  const waiting = new Set<string>();
  for (let changed = true; changed; ) {
    changed = false;
    for (const [name, all] of definitions) {
      if (waiting.has(name) || !all.every((each) => each.waits || each.calls.some((called) => waiting.has(called))))
        continue;
      waiting.add(name);
      changed = true;
    }
  }
  return waiting;
}

function reportUnknown(path: string, call: CallFact, defined: Iterable<string>, report: SiteReport): void {
  const { name, span, filter } = call;
  const near = nearest(name, [...builtinNames, ...defined]);
  const hint = near === undefined ? undefined : `did you mean \`${near}\`?`;
  if (filter) report.report(path, "unknown-filter", span, `There is no filter \`${name}\``, { hint });
  else report.report(path, "unknown-function", span, `There is no function \`${name}\``, { hint });
}

function checkCall(
  path: string,
  call: CallFact,
  defined: readonly Definition[],
  graph: IncludeGraph,
  report: SiteReport,
): void {
  const { name, span, count } = call;
  const fits = (each: Definition): boolean => count >= each.required && count <= each.required + each.optional;
  const [first] = defined;
  if (!defined.some(fits)) {
    const most = first.required + first.optional;
    const wanted = most === first.required ? `${most}` : `${first.required} to ${most}`;
    report.report(
      path,
      "parameter-count",
      span,
      `\`${name}\` takes ${wanted} argument${wanted === "1" ? "" : "s"}, but gets ${count}`,
      definedHere(path, first),
    );
  }
  if (call.printed && defined.every((each) => !each.returns && each.prints)) {
    report.report(path, "printed-null", span, `\`${name}\` returns nothing, so this prints \`null\` as well`, {
      hint: `call it as a statement: \`{% ${name}(…); %}\``,
    });
  }
  const isEarly =
    call.atTop && defined.length === 1 && first.atTop && first.path === path && first.span.start > span.start;
  if (isEarly && graph.programsWith(path).every((program) => runsOnce(path, program.files, graph))) {
    report.report(path, "called-before-defined", span, `\`${name}\` is not defined yet when control gets here`, {
      ...definedHere(path, first),
      hint: "there is no hoisting: define it above",
    });
  }
}

function definedHere(path: string, definition: Definition) {
  if (definition.path !== path) return { hint: `it is defined in /${definition.path}` };
  return { related: [{ span: definition.span, message: "defined here" }] };
}

/** True when a program has one include at most that can run the file. */
function runsOnce(path: string, files: ReadonlySet<string>, graph: IncludeGraph): boolean {
  let count = 0;
  for (const file of files) {
    for (const { targets, isAny } of graph.includesOf(file)) {
      if (isAny) return false;
      if (targets.includes(path)) count++;
    }
  }
  return count <= 1;
}
