/**
 * The variables that services hand to pages: what stands in the object literals of their calls `publish(page, { … })` and
 * `page(page, { … })`.
 */
import { resolve } from "node:path";
import { messageOf } from "../configuration/import-module.js";
import { LibraryError } from "./load-libraries.js";

/** The names in the sources of services and what they import from their project. Throws a `LibraryError`. */
export async function publishedNames(sources: readonly string[]): Promise<Set<string>> {
  const names = new Set<string>();
  if (sources.length === 0) return names;
  const { build } = await import("esbuild");
  for (const source of sources) {
    try {
      const { outputFiles } = await build({
        entryPoints: [resolve(source)],
        bundle: true,
        write: false,
        platform: "node",
        format: "esm",
        packages: "external",
        // Without types, comments and line breaks there is less to read over.
        minifyWhitespace: true,
        logLevel: "silent",
      });
      for (const name of namesInCalls(outputFiles[0].text)) names.add(name);
    } catch (error) {
      throw new LibraryError(`the service ${source} cannot be read: ${messageOf(error)}`);
    }
  }
  return names;
}

const CALL = /\.(?:publish|page)\(/g;

/** The keys of object literals that are the second argument of such calls. The text is JavaScript without comments. */
export function namesInCalls(text: string): Set<string> {
  const names = new Set<string>();
  for (const { index, 0: call } of text.matchAll(CALL)) {
    const comma = endOfExpression(text, index + call.length);
    if (text[comma] !== ",") continue;
    const open = comma + 1 + /^\s*/.exec(text.slice(comma + 1))![0].length;
    if (text[open] === "{") for (const name of keysOf(text, open)) names.add(name);
  }
  return names;
}

/** The keys of the object literal whose brace stands at an offset; of what is spread nothing is known. */
function* keysOf(text: string, open: number): Generator<string> {
  for (let at = open; text[at] === "{" || text[at] === ","; at = endOfExpression(text, at + 1)) {
    const key = /^[{,]\s*(?:async\s+)?(?:([A-Za-z_]\w*)|"([^"\\]*)"|'([^'\\]*)')\s*[:,}(]/.exec(
      text.slice(at, at + 200),
    );
    const name = key?.[1] ?? key?.[2] ?? key?.[3];
    if (name !== undefined) yield name;
  }
}

/** The offset of the comma or bracket that ends the expression which begins at an offset. */
function endOfExpression(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const char = text[at];
    if (char === '"' || char === "'" || char === "`") at = endOfString(text, at);
    else if (char === "(" || char === "[" || char === "{") depth++;
    else if (char === ")" || char === "]" || char === "}") {
      if (depth === 0) return at;
      depth--;
    } else if (char === "," && depth === 0) return at;
  }
  return text.length;
}

/** The offset of the quote that ends a string; the expressions of a template literal are looked through. */
function endOfString(text: string, start: number): number {
  const quote = text[start];
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === quote) return at;
    else if (quote === "`" && text.startsWith("${", at)) {
      at += 2;
      while (at < text.length && text[at] !== "}") at = Math.max(at + 1, endOfExpression(text, at));
    }
  }
  return text.length;
}
