// Which directories a service's module and the packages that it imports are in: what Node's module loader will read.

import { existsSync, readdirSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * Absolute paths of directories: the one of the package (up to the nearest `package.json`, else the
 * module's own), each `node_modules` above, and packages that are linked from there, with what they need in turn.
 */
export function moduleDirectories(module: string): string[] {
  const found = new Set<string>();
  addPackage(existing(module), found);
  return [...found];
}

function addPackage(path: string, found: Set<string>): void {
  const folder = packageFolder(path);
  if (found.has(folder)) return;
  found.add(folder);
  for (let at = dirname(path); ; at = dirname(at)) {
    const modules = join(at, "node_modules");
    if (existsSync(modules) && !found.has(modules)) {
      found.add(modules);
      // It may be a link itself; the packages in it are then above and beside its target.
      const target = existing(modules);
      if (target !== modules) addPackage(join(target, "package.json"), found);
      for (const linked of linkedPackages(target)) addPackage(join(linked, "package.json"), found);
    }
    if (at === dirname(at)) return;
  }
}

function packageFolder(path: string): string {
  for (let at = dirname(path); at !== dirname(at); at = dirname(at)) {
    if (existsSync(join(at, "package.json"))) return at;
  }
  return dirname(path);
}

/** Packages of a work space or of `npm link` are links out of `node_modules`. */
function linkedPackages(modules: string): string[] {
  return readdirSync(modules, { withFileTypes: true }).flatMap((entry) => {
    const path = join(modules, entry.name);
    if (entry.isDirectory() && entry.name.startsWith("@")) return linkedPackages(path);
    if (!entry.isSymbolicLink()) return [];
    const target = existing(path);
    return target.startsWith(`${modules}/`) ? [] : [target];
  });
}

/** A link that leads nowhere leads to itself. */
function existing(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
