/**
 * Variables that nothing sets on any path, and locals that nothing reads.
 */
import { extname } from "node:path";
import type { FileFacts, ReadFact } from "../facts.js";
import { otherName } from "../slips.js";
import type { IncludeGraph, Program } from "./graph.js";
import type { SiteReport } from "./site-report.js";

/** Names that the server or the language sets. */
const GIVEN: ReadonlySet<string> = new Set(["metadata", "pub3_error", "rfn3", "STATUS", "SERVINFO", "AUXSTR"]);

/** Files that a service may run on its own, so that what they set is there for all pages. */
const CONFIGURATION = new Set([".conf", ".pub"]);

/** Who sets which names. */
export class Setters {
  /** Files by the names that they bind. */
  private readonly binders = new Map<string, Set<string>>();
  /** Files by the names that they hand to others. */
  private readonly handers = new Map<string, Set<string>>();
  private readonly everywhere = new Set<string>();
  private readonly bindsAnyEverywhere: boolean;

  constructor(private readonly graph: IncludeGraph) {
    for (const [path, facts] of graph.site.files) {
      for (const name of facts.binds) addTo(this.binders, name, path);
      for (const name of facts.hands) addTo(this.handers, name, path);
      for (const name of facts.universals) this.everywhere.add(name);
    }
    this.bindsAnyEverywhere = graph.programs.some(({ runsAny, bindsAny }) => runsAny && bindsAny);
    for (const { root, files, runsAny } of graph.programs) {
      const isConfiguration = CONFIGURATION.has(extname(root));
      for (const file of runsAny || isConfiguration ? files : []) {
        const facts = graph.site.files.get(file);
        for (const name of facts?.exports ?? []) this.everywhere.add(name);
        if (!runsAny) continue;
        // What runs any file hands its names to any file.
        for (const name of facts?.binds ?? []) this.everywhere.add(name);
        for (const name of facts?.hands ?? []) this.everywhere.add(name);
      }
    }
  }

  /** True when something may set the name before control gets to the file. */
  mayBeSet(name: string, path: string): boolean {
    if (this.bindsAnyEverywhere || GIVEN.has(name) || this.everywhere.has(name)) return true;
    const binders = this.binders.get(name);
    const programs = this.graph.programsWith(path);
    if (binders?.has(path) || programs.some(({ bindsAny }) => bindsAny)) return true;
    if (binders !== undefined && programs.some(({ files }) => overlap(files, binders))) return true;
    const handers = this.handers.get(name);
    return handers !== undefined && programs.some(({ files }) => this.isHanded(path, files, handers));
  }

  /** True when one of the files of a program may hand a name to a file. */
  private isHanded(path: string, files: ReadonlySet<string>, handers: ReadonlySet<string>): boolean {
    if (!handers.has(path)) return overlap(files, handers);
    for (const hander of handers) {
      if (!files.has(hander)) continue;
      // A file does not see what it hands on itself, unless it gets it back.
      if (hander !== path || this.graph.includesItself(path)) return true;
    }
    return false;
  }

  isSetSomewhere(name: string): boolean {
    return this.binders.has(name) || this.handers.has(name);
  }

  /** The names that files of some programs set for each other. */
  *namesIn(programs: readonly Program[]): Generator<string> {
    for (const { files } of programs.slice(0, MOST_PROGRAMS)) {
      for (const file of files) yield* this.graph.site.files.get(file)?.exports ?? [];
    }
  }
}

/** Programs that are searched for names that a misspelt one could mean. */
const MOST_PROGRAMS = 20;

function addTo(sets: Map<string, Set<string>>, name: string, path: string): void {
  const known = sets.get(name);
  if (known === undefined) sets.set(name, new Set([path]));
  else known.add(path);
}

function overlap(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  const [few, many] = a.size < b.size ? [a, b] : [b, a];
  for (const item of few) if (many.has(item)) return true;
  return false;
}

interface Unset {
  readonly path: string;
  readonly read: ReadFact;
}

export function checkNames(graph: IncludeGraph, setters: Setters, report: SiteReport): void {
  const { files } = graph.site;
  const guarded = new Set<string>();
  for (const facts of files.values()) for (const name of facts.guarded) guarded.add(name);
  const unset: Unset[] = [];
  const set = new Set<string>();
  for (const [path, facts] of files) {
    for (const read of facts.reads) {
      if (graph.site.published.has(read.name) || setters.mayBeSet(read.name, path)) {
        if (read.demanding) set.add(read.name);
      } else if (!guarded.has(read.name)) unset.push({ path, read });
    }
    checkUnread(path, facts, graph, report);
  }
  const isClosed = isSelfContained(unset, set.size, files);
  for (const { path, read } of unset) {
    const { name, span, demanding } = read;
    const keyword = KEYWORDS[name.toLowerCase()];
    const near = keyword ?? read.near ?? otherName(name, setters.namesIn(graph.programsWith(path)));
    if (near === null && !(isClosed && demanding && !isHandedOver(name, path, graph, setters))) continue;
    report.report(path, "unset-variable", span, `Nothing sets \`${name}\` on the way to this place`, {
      hint: near === null ? undefined : `did you mean \`${near}\`?`,
    });
  }
}

/** True when a file that no other includes may still be meant as a part, which is handed the name as other parts are. */
function isHandedOver(name: string, path: string, graph: IncludeGraph, setters: Setters): boolean {
  const [program] = graph.programsWith(path);
  return program?.root === path && setters.isSetSomewhere(name);
}

/** What other languages call things, and words in the wrong case. */
const KEYWORDS: Readonly<Record<string, string | undefined>> = {
  true: "true",
  false: "false",
  null: "null",
  nil: "null",
  none: "null",
  undefined: "null",
};

/** Sites that set fewer variables by themselves say too little about what services hand over. */
const FEWEST_SET = 15;

/**
 * True when the site sets by itself nearly everything that its pages demand, so that what it does not set is a slip and not
 * handed over by a service.
 */
function isSelfContained(unset: readonly Unset[], set: number, files: ReadonlyMap<string, FileFacts>): boolean {
  const demanded = unset.filter(({ read }) => read.demanding);
  const names = new Set(demanded.map(({ read }) => read.name));
  const places = new Set(demanded.map(({ path }) => path));
  return set >= FEWEST_SET && names.size <= Math.max(1, set / 15) && places.size <= Math.max(1, files.size / 25);
}

function checkUnread(path: string, facts: FileFacts, graph: IncludeGraph, report: SiteReport): void {
  for (const { name, span, includes } of facts.unread) {
    const { files, isAny } = graph.reachedBy(graph.includesOf(path).slice(...includes));
    if (isAny) continue;
    let isRead = false;
    for (const file of files) {
      const reached = graph.site.files.get(file);
      isRead ||= reached === undefined || reached.readsAny || reached.free.includes(name);
    }
    if (!isRead) {
      report.report(path, "unused-local", span, `The local \`${name}\` is never read`, { hint: "remove it" });
    }
  }
}
