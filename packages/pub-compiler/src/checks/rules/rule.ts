/**
 * What is known of a rule: one entry drives the checks, `pubc check --list`, the documentation and its tests.
 */
import type { Severity } from "pub-parser";

export interface Rule {
  /** `error` for what fails in every execution, `warning` for what is very likely not meant. */
  readonly severity: Severity;
  /** One line. */
  readonly summary: string;
  /** Why it matters and what to do, in Markdown. */
  readonly explanation: string;
  /** A template that the rule reports once. */
  readonly bad: string;
  /** The same without the mistake. */
  readonly good: string;
  /** Other files of the example, beside `page.html`. */
  readonly files?: Readonly<Record<string, string>>;
  /** Those of them that are different without the mistake. */
  readonly goodFiles?: Readonly<Record<string, string>>;
}
