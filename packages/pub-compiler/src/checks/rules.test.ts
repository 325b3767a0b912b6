/**
 * Each rule reports its bad example once and says nothing about its good one.
 */
import { expect, test } from "vitest";
import { parseFile } from "../project/parsed.js";
import { factsOfFile } from "./diagnostics.js";
import type { FileFacts } from "./facts.js";
import { type RuleName, rules } from "./rules.js";
import { checkFacts } from "./site/index.js";

/** How often the rule is reported on a site of `page.html` and other files. */
function count(rule: RuleName, page: string, others: Readonly<Record<string, string>> = {}): number {
  const sources = new Map(Object.entries({ "page.html": page, ...others }));
  const files = new Map<string, FileFacts>();
  for (const [path, source] of sources) files.set(path, factsOfFile(path, parseFile(Buffer.from(source), path)));
  const site = {
    files,
    libraries: new Map(),
    published: new Set<string>(),
    exists: (path: string) => sources.has(path),
    names: () => sources.keys(),
  };
  const findings = [...checkFacts(site, (path) => sources.get(path) ?? "").values()].flat();
  return findings.filter((finding) => finding.rule === rule).length;
}

test.each(Object.keys(rules) as RuleName[])("%s", (name) => {
  const { bad, good, files, goodFiles } = rules[name];
  expect([count(name, bad, files), count(name, good, { ...files, ...goodFiles })]).toEqual([1, 0]);
});
