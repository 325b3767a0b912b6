/**
 * Checks of calls of the library: number and kind of arguments, regular expressions given as text.
 */
import type { Expression, Span } from "pub-parser";
import { builtinDefinitions, checkRegex } from "pub-runtime";
import { literalText, simplify } from "../../1-analyze/constants.js";
import { argumentCount } from "../argument-count.js";
import type { Reporter } from "./report.js";

interface Signature {
  readonly minimum: number;
  readonly maximum: number;
  /** A letter an argument (pub-language.md §14.1); empty for functions that check themselves. */
  readonly letters: string;
  readonly parameters: readonly string[];
}

/** Functions without a pattern that take a varying number of arguments. */
const VARIADIC: Readonly<Record<string, readonly [number, number]>> = {
  append: [2, Number.POSITIVE_INFINITY],
  bitwise_and: [2, Number.POSITIVE_INFINITY],
  bitwise_or: [2, Number.POSITIVE_INFINITY],
  default: [1, 2],
  lookup: [1, 2],
  splice: [3, Number.POSITIVE_INFINITY],
};

const signatures: ReadonlyMap<string, Signature> = new Map(
  builtinDefinitions.map(({ name, pattern, parameters }) => {
    const [required, optional = ""] = (pattern ?? "").split("|");
    const [minimum, maximum] =
      pattern === undefined
        ? (VARIADIC[name] ?? [parameters.length, parameters.length])
        : [required.length, required.length + optional.length];
    return [name, { minimum, maximum, letters: required + optional, parameters }];
  }),
);

/** True when an argument of a built-in is taken as a number. */
export function takesNumber(name: string, index: number): boolean {
  if (name === "int" || name === "uint") return index === 0;
  return "iuf".includes(signatures.get(name)?.letters[index] ?? "-");
}

/** Checks the arguments of a call of a built-in; a piped value is the first one. `span` is that of the name. */
export function checkLibraryCall(name: string, span: Span, given: readonly Expression[], reporter: Reporter): void {
  const signature = signatures.get(name);
  if (signature === undefined) return;
  const { minimum, maximum, letters, parameters } = signature;
  if (given.length < minimum || given.length > maximum) {
    const message = `\`${name}\` takes ${argumentCount(minimum, maximum)}, but gets ${given.length}`;
    reporter.reportLibrary(name, "argument-count", span, message, { hint: `${name}(${parameters.join(", ")})` });
    return;
  }
  for (const [index, argument] of given.entries()) {
    const wanted = mismatch(letters[index] ?? "O", simplify(argument));
    if (wanted === null) continue;
    reporter.reportLibrary(name, "argument-type", argument, `Argument ${index + 1} of \`${name}\` must be ${wanted}`, {
      hint: `${name}(${parameters.join(", ")})`,
    });
  }
  checkRegexText(name, given, letters, reporter);
}

function checkRegexText(name: string, given: readonly Expression[], letters: string, reporter: Reporter): void {
  const takesText = name === "match" || name === "search";
  if (takesText && given.length === 2) {
    const pattern = simplify(given[0]);
    if (pattern.type === "RegexLiteral" && pattern.options !== "") {
      reporter.reportLibrary(name, "regex-flags", pattern, `\`${name}\` ignores the flags \`${pattern.options}\``, {
        hint: `give them as third argument: \`${name}(…, …, "${pattern.options}")\``,
      });
    }
  }
  for (const [index, argument] of given.entries()) {
    if (!(takesText ? index === 0 : letters[index] === "r")) continue;
    const pattern = literalText(simplify(argument));
    const options = takesText && given.length > 2 ? literalText(simplify(given[2])) : "";
    if (pattern === null || options === null) continue;
    const message = checkRegex(pattern, options.replaceAll("T", ""));
    if (message === null) continue;
    const reason = message.trimEnd().split("\n").at(-1)?.trim() ?? "";
    reporter.reportLibrary(name, "bad-regex", argument, `This is no regular expression: ${reason}`);
  }
}

const INTEGER_TEXT = /^\s*[+-]?(0x[\da-f]+|\d+)$/i;
const NO_NUMBER: ReadonlySet<string> = new Set(["ListLiteral", "DictLiteral", "NullLiteral", "LambdaExpression"]);
const LITERALS: ReadonlySet<string> = new Set([
  "IntegerLiteral",
  "FloatLiteral",
  "BooleanLiteral",
  "NullLiteral",
  "StringLiteral",
  "RegexLiteral",
  "ListLiteral",
  "DictLiteral",
  "LambdaExpression",
  "Heredoc",
]);

/** What a letter of a pattern wants, if a literal cannot be it. */
function mismatch(letter: string, argument: Expression): string | null {
  const { type } = argument;
  if (!LITERALS.has(type)) return null;
  switch (letter) {
    case "l":
      return type === "ListLiteral" ? null : "a list";
    case "d":
      return type === "DictLiteral" ? null : "a dictionary";
    case "F":
      return type === "LambdaExpression" ? null : "a function";
    case "r":
      return type === "RegexLiteral" || type === "StringLiteral" || type === "Heredoc" ? null : "a regular expression";
    case "i":
    case "u":
    case "f": {
      const text = literalText(argument);
      return NO_NUMBER.has(type) || (text !== null && !INTEGER_TEXT.test(text)) ? "a number" : null;
    }
    default:
      return null;
  }
}
