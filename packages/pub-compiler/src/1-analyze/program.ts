/**
 * What is known of a whole program, the files that can run together: which functions wait, which are stored where loops
 * can meet them, and whether anything can look at other files' variables by name. Files can be added, changed and removed.
 */
import type { Template } from "pub-parser";
import { type Answers, ProgramFacts } from "./questions.js";
import { type FileFacts, fileFacts } from "./reach.js";
import { type IncludeCandidates, WaitingIndex } from "./waiting.js";

/** Contributions of one file to what the whole program does. */
type Trait = "storesLambda" | "dynamicNames";
const TRAITS: readonly Trait[] = ["storesLambda", "dynamicNames"];

export class Program {
  private readonly files = new Map<string, FileFacts>();
  private readonly index: WaitingIndex;
  private readonly traits: Record<Trait, Set<string>> = { storesLambda: new Set(), dynamicNames: new Set() };
  private known: Answers | null = null;

  /** `isComplete` says that the files will be all files that can run; `candidates` are the files that an include may find. */
  constructor(
    private readonly isComplete: boolean,
    candidates: IncludeCandidates,
  ) {
    this.index = new WaitingIndex(isComplete, candidates);
  }

  /** Adds a file or replaces what is known of it; null takes it away. */
  set(file: string, facts: FileFacts | null): void {
    const before = this.files.get(file);
    if (before === (facts ?? undefined)) return;
    if (before !== undefined) this.index.remove(file, before);
    if (facts === null) this.files.delete(file);
    else {
      this.files.set(file, facts);
      this.index.add(file, facts);
    }
    for (const trait of TRAITS) {
      if (facts?.features[trait]) this.traits[trait].add(file);
      else this.traits[trait].delete(file);
    }
    this.known = null;
  }

  /** What the program is known to do now. The same object as long as no file changes. */
  answers(): Answers {
    this.known ??= this.find();
    return this.known;
  }

  /** What is known of the program as the code of one of its files depends on it. */
  factsFor(file: string, template: Template): ProgramFacts {
    return new ProgramFacts(this.answers(), file, template);
  }

  private find(): Answers {
    const { index, isComplete, traits } = this;
    const { names, escaped, includes, computedIncludes, bodies } = index.find();
    const stored = new Set([...index.defined.names()].filter((name) => index.values.has(name)));
    const waitingBodies = new Map<string, number[]>();
    for (const { file, number } of bodies) {
      const numbers = waitingBodies.get(file);
      if (numbers === undefined) waitingBodies.set(file, [number]);
      else numbers.push(number);
    }
    return {
      waitingNames: names,
      escaped,
      // What a name may mean counts only where any function can be called by it.
      bound: new Set(escaped ? index.bound.names() : []),
      defined: new Set(escaped ? index.defined.names() : []),
      waitingIncludes: includes,
      computedIncludesWait: computedIncludes,
      waitingBodies,
      storedFunctions: isComplete ? stored : null,
      loopsMeetFunctions: !isComplete || traits.storesLambda.size > 0 || stored.size > 0,
      looksUpNames: !isComplete || traits.dynamicNames.size > 0,
    };
  }
}

/** The program of some files. */
export function programOf(
  files: readonly { readonly name: string; readonly template: Template }[],
  isComplete: boolean,
  candidates: IncludeCandidates,
): Program {
  const program = new Program(isComplete, candidates);
  for (const { name, template } of files) program.set(name, fileFacts(template));
  return program;
}
