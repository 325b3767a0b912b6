/**
 * What a name means at a place of a file: the layers of locals that the text itself shows (pub-language.md §7).
 */
import type { Binding, Expression, Span } from "pub-parser";

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
  /** Variables that are about to be declared: functions inside of their declaration see them already (§7.3). */
  private readonly announced = new Map<string, Variable>();

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

  /** Says which locals the declaration at hand is going to declare. */
  announce(bindings: readonly Binding[]): void {
    for (const { name, nameSpan } of bindings) {
      this.announced.set(name, { kind: "local", name, span: nameSpan, values: [] });
    }
  }

  /** The variable that a name means here, by what is declared so far; null for a free name. */
  find(name: string): Variable | null {
    let isInFunction = false;
    for (let scope: Scope | null = this; scope !== null; scope = scope.parent) {
      const found = scope.own(name, isInFunction);
      if (found !== undefined) return found;
      isInFunction ||= scope.kind === "function";
    }
    return null;
  }

  /** Notes a read in all scopes whose variable of that name it may mean. */
  noteRead(name: string): void {
    let isInFunction = false;
    for (let scope: Scope | null = this; scope !== null; scope = scope.parent) {
      scope.read.add(name);
      const found = scope.own(name, isInFunction);
      if (found !== undefined && found.kind !== "optional") return;
      isInFunction ||= scope.kind === "function";
    }
  }

  private own(name: string, isInFunction: boolean): Variable | undefined {
    return this.variables.get(name)?.at(-1) ?? (isInFunction ? this.announced.get(name) : undefined);
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
