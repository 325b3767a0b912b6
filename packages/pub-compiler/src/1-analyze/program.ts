/**
 * What is known of a whole program, the files that can run together: which functions wait, which are stored where loops
 * can meet them, and whether anything can look at other files' variables by name. Files can be added, changed and removed.
 */
import type { Template } from "pub-parser";
import { findMentions, type Mentions } from "./include-scopes.js";
import { builtinNames } from "./library.js";
import { findPrinting, findReaders } from "./printing.js";
import { type Answers, ProgramFacts } from "./questions.js";
import { type FileFacts, fileFacts, includedNames } from "./reach.js";
import { type IncludeCandidates, WaitingIndex } from "./waiting.js";

/** Contributions of one file to what the whole program does. */
const TRAITS = {
  storesLambda: (facts: FileFacts) => facts.features.storesLambda,
  dynamicNames: (facts: FileFacts) => facts.features.dynamicNames,
  bindsUnknownNames: (facts: FileFacts) => facts.bindsUnknownNames,
} as const;
type Trait = keyof typeof TRAITS;

export class Program {
  private readonly files = new Map<string, FileFacts>();
  private readonly index: WaitingIndex;
  private readonly traits: Record<Trait, Set<string>> = {
    storesLambda: new Set(),
    dynamicNames: new Set(),
    bindsUnknownNames: new Set(),
  };
  private known: Answers | null = null;
  /** Kept as long as only files change that nothing includes. */
  private mentions: Mentions | null = null;

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
    for (const trait of Object.keys(TRAITS) as Trait[]) {
      if (facts !== null && TRAITS[trait](facts)) this.traits[trait].add(file);
      else this.traits[trait].delete(file);
    }
    this.known = null;
    const isIncluded = this.index.requested.has(file);
    if (isIncluded || includesDiffer(before, facts)) this.mentions = null;
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

  private mentioned(): Mentions {
    this.mentions ??= findMentions(this.files, this.index);
    return this.mentions;
  }

  private find(): Answers {
    const { index, isComplete, traits } = this;
    const { names, escaped, includes, computedIncludes, bodies } = index.find();
    const worksOnNames = traits.dynamicNames.size > 0;
    const bindsUnknownNames = worksOnNames || traits.bindsUnknownNames.size > 0;
    const printing = findPrinting(index, worksOnNames);
    const needsNames = escaped || printing.stored;
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
      bound: new Set(needsNames ? index.bound.names() : []),
      defined: new Set(needsNames ? index.defined.names() : []),
      printingNames: printing.names,
      printersAreStored: printing.stored,
      anythingPrints: !isComplete || (printing.stored && bindsUnknownNames),
      boundBuiltins: isComplete
        ? new Set([...builtinNames].filter((name) => index.defined.has(name) || index.bound.has(name)))
        : builtinNames,
      readers: isComplete && !bindsUnknownNames ? findReaders(index) : new Set(),
      mentions: isComplete ? this.mentioned() : new Map(),
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

function includesDiffer(before: FileFacts | undefined, after: FileFacts | null): boolean {
  const names = (facts: FileFacts | null | undefined) => (facts ? [...includedNames(facts)].sort().join("\n") : "");
  return names(before) !== names(after);
}
