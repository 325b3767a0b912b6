/**
 * Reading the comment that describes a page and its variables, in the form of JSDoc.
 */
import type { Comment, Template } from "pub-parser";
import type { PageDocumentation, VariableDocumentation } from "./page-facts.js";

const TAG = /^@(\w+)\s*/;
const VARIABLE = /^(\[?)([A-Za-z_]\w*)(?:\s*=[^\]]*)?\]?\s*(?:-\s+)?/;

/**
 * The page's comment: the first block comment of the file that begins with two asterisks, unless it stands in front of a
 * function, which it describes then. Null when there is none.
 */
export function readDocumentation(source: string, template: Template): PageDocumentation | null {
  const comment = template.comments.find((each) => isDocumentation(source, each));
  if (comment === undefined || /^\s*def\b/.test(source.slice(comment.end, comment.end + 200))) return null;
  const [text, ...tags] = sections(linesOf(source.slice(comment.start + 3, comment.end - 2)));
  const variables = tags.flatMap((tag) => readVariable(tag) ?? []);
  return text === "" && variables.length === 0 ? null : { text, variables };
}

function isDocumentation(source: string, { kind, start }: Comment): boolean {
  return kind === "block" && source.startsWith("/**", start) && source[start + 3] !== "/";
}

function linesOf(comment: string): string[] {
  return comment.split(/\r?\n/).map((line) => line.replace(/^\s*\*? ?/, "").trimEnd());
}

/** The text in front of the first tag, then each tag with its lines. */
function sections(lines: readonly string[]): string[] {
  const found: string[][] = [[]];
  for (const line of lines) {
    if (line.trimStart().startsWith("@")) found.push([line.trim()]);
    else found[found.length - 1].push(line);
  }
  return found.map((section) => section.join("\n").trim());
}

function readVariable(section: string): VariableDocumentation | null {
  const tag = TAG.exec(section);
  if (tag?.[1] !== "param") return null;
  let rest = section.slice(tag[0].length);
  let type: string | null = null;
  if (rest.startsWith("{")) {
    const end = closingBrace(rest);
    if (end === null) return null;
    type = typeText(rest.slice(1, end));
    rest = rest.slice(end + 1).trimStart();
  }
  const variable = VARIABLE.exec(rest);
  if (variable === null) return null;
  return { name: variable[2], optional: variable[1] === "[", type, text: rest.slice(variable[0].length).trim() };
}

function closingBrace(text: string): number | null {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === "{") depth++;
    else if (text[at] === "}" && --depth === 0) return at;
  }
  return null;
}

const CLOSING: Readonly<Record<string, string | undefined>> = { "(": ")", "[": "]", "{": "}", "<": ">" };

/** A type as written, on one line; null when it could not stand in a declaration without breaking what follows. */
function typeText(written: string): string | null {
  const text = written.replace(/\s+/g, " ").trim();
  const plain = text.replace(/"[^"]*"|'[^']*'/g, "x").replaceAll("=>", " ");
  if (plain === "" || /[^\w\s$.,:;|&?()[\]{}<>-]/.test(plain)) return null;
  const open: string[] = [];
  for (const character of plain) {
    const closing = CLOSING[character];
    if (closing !== undefined) open.push(closing);
    else if (")]}>".includes(character) && open.pop() !== character) return null;
    else if (character === ";" && open.length === 0) return null;
  }
  return open.length === 0 ? text : null;
}
