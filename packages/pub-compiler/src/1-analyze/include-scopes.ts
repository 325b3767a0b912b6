/**
 * Which variables of their includer the files of a program can see: only what they, or files that they include, mention
 * (pub-language.md §8).
 */
import { type FileFacts, includedNames } from "./reach.js";
import type { WaitingIndex } from "./waiting.js";

/** By constant file name of includes: the names that the files found may mention; null when they may look up any. */
export type Mentions = ReadonlyMap<string, ReadonlySet<string> | null>;

/** What the files of a program mention that are included by constant names. */
export function findMentions(files: ReadonlyMap<string, FileFacts>, index: WaitingIndex): Mentions {
  const targets = new Map<string, string[]>();
  for (const [file, names] of index.requested) {
    for (const name of names.names()) {
      const known = targets.get(name);
      if (known === undefined) targets.set(name, [file]);
      else known.push(file);
    }
  }
  return new Map([...targets.keys()].map((name) => [name, mentionedBy(name, targets, files)]));
}

function mentionedBy(
  name: string,
  targets: ReadonlyMap<string, readonly string[]>,
  files: ReadonlyMap<string, FileFacts>,
): ReadonlySet<string> | null {
  const mentioned = new Set<string>();
  const seen = new Set<string>();
  const pending = [...(targets.get(name) ?? [])];
  for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
    const facts = files.get(file);
    if (seen.has(file) || facts === undefined) continue;
    seen.add(file);
    if (facts.features.dynamicNames || facts.bodies.some((body) => body.includesUnknown)) return null;
    for (const value of facts.values) mentioned.add(value);
    for (const body of facts.bodies) for (const called of body.calls) mentioned.add(called);
    for (const included of includedNames(facts)) pending.push(...(targets.get(included) ?? []));
  }
  return mentioned;
}
