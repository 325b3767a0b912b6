/**
 * How the rules of a site report.
 */
import type { RelatedSpan, Span } from "pub-parser";
import type { Finding } from "../finding.js";
import type { RuleName } from "../rules.js";

export class SiteReport {
  readonly findings = new Map<string, Finding[]>();

  report(
    path: string,
    rule: RuleName,
    span: Span,
    message: string,
    details: { hint?: string; related?: readonly RelatedSpan[] } = {},
  ): void {
    this.add(path, { rule, span, message, ...details });
  }

  add(path: string, finding: Finding): void {
    const found = this.findings.get(path);
    if (found === undefined) this.findings.set(path, [finding]);
    else found.push(finding);
  }
}
