/**
 * What each page of a site needs from outside: the facts of its file, joined with those of the files that it includes.
 */
import { posix } from "node:path";
import { includeCandidates } from "../project/program.js";
import type { IncludeEvent, PageEvent, PageFacts, PassedEntries, VariableDocumentation } from "./page-facts.js";

/** What a file needs when it runs without any variable set. */
export interface PageNeeds {
  /** Name of a variable → true when it has to be given. */
  readonly variables: ReadonlyMap<string, boolean>;
  /** It reads names that only a run can tell. */
  readonly readsAny: boolean;
  /** Of the variables, from the files that read them. */
  readonly documentation: ReadonlyMap<string, VariableDocumentation>;
}

interface Summary extends PageNeeds {
  /** Names that have a value when the file has run, and those that may. */
  readonly sets: Names;
  readonly maySet: Names;
  readonly setsAny: boolean;
  /** Includes whose file only the including file knows. */
  readonly deferred: readonly DeferredInclude[];
}

interface DeferredInclude extends IncludeEvent {
  /** Where it stands. */
  readonly file: string;
}

/** Files that a service may run on its own, so that what they set is there for all pages. */
const CONFIGURATION = new Set([".conf", ".pub"]);

/** Names that the language sets. */
const GIVEN: ReadonlySet<string> = new Set(["metadata", "pub3_error", "rfn3"]);

export class SiteNeeds {
  private readonly summaries = new Map<string, Summary | null>();
  private readonly matches = new Map<string, readonly string[]>();
  private everywhere: ReadonlySet<string> | null = null;

  /** Facts by name of the file below the root, a byte string. */
  constructor(private readonly files: ReadonlyMap<string, PageFacts>) {}

  /** The needs of a file. */
  of(name: string): PageNeeds {
    const { variables, readsAny, documentation, deferred } = this.summary(name);
    this.everywhere ??= this.setEverywhere();
    const found = new Map<string, boolean>();
    for (const [variable, required] of variables) {
      if (!GIVEN.has(variable)) found.set(variable, required && !this.everywhere.has(variable));
    }
    // Who writes a page knows best what it needs.
    for (const { name: variable, optional } of this.files.get(name)?.documentation?.variables ?? []) {
      found.set(variable, !optional);
    }
    return { variables: found, readsAny: readsAny || deferred.length > 0, documentation };
  }

  /** Names of universals, and what configuration files set that no other file includes. */
  private setEverywhere(): Set<string> {
    const names = new Set<string>();
    const included = new Set<string>();
    for (const [name, { events, universals }] of this.files) {
      for (const universal of universals) names.add(universal);
      for (const include of includesIn(events)) for (const target of this.targets(include, name)) included.add(target);
    }
    for (const name of this.files.keys()) {
      if (!CONFIGURATION.has(posix.extname(name)) || included.has(name)) continue;
      const { sets, maySet } = this.summary(name);
      for (const set of [...sets, ...maySet]) names.add(set);
    }
    return names;
  }

  private summary(name: string): Summary {
    const known = this.summaries.get(name);
    // A file that includes itself adds nothing by that.
    if (known !== undefined) return known ?? NOTHING;
    const facts = this.files.get(name);
    if (facts === undefined) return NOTHING;
    this.summaries.set(name, null);
    const state = new State(null);
    for (const variable of facts.documentation?.variables ?? []) state.documentation.set(variable.name, variable);
    this.run(facts.events, state, name);
    const { needs: variables, sets, maySet, setsAny, readsAny, documentation, deferred } = state;
    const summary = { variables, sets, maySet, setsAny, readsAny, documentation, deferred };
    this.summaries.set(name, summary);
    return summary;
  }

  private run(events: readonly PageEvent[], state: State, file: string): void {
    for (const event of events) {
      switch (event.kind) {
        case "read":
          state.read(event.name, event.needed);
          break;
        case "set":
          state.sets.add(event.name);
          break;
        case "set-any":
          state.setsAny = true;
          break;
        case "read-any":
          state.readsAny = true;
          break;
        case "include":
          this.include(event, state, file);
          break;
        case "later":
        case "loop":
          this.branch([event.events], event.kind === "loop", false, [], state, file);
          break;
        case "branch":
          this.branch(event.alternatives, event.complete, event.complete, event.tested, state, file);
      }
    }
  }

