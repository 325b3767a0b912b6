/**
 * One publishing run (pub-language.md §11.2): its options, its globals, its error log and what it shares with other
 * runs of the process (universals).
 */

import type { RandomSource, RunSettings } from "./library/builtin.js";
import { createRandom } from "./library/random.js";
import { processTimeZone } from "./library/time/zone.js";
import { Unbound, VariableTable } from "./scope/slot.js";
import type { FileIdentity, TemplateSource } from "./site/source.js";
import { createMapTable, createReferenceTable } from "./values/index.js";
import { Dict, type Func, List, type Table, type Value } from "./values/types.js";

/** A library of functions: bound under their own names and together as a dictionary (pub-library.md §1). */
export interface Library {
  /** Name of the dictionary; null when there is none. */
  readonly name: string | null;
  readonly functions: ReadonlyMap<string, Func>;
}

/** How errors show in the page besides the log (§10.5, §11.1). */
export interface ErrorDisplay {
  /** `OUTPUT_ERR_IN_PLACE`. */
  inPlace?: boolean;
  /** `OUTPUT_ERR_PLACEHOLDERS`. */
  placeholders?: boolean;
  /** `OUTPUT_ERR_COMMENTS`. */
  comments?: boolean;
  /** `OUTPUT_ERR_NOLOG`: nothing is logged. */
  noLog?: boolean;
  /** `OUTPUT_ERR_OBJ`: the global that receives a list of all errors, usually `pub3_error`. */
  object?: string;
}

/** Options of a run (§11.1); everything is off when it is left out. */
export interface RunOptions {
  /** White-space stripping is on from the start. */
  wss?: boolean;
  strictIncludeScoping?: boolean;
  utf8Json?: boolean;
  dictOrder?: "insertion" | "reference";
  /** Default 2. */
  filterCgi?: 0 | 1 | 2;
  errors?: ErrorDisplay;
  warnInlineNull?: boolean;
  warnNull?: boolean;
  warnRelationalNull?: boolean;
  exitOnError?: boolean;
  /** `universals` declarations write to globals (§7.3, §11.3). */
  config?: boolean;
  /** Makes `rand`, `shuffle`, `randsel` reproducible. */
  seed?: number;
  /** Fixed current time in epoch seconds. */
  now?: number;
  /** IANA time zone; default: that of the process. */
  timeZone?: string;
  /** Name before the bracket of log lines; default `pub`. */
  programName?: string;
  /** Frames of files and functions at most (§10.7); default 256. */
  maximumFrames?: number;
}

/** True when a run shows errors in the page, warns about nulls or stops at errors: it needs code that works step by step. */
export function needsTracing(options: RunOptions | undefined): boolean {
  return (
    options?.errors !== undefined ||
    options?.exitOnError === true ||
    options?.warnInlineNull === true ||
    options?.warnNull === true
  );
}

export class Run implements RunSettings {
  readonly globals = new VariableTable();
  readonly utf8Json: boolean;
  readonly filterCgi: 0 | 1 | 2;
  readonly strictIncludeScoping: boolean;
  readonly referenceOrder: boolean;
  readonly newTable: () => Table;
  readonly programName: string;
  readonly maximumFrames: number;
  readonly errorList: List | null;
  /** Built-ins as this run sees them: a slot a name, made when it is first used; assigning replaces it (§7.2). */
  readonly library = new VariableTable();
  /** The name of a built-in is bound in this run, or stands for something else. */
  rebindsBuiltins = false;
  private zone: string | undefined = undefined;
  private generator: RandomSource | undefined = undefined;
  private pending: Set<Promise<unknown>> | null = null;

  constructor(
    readonly source: TemplateSource,
    readonly universals: VariableTable,
    private readonly libraries: readonly Library[],
    readonly options: RunOptions,
    /** Receives each line of the error log. */
    readonly log: (line: string) => void,
  ) {
    this.utf8Json = options.utf8Json ?? false;
    this.filterCgi = options.filterCgi ?? 2;
    this.strictIncludeScoping = options.strictIncludeScoping ?? false;
    this.referenceOrder = options.dictOrder === "reference";
    this.newTable = this.referenceOrder ? createReferenceTable : createMapTable;
    this.programName = options.programName ?? "pub";
    this.maximumFrames = options.maximumFrames ?? 256;
    this.errorList = options.errors?.object === undefined ? null : new List([]);
    if (options.errors?.object !== undefined) this.globals.bind(options.errors.object, this.errorList);
  }

  /** Some built-in is hidden, here or by a universal, which another run may have set: calls must look names up. */
  get hidesBuiltins(): boolean {
    return this.rebindsBuiltins || this.universals.hidesBuiltins;
  }

  /** Remembers when something is bound to the name of a built-in. */
  noteBinding(name: string): void {
    if (!this.rebindsBuiltins && this.builtin(name) !== undefined) this.rebindsBuiltins = true;
  }

  /** The `metadata` of a file (§7.5). */
  metadata(file: FileIdentity): Dict {
    const table = this.newTable();
    table.set("input_filename", file.requested);
    table.set("jailed_filename", file.jailed);
    table.set("real_filename", file.real);
    table.set("hash", file.hash);
    table.set("ctime", file.ctime);
    return new Dict(table);
  }

  now(): number {
    return this.options.now ?? Math.floor(Date.now() / 1000);
  }

  /** Found when a date function first asks: that takes longer than rendering a small page. */
  get timeZone(): string {
    this.zone ??= this.options.timeZone ?? processTimeZone();
    return this.zone;
  }

  get random(): RandomSource {
    this.generator ??= createRandom(this.options.seed);
    return this.generator;
  }

  /** Binds the variables that the caller hands in. */
  bindGlobals(variables: Iterable<[string, Value]>): void {
    for (const [name, value] of variables) {
      this.globals.bind(name, value === undefined ? null : value);
      this.noteBinding(name);
    }
  }

  /** What a name of the library layers means: a function, or the dictionary of all functions of a library. */
  builtin(name: string): Value {
    for (const library of this.libraries) {
      const found = library.functions.get(name);
      if (found !== undefined) return found;
      if (library.name === name) return this.functionTable(library);
    }
    return undefined;
  }

  /** The library layers as this run sees them, from the bottom. */
  libraryLayers(): [string, Value][][] {
    return this.libraries.map((library) => {
      const entries = [...library.functions].map(([name, builtin]): [string, Value] => {
        const replaced = this.library.find(name)?.value;
        return [name, replaced === undefined || replaced instanceof Unbound ? builtin : replaced];
      });
      return library.name === null ? entries : [...entries, [library.name, this.functionTable(library)]];
    });
  }

  private functionTable(library: Library): Dict {
    const table = this.newTable();
    for (const [name, builtin] of library.functions) table.set(name, builtin);
    return new Dict(table);
  }

  /** Keeps track of work that `fork` started; failures of it are internal faults and go to the log. */
  background(work: Promise<unknown>): void {
    const tracked = work
      .catch((error: unknown) => this.log(`${this.programName}[error]: background function failed: ${String(error)}`))
      .finally(() => this.pending?.delete(tracked));
    this.pending ??= new Set();
    this.pending.add(tracked);
  }

  /** Resolves when all background work has ended. */
  async settled(): Promise<void> {
    while (this.pending !== null && this.pending.size > 0) await Promise.all(this.pending);
  }
}
