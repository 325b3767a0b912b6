/**
 * The syntax tree of a template. One tree serves compiler, checker, formatter and editors.
 *
 * Source text is a *byte string*: a JavaScript string with one character (U+0000…U+00FF) a byte of the file
 * (pub-language.md §0.3). Offsets in spans therefore count bytes.
 */

/** Half-open range of byte offsets into the source. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

interface NodeBase extends Span {
  readonly type: string;
}

/** A comment of code mode or of the translator brackets, kept for the formatter. */
export interface Comment extends Span {
  readonly kind: "line" | "block" | "translator";
}

/** A whole file (§5.1 `file`). */
export interface Template extends NodeBase {
  readonly type: "Template";
  readonly body: Zone[];
  readonly comments: Comment[];
}

// ---------------------------------------------------------------- zones (§1, §2.1)

export type Zone = Text | BoundaryTag | Interpolation | CodeZone;

/** Literal text; `value` has escapes resolved and translator markup removed. Never empty. */
export interface Text extends NodeBase {
  readonly type: "Text";
  readonly value: string;
}

/** `<pre`, `</script`, … : printed as written and a boundary of white-space stripping (§3). */
export interface BoundaryTag extends NodeBase {
  readonly type: "BoundaryTag";
  /** As written, e.g. `</PRE`. */
  readonly value: string;
  readonly tag: "script" | "pre" | "textarea";
  readonly closing: boolean;
}

/** `%{ expression }` in text. */
export interface Interpolation extends NodeBase {
  readonly type: "Interpolation";
  readonly expression: Expression;
}

/** `{% … %}`. */
export interface CodeZone extends NodeBase {
  readonly type: "CodeZone";
  readonly statements: Statement[];
}

// ---------------------------------------------------------------- statements (§5.1 `control`)

/** `{{ … }}`: as a statement or as a body. An empty one is special in `switch` (§6.6, §6.12). */
export interface HtmlBlock extends NodeBase {
  readonly type: "HtmlBlock";
  readonly body: Zone[];
}

/** `{ … }` as a body. */
export interface CodeBlock extends NodeBase {
  readonly type: "CodeBlock";
  readonly statements: Statement[];
}

export type Block = HtmlBlock | CodeBlock;

export type Statement =
  | ExpressionStatement
  | EmptyStatement
  | ForStatement
  | WhileStatement
  | IfStatement
  | SwitchStatement
  | DefStatement
  | DeclarationStatement
  | IncludeStatement
  | PrintStatement
  | HtmlBlock
  | BreakStatement
  | ContinueStatement
  | ExitStatement
  | ReturnStatement;

export interface ExpressionStatement extends NodeBase {
  readonly type: "ExpressionStatement";
  readonly expression: Expression;
}

/** A `;`, also the one behind an expression statement. */
export interface EmptyStatement extends NodeBase {
  readonly type: "EmptyStatement";
}

export interface ForStatement extends NodeBase {
  readonly type: "ForStatement";
  readonly variable: Identifier;
  readonly list: Expression;
  /** `for x, list` instead of `for (x, list)`. */
  readonly bare: boolean;
  readonly body: Block;
  readonly empty: Block | null;
}

export interface WhileStatement extends NodeBase {
  readonly type: "WhileStatement";
  readonly test: Expression;
  readonly body: Block;
}

export interface IfStatement extends NodeBase {
  readonly type: "IfStatement";
  /** `if` first, then each `elif`. */
  readonly branches: IfBranch[];
  readonly alternate: Block | null;
}

export interface IfBranch extends Span {
  readonly test: Expression;
  readonly body: Block;
}

export interface SwitchStatement extends NodeBase {
  readonly type: "SwitchStatement";
  readonly discriminant: Expression;
  readonly cases: SwitchCase[];
}

export interface SwitchCase extends Span {
  /** `null` for the default case (no parentheses). */
  readonly label: CaseLabel | null;
  readonly body: Block;
}

/** `value` is the text the key is compared with: decimal, `1`/`0` for booleans, the string; `""` for `null` (§6.6). */
export interface CaseLabel extends Span {
  readonly kind: "int" | "bool" | "string" | "null";
  readonly value: string;
}

export interface DefStatement extends NodeBase {
  readonly type: "DefStatement";
  readonly name: Identifier;
  readonly parameters: Parameters;
  readonly body: Block;
}

export interface Parameters extends Span {
  readonly required: Identifier[];
  readonly optional: Identifier[];
}

export interface DeclarationStatement extends NodeBase {
  readonly type: "DeclarationStatement";
  readonly kind: "locals" | "globals" | "universals";
  readonly bindings: Binding[];
}

/** `name : value`, `name = value` or `name` in a declaration or a dictionary literal. */
export interface Binding extends Span {
  readonly name: string;
  /** Where the name stands. */
  readonly nameSpan: Span;
  readonly quoted: boolean;
  readonly value: Expression | null;
}

export interface IncludeStatement extends NodeBase {
  readonly type: "IncludeStatement";
  readonly mode: "include" | "load";
  readonly bare: boolean;
  readonly file: Expression;
  readonly bindings: Expression | null;
}

export interface PrintStatement extends NodeBase {
  readonly type: "PrintStatement";
  readonly bare: boolean;
  readonly arguments: Expression[];
}

export interface BreakStatement extends NodeBase {
  readonly type: "BreakStatement";
}

