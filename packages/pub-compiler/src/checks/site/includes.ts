/**
 * Includes that find nothing, the wrong file or never end.
 */
import { posix } from "node:path";
import { nearest } from "pub-parser";
import { includeCandidates } from "../../project/program.js";
import type { IncludeFact } from "../facts.js";
import type { IncludeGraph, ResolvedInclude } from "./graph.js";
import type { SiteReport } from "./site-report.js";

export function checkIncludes(graph: IncludeGraph, report: SiteReport): void {
  for (const path of graph.site.files.keys()) {
    for (const { fact } of graph.includesOf(path)) {
      if (fact.parts.length === 1) checkName(fact, fact.parts[0], path, graph, report);
    }
  }
  checkCycles(graph, report);
}

function checkName(fact: IncludeFact, name: string, path: string, graph: IncludeGraph, report: SiteReport): void {
  const candidates = [...new Set(includeCandidates(name, path))];
  const found = candidates.filter((candidate) => graph.site.exists(candidate));
  if (found.length === 0) {
    if (candidates.some((candidate) => isLocalized(candidate, graph))) return;
    report.report(path, "missing-include", fact.span, missing(name, candidates, graph), {
      hint: nearFile(name, candidates, graph),
    });
  } else if (found.length > 1) {
    report.report(
      path,
      "ambiguous-include",
      fact.span,
      `This takes \`/${found[0]}\` from the root of the site, not \`/${found[1]}\` beside this file`,
      { hint: `write \`/${found[0]}\` or \`/${found[1]}\`, whichever is meant` },
    );
  }
}

function missing(name: string, candidates: readonly string[], graph: IncludeGraph): string {
  if (name === "") return "The name of the file is empty";
  const folders = [name.replace(/^\/+/, ""), ...candidates].map((candidate) => `${candidate.replace(/\/+$/, "")}/`);
  for (const path of graph.site.names()) {
    if (folders.some((folder) => path.startsWith(folder))) return `\`${name}\` is a folder, not a file`;
  }
  return `There is no file \`${name}\``;
}

/** A file that was probably meant: one of that name elsewhere, or one with a similar name. */
function nearFile(name: string, candidates: readonly string[], graph: IncludeGraph): string | undefined {
  const base = `/${posix.basename(name)}`;
  const same = base === "/" ? [] : [...graph.site.names()].filter((path) => `/${path}`.endsWith(base));
  const near =
    same.length === 1 ? same[0] : nearest(candidates[0] ?? name, same.length > 1 ? same : graph.site.names());
  if (near === undefined || name === "") return undefined;
  return `did you mean \`/${near}\`?`;
}

/** True when a localizer may find another file for the name: `/a/b.en.html` or `/a/en/b.html` for `/a/b.html` (§8.1). */
function isLocalized(candidate: string, graph: IncludeGraph): boolean {
  const { dir, name, ext } = posix.parse(candidate);
  const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const folder = dir === "" ? "" : `${escaped(dir)}/`;
  const part = "[^/.]+";
  const test = new RegExp(
    `^${folder}(${part}/){0,2}${escaped(name)}(\\.${part}){0,2}${escaped(ext)}(\\.${part}){0,2}$`,
  );
  for (const path of graph.site.names()) if (test.test(path)) return true;
  return false;
}

/** Reports each cycle of unconditional includes once, in the file that is first by name. */
function checkCycles(graph: IncludeGraph, report: SiteReport): void {
  const state = new Map<string, "open" | "done">();
  const certain = (path: string): readonly ResolvedInclude[] =>
    graph.includesOf(path).filter(({ fact, targets }) => fact.certain && fact.parts.length === 1 && targets.length > 0);
  for (const start of [...graph.site.files.keys()].sort()) {
    const stack: { path: string; edges: readonly ResolvedInclude[]; next: number }[] = [];
    const enter = (path: string): void => {
      state.set(path, "open");
      stack.push({ path, edges: certain(path), next: 0 });
    };
    if (!state.has(start)) enter(start);
    while (stack.length > 0) {
      const top = stack[stack.length - 1];
      const edge = top.edges[top.next++];
      if (edge === undefined) {
        state.set(top.path, "done");
        stack.pop();
        continue;
      }
      const [target] = edge.targets;
      if (!state.has(target)) enter(target);
      else if (state.get(target) === "open") {
        const from = stack.findIndex(({ path }) => path === target);
        const first = stack[from];
        const way = [...stack.slice(from).map(({ path }) => `/${path}`), `/${target}`].join(" → ");
        report.report(first.path, "include-cycle", first.edges[first.next - 1].fact.span, `This never ends: ${way}`, {
          hint: "put a condition around one of the includes",
        });
      }
    }
  }
}