  /** `readsAll`: what all alternatives need is needed. `setsAll`: what all alternatives set is set. */
  private branch(
    alternatives: readonly (readonly PageEvent[])[],
    readsAll: boolean,
    setsAll: boolean,
    tested: readonly string[],
    state: State,
    file: string,
  ): void {
    const states = alternatives.map((events) => {
      const inner = new State(state);
      this.run(events, inner, file);
      return inner;
    });
    const isInAll = (test: (inner: State) => boolean): boolean => states.every(test);
    for (const inner of states) {
      for (const [name, required] of inner.needs) {
        state.need(name, required && readsAll && isInAll(({ needs }) => needs.get(name) === true));
      }
      for (const name of inner.sets) {
        // `if (!title) { title = "Shop"; }` leaves it with a value either way.
        const isSet = tested.includes(name) || (setsAll && isInAll(({ sets }) => sets.has(name)));
        (isSet ? state.sets : state.maySet).add(name);
      }
      state.maySet.addAll(inner.maySet);
      state.setsAny ||= inner.setsAny;
      state.readsAny ||= inner.readsAny;
      for (const [name, documentation] of inner.documentation) state.document(name, documentation);
      state.deferred.push(...inner.deferred);
    }
  }

  private include(event: IncludeEvent, state: State, file: string): void {
    const { parts, nameIn, passedIn } = event;
    const targets = this.targets(event, file);
    const isOnly = targets.length === 1 && parts.length === 1;
    const byName = new Map<string, boolean>();
    if (nameIn !== null && !state.isSet(nameIn)) {
      state.read(nameIn, true);
      state.deferred.push({ ...event, file });
    } else if (parts.every((part) => part === "" || part === "/")) state.readsAny = true;
    if (passedIn !== null) state.read(passedIn, false);
    for (const target of targets) {
      const summary = this.summary(target);
      for (const [name, required] of summary.variables) byName.set(name, required || byName.get(name) === true);
      this.join(event, summary, isOnly, state);
      for (const deferred of summary.deferred) this.resolve(deferred, event, isOnly, state);
    }
    this.readPassed(event.passed, byName, isOnly, state);
  }

  /** What an included file needs and sets, to the including one. */
  private join(event: IncludeEvent, summary: Summary, isOnly: boolean, state: State): void {
    const { variables, sets, maySet, setsAny, readsAny, documentation } = summary;
    for (const [name, required] of variables) {
      if (Object.hasOwn(event.passed, name) || event.visible.includes(name) || state.isSet(name)) continue;
      state.need(name, required && isOnly && !event.setsAny && state.isRequired(name));
      const described = documentation.get(name);
      if (described !== undefined) state.document(name, described);
    }
    (isOnly ? state.sets : state.maySet).addAll(sets);
    state.maySet.addAll(maySet);
    state.setsAny ||= setsAny;
    state.readsAny ||= readsAny;
  }

  /** An include in an included file whose name, and perhaps dictionary, the including one hands over. */
  private resolve(deferred: DeferredInclude, event: IncludeEvent, isOnly: boolean, state: State): void {
    const { nameIn, passedIn } = deferred;
    const visible = [...deferred.visible, ...event.visible];
    const name = nameIn !== null && Object.hasOwn(event.passed, nameIn) ? event.passed[nameIn] : undefined;
    if (name !== undefined && name !== null && "text" in name) {
      const given = passedIn !== null && Object.hasOwn(event.passed, passedIn) ? event.passed[passedIn] : null;
      const entries = given !== null && "entries" in given ? given.entries : null;
      const passed = { ...event.passed, ...deferred.passed, ...entries };
      const setsAny = deferred.setsAny && entries === null;
      const [target] = this.targets({ ...deferred, parts: [name.text] }, deferred.file);
      if (target === undefined) return;
      const summary = this.summary(target);
      this.join({ ...deferred, visible, passed, setsAny }, summary, isOnly, state);
      if (entries !== null) this.readPassed(entries, summary.variables, isOnly, state);
    } else if (name !== undefined || nameIn === null || visible.includes(nameIn) || state.isSet(nameIn)) {
      // Which file it is can only be known in a run.
      state.readsAny = true;
    } else state.deferred.push({ ...deferred, visible });
  }

