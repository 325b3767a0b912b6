/**
 * Regular expressions of pub (pub-language.md §2.6, pub-library.md §4.4): PCRE 8.39 patterns over byte strings.
 *
 * The engine is the project's own translator, not a package: subjects are bytes, the error texts are shown to
 * users, and no package keeps PCRE's semantics. A pattern is parsed to a tree; V8's engine runs it when JavaScript
 * has exactly the same meaning (`native.ts`), else the project's matcher does (`machine.ts`).
 *
 * What protects the process: patterns with ambiguous nested repeats never reach V8, which has no limit; others do as
 * long as the worst case for the subject stays below `NATIVE_BUDGET` steps. The matcher counts its steps and gives up
 * with PCRE's match-limit error.
 */
import type { Regex } from "../../values/types.js";
import { Machine, MatchError } from "./machine.js";
import { UnsupportedPattern } from "./messages.js";
import { type NativePattern, toNative } from "./native.js";
import type { PatternTree } from "./nodes.js";
import { compileProgram } from "./program.js";
import { parsePattern } from "./translate.js";
import { invalidUtf8Offset } from "./unicode.js";

/** A match; offsets in bytes. `groups[0]` is the text of the whole match, an unset group is `undefined`. */
export interface Match {
  start: number;
  end: number;
  groups: (string | undefined)[];
}

/** `null`: no match; a number: PCRE's error code, e.g. −10 for a subject that is not UTF-8. */
export type MatchResult = Match | null | number;

export type RegexCompilation =
  | { ok: true; regex: CompiledRegex }
  /** `unsupported` names a construct that PCRE has and this engine has not. */
  | { ok: false; message: string; unsupported?: string };

/** Steps that V8's engine may need in the worst case. */
const NATIVE_BUDGET = 1e9;

export class CompiledRegex {
  private readonly native: NativePattern | null;
  private global: RegExp | null = null;
  private sticky: RegExp | null = null;
  private machine: Machine | null = null;
  /** The last subject found to be UTF-8, and from where. */
  private valid = { subject: "", from: 0 };

  constructor(private readonly tree: PatternTree) {
    this.native = toNative(tree);
    // Tells of constructs that the matcher has not, while compiling.
    if (!this.native) this.machine = new Machine(compileProgram(tree));
  }

  /** Searches in `subject.slice(from)` as a subject of its own; offsets are those of the whole `subject`. */
  search(subject: string, from = 0): MatchResult {
    return this.run(subject, from, this.tree.anchored);
  }

  /** Matches at `from` only. */
  matchAt(subject: string, from = 0): MatchResult {
    return this.run(subject, from, true);
  }

  private run(subject: string, from: number, anchored: boolean): MatchResult {
    if (this.native && (subject.length - from) ** this.native.degree <= NATIVE_BUDGET) {
      const result = this.runNative(this.native, subject, from, anchored);
      if (result !== undefined) return result;
    }
    if (this.tree.utf && !this.isUtf8(subject, from)) return MatchError.BadUtf8;
    this.machine ??= new Machine(compileProgram(this.tree));
    const offsets = this.machine.search(subject, from, anchored);
    if (offsets === null || typeof offsets === "number") return offsets;
    const groups: (string | undefined)[] = [];
    for (let index = 0; index < offsets.length; index += 2) {
      groups.push(offsets[index + 1] < 0 ? undefined : subject.slice(offsets[index], offsets[index + 1]));
    }
    return { start: offsets[0], end: offsets[1], groups };
  }

  /** `undefined` when V8's engine ran out of its stack. */
  private runNative(native: NativePattern, subject: string, from: number, anchored: boolean): MatchResult | undefined {
    if (anchored) this.sticky ??= new RegExp(native.source, "y");
    else this.global ??= new RegExp(native.source, "g");
    const expression = (anchored ? this.sticky : this.global) as RegExp;
    const shift = native.looksBack ? from : 0;
    expression.lastIndex = from - shift;
    try {
      const found = expression.exec(shift > 0 ? subject.slice(shift) : subject);
      if (!found) return null;
      const start = found.index + shift;
      return { start, end: start + found[0].length, groups: found };
    } catch (problem) {
      if (problem instanceof RangeError) return undefined;
      throw problem;
    }
  }

  private isUtf8(subject: string, from: number): boolean {
    const { valid } = this;
    const insideCharacter = (subject.charCodeAt(from) & 0xc0) === 0x80;
    if (valid.subject === subject && from >= valid.from && !insideCharacter) return true;
    if (invalidUtf8Offset(subject, from) >= 0) return false;
    this.valid = { subject, from };
    return true;
  }
}

const CACHE_SIZE = 500;
const cache = new Map<string, RegexCompilation>();

/**
 * Compiles a pattern. `options` is absent when a pattern was given without an option string, which the message shows
 * (`Cannot compile regex '(': …` or `Cannot compile regex '(' with options '': …`). The message is text E of
 * pub-library.md §4.4: it ends in two newlines.
 */
export function compileRegex(pattern: string, options?: string): RegexCompilation {
  const key = options === undefined ? pattern : `${options}\0\0${pattern}`;
  const known = cache.get(key);
  if (known) return known;
  const result = compile(pattern, options);
  if (cache.size >= CACHE_SIZE) cache.delete(cache.keys().next().value as string);
  cache.set(key, result);
  return result;
}

/** What is wrong with a regex literal; `null` when nothing is. */
export function checkRegex(pattern: string, options: string): string | null {
  const result = compileRegex(pattern, options);
  return result.ok ? null : result.message;
}

/** The compiled form of a regex value, which was checked when the value was made. */
export function regexOf(regex: Regex): CompiledRegex {
  if (regex.compiled instanceof CompiledRegex) return regex.compiled;
  const result = compileRegex(regex.pattern, regex.options);
  if (!result.ok) throw new Error(result.message);
  regex.compiled = result.regex;
  return result.regex;
}

function compile(pattern: string, options: string | undefined): RegexCompilation {
  const withOptions = options === undefined ? "" : ` with options '${options}'`;
  const refuse = (message: string, unsupported?: string): RegexCompilation => ({
    ok: false,
    message: `Cannot compile regex '${pattern}'${withOptions}: ${message}\n`,
    unsupported,
  });
  const parsed = parsePattern(pattern, options ?? "");
  if (!parsed.ok) return refuse(parsed.message, parsed.unsupported);
  try {
    return { ok: true, regex: new CompiledRegex(parsed.tree) };
  } catch (problem) {
    if (!(problem instanceof UnsupportedPattern)) throw problem;
    return refuse(`Invalid regular expression:\n   ${pattern}\n   ^\n${problem.message}.\n`, problem.construct);
  }
}
