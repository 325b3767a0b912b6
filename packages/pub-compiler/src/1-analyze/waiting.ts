/**
 * Which files and functions may wait (pub-language.md §7.7, ruling L8). What cannot reach a function that waits stays
 * synchronous. The analysis is of names: a call of `f` may reach any `def f` of the program. Indexes of who calls and
 * includes what are kept from one change of a file to the next, so that finding what waits again costs what waits, not
 * what there is.
 */
import { CountedNames, MembersByName } from "./counted-names.js";
import { blockingNames, builtinNames } from "./library.js";
import { type BodyFacts, type FileFacts, includedNames } from "./reach.js";

/** Built-ins that call functions handed to them. */
const CALLERS = new Set(["sort", "replace", "shotgun", "fork"]);

/** A body of a file. */
export interface BodyReference {
  readonly file: string;
  /** Position in the file's list of bodies. */
  readonly number: number;
  readonly facts: BodyFacts;
}

/** The files that an include of a name by a file may mean, as names below the root. */
export type IncludeCandidates = (name: string, includer: string) => readonly string[];

/** What waits, in terms of names. */
export interface Waiting {
  /** Names whose calls wait because some function or built-in of that name does. */
  readonly names: ReadonlySet<string>;
  /** A function that waits is used as a value: any call of a variable may reach it. */
  readonly escaped: boolean;
  /** Constant file names that are included and may find a file that waits. */
  readonly includes: ReadonlySet<string>;
  /** An include of a computed name may wait. */
  readonly computedIncludes: boolean;
  /** The bodies that wait. */
  readonly bodies: ReadonlySet<BodyReference>;
}

export class WaitingIndex {
  /** Names of `def`s. */
  readonly defined = new CountedNames();
  readonly bound = new CountedNames();
  readonly values = new CountedNames();
  private readonly starred = new CountedNames();
  /** The bodies of `def`s. */
  readonly definitions = new MembersByName<BodyReference>();
  /** Bodies that print text themselves, and those that call what has no name. */
  readonly printers = new Set<BodyReference>();
  readonly printUnknown = new Set<BodyReference>();
  readonly callers = new MembersByName<BodyReference>();
  private readonly includers = new MembersByName<BodyReference>();
  private readonly callUnknown = new Set<BodyReference>();
  private readonly includeUnknown = new Set<BodyReference>();
  /** File → the names under which it is included, once for each file that does. */
  readonly requested = new Map<string, CountedNames>();
  private readonly bodies = new Map<string, readonly BodyReference[]>();
  /** Files from which blocking built-ins may be reached without their names. */
  private readonly reaching = new Set<string>();

  constructor(
    /** The files of the program are all files that can run; otherwise unknown names and computed includes may wait. */
    private readonly isComplete: boolean,
    private readonly candidates: IncludeCandidates,
  ) {}

  /** The bodies of a file. */
  bodiesOf(file: string): readonly BodyReference[] {
    return this.bodies.get(file) ?? [];
  }

  add(file: string, facts: FileFacts): void {
    this.bodies.set(
      file,
      facts.bodies.map((body, number) => ({ file, number, facts: body })),
    );
    this.change(file, facts, 1);
  }

  /** Takes a file away; `facts` are those it was added with. */
  remove(file: string, facts: FileFacts): void {
    this.change(file, facts, -1);
    this.bodies.delete(file);
  }

  private change(file: string, facts: FileFacts, by: 1 | -1): void {
    this.defined.change(
      facts.bodies.flatMap((body) => body.name ?? []),
      by,
    );
    this.bound.change(facts.bound, by);
    this.values.change(facts.values, by);
    this.starred.change(facts.starred, by);
    changeMember(this.reaching, file, facts.reachesLibraryByName ? by : -1);
    for (const body of this.bodiesOf(file)) {
      for (const name of body.facts.calls) this.callers.change(name, body, by);
      for (const name of body.facts.includes) this.includers.change(name, body, by);
      if (body.facts.name !== null) this.definitions.change(body.facts.name, body, by);
      changeMember(this.printers, body, body.facts.prints ? by : -1);
      changeMember(this.printUnknown, body, body.facts.printsUnknown ? by : -1);
      changeMember(this.callUnknown, body, body.facts.callsUnknown ? by : -1);
      changeMember(this.includeUnknown, body, body.facts.includesUnknown ? by : -1);
    }
    for (const name of includedNames(facts)) {
      for (const target of new Set(this.candidates(name, file))) {
        let names = this.requested.get(target);
        if (names === undefined) {
          names = new CountedNames();
          this.requested.set(target, names);
        }
        names.change([name], by);
      }
    }
  }

  /** Finds what waits, beginning with the blocking built-ins. */
  find(): Waiting {
    const names = new Set<string>();
    const includes = new Set<string>();
    const bodies = new Set<BodyReference>();
    const pending: BodyReference[] = [];
    let escaped = false;
    let computedIncludes = false;

    const nameWaits = (name: string): void => {
      if (names.has(name)) return;
      names.add(name);
      pending.push(...this.callers.get(name));
    };
    const includeWaits = (name: string): void => {
      if (includes.has(name)) return;
      includes.add(name);
      pending.push(...this.includers.get(name));
    };
    const computedIncludeWaits = (): void => {
      if (computedIncludes) return;
      computedIncludes = true;
      pending.push(...this.includeUnknown);
    };
    const letEscape = (): void => {
      if (escaped) return;
      escaped = true;
      for (const name of this.callers.names()) if (mayBeAnything(name, this)) pending.push(...this.callers.get(name));
      pending.push(...this.callUnknown);
    };

    for (const name of blockingNames) nameWaits(name);
    // What neither the program nor the library has may be a function of a service's own library; the stars say that it waits.
    for (const name of this.starred.names()) {
      if (!this.defined.has(name) && !this.bound.has(name) && !builtinNames.has(name)) nameWaits(name);
    }
    if (!this.isComplete) computedIncludeWaits();
    if (
      this.reaching.size > 0 ||
      (!this.isComplete && this.includeUnknown.size > 0) ||
      [...blockingNames].some((name) => this.values.has(name))
    ) {
      letEscape();
    }
    for (let body = pending.pop(); body !== undefined; body = pending.pop()) {
      if (bodies.has(body)) continue;
      bodies.add(body);
      const { name, isLambda } = body.facts;
      if (body.number === 0) {
        computedIncludeWaits();
        for (const requested of this.requested.get(body.file)?.names() ?? []) includeWaits(requested);
      }
      if (name !== null) nameWaits(name);
      if (isLambda || (name !== null && this.values.has(name))) letEscape();
    }
    return { names, escaped, includes, computedIncludes, bodies };
  }
}

/** True for names that may mean any function where one that waits is used as a value. */
export function mayBeAnything(
  name: string,
  program: { readonly bound: { has(name: string): boolean }; readonly defined: { has(name: string): boolean } },
): boolean {
  if (program.bound.has(name) || CALLERS.has(name)) return true;
  return !program.defined.has(name) && !builtinNames.has(name);
}

function changeMember<Member>(set: Set<Member>, member: Member, by: 1 | -1): void {
  if (by === 1) set.add(member);
  else set.delete(member);
}
