/**
 * What a name means at a place of a file: the layers of locals that the text itself shows (pub-language.md §7).
 */
import type { Expression, Span } from "pub-parser";

export interface Variable {
  readonly kind: "local" | "parameter" | "optional" | "loop";
  readonly name: string;
  readonly span: Span;
  /** What it was given so far; for the variable of a loop the list. */
  readonly values: Given[];
}

/** An expression and where its names are to be looked up. */
export interface Given {
  readonly expression: Expression;
  readonly scope: Scope;
}

export class Scope {
  readonly variables = new Map<string, Variable[]>();
  /** Names that are read inside and mean this scope or one further out. */
  readonly read = new Set<string>();

  constructor(
    readonly parent: Scope | null,
    readonly kind: "file" | "function" | "loop",
  ) {}

  declare(kind: Variable["kind"], { name, span }: { name: string; span: Span }, value: Expression | null): void {
    const variable: Variable = { kind, name, span, values: value === null ? [] : [{ expression: value, scope: this }] };
    const same = this.variables.get(name);
    if (same === undefined) this.variables.set(name, [variable]);
    else same.push(variable);
  }

  /** The variable that a name means here, by what is declared so far; null for a free name. */
  find(name: string): Variable | null {
    for (let scope: Scope | null = this; scope !== null; scope = scope.parent) {
      const found = scope.variables.get(name)?.at(-1);
      if (found !== undefined) return found;
    }
    return null;
  }

  /** Notes a read in all scopes whose variable of that name it may mean. */
  noteRead(name: string): void {
    for (let scope: Scope | null = this; scope !== null; scope = scope.parent) {
      scope.read.add(name);
      const found = scope.variables.get(name)?.at(-1);
      if (found !== undefined && found.kind !== "optional") return;
    }
  }

  /** All names that have a variable here. */
  *names(): Generator<string> {
    for (let scope: Scope | null = this; scope !== null; scope = scope.parent) yield* scope.variables.keys();
  }

  /** The locals that nothing in the scope reads. */
  unread(): Variable[] {
    return [...this.variables.values()].flat().filter(({ kind, name }) => kind === "local" && !this.read.has(name));
  }
}
