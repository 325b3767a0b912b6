/**
 * Functions on regular expressions (pub-library.md §4.4): `match`, `search`, `split`, `split2`, `replace`.
 */
import { text } from "../values/index.js";
import { Func, List, type Regex, type Value } from "../values/types.js";
import type { BuiltinDefinition, CallContext, RunSettings } from "./builtin.js";
import { type CompiledRegex, compileRegex, type Match, type MatchResult, regexOf } from "./regex/index.js";

/** The error log takes what PCRE reports while matching; it is no run-time error of the page. */
interface RegexContext extends CallContext {
  readonly run: RunSettings & { log?(line: string): void };
}

export const regexFunctions: BuiltinDefinition[] = [
  {
    name: "match",
    pattern: "ss|s",
    parameters: ["pattern", "text", "options"],
    documentation:
      "Whether the first match at the start of the text ends at its end. Takes the pattern as a string: flags of a regex literal do not count, options are given as letters. With option T: a list of the match and its groups.",
    call: (context: RegexContext, pattern: string, subject: string, options?: string): Value =>
      test(context, pattern, options, (regex) => {
        const match = regex.matchAt(subject);
        return isMatch(match) && match.end !== subject.length ? null : match;
      }),
  },
  {
    name: "search",
    pattern: "ss|s",
    parameters: ["pattern", "text", "options"],
    documentation:
      "Whether the pattern matches anywhere in the text. Takes the pattern as a string: flags of a regex literal do not count, options are given as letters. With option T: a list of the match and its groups.",
    call: (context: RegexContext, pattern: string, subject: string, options?: string): Value =>
      test(context, pattern, options, (regex) => regex.search(subject)),
  },
  {
    name: "split",
    pattern: "rs",
    parameters: ["regex", "text"],
    documentation: "The pieces of a text between the matches of a regex. An empty match takes one byte away.",
    call: (context: RegexContext, regex: Regex, subject: string): Value => split(context, regex, subject, false),
  },
  {
    name: "split2",
    pattern: "rs",
    parameters: ["regex", "text"],
    documentation: "The pieces of a text between the matches of a regex, with the matches between them.",
    call: (context: RegexContext, regex: Regex, subject: string): Value => split(context, regex, subject, true),
  },
  {
    name: "replace",
    pattern: "srO|b",
    parameters: ["text", "regex", "replacement", "use_captures"],
    documentation:
      "The text with all matches replaced. In a replacement text $0 to $9 stand for the match and its groups and $$ for $, unless use_captures is false. A function is called with a list of the match and its groups.",
    call: (
      context: RegexContext,
      subject: string,
      regex: Regex,
      replacement: Value,
      useCaptures = true,
    ): Value | Promise<Value> => {
      const insert =
        replacement instanceof Func
          ? (match: Match) => context.call(replacement, [new List(matchedTexts(match))])
          : textReplacement(text(replacement), useCaptures);
      return replaceFrom(context, regexOf(regex), subject, insert);
    },
  },
];

function isMatch(result: MatchResult): result is Match {
  return result !== null && typeof result !== "number";
}

/** The match, or `null` when there is none; an error code of the engine goes to the log. */
function logged(context: RegexContext, result: MatchResult): Match | null {
  if (typeof result !== "number") return result;
  context.run.log?.(`rxx/pcre_exec error ${result}`);
  return null;
}

/** `match` and `search`: compiles a pattern string, and makes the result of the match that `find` returns. */
function test(
  context: RegexContext,
  pattern: string,
  options: string | undefined,
  find: (regex: CompiledRegex) => MatchResult,
): Value {
  const tuple = options?.includes("T") === true;
  const compiled = compileRegex(pattern, options?.replaceAll("T", ""));
  if (!compiled.ok) {
    if (!context.quiet) context.report(compiled.message);
    context.report("cannot parse regular expression");
    return undefined;
  }
  const match = logged(context, find(compiled.regex));
  if (!tuple) return match !== null;
  if (match === null) return new List([]);
  const unset = match.groups.indexOf(undefined);
  return new List(match.groups.slice(0, unset < 0 ? undefined : unset));
}

/** Each piece is a subject of its own, in which `^` matches at the start and look-behind sees nothing before. */
function split(context: RegexContext, regex: Regex, subject: string, separators: boolean): List {
  const compiled = regexOf(regex);
  const pieces: string[] = [];
  let at = 0;
  while (at < subject.length) {
    const result = compiled.search(subject, at);
    const match = logged(context, result);
    if (match === null) {
      if (result === null) pieces.push(subject.slice(at));
      break;
    }
    pieces.push(subject.slice(at, match.start));
    if (separators) pieces.push(match.groups[0] ?? "");
    at = Math.max(match.end, at + 1);
  }
  return new List(pieces);
}

/**
 * Replaces from an offset on. When a replacement has to be waited for, so has the result. Null after an error of the
 * engine.
 */
function replaceFrom(
  context: RegexContext,
  regex: CompiledRegex,
  subject: string,
  insert: (match: Match) => Value | Promise<Value>,
  from = 0,
  before = "",
): Value | Promise<Value> {
  let out = before;
  let at = from;
  while (at < subject.length) {
    const result = regex.search(subject, at);
    if (result === null) break;
    const match = logged(context, result);
    if (match === null) {
      context.run.log?.("XX regex execution failed");
      return null;
    }
    out += subject.slice(at, match.start);
    at = Math.max(match.end, at + 1);
    const inserted = insert(match);
    if (inserted instanceof Promise) {
      return inserted.then((value) => replaceFrom(context, regex, subject, insert, at, out + text(value)));
    }
    out += text(inserted);
  }
  return out + subject.slice(at);
}

/** What a replacing function is given: it ends at the first unset group and has no empty ones. */
function matchedTexts({ groups }: Match): Value[] {
  const unset = groups.indexOf(undefined);
  return groups.slice(0, unset < 0 ? undefined : unset).filter((group) => group !== "");
}

/** Inserts a text in which `$0` … `$9` and `$$` stand for something, if `useCaptures`. */
function textReplacement(template: string, useCaptures: boolean): (match: Match) => string {
  if (!useCaptures || !template.includes("$")) return () => template;
  const parts = template.split(/\$([\d$])/);
  return ({ groups }) => {
    let out = parts[0];
    for (let index = 1; index < parts.length; index += 2) {
      out += parts[index] === "$" ? "$" : (groups[Number(parts[index])] ?? "");
      out += parts[index + 1];
    }
    return out;
  };
}