  /** The variables that are handed over are read as the included file reads what it gets. */
  private readPassed(
    passed: PassedEntries,
    variables: ReadonlyMap<string, boolean>,
    isOnly: boolean,
    state: State,
  ): void {
    for (const [name, value] of Object.entries(passed)) {
      if (value === null || "text" in value) continue;
      if ("entries" in value) this.readPassed(value.entries, new Map(), isOnly, state);
      else if (!state.isSet(value.name)) {
        state.need(value.name, variables.get(name) === true && isOnly && state.isRequired(value.name));
      }
    }
  }

  private targets({ parts }: IncludeEvent, includer: string): readonly string[] {
    if (parts.length > 1) return this.matching(parts, includer);
    const found = includeCandidates(parts[0], includer).find((candidate) => this.files.has(candidate));
    return found === undefined ? [] : [found];
  }

  /** Files whose names fit a name with computed parts. */
  private matching(parts: readonly string[], includer: string): readonly string[] {
    if (parts.every((part) => part === "" || part === "/")) return [];
    const folder = parts[0].startsWith("/") ? "." : posix.dirname(includer);
    const key = [folder, ...parts].join("\0");
    let found = this.matches.get(key);
    if (found === undefined) {
      const pattern = parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join(".*");
      const names = includeCandidates(pattern, `${folder}/x`).map((each) => new RegExp(`^${each}$`));
      found = [...this.files.keys()].filter((name) => names.some((each) => each.test(name)));
      this.matches.set(key, found);
    }
    return found;
  }
}

function* includesIn(events: readonly PageEvent[]): Generator<IncludeEvent> {
  for (const event of events) {
    if (event.kind === "include") yield event;
    else if (event.kind === "branch") for (const each of event.alternatives) yield* includesIn(each);
    else if (event.kind === "loop" || event.kind === "later") yield* includesIn(event.events);
  }
}

/** A set of names that shares the sets which it was joined from. */
class Names {
  private readonly own = new Set<string>();
  private readonly shared = new Set<ReadonlySet<string>>();

  add(name: string): void {
    this.own.add(name);
  }

  addAll(names: Names): void {
    if (names.own.size > 0) this.shared.add(names.own);
    for (const set of names.shared) this.shared.add(set);
  }

  has(name: string): boolean {
    if (this.own.has(name)) return true;
    for (const set of this.shared) if (set.has(name)) return true;
    return false;
  }

  *[Symbol.iterator](): Generator<string> {
    yield* this.own;
    for (const set of this.shared) yield* set;
  }
}

const NOTHING: Summary = {
  variables: new Map(),
  documentation: new Map(),
  sets: new Names(),
  maySet: new Names(),
  setsAny: false,
  readsAny: false,
  deferred: [],
};

/** How far the run of a file, or of an alternative in it, has come. */
class State {
  readonly needs = new Map<string, boolean>();
  readonly documentation = new Map<string, VariableDocumentation>();
  readonly sets = new Names();
  readonly maySet = new Names();
  setsAny = false;
  readsAny = false;
  readonly deferred: DeferredInclude[] = [];
  /** Names that the file asked for before it used them: it can do without. */
  private readonly asked = new Set<string>();

  constructor(private readonly outer: State | null) {}

  isSet(name: string): boolean {
    return this.sets.has(name) || (this.outer?.isSet(name) ?? false);
  }

  /** True when a name that is read here has to be given. */
  isRequired(name: string): boolean {
    const isOpen = this.setsAny || this.maySet.has(name) || this.asked.has(name);
    return !isOpen && (this.outer?.isRequired(name) ?? true);
  }

  read(name: string, needed: boolean): void {
    if (this.isSet(name)) return;
    this.need(name, needed && this.isRequired(name));
    if (!needed && this.needs.get(name) === false) this.asked.add(name);
  }

  need(name: string, required: boolean): void {
    this.needs.set(name, required || this.needs.get(name) === true);
  }

  document(name: string, documentation: VariableDocumentation): void {
    if (!this.documentation.has(name)) this.documentation.set(name, documentation);
  }
}
