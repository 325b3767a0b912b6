/**
 * `check` of the library.
 */
import type { Severities } from "../checks/diagnostics.js";
import type { LibraryDescription } from "../checks/own-libraries.js";
import { type SourceDiagnostic, sourceDiagnostic } from "../checks/source-diagnostic.js";
import { checkTree } from "../checks/tree.js";

export interface CheckRequest {
  /** Folder of the site. */
  readonly root: string;
  /** Severities of rules, instead of their own. */
  readonly rules?: Severities;
  /** Libraries of own functions, as `defineLibrary` makes them. */
  readonly libraries?: readonly LibraryDescription[];
}

export interface CheckReport {
  /** There are no errors. */
  readonly ok: boolean;
  readonly errors: number;
  readonly warnings: number;
  /** In the order of files and places. */
  readonly diagnostics: readonly SourceDiagnostic[];
}

/** Checks a site as `pubc check` does. Rejects when the folder cannot be read. */
export async function check({ root, rules, libraries }: CheckRequest): Promise<CheckReport> {
  return report(await checkTree(root, { severities: rules, libraries }));
}

/** Diagnostics, counted. */
export function report(found: Parameters<typeof sourceDiagnostic>[0][]): CheckReport {
  const diagnostics = found.map(sourceDiagnostic);
  const errors = diagnostics.filter(({ severity }) => severity === "error").length;
  return { ok: errors === 0, errors, warnings: diagnostics.length - errors, diagnostics };
}
