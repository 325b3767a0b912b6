/**
 * All findings of a site, from the facts of its files.
 */
import type { Finding } from "../finding.js";
import { applyIgnores } from "../ignore.js";
import { checkCalls } from "./calls.js";
import { IncludeGraph, type SiteView } from "./graph.js";
import { checkIncludes } from "./includes.js";
import { checkMarkup } from "./markup.js";
import { checkNames, Setters } from "./names.js";
import { SiteReport } from "./site-report.js";

/** Findings by file, in the order of their places. `sourceOf` is asked for files with `pubc-ignore` comments only. */
export function checkFacts(site: SiteView, sourceOf: (path: string) => string): Map<string, readonly Finding[]> {
  const report = new SiteReport();
  for (const [path, facts] of site.files) for (const finding of facts.findings) report.add(path, finding);
  const graph = new IncludeGraph(site);
  const setters = new Setters(graph);
  checkIncludes(graph, report);
  checkCalls(graph, report);
  checkNames(graph, setters, report);
  checkMarkup(graph, setters, report);
  const found = new Map<string, readonly Finding[]>();
  for (const [path, facts] of site.files) {
    const kept = applyIgnores(() => sourceOf(path), facts, report.findings.get(path) ?? []);
    if (kept.length > 0)
      found.set(
        path,
        [...kept].sort((a, b) => a.span.start - b.span.start),
      );
  }
  return found;
}
