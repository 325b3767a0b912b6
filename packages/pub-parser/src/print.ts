// From a tree back to source that parses to the same tree, spans and comments aside. Without recursion: a node becomes a
// list of texts and nodes, worked off from a stack, so that the longest chains can be printed.

import type {
  Binding,
  Block,
  CaseLabel,
  Expression,
  Node,
  Parameters,
  RegexLiteral,
  Statement,
  StringLiteral,
  Template,
  Zone,
} from "./ast.js";
import { escapeString, escapeText, textSeparator, translatorSeparator } from "./print-text.js";

type Part = string | Node;

/** Prints a tree that the parser made. The result is a byte string. */
export function printTemplate(template: Template): string {
  let printed = "";
  const pending: Part[] = [template];
  while (pending.length > 0) {
    const part = pending.pop()!;
    if (typeof part === "string") {
      printed += part;
    } else {
      for (const piece of partsOf(part).reverse()) pending.push(piece);
    }
  }
  return printed;
}

function partsOf(node: Node): Part[] {
  switch (node.type) {
    case "Template":
      return zones(node.body, "");
    case "Text":
      return [escapeText(node.value)];
    case "BoundaryTag":
      return [node.value];
    case "Interpolation":
      return ["%{", ...interpolated(node.expression), "}"];
    case "CodeZone":
      return ["{% ", ...statements(node.statements), "%}"];
    case "HtmlBlock":
      return ["{{", ...zones(node.body, "}}"), "}}"];
    case "CodeBlock":
      return ["{ ", ...statements(node.statements), "}"];
    default:
      return node.type.endsWith("Statement") ? statement(node as Statement) : expression(node as Expression);
  }
}

/** Zones, with a separator where text and what follows would read as something else. */
function zones(body: readonly Zone[], closer: string): Part[] {
  const parts: Part[] = [];
  for (const [index, zone] of body.entries()) {
    parts.push(zone);
    if (zone.type !== "Text") continue;
    const next = body[index + 1];
    const follows =
      next === undefined ? closer : next.type === "Interpolation" ? "%{" : next.type === "CodeZone" ? "{%" : "";
    parts.push(textSeparator(zone.value, follows));
  }
  return parts;
}

function statements(list: readonly Statement[]): Part[] {
  return list.flatMap((item): Part[] => [item, " "]);
}

function statement(node: Statement): Part[] {
  switch (node.type) {
    case "HtmlBlock":
      return [node];
    case "ExpressionStatement":
      return [node.expression];
    case "EmptyStatement":
      return [";"];
    case "BreakStatement":
      return ["break"];
    case "ContinueStatement":
      return ["continue"];
    case "ExitStatement":
      return ["exit"];
    case "ReturnStatement":
      return node.value === null ? ["return;"] : ["return ", node.value, ";"];
    case "PrintStatement":
      return ["print", ...items(node.arguments, node.bare)];
    case "IncludeStatement":
      return [node.mode, ...items(node.bindings === null ? [node.file] : [node.file, node.bindings], node.bare)];
    case "ForStatement":
      return [
        "for",
        ...items([node.variable, node.list], node.bare),
        " ",
        node.body,
        ...(node.empty === null ? [] : [" empty ", node.empty]),
      ];
    case "WhileStatement":
      return ["while (", node.test, ") ", node.body];
    case "IfStatement":
      return [
        ...node.branches.flatMap(({ test, body }, index): Part[] => [
          index === 0 ? "if (" : " elif (",
          test,
          ") ",
          body,
        ]),
        ...(node.alternate === null ? [] : [" else ", node.alternate]),
      ];
    case "SwitchStatement":
      return [
        "switch (",
        node.discriminant,
        ") { ",
        ...node.cases.flatMap(({ label, body }): Part[] => ["case ", caseLabel(label), body, " "]),
        "}",
      ];
    case "DefStatement":
      return ["def ", node.name, ...functionParts(node.parameters, node.body)];
    case "DeclarationStatement":
      return [node.kind, " {", ...bindings(node.bindings), "}"];
  }
}

