/**
 * The optimisations that the compiler makes, each of which can be switched off: one table for the compiler, its command
 * line and the documentation. None of them may change what a page prints.
 */
export const optimizations = {
  "static-names":
    "Names are resolved while compiling: local variables become JavaScript variables, other names are fetched once a file.",
  records:
    "Dictionaries whose keys are written in the template, or given by a service, are JavaScript objects; `x.name` reads a property.",
  "reading-loops": "A loop that only reads its elements neither copies them nor writes them back.",
  "direct-calls":
    "Built-ins that no template redefines are called without being looked up; functions are called without argument lists.",
  "held-text": "Text printed before a call that cannot print is not written out before it.",
  "include-scopes":
    "An included file is handed only the local variables that it, or a file that it includes, mentions.",
  "constant-folding": "Operations on constants are done while compiling.",
} as const;

export type OptimizationName = keyof typeof optimizations;

export const optimizationNames = Object.keys(optimizations) as OptimizationName[];

/** All optimisations but those named. */
export function optimizationsWithout(names: readonly OptimizationName[]): ReadonlySet<OptimizationName> {
  return new Set(optimizationNames.filter((name) => !names.includes(name)));
}

export const allOptimizations: ReadonlySet<OptimizationName> = optimizationsWithout([]);

export const noOptimizations: ReadonlySet<OptimizationName> = new Set();
