/**
 * Checking a site: what can be said of its templates without running them.
 */
import { factsOfFile, type Severities, toDiagnostic } from "../checks/diagnostics.js";
import type { FileFacts } from "../checks/facts.js";
import { nameOfPath } from "../checks/names.js";
import { type RuleName, rules } from "../checks/rules.js";
import { checkFacts } from "../checks/site/index.js";
import type { FileDiagnostic } from "./compile.js";
import type { SiteFiles } from "./site.js";

/** A template that breaks a rule can still run, and a build must not fail for it. */
const ALL_WARNINGS: Severities = Object.fromEntries(Object.keys(rules).map((rule) => [rule as RuleName, "warning"]));

/**
 * All diagnostics of a site, by file and position: syntax errors as errors, what the rules find as warnings unless
 * `severities` says otherwise.
 */
export function checkSite(site: SiteFiles, severities: Severities = ALL_WARNINGS): FileDiagnostic[] {
  const files = new Map<string, FileFacts>();
  const sources = new Map<string, string>();
  for (const [path, parsed] of site.templates) {
    files.set(nameOfPath(path), factsOfFile(path, parsed));
    sources.set(nameOfPath(path), parsed.source);
  }
  const names = new Set([...site.templates.keys(), ...site.plain.keys()].map(nameOfPath));
  const view = { files, exists: (name: string) => names.has(name), names: () => names };
  const findings = checkFacts(view, (name) => sources.get(name) ?? "");
  const diagnostics: FileDiagnostic[] = [];
  for (const [file, { source, diagnostics: syntax }] of site.templates) {
    const found = (findings.get(nameOfPath(file)) ?? []).flatMap((finding) => toDiagnostic(finding, severities) ?? []);
    for (const diagnostic of [...syntax, ...found]) diagnostics.push({ file, source, diagnostic });
  }
  return diagnostics;
}

/** Syntax errors only, for builds: what the rules find is no reason to hold one up. */
export function syntaxDiagnostics(site: SiteFiles): FileDiagnostic[] {
  return [...site.templates].flatMap(([file, { source, diagnostics }]) =>
    diagnostics.map((diagnostic) => ({ file, source, diagnostic })),
  );
}
