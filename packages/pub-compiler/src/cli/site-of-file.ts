/**
 * Which site a file or folder belongs to, when nobody says so.
 */
import { existsSync, readFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join, parse, relative } from "node:path";
import { isTemplate, listFiles } from "../project/discover.js";

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

/** Templates of a folder that are asked where its site is. */
const MOST_ASKED = 200;

/**
 * The root of the site of a folder: the folder itself if an absolute include of its templates is found there, else the
 * nearest folder above it in which one is, else its only subfolder in which one is; without any the folder itself.
 */
export function siteOfFolder(folder: string): string {
  const names = new Set<string>();
  const hasOne = (root: string): boolean => [...names].some((name) => existsSync(join(root, name)));
  const templates = listFiles(folder).filter((path) => isTemplate(path, () => ""));
  for (const path of templates.slice(0, MOST_ASKED)) {
    for (const [, name] of readFileSync(join(folder, path), "utf8").matchAll(ABSOLUTE_INCLUDE)) {
      if (existsSync(join(folder, name))) return folder;
      names.add(name);
    }
  }
  for (let above = dirname(folder); above !== parse(folder).root; above = dirname(above)) {
    if (hasOne(above)) return above;
  }
  const below = new Set(templates.filter((path) => path.includes("/")).map((path) => join(folder, path.split("/")[0])));
  const sites = [...below].filter(hasOne);
  return sites.length === 1 ? sites[0] : folder;
}
