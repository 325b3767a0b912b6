/**
 * Functions that services bring along for their templates (`defineLibrary` of `pub-runtime/service`), as the checks know them.
 */

/** What is known of a library from outside: the result of `defineLibrary` has this shape. */
export interface LibraryDescription {
  readonly name: string;
  /** Names of the functions with their patterns (pub-language.md §14.1). */
  readonly patterns: Readonly<Record<string, string>>;
  /** Functions among them that wait. */
  readonly blocking?: readonly string[];
}

/** One function of such a library. */
export interface OwnFunction {
  readonly library: string;
  readonly required: number;
  readonly optional: number;
  readonly blocking: boolean;
}

/** The functions of libraries by name; of two with the same name the last one counts. */
export function ownFunctions(libraries: readonly LibraryDescription[]): Map<string, OwnFunction> {
  const found = new Map<string, OwnFunction>();
  for (const { name: library, patterns, blocking = [] } of libraries) {
    for (const [name, pattern] of Object.entries(patterns)) {
      const [required, optional = ""] = pattern.split("|");
      found.set(name, {
        library,
        required: required.length,
        optional: optional.length,
        blocking: blocking.includes(name),
      });
    }
  }
  return found;
}
