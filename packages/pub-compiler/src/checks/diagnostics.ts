/**
 * The facts of a parsed file, and findings as diagnostics.
 */
import type { Diagnostic, Severity } from "pub-parser";
import type { ParsedFile } from "../project/parsed.js";
import { collectFacts } from "./collect.js";
import type { FileFacts } from "./facts.js";
import type { Finding } from "./finding.js";
import { type RuleName, rules } from "./rules.js";

const factsOf = new WeakMap<ParsedFile, FileFacts>();

/**
 * The facts of a file; the same object for the same parsed file. What could be read of a file with syntax errors still says
 * which names it may set, but is not checked.
 */
export function factsOfFile(path: string, parsed: ParsedFile): FileFacts {
  let facts = factsOf.get(parsed);
  if (facts === undefined) {
    facts = collectFacts(path, parsed.source, parsed.template);
    if (parsed.log.length > 0) facts = onlyNames(facts);
    factsOf.set(parsed, facts);
  }
  return facts;
}

function onlyNames(facts: FileFacts): FileFacts {
  const nothing = {
    findings: [],
    libraryFindings: [],
    ignores: [],
    includes: [],
    calls: [],
    reads: [],
    prints: [],
    unread: [],
  };
  return { ...facts, ...nothing, bindsAny: true, readsAny: true };
}

/** How severe the findings of a rule are; `off` leaves them out. */
export type Severities = Partial<Readonly<Record<RuleName, Severity | "off">>>;

/** A finding as a diagnostic with the severity of its rule; null when the rule is off. */
export function toDiagnostic(finding: Finding, severities: Severities): Diagnostic | null {
  const { rule, span, message, hint, related } = finding;
  const severity = severities[rule] ?? rules[rule].severity;
  if (severity === "off") return null;
  const explained = related?.map((place) => ({ ...place, message: asBytes(place.message) }));
  return {
    code: rule,
    severity,
    message: asBytes(message),
    span,
    ...(hint && { hint: asBytes(hint) }),
    ...(explained && { related: explained }),
  };
}

/** Texts of diagnostics are byte strings: names from a source are so already, our own words are not. */
function asBytes(text: string): string {
  return text.replace(/[\u0100-\uffff]+/g, (wide) => Buffer.from(wide, "utf8").toString("latin1"));
}
