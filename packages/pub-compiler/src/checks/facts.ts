/**
 * What one file contributes to the checks of a whole site. Plain data without reference to the syntax tree: it can be
 * cached on disk and sent between threads, and the rules of the site never look at a tree again.
 */
import type { Span } from "pub-parser";
import type { Finding } from "./finding.js";

export interface FileFacts {
  /** What the file's own text already proves. */
  readonly findings: readonly Finding[];
  /** Findings that hold as long as the site does not bind a name of the library anew. */
  readonly libraryFindings: readonly LibraryFinding[];
  readonly ignores: readonly IgnoreComment[];
  readonly includes: readonly IncludeFact[];
  readonly functions: readonly FunctionFact[];
  readonly calls: readonly CallFact[];
  readonly reads: readonly ReadFact[];
  readonly prints: readonly PrintFact[];
  readonly unread: readonly UnreadLocal[];
  /** Names that the file binds so that it and files it includes can see them: locals, exports. */
  readonly binds: readonly string[];
  /** Names that it hands to files it includes, which it does not see itself. */
  readonly hands: readonly string[];
  /** Names among them that stay when the file has run: globals, functions, universals. */
  readonly exports: readonly string[];
  /** Bound names whose value may contain the text of free variables as it is. */
  readonly flows: readonly FlowFact[];
  /** Names of universals: they outlive the run. */
  readonly universals: readonly string[];
  /** Names that are used without a variable of this file. */
  readonly free: readonly string[];
  /** Free names that a condition, `default` or `isnull` expects to be missing. */
  readonly guarded: readonly string[];
  /** Names and members that are calculated with, so they hold numbers. */
  readonly numeric: readonly string[];
  /** Names are bound that only a run can tell: `import(x)`, `bind(x, …)`, `include(file, x)`. */
  readonly bindsAny: boolean;
  /** Names are read that only a run can tell: `lookup(x)`, `dump_env()`. */
  readonly readsAny: boolean;
}

export interface LibraryFinding {
  /** Name of the built-in. */
  readonly name: string;
  readonly finding: Finding;
}

/** `pubc-ignore RULE, RULE: reason` */
export interface IgnoreComment {
  readonly rules: readonly string[];
  readonly hasReason: boolean;
  readonly span: Span;
  /** Lines (from 1) whose findings are left out. */
  readonly lines: readonly number[];
}

export interface IncludeFact {
  readonly mode: "include" | "load";
  /** The constant parts of the name; one part means that the whole name is known. */
  readonly parts: readonly string[];
  /** Of the name. */
  readonly span: Span;
  /** Runs whenever the file runs. */
  readonly certain: boolean;
}

export interface FunctionFact {
  readonly name: string;
  readonly span: Span;
  readonly required: number;
  readonly optional: number;
  /** Has a `return` with a value. */
  readonly returns: boolean;
  /** Writes output. */
  readonly prints: boolean;
  /** What every `return` calls: the function is another name of that filter. */
  readonly alias: string | null;
  /** Contains something that waits (§7.7). */
  readonly waits: boolean;
  /** Functions that the body calls. */
  readonly calls: readonly string[];
  /** Stands at the top of its file: it is bound when the file has run so far. */
  readonly atTop: boolean;
}

/** Calls of the same kind of a name that the file itself does not bind as a variable. */
export interface CallFact {
  readonly name: string;
  /** Where the name stands, each time. */
  readonly starts: readonly number[];
  readonly count: number;
  readonly filter: boolean;
  /** Runs in synchronous mode whatever surrounds the file (§7.7). */
  readonly synchronous: boolean;
  /** The result is printed as it is. */
  readonly printed: boolean;
  /** Runs at the top of the file, in no loop and no function. */
  readonly atTop: boolean;
}

export interface FlowFact {
  readonly name: string;
  /** As in `PrintFact`. */
  readonly sources: readonly string[];
}

/** The first read of a free name in a file, preferably one that needs a value. */
export interface ReadFact {
  readonly name: string;
  readonly span: Span;
  /** The value is printed, calculated with, iterated over, or a member of it is read. */
  readonly demanding: boolean;
  /** A variable of the file that can be seen here and has nearly the same name. */
  readonly near: string | null;
}

export type PrintContext = "text" | "attribute" | "unquoted" | "tag" | "url" | "query" | "handler" | "script" | "style";

/** Values of the same kind that are put into markup. */
export interface PrintFact {
  readonly context: PrintContext;
  /** The value stands between quotes of a script. */
  readonly inQuotes: boolean;
  /** Start and end, each time. */
  readonly places: readonly number[];
  /** Functions applied to the value, outermost first. */
  readonly filters: readonly string[];
  /** Free names whose value gets here as it is, with the member that is read last: `user.name`. */
  readonly sources: readonly string[];
  /** A variable or member that this file prints both as it is and through a function; null for others. */
  readonly key: string | null;
}

/** A local that its file does not read. */
export interface UnreadLocal {
  readonly name: string;
  readonly span: Span;
  /** Range of includes (indexes into `includes`) that could read it. */
  readonly includes: readonly [number, number];
}
