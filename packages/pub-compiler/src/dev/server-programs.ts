/**
 * Where the programs of okd are: `pubc` does not depend on the server, so it is the project's or stands beside `pubc`.
 */
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export interface ServerPrograms {
  readonly okd: string;
  readonly okmgr: string;
}

/** The programs of the package okd that a project in `folder` uses; null when it is not installed. */
export function findServerPrograms(folder: string): ServerPrograms | null {
  for (const candidate of candidates(resolve(folder))) {
    const programs = { okd: join(candidate, "bin/okd.js"), okmgr: join(candidate, "bin/okmgr.js") };
    if (existsSync(programs.okd)) return programs;
  }
  return null;
}

function* candidates(start: string): Generator<string> {
  for (let folder = start; ; folder = dirname(folder)) {
    yield join(folder, "node_modules/okd");
    if (dirname(folder) === folder) break;
  }
  try {
    // What its entry is called does not matter: the programs are beside the folder of it.
    yield dirname(dirname(fileURLToPath(import.meta.resolve("okd"))));
  } catch {
    // Not installed beside this command either.
  }
}
