/**
 * Which site a single file belongs to, when nobody says so.
 */
import { existsSync, readFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join, parse, relative } from "node:path";

const ABSOLUTE_INCLUDE = /\b(?:include|load)\s*\(?\s*["']\/([^"'%\\]+)["']/g;

/**
 * The root of the site of a file: the nearest folder above it in which one of its absolute includes is found; without such an
 * include the working directory if the file is somewhere below it, else its own folder.
 */
export function siteOfFile(path: string): string {
  const names = [...readFileSync(path, "utf8").matchAll(ABSOLUTE_INCLUDE)].map(([, name]) => name);
  for (let folder = dirname(path); names.length > 0; folder = dirname(folder)) {
    if (names.some((name) => existsSync(join(folder, name)))) return folder;
    if (folder === parse(folder).root) break;
  }
  const here = process.cwd();
  const isBelow = !relative(here, path).startsWith("..") && relative(here, path) !== "";
  const isTooLarge = [parse(here).root, homedir(), tmpdir()].includes(here);
  return isBelow && !isTooLarge && names.length === 0 ? here : dirname(path);
}
