/**
 * The files of a site and which of them are templates.
 */
import { type Dirent, readdirSync } from "node:fs";
import { extname, join, resolve } from "node:path";

/** Extensions that are always templates. */
const TEMPLATE_EXTENSIONS = new Set([".pub", ".html", ".htm", ".conf"]);
/** Extensions of text that is a template when it contains template markup. */
const TEXT_EXTENSIONS = new Set([".txt", ".xml", ".json", ".rss", ".atom", ".svg", ".csv", ".ics", ".vcf", ".xhtml"]);
const MARKUP = /\{%|%\{/;

const IGNORED_FOLDERS = new Set(["node_modules"]);

/** All files below a folder as paths with `/`, sorted; hidden files and `excluded` folders are left out. */
export function listFiles(root: string, excluded: readonly string[] = []): string[] {
  const skipped = new Set(excluded.map((path) => resolve(path)));
  const files: string[] = [];
  const visit = (folder: string, below: string): void => {
    for (const entry of entries(folder)) {
      const { name } = entry;
      if (name.startsWith(".")) continue;
      if (entry.isFile()) files.push(below + name);
      else if (entry.isDirectory() && !IGNORED_FOLDERS.has(name)) {
        const path = join(folder, name);
        if (!skipped.has(path)) visit(path, `${below}${name}/`);
      }
    }
  };
  visit(resolve(root), "");
  return files.sort();
}

function entries(folder: string): Dirent[] {
  return readdirSync(folder, { withFileTypes: true });
}

/** True when a file is compiled as a template; other files are delivered as they are. */
export function isTemplate(path: string, content: () => string): boolean {
  const extension = extname(path).toLowerCase();
  if (TEMPLATE_EXTENSIONS.has(extension)) return true;
  return TEXT_EXTENSIONS.has(extension) && MARKUP.test(content());
}

/** Configuration in pub syntax is compiled, but never delivered to visitors. */
export function isPrivate(path: string): boolean {
  return extname(path).toLowerCase() === ".conf";
}
