/**
 * Names that are resolved while compiling: the local layers of a routine as far as its code shows them
 * (pub-language.md §7). A local variable becomes a JavaScript variable, a free name a slot fetched when the file starts.
 */

/** A local variable. */
export interface Variable {
  /** Name of the JavaScript variable (or of the slot constant of a universal). */
  readonly code: string;
  /** The variable may be unbound when it is read: it was declared in a branch, or is an optional parameter. */
  certain: boolean;
  /** Declared without a value: holds `undefined` as an empty slot (§4.3). */
  readonly mayBeEmpty: boolean;
  /** False while the values of its own declaration are evaluated. */
  bound: boolean;
  /** A name that refers to universals; `code` is the slot. */
  readonly isUniversal: boolean;
}

export type StaticLayer = Map<string, Variable>;

/** The extent of local layers: a routine, or a round of a loop (§7.4). */
export interface Extent {
  /** Branch depth at which the extent begins. */
  readonly depth: number;
  /** JavaScript variables to declare, unbound, where the extent begins. */
  readonly declarations: string[];
}

export class StaticScope {
  readonly layers: StaticLayer[] = [];
  readonly extents: Extent[] = [{ depth: 0, declarations: [] }];
  /** How many branches (`if`, `switch`, heredoc, …) the code being generated is in. */
  private depth = 0;

  constructor(
    /** Layers captured from the routine around, outermost first. */
    private readonly captured: readonly StaticLayer[],
    readonly insideFunction: boolean,
  ) {}

  get extent(): Extent {
    return this.extents[this.extents.length - 1];
  }

  /** True when what is declared here is bound for the rest of the extent. */
  get isUnconditional(): boolean {
    return this.depth === this.extent.depth;
  }

  /** The layers that a function created here captures. */
  snapshot(): StaticLayer[] {
    return [...this.captured, ...this.layers];
  }

  /** Generates code that may or may not run: what it declares is uncertain afterwards. */
  branch(generate: () => void): void {
    const count = this.layers.length;
    this.depth++;
    generate();
    this.depth--;
    for (const layer of this.layers.slice(count)) for (const variable of layer.values()) variable.certain = false;
  }

  /** Generates the rounds of a loop: what they declare is gone afterwards. Returns the variables to declare in a round. */
  rounds(generate: () => void): string[] {
    const count = this.layers.length;
    this.depth++;
    const extent: Extent = { depth: this.depth, declarations: [] };
    this.extents.push(extent);
    generate();
    this.extents.pop();
    this.depth--;
    this.layers.length = count;
    return extent.declarations;
  }

  /**
   * The variables that a name may mean, best first: each but the last may be unbound. `isFree` says that when all are
   * unbound, the name means something outside.
   */
  resolve(name: string): { variables: Variable[]; isFree: boolean } {
    const variables: Variable[] = [];
    for (const [layers, isOwn] of [[this.layers, true] as const, [this.captured, false] as const]) {
      for (let index = layers.length - 1; index >= 0; index--) {
        const variable = layers[index].get(name);
        if (variable === undefined || (isOwn && !variable.bound)) continue;
        variables.push(variable);
        if (variable.certain && variable.bound) return { variables, isFree: false };
      }
    }
    return { variables, isFree: true };
  }

  /** All names that local variables have here; what a captured declaration binds later counts, too. */
  names(): string[] {
    const names = new Set<string>();
    for (const layer of this.captured) for (const name of layer.keys()) names.add(name);
    for (const layer of this.layers) for (const [name, variable] of layer) if (variable.bound) names.add(name);
    return [...names];
  }
}
