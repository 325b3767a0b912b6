/**
 * Checking a site: what can be said of its templates without running them.
 */
import type { FileDiagnostic } from "./compile.js";
import type { SiteFiles } from "./site.js";

/** All diagnostics of a site, by file and position. */
export function checkSite(site: SiteFiles): FileDiagnostic[] {
  const diagnostics: FileDiagnostic[] = [];
  for (const [file, parsed] of site.templates) {
    for (const diagnostic of parsed.diagnostics) diagnostics.push({ file, source: parsed.source, diagnostic });
  }
  return diagnostics;
}
