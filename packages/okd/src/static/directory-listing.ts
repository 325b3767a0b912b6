// The page that lists a directory of the site which has no index file, where the configuration wants it.

import { escapeHtml } from "pub-runtime/service";
import type { Manifest } from "./site.js";
import { siteFile } from "./site-path.js";

/**
 * The names in a directory (absolute path inside the site with a slash at its end, Unicode), directories with a slash and
 * first; null when there is nothing that may be served.
 */
export function namesIn(directory: string, { templates, files }: Manifest): string[] | null {
  const names = new Set<string>();
  for (const path of [...Object.keys(templates), ...Object.keys(files)]) {
    if (!path.startsWith(directory) || siteFile(encodeURI(path), "") === null) continue;
    const rest = path.slice(directory.length);
    const slash = rest.indexOf("/");
    names.add(slash === -1 ? rest : rest.slice(0, slash + 1));
  }
  if (names.size === 0) return null;
  const isDirectory = (name: string) => Number(name.endsWith("/"));
  return [...names].sort((a, b) => isDirectory(b) - isDirectory(a) || (a < b ? -1 : 1));
}

/** The page, UTF-8. */
export function listingPage(directory: string, names: readonly string[]): Uint8Array {
  const title = escapeHtml(directory);
  const shown = directory === "/" ? names : ["../", ...names];
  const items = shown.map(
    (name) =>
      `<li><a href="./${escapeHtml(encodeURI(name).replace(/[?#]/g, encodeURIComponent))}">${escapeHtml(name)}</a></li>`,
  );
  const head = `<!DOCTYPE html>\n<html><head><meta charset="utf-8"><title>${title}</title></head>\n`;
  return Buffer.from(`${head}<body><h1>${title}</h1>\n<ul>\n${items.join("\n")}\n</ul></body></html>\n`);
}
