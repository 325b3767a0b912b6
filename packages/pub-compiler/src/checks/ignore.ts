/**
 * `pubc-ignore RULE: reason` comments, which leave out findings of one line.
 */
import { lineIndex, nearest, type Template } from "pub-parser";
import type { FileFacts, IgnoreComment } from "./facts.js";
import { type Finding, spanOf } from "./finding.js";
import { type RuleName, rules } from "./rules.js";

const FORM = /\bpubc-ignore\b([^:\n]*)(:?)([^\n]*)/;

export function readIgnoreComments(source: string, template: Template): IgnoreComment[] {
  if (!source.includes("pubc-ignore")) return [];
  const lines = lineIndex(source);
  const found: IgnoreComment[] = [];
  for (const comment of template.comments) {
    const text = source.slice(comment.start, comment.end);
    const form = FORM.exec(text);
    if (form === null) continue;
    const [, names, colon, reason] = form;
    const line = lines.lineAt(comment.start);
    const before = source.slice(lines.lineSpan(line).start, comment.start);
    const last = lines.lineAt(Math.max(comment.start, comment.end - 1));
    const after = source.slice(comment.end, lines.lineSpan(last).end);
    const isAlone = /^\s*(\{%\s*)?$/.test(before) && /^\s*(%\}\s*)?$/.test(after);
    found.push({
      rules: names.split(/[\s,]+/).filter((name) => name !== ""),
      hasReason: colon !== "" && /\w/.test(reason),
      span: spanOf(comment),
      lines: isAlone ? [line, last + 1] : [line],
    });
  }
  return found;
}

/** Leaves out what the comments of the file say, and reports comments that are wrong. */
export function applyIgnores(source: () => string, facts: FileFacts, findings: readonly Finding[]): readonly Finding[] {
  if (facts.ignores.length === 0) return findings;
  const lines = lineIndex(source());
  const kept: Finding[] = [];
  const effective = new Set<IgnoreComment>();
  for (const finding of findings) {
    const line = lines.lineAt(finding.span.start);
    const comment = facts.ignores.find((ignore) => ignore.lines.includes(line) && ignore.rules.includes(finding.rule));
    if (comment === undefined) kept.push(finding);
    else effective.add(comment);
  }
  for (const comment of facts.ignores) {
    const complaint = complaintAbout(comment, effective.has(comment));
    if (complaint !== null) kept.push({ rule: "ignore-comment", span: comment.span, ...complaint });
  }
  return kept;
}

function complaintAbout(comment: IgnoreComment, isEffective: boolean): { message: string; hint?: string } | null {
  const form = { hint: "write `// pubc-ignore RULE: reason`" };
  if (comment.rules.length === 0) return { message: "The comment names no rule", ...form };
  const unknown = comment.rules.find((name) => !Object.hasOwn(rules, name));
  if (unknown !== undefined) {
    const near = nearest(unknown, Object.keys(rules) as RuleName[]);
    return {
      message: `There is no rule \`${unknown}\``,
      hint: near === undefined ? undefined : `did you mean \`${near}\`?`,
    };
  }
  if (!comment.hasReason) return { message: "The comment gives no reason", ...form };
  return isEffective ? null : { message: "The comment leaves nothing out", hint: "remove it" };
}
