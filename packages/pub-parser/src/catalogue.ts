// The catalogue of everything the parsers of this package can complain about: one table, from which diagnostics are
// made and documentation is written.

import type { Span } from "./ast.js";
import type { Diagnostic, RelatedSpan, Severity } from "./diagnostic.js";

export interface CatalogueEntry {
  readonly severity: Severity;
  /** `{name}` stands for a value of the case at hand. */
  readonly message: string;
  /** For the documentation: when it comes and what to do. */
  readonly explanation: string;
}

const error = (message: string, explanation: string): CatalogueEntry => ({ severity: "error", message, explanation });

/** Code → entry. */
export const catalogue = {
  "unexpected-token": error("Expected {expected}, found {found}", "The grammar allows something else at this place."),
  "missing-semicolon": error(
    "Expected `;` between two expressions, found {found}",
    "Two expression statements in a row need a `;` (or any other statement) between them.",
  ),
  "unexpected-closer": error(
    "{found} closes nothing",
    "A closing bracket stands where no bracket of its kind is open.",
  ),
  unclosed: error("{opener} is never closed", "The file, or the zone around it, ends before the bracket's partner."),
  "comment-hides-end": error(
    "This `%}` stands in a comment, so the code goes on",
    "A `//` comment reaches to the end of its line and hides `%}`, `}}` and `}` there. Put the closing mark on the next line, or use `/* ... */`.",
  ),
  "unterminated-string": error(
    "The string is never closed",
    "A string ends at the next quote of its kind that has no backslash before it; it may contain newlines.",
  ),
  "unterminated-regex": error(
    "The regular expression is never closed",
    "The letter `r` directly before one of `# / ! @ % { <` begins a regular expression. Put a space behind a variable named `r`.",
  ),
  "unterminated-comment": error("The comment is never closed", "A block comment ends at the first `*/`."),
  "illegal-character": error("The character {found} has no meaning in code", "Code mode knows no such character."),
  "illegal-escape": error(
    "A backslash cannot stand before a newline in a string",
    "Strings may contain newlines as they are; write `\\n` for a newline without one.",
  ),
  "string-bracket": error(
    "{found} cannot stand in a string here",
    "`[[ … ]]` marks translatable text in strings too, so its brackets must pair; `\\[[` is not possible in strings.",
  ),
  "unbalanced-translation": error(
    "The translator bracket is never closed",
    "`[[` needs its `]]`, `[[[` its `]]]`, `[[[[` two of them. Write `\\[[` for the characters themselves.",
  ),
  "unbalanced-zone-end": error(
    "`%}` stands outside of a code zone",
    "`%}` closes a `{%`; an interpolation `%{` is closed by `}`.",
  ),
  "nesting-too-deep": error(
    "More than {limit} brackets are nested here",
    "Blocks, brackets and interpolations may be nested up to a fixed depth.",
  ),
  "expression-too-deep": error(
    "The expression is nested too deep: more than {limit} operators in each other",
    "A chain of operators, assignments, filters or postfixes may have up to a fixed length. Keep a part of it in a variable.",
  ),
  "format-too-deep": error(
    "The code is nested too deep to be laid out",
    "The formatter leaves the file as it is. Keep parts of long expressions in variables.",
  ),
  "too-many-branches": error(
    "The `if` has more than {limit} branches",
    "The number of `elif` branches of one `if` is limited. Use `switch`, or look the value up in a dictionary.",
  ),
  "number-range": error(
    "The number `{found}` cannot be represented",
    "A leading 0 makes a number octal, so digits 8 and 9 are not possible there; the largest number is 2^64 − 1.",
  ),
  "regex-option": error(
    "Unknown regular expression option `{found}`",
    "The options are `i`, `s`, `m`, `x`, `U`, `X` and `S`.",
  ),
  "pipe-target": error(
    "The right side of `|` must be a function or a call",
    "`value | filter` calls the filter with the value; `|` binds looser than comparison and arithmetic.",
  ),
  "for-arguments": error("`for` takes a variable and a list", "Write `for (item, list) { … }`."),
  "for-variable": error("The first argument of `for` must be a name", "Write `for (item, list) { … }`."),
  "include-arguments": error(
    "`{found}` takes a file name and, if wanted, a dictionary of variables",
    'Write `include("file")` or `include("file", {name: value})`.',
  ),
  "switch-defaults": error("A `switch` can have only one default case", "A `case` without parentheses is the default."),
} satisfies Record<string, CatalogueEntry>;

export type DiagnosticCode = keyof typeof catalogue;

export interface DiagnosticDetails {
  readonly values?: Readonly<Record<string, string>>;
  readonly hint?: string;
  readonly related?: readonly RelatedSpan[];
}

/** Makes a diagnostic from its catalogue entry. */
export function makeDiagnostic(code: DiagnosticCode, span: Span, details: DiagnosticDetails = {}): Diagnostic {
  const entry: CatalogueEntry = catalogue[code];
  const message = entry.message.replace(/\{(\w+)\}/g, (whole, name: string) => details.values?.[name] ?? whole);
  const diagnostic: { -readonly [key in keyof Diagnostic]: Diagnostic[key] } = {
    code,
    severity: entry.severity,
    message,
    span,
  };
  if (details.hint) diagnostic.hint = details.hint;
  if (details.related) diagnostic.related = details.related;
  return diagnostic;
}
