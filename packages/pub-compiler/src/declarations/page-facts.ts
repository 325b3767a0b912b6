/**
 * What the text of one template says about the variables that it needs from outside. Plain data without reference to the
 * syntax tree: it can be cached and sent between threads.
 */

export interface PageFacts {
  /** What happens to free names, in the order of the text. */
  readonly events: readonly PageEvent[];
  /** Names of universals that the file sets: they outlive the run. */
  readonly universals: readonly string[];
  /** The comment of the file; null when it has none. */
  readonly documentation: PageDocumentation | null;
}

export type PageEvent =
  /** A name without variable of the file is read; one that is not `needed` may be missing. */
  | { readonly kind: "read"; readonly name: string; readonly needed: boolean }
  /** A name gets a value that stays when the file has run. */
  | { readonly kind: "set"; readonly name: string }
  /** Names get values that only a run can tell: `bind(x, …)`. */
  | { readonly kind: "set-any" }
  /** Names are read that only a run can tell: `lookup(x)`, `dump_env()`. */
  | { readonly kind: "read-any" }
  | IncludeEvent
  /** One of the alternatives runs; none of them may if they are not `complete`. */
  | {
      readonly kind: "branch";
      readonly alternatives: readonly (readonly PageEvent[])[];
      readonly complete: boolean;
      /** Names whose value decides: an alternative that sets one of them gives it a value when it has none. */
      readonly tested: readonly string[];
    }
  /** Runs any number of times. */
  | { readonly kind: "loop"; readonly events: readonly PageEvent[] }
  /** Runs later or never: the body of a function. */
  | { readonly kind: "later"; readonly events: readonly PageEvent[] };

export interface IncludeEvent {
  readonly kind: "include";
  /** The constant parts of the file's name; one part means that the whole name is known. */
  readonly parts: readonly string[];
  /** The variable that holds the whole name. */
  readonly nameIn: string | null;
  /** Names of the including file that the included one sees. */
  readonly visible: readonly string[];
  /** What the second argument hands over, as far as it is a literal. */
  readonly passed: PassedEntries;
  /** The second argument is computed: it may set any name. */
  readonly setsAny: boolean;
  /** The variable that is the second argument. */
  readonly passedIn: string | null;
}

export type PassedEntries = Readonly<Record<string, Passed>>;

/** A value that is handed over: the name of a free variable, a constant text, a dictionary, or something else. */
export type Passed = { readonly name: string } | { readonly text: string } | { readonly entries: PassedEntries } | null;

/** A comment `/** … *\/` that describes a page. */
export interface PageDocumentation {
  /** Byte string, as the rest; empty when only variables are described. */
  readonly text: string;
  readonly variables: readonly VariableDocumentation[];
}

/** `@param {type} [name] text` */
export interface VariableDocumentation {
  readonly name: string;
  readonly optional: boolean;
  /** In TypeScript; null when none is given. */
  readonly type: string | null;
  readonly text: string;
}
