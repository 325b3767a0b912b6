/**
 * What is known of a whole program, the files that can run together: which functions wait, which are stored where loops
 * can meet them, and whether anything can look at other files' variables by name.
 */
import type { Template } from "pub-parser";
import { features } from "./features.js";
import { analyzeWaiting, type ProgramFile, type WaitAnalysis } from "./waiting.js";

export interface ProgramFacts {
  readonly waiting: WaitAnalysis;
  /** Names of `def`s that are used as values; null when any may be. */
  readonly storedFunctions: ReadonlySet<string> | null;
  /** Some file looks its names up while it runs; it may tell names of universals from local ones. */
  readonly looksUpNames: boolean;
  /**
   * All of it that the code of a template can depend on, as a key: a module generated for one program serves another one
   * with the same key.
   */
  readonly key: string;
  /** A loop may find functions in its list (§6.5). */
  readonly loopsMeetFunctions: boolean;
}

/**
 * Analyses a program. `isComplete` says that `files` are all files that can run; `resolve` gives the files that an include
 * of a constant name may find.
 */
export function analyzeProgram(
  files: readonly ProgramFile[],
  isComplete: boolean,
  resolve: (name: string) => readonly Template[],
): ProgramFacts {
  const waiting = analyzeWaiting(files, isComplete, resolve);
  const storesLambda = files.some((file) => features(file.template).storesLambda);
  const storedFunctions = isComplete ? waiting.storedNames : null;
  const loopsMeetFunctions = !isComplete || storesLambda || waiting.storedNames.size > 0;
  const looksUpNames = !isComplete || files.some((file) => features(file.template).dynamicNames);
  return {
    waiting,
    storedFunctions,
    loopsMeetFunctions,
    looksUpNames,
    key: JSON.stringify([
      waiting.key,
      storedFunctions === null ? null : [...storedFunctions].sort(),
      loopsMeetFunctions,
      looksUpNames,
    ]),
  };
}