export interface ContinueStatement extends NodeBase {
  readonly type: "ContinueStatement";
}

export interface ExitStatement extends NodeBase {
  readonly type: "ExitStatement";
}

export interface ReturnStatement extends NodeBase {
  readonly type: "ReturnStatement";
  readonly value: Expression | null;
}

// ---------------------------------------------------------------- expressions (§5.1 `expr`)

export type Expression =
  | Identifier
  | ScopedIdentifier
  | IntegerLiteral
  | FloatLiteral
  | BooleanLiteral
  | NullLiteral
  | StringLiteral
  | RegexLiteral
  | ListLiteral
  | DictLiteral
  | LambdaExpression
  | Heredoc
  | NotExpression
  | BinaryExpression
  | LogicalExpression
  | PipeExpression
  | AssignmentExpression
  | MemberExpression
  | IndexExpression
  | CallExpression
  | ParenthesizedExpression;

export interface Identifier extends NodeBase {
  readonly type: "Identifier";
  readonly name: string;
}

/** `globals::x`, `universals::x`. */
export interface ScopedIdentifier extends NodeBase {
  readonly type: "ScopedIdentifier";
  readonly scope: "globals" | "universals";
  readonly name: string;
}

/** The exact value; above 2^63−1 the type is `uint` (§4.2). */
export interface IntegerLiteral extends NodeBase {
  readonly type: "IntegerLiteral";
  readonly value: bigint;
  readonly raw: string;
}

export interface FloatLiteral extends NodeBase {
  readonly type: "FloatLiteral";
  readonly value: number;
  readonly raw: string;
}

export interface BooleanLiteral extends NodeBase {
  readonly type: "BooleanLiteral";
  readonly value: boolean;
}

export interface NullLiteral extends NodeBase {
  readonly type: "NullLiteral";
}

/**
 * A string literal as its pieces in the sense of §2.5: text runs, single escaped characters and special characters
 * (each a piece of its own), interpolations. `""` has no piece.
 */
export interface StringLiteral extends NodeBase {
  readonly type: "StringLiteral";
  readonly quote: '"' | "'";
  readonly pieces: StringPiece[];
}

export type StringPiece = StringText | StringInterpolation;

export interface StringText extends Span {
  readonly type: "StringText";
  /** `run` for a text run; `special` for an escape or one of the characters that end a run. */
  readonly kind: "run" | "special";
  readonly value: string;
}

export interface StringInterpolation extends Span {
  readonly type: "StringInterpolation";
  readonly expression: Expression;
}

export interface RegexLiteral extends NodeBase {
  readonly type: "RegexLiteral";
  /** The body with the escaped delimiter resolved (§2.6). */
  readonly pattern: string;
  readonly options: string;
  /** Opening delimiter: `#`, `/`, `!`, `@`, `%`, `{` or `<`. */
  readonly delimiter: string;
}

export interface ListLiteral extends NodeBase {
  readonly type: "ListLiteral";
  readonly elements: Expression[];
}

export interface DictLiteral extends NodeBase {
  readonly type: "DictLiteral";
  readonly entries: Binding[];
}

export interface LambdaExpression extends NodeBase {
  readonly type: "LambdaExpression";
  readonly parameters: Parameters;
  readonly body: Block;
}

/** `={{ … }}` (body is an HtmlBlock) or `={ … }` (body is a CodeBlock), §6.11. */
export interface Heredoc extends NodeBase {
  readonly type: "Heredoc";
  readonly body: Block;
}

export interface NotExpression extends NodeBase {
  readonly type: "NotExpression";
  readonly operand: Expression;
}

export type BinaryOperator = "+" | "-" | "*" | "/" | "%" | "==" | "!=" | "<" | ">" | "<=" | ">=";

export interface BinaryExpression extends NodeBase {
  readonly type: "BinaryExpression";
  readonly operator: BinaryOperator;
  readonly operatorSpan: Span;
  readonly left: Expression;
  readonly right: Expression;
}

export interface LogicalExpression extends NodeBase {
  readonly type: "LogicalExpression";
  readonly operator: "&&" | "||";
  readonly operatorSpan: Span;
  readonly left: Expression;
  readonly right: Expression;
}

/** `value | filter`; what the filter means is decided by the compiler (§5.5). */
export interface PipeExpression extends NodeBase {
  readonly type: "PipeExpression";
  readonly operatorSpan: Span;
  readonly value: Expression;
  readonly filter: Expression;
}

export interface AssignmentExpression extends NodeBase {
  readonly type: "AssignmentExpression";
  readonly operatorSpan: Span;
  readonly target: Expression;
  readonly value: Expression;
}

export interface MemberExpression extends NodeBase {
  readonly type: "MemberExpression";
  readonly object: Expression;
  readonly property: Identifier;
}

export interface IndexExpression extends NodeBase {
  readonly type: "IndexExpression";
  readonly object: Expression;
  readonly index: Expression;
}

export interface CallExpression extends NodeBase {
  readonly type: "CallExpression";
  readonly callee: Expression;
  readonly arguments: Expression[];
  /** Written `f(* … *)`. */
  readonly blocking: boolean;
}

/** `( expression )`; kept for the formatter, transparent to everything else. */
export interface ParenthesizedExpression extends NodeBase {
  readonly type: "ParenthesizedExpression";
  readonly expression: Expression;
}

export type Node = Template | Zone | Statement | CodeBlock | Expression;
