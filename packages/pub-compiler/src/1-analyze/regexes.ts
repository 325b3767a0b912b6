/**
 * Checks regex literals while compiling: one that the engine refuses is a parse error of its file (pub-language.md §2.6).
 */
import type { Diagnostic, RegexLiteral, Template } from "pub-parser";
import { checkRegex } from "pub-runtime";
import { regexLiterals } from "./features.js";

export interface RegexProblem {
  readonly diagnostic: Diagnostic;
  readonly log: { readonly line: number; readonly text: string };
}

/** The regex literals of a template that cannot be compiled. */
export function checkRegexes(source: string, template: Template): RegexProblem[] {
  const problems: RegexProblem[] = [];
  for (const node of regexLiterals(template)) {
    const message = checkRegex(node.pattern, node.options);
    if (message !== null) problems.push(problem(source, node, message));
  }
  return problems;
}

function problem(source: string, node: RegexLiteral, message: string): RegexProblem {
  const lines = message.trimEnd().split("\n");
  return {
    diagnostic: {
      code: "regex",
      severity: "error",
      message: `cannot compile this regular expression: ${lines.at(-1)?.trim()}`,
      span: { start: node.start, end: node.end },
    },
    log: { line: source.slice(0, node.end).split("\n").length, text: message },
  };
}
