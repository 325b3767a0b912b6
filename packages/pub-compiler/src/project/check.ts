/**
 * What a build reports of a site; the rules of `pubc check` are in `checks/`.
 */
import type { FileDiagnostic } from "./compile.js";
import type { SiteFiles } from "./site.js";

/** Syntax errors only: what the rules find is no reason to hold a build up. */
export function syntaxDiagnostics(site: SiteFiles): FileDiagnostic[] {
  return [...site.templates].flatMap(([file, { source, diagnostics }]) =>
    diagnostics.map((diagnostic) => ({ file, source, diagnostic })),
  );
}