function expression(node: Expression): Part[] {
  switch (node.type) {
    case "Identifier":
      return [node.name];
    case "ScopedIdentifier":
      return [`${node.scope}::${node.name}`];
    case "IntegerLiteral":
    case "FloatLiteral":
      return [node.raw];
    case "BooleanLiteral":
      return [String(node.value)];
    case "NullLiteral":
      return ["null"];
    case "StringLiteral":
      return stringParts(node);
    case "RegexLiteral":
      return [regexText(node)];
    case "ListLiteral":
      return ["[", ...commaSeparated(node.elements), "]"];
    case "DictLiteral":
      return ["{", ...bindings(node.entries), "}"];
    case "LambdaExpression":
      return ["lambda", ...functionParts(node.parameters, node.body)];
    case "Heredoc":
      return ["=", node.body];
    case "NotExpression":
      return [firstCharacter(node.operand) === "=" ? "! " : "!", node.operand];
    case "BinaryExpression":
    case "LogicalExpression":
      return [node.left, ` ${node.operator} `, node.right];
    case "PipeExpression":
      return [node.value, " | ", node.filter];
    case "AssignmentExpression":
      return [node.target, " = ", node.value];
    case "MemberExpression":
      return [node.object, ".", node.property];
    case "IndexExpression":
      return [node.object, "[", node.index, "]"];
    case "CallExpression":
      return node.blocking
        ? [node.callee, "(* ", ...commaSeparated(node.arguments), " *)"]
        : [node.callee, "(", ...commaSeparated(node.arguments), ")"];
    case "ParenthesizedExpression":
      return ["(", node.expression, ")"];
  }
}

/** The content of `%{ … }`; `%{{` would look like text to readers, and a `{` of a dictionary must not touch. */
function interpolated(node: Expression): Part[] {
  return firstCharacter(node) === "{" ? [" ", node, " "] : [node];
}

/** The character that the print of an expression begins with, as far as it matters: `{`, `=` or something else. */
function firstCharacter(node: Expression): "{" | "=" | "" {
  let first: Expression = node;
  for (;;) {
    switch (first.type) {
      case "BinaryExpression":
      case "LogicalExpression":
        first = first.left;
        break;
      case "PipeExpression":
        first = first.value;
        break;
      case "AssignmentExpression":
        first = first.target;
        break;
      case "MemberExpression":
      case "IndexExpression":
        first = first.object;
        break;
      case "CallExpression":
        first = first.callee;
        break;
      default:
        return first.type === "DictLiteral" ? "{" : first.type === "Heredoc" ? "=" : "";
    }
  }
}

function items(list: readonly Expression[], bare: boolean): Part[] {
  return bare ? [" ", ...commaSeparated(list)] : ["(", ...commaSeparated(list), ")"];
}

function commaSeparated(list: readonly Part[]): Part[] {
  return list.flatMap((item, index): Part[] => (index === 0 ? [item] : [", ", item]));
}

function functionParts({ required, optional }: Parameters, body: Block): Part[] {
  const separator = optional.length > 0 ? ["|"] : [];
  return ["(", ...commaSeparated(required), ...separator, ...commaSeparated(optional), ") ", body];
}

function bindings(list: readonly Binding[]): Part[] {
  return list.flatMap(({ name, quoted, value }, index): Part[] => [
    index === 0 ? "" : ", ",
    quoted ? `"${escapeString(name)}"` : name,
    ...(value === null ? [] : [": ", value]),
  ]);
}

function caseLabel(label: CaseLabel | null): string {
  if (label === null) return "";
  switch (label.kind) {
    case "int":
      return `(${label.value}) `;
    case "bool":
      return label.value === "1" ? "(true) " : "(false) ";
    case "null":
      return "(null) ";
    case "string":
      return `("${escapeString(label.value)}") `;
  }
}

function stringParts({ quote, pieces }: StringLiteral): Part[] {
  const parts: Part[] = [quote];
  for (const [index, piece] of pieces.entries()) {
    if (piece.type === "StringInterpolation") {
      parts.push("%{", ...interpolated(piece.expression), "}");
      continue;
    }
    const before = pieces[index - 1];
    if (piece.kind === "run") {
      const joins = before?.type === "StringText" && before.kind === "run";
      parts.push(joins ? translatorSeparator : "", piece.value);
    } else {
      parts.push(escapeString(piece.value, true));
    }
  }
  parts.push(quote);
  return parts;
}

function regexText({ delimiter, pattern, options }: RegexLiteral): string {
  const close = delimiter === "{" ? "}" : delimiter === "<" ? ">" : delimiter;
  return `r${delimiter}${pattern.replaceAll(close, `\\${close}`)}${close}${options}`;
}
