/**
 * Which files of a site run which others: the include graph, and the pages from which a file is reached.
 */
import { posix } from "node:path";
import { includeCandidates } from "../../project/program.js";
import type { FileFacts, IncludeFact } from "../facts.js";
import type { OwnFunction } from "../own-libraries.js";

/** The files of a site as the checks see them. Files go by their names below the root, as byte strings. */
export interface SiteView {
  /** The templates. */
  readonly files: ReadonlyMap<string, FileFacts>;
  /** Functions of the services' own libraries, by name. */
  readonly libraries: ReadonlyMap<string, OwnFunction>;
  /** Variables that services hand to pages. */
  readonly published: ReadonlySet<string>;
  /** True for templates and for all other files of the site. */
  exists(name: string): boolean;
  /** Names of all files of the site. */
  names(): Iterable<string>;
}

export interface ResolvedInclude {
  readonly fact: IncludeFact;
  /** Templates that it may run. */
  readonly targets: readonly string[];
  /** It may run anything: no part of its name is constant. */
  readonly isAny: boolean;
}

/** A page: a file that no other includes, and everything that may run with it. */
export interface Program {
  readonly root: string;
  readonly files: ReadonlySet<string>;
  /** It may run any file of the site: the name of an include is only known then. */
  readonly runsAny: boolean;
  /** It may set any name. */
  readonly bindsAny: boolean;
}

export class IncludeGraph {
  private readonly edges = new Map<string, readonly ResolvedInclude[]>();
  private readonly patterns = new Map<string, readonly string[]>();
  private readonly programsOf = new Map<string, Program[]>();
  readonly programs: readonly Program[];

  constructor(readonly site: SiteView) {
    const included = new Set<string>();
    for (const [path, facts] of site.files) {
      const resolved = facts.includes.map((fact) => this.resolve(fact, path));
      this.edges.set(path, resolved);
      for (const { targets } of resolved) for (const target of targets) if (target !== path) included.add(target);
    }
    const programs: Program[] = [];
    const add = (root: string): void => {
      const program = this.program(root);
      programs.push(program);
      for (const file of program.files) {
        const known = this.programsOf.get(file);
        if (known === undefined) this.programsOf.set(file, [program]);
        else known.push(program);
      }
    };
    for (const path of site.files.keys()) if (!included.has(path)) add(path);
    // Files that only include each other have no page; each of them may be one.
    for (const path of site.files.keys()) if (!this.programsOf.has(path)) add(path);
    this.programs = programs;
  }

  includesOf(path: string): readonly ResolvedInclude[] {
    return this.edges.get(path) ?? [];
  }

  /** True when a file may run again within itself. */
  includesItself(path: string): boolean {
    const { files, isAny } = this.reachedBy(this.includesOf(path));
    return isAny || files.has(path);
  }

  /** The programs in which a file may run. */
  programsWith(path: string): readonly Program[] {
    return this.programsOf.get(path) ?? [];
  }

  /** Everything that may run when these includes are followed. */
  reachedBy(includes: readonly ResolvedInclude[]): { files: Set<string>; isAny: boolean } {
    const files = new Set<string>();
    let isAny = false;
    const pending = [includes];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      for (const include of next) {
        isAny ||= include.isAny;
        for (const target of include.targets) {
          if (files.has(target)) continue;
          files.add(target);
          pending.push(this.includesOf(target));
        }
      }
    }
    return { files, isAny };
  }

  private program(root: string): Program {
    const { files, isAny } = this.reachedBy(this.includesOf(root));
    files.add(root);
    let bindsAny = false;
    for (const file of files) bindsAny ||= this.site.files.get(file)?.bindsAny === true;
    return { root, files, runsAny: isAny, bindsAny };
  }

  private resolve(fact: IncludeFact, includer: string): ResolvedInclude {
    const { parts } = fact;
    if (parts.length === 1) {
      const found = includeCandidates(parts[0], includer).filter((path) => this.site.files.has(path));
      return { fact, targets: [...new Set(found)], isAny: false };
    }
    if (parts.every((part) => part === "" || part === "/")) return { fact, targets: [], isAny: true };
    return { fact, targets: this.matching(parts, includer), isAny: false };
  }

  /** Templates whose names fit a name with computed parts. */
  private matching(parts: readonly string[], includer: string): readonly string[] {
    const isAbsolute = parts[0].startsWith("/");
    const folder = isAbsolute ? "." : posix.dirname(includer);
    const key = `${folder}\0${parts.join("\0")}`;
    let found = this.patterns.get(key);
    if (found === undefined) {
      const pattern = parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join(".*");
      const fromRoot = pattern.replace(/^\/+/, "");
      const beside = folder === "." ? fromRoot : `${folder}/${pattern}`;
      const test = new RegExp(isAbsolute || folder === "." ? `^${fromRoot}$` : `^(${fromRoot}|${beside})$`);
      found = [...this.site.files.keys()].filter((path) => test.test(path));
      this.patterns.set(key, found);
    }
    return found;
  }
}
