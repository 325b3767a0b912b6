/**
 * What the names of files in includes refer to, by the rules of pub-language.md §8.1, and which pages run together with
 * files that look at variables by name.
 */
import { posix } from "node:path";
import { type FileFacts, includedNames } from "../1-analyze/reach.js";
import { relativeName } from "./paths.js";

/** The files that a requested name may mean, as names below the root: from the root, then from the including file. */
export function includeCandidates(name: string, includer: string): string[] {
  const names = name.startsWith("/") ? [name] : [name, posix.join(posix.dirname(includer), name)];
  return names.flatMap((candidate) => relativeName(candidate) ?? []);
}

export interface ReflectiveRuns {
  /** The pages in whose runs variables can be looked at by name from other files. */
  readonly entries: ReadonlySet<string>;
  /** All files of such runs: their names cannot be resolved while compiling. */
  readonly files: ReadonlySet<string>;
}

/** Finds the runs that a file takes part in which looks at variables of others by name. `files` are all that can run. */
export function reflectiveRuns(files: ReadonlyMap<string, FileFacts>): ReflectiveRuns {
  const start = [...files].filter(([, facts]) => facts.features.reflective).map(([name]) => name);
  if (start.length === 0) return { entries: new Set(), files: new Set() };
  const forward = new Map([...files].map(([name, facts]) => [name, included(name, facts, files)]));
  const backward = new Map<string, string[]>();
  for (const [name, targets] of forward) {
    for (const target of targets) {
      const includers = backward.get(target);
      if (includers === undefined) backward.set(target, [name]);
      else includers.push(name);
    }
  }
  const entries = reachable(start, backward);
  return { entries, files: reachable([...entries], forward) };
}

/** The files that a file may include: by constant names, or those that fit the constant parts of a computed one. */
function included(name: string, facts: FileFacts, files: ReadonlyMap<string, FileFacts>): string[] {
  const found = [...includedNames(facts)]
    .flatMap((requested) => includeCandidates(requested, name))
    .filter((candidate) => files.has(candidate));
  if (facts.includePatterns.length === 0) return found;
  const patterns = facts.includePatterns.map((pattern) => new RegExp(pattern));
  const folder = name.slice(0, name.lastIndexOf("/") + 1);
  for (const candidate of files.keys()) {
    const relative = candidate.startsWith(folder) ? candidate.slice(folder.length) : candidate;
    const forms = [candidate, `/${candidate}`, relative];
    if (patterns.some((pattern) => forms.some((form) => pattern.test(form)))) found.push(candidate);
  }
  return found;
}

function reachable(start: readonly string[], edges: ReadonlyMap<string, readonly string[]>): Set<string> {
  const seen = new Set(start);
  const queue = [...start];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    for (const target of edges.get(next) ?? []) {
      if (seen.has(target)) continue;
      seen.add(target);
      queue.push(target);
    }
  }
  return seen;
}
