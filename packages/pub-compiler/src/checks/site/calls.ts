/**
 * Calls against the functions that the site defines: unknown ones, wrong numbers of arguments, calls that wait.
 */
import { nearest, type Span } from "pub-parser";
import { blockingNames, builtinNames } from "../../1-analyze/library.js";
import { argumentCount } from "../argument-count.js";
import type { CallFact, FileFacts, FunctionFact } from "../facts.js";
import type { OwnFunction } from "../own-libraries.js";
import type { IncludeGraph } from "./graph.js";
import type { SiteReport } from "./site-report.js";

interface Definition extends FunctionFact {
  readonly path: string;
}

export function checkCalls(graph: IncludeGraph, report: SiteReport): void {
  const { files, libraries } = graph.site;
  const definitions = definitionsOf(files);
  const variables = boundAsVariables(files);
  const waiting = waitingFunctions(definitions, libraries);
  const isRebound = (name: string): boolean => definitions.has(name) || variables.has(name) || libraries.has(name);
  for (const [path, facts] of files) {
    for (const { name, finding } of facts.libraryFindings) if (!isRebound(name)) report.add(path, finding);
    for (const call of facts.calls) {
      const { name } = call;
      // A variable may hold any function.
      if (variables.has(name)) continue;
      const defined = definitions.get(name);
      const own = libraries.get(name);
      if (defined !== undefined) checkCall(path, call, defined, graph, report);
      else if (own !== undefined) checkOwnCall(path, call, own, report);
      else if (!builtinNames.has(name)) {
        reportUnknown(path, call, [...builtinNames, ...libraries.keys(), ...definitions.keys()], report);
        continue;
      }
      const waits = defined !== undefined ? waiting.has(name) : (own?.blocking ?? blockingNames.has(name));
      if (!call.synchronous || !waits) continue;
      for (const span of spansOf(call)) {
        report.report(path, "needs-asterisks", span, `\`${name}\` may wait: the reference skips it here`, {
          hint: `write \`${name}(* … *)\``,
        });
      }
    }
  }
}

function definitionsOf(files: ReadonlyMap<string, FileFacts>): Map<string, Definition[]> {
  const definitions = new Map<string, Definition[]>();
  for (const [path, facts] of files) {
    for (const fact of facts.functions) {
      const known = definitions.get(fact.name);
      if (known === undefined) definitions.set(fact.name, [{ ...fact, path }]);
      else known.push({ ...fact, path });
    }
  }
  return definitions;
}

/** Where the name of the called function stands. */
function spansOf({ name, starts }: CallFact): Span[] {
  return starts.map((start) => ({ start, end: start + name.length }));
}

/** Names that hold something else than the functions defined under them. */
function boundAsVariables(files: ReadonlyMap<string, FileFacts>): Set<string> {
  const found = new Set<string>();
  for (const facts of files.values()) {
    const functions = new Set(facts.functions.map(({ name }) => name));
    for (const name of facts.binds) if (!functions.has(name)) found.add(name);
    for (const name of facts.hands) found.add(name);
  }
  return found;
}

/** Functions all of whose definitions may wait, directly or through what they call (§7.7). */
function waitingFunctions(
  definitions: ReadonlyMap<string, readonly Definition[]>,
  libraries: ReadonlyMap<string, OwnFunction>,
): Set<string> {
  const waiting = new Set<string>();
  for (const [name, { blocking }] of libraries) if (blocking && !definitions.has(name)) waiting.add(name);
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

function reportUnknown(path: string, call: CallFact, known: readonly string[], report: SiteReport): void {
  const { name, filter } = call;
  const near = nearest(name, known);
  const hint =
    near === undefined
      ? "define it with `def`, or name the library of the service that has it with `--library`"
      : `did you mean \`${near}\`?`;
  for (const span of spansOf(call)) {
    if (filter) report.report(path, "unknown-filter", span, `There is no filter \`${name}\``, { hint });
    else report.report(path, "unknown-function", span, `There is no function \`${name}\``, { hint });
  }
}

/** A call of a function that a service's own library defines. */
function checkOwnCall(path: string, call: CallFact, own: OwnFunction, report: SiteReport): void {
  const { name, count } = call;
  if (count >= own.required && count <= own.required + own.optional) return;
  const wanted = argumentCount(own.required, own.required + own.optional);
  for (const span of spansOf(call)) {
    report.report(path, "argument-count", span, `\`${name}\` takes ${wanted}, but gets ${count}`, {
      hint: `it is defined in the library \`${own.library}\``,
    });
  }
}

function checkCall(
  path: string,
  call: CallFact,
  defined: readonly Definition[],
  graph: IncludeGraph,
  report: SiteReport,
): void {
  const { name, count } = call;
  const fits = (each: Definition): boolean => count >= each.required && count <= each.required + each.optional;
  const [first] = defined;
  if (!defined.some(fits)) {
    const wanted = argumentCount(first.required, first.required + first.optional);
    for (const span of spansOf(call)) {
      report.report(path, "parameter-count", span, `\`${name}\` takes ${wanted}, but gets ${count}`, {
        ...definedHere(path, first),
      });
    }
  }
  if (call.printed && defined.every((each) => !each.returns && each.prints)) {
    for (const span of spansOf(call)) {
      report.report(path, "printed-null", span, `\`${name}\` returns nothing, so this prints \`null\` as well`, {
        hint: `call it as a statement: \`{% ${name}(…); %}\``,
      });
    }
  }
  if (call.atTop && defined.length === 1 && first.atTop && first.path === path) {
    const early = spansOf(call).filter(({ start }) => start < first.span.start);
    if (early.length > 0 && graph.programsWith(path).every((program) => runsOnce(path, program.files, graph))) {
      for (const span of early) {
        report.report(path, "called-before-defined", span, `\`${name}\` is not defined yet when control gets here`, {
          ...definedHere(path, first),
          hint: "there is no hoisting: define it above",
        });
      }
    }
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
