/**
 * Layout of expressions. Literals are taken from the source as they were written.
 */
import type { Binding, Expression, LambdaExpression, Parameters, Span } from "pub-parser";
import { type BracketItem, type BracketStyle, inBrackets, keepsLines } from "./brackets.js";
import { concat, type Doc, group, hardLine, indent, spaceLine } from "./doc.js";
import { asWritten, type Formatter } from "./formatter.js";

const listStyle: BracketStyle = {
  open: "[",
  close: "]",
  padded: false,
  keepsLines: true,
  fills: false,
  hugsAmongOthers: false,
};
const dictStyle: BracketStyle = { ...listStyle, open: "{", close: "}" };
const argumentStyle: BracketStyle = { ...listStyle, open: "(", close: ")", keepsLines: false, hugsAmongOthers: true };
const blockingStyle: BracketStyle = { ...argumentStyle, open: "(*", close: "*)", padded: true };
export const declarationStyle: BracketStyle = { ...dictStyle, padded: true };

/** Literals of which several fill a line. */
const shortTypes: ReadonlySet<Expression["type"]> = new Set([
  "IntegerLiteral",
  "FloatLiteral",
  "BooleanLiteral",
  "NullLiteral",
  "StringLiteral",
  "Identifier",
  "ScopedIdentifier",
]);

/** Lays out an expression; `continued` indents the lines of a chain of operators behind the first. */
export function layOutExpression(formatter: Formatter, node: Expression, continued: boolean): Doc {
  const { source } = formatter;
  switch (node.type) {
    case "ListLiteral":
      return inBrackets(source, expressionItems(formatter, node.elements), node.start + 1, node.end - 1, {
        ...listStyle,
        fills: node.elements.every((element) => shortTypes.has(element.type)),
      });
    case "DictLiteral":
      return inBrackets(source, bindingItems(formatter, node.entries), node.start + 1, node.end - 1, dictStyle);
    case "LambdaExpression":
      return concat(lambdaHead(formatter, node), formatter.block(node.body));
    case "Heredoc":
      return concat("=", formatter.block(node.body));
    case "NotExpression":
      return not(formatter, node);
    case "BinaryExpression":
    case "LogicalExpression":
    case "PipeExpression":
      return operators(formatter, node, continued);
    case "AssignmentExpression":
      return assignment(formatter, node);
    case "MemberExpression":
    case "IndexExpression":
    case "CallExpression":
      return postfixes(formatter, node);
    case "ParenthesizedExpression":
      return inBrackets(
        source,
        [
          {
            ...span(node.expression),
            doc: formatter.expression(node.expression, false),
            node: node.expression,
          },
        ],
        node.start + 1,
        node.end - 1,
        argumentStyle,
      );
    case "ScopedIdentifier":
      return source.hasLooseComments(node.start, node.end, [])
        ? asWritten(source, node)
        : `${node.scope}::${node.name}`;
    default:
      return asWritten(source, node);
  }
}

/** Expressions as items in brackets. */
export function expressionItems(formatter: Formatter, list: readonly Expression[]): BracketItem[] {
  return list.map((node) => ({ ...span(node), doc: formatter.expression(node), node }));
}

/** Entries of a dictionary or declarations as items in brackets. */
export function bindingItems(formatter: Formatter, list: readonly Binding[]): BracketItem[] {
  return list.map((binding) => ({
    ...span(binding),
    doc: bindingDoc(formatter, binding),
    node: binding.value,
  }));
}

function span({ start, end }: Span): Span {
  return { start, end };
}

function bindingDoc(formatter: Formatter, binding: Binding): Doc {
  const { source } = formatter;
  const { nameSpan, value } = binding;
  const name = asWritten(source, nameSpan);
  if (value === null) return name;
  if (source.hasLooseComments(binding.start, binding.end, [nameSpan, value])) return asWritten(source, binding);
  const sign = /^\s*(:|=>|=)/.exec(source.text.slice(nameSpan.end, value.start))![1];
  return concat(name, ` ${sign}`, assignedValue(formatter, value));
}

/** A value behind its `=` or `:`, on the next line when it is a chain of operators that would have to be broken. */
function assignedValue(formatter: Formatter, value: Expression): Doc {
  if (!isChain(value) || keepsLines(value)) return concat(" ", formatter.expression(value));
  return group(indent(spaceLine, formatter.expression(value, false)));
}

function isChain(node: Expression): boolean {
  return node.type === "BinaryExpression" || node.type === "LogicalExpression" || node.type === "PipeExpression";
}

function assignment(formatter: Formatter, node: Expression): Doc {
  const { source } = formatter;
  const targets: Expression[] = [];
  let value = node;
  while (value.type === "AssignmentExpression") {
    targets.push(value.target);
    value = value.value;
  }
  if (source.hasLooseComments(node.start, node.end, [...targets, value])) return asWritten(source, node);
  const parts = targets.map((target, index) => concat(index === 0 ? "" : " ", formatter.expression(target), " ="));
  return concat(...parts, assignedValue(formatter, value));
}

function not(formatter: Formatter, node: Expression): Doc {
  let bangs = 0;
  let operand = node;
  while (operand.type === "NotExpression") {
    bangs++;
    operand = operand.operand;
  }
  if (formatter.source.hasLooseComments(node.start, node.end, [operand])) return asWritten(formatter.source, node);
  // `!=` would be another operator.
  const space = formatter.source.text[operand.start] === "=" ? " " : "";
  return concat("!".repeat(bangs) + space, formatter.expression(operand));
}

/** A chain of operators of one precedence: broken behind each operator, or behind none. */
function operators(formatter: Formatter, node: Expression, continued: boolean): Doc {
  const { source } = formatter;
  const operands: Expression[] = [];
  const signs: string[] = [];
  let left = node;
  while (isOperator(left) && precedence(left) === precedence(node)) {
    operands.push(left.type === "PipeExpression" ? left.filter : left.right);
    signs.push(source.slice(left.operatorSpan));
    left = left.type === "PipeExpression" ? left.value : left.left;
  }
  operands.reverse();
  signs.reverse();
  if (source.hasLooseComments(node.start, node.end, [left, ...operands])) return asWritten(source, node);
  const rest = operands.flatMap((operand, at) => [` ${signs[at]}`, spaceLine, formatter.expression(operand)]);
  return group(formatter.expression(left), continued ? indent(...rest) : concat(...rest));
}

type Operator = Extract<Expression, { type: "BinaryExpression" | "LogicalExpression" | "PipeExpression" }>;

function isOperator(node: Expression): node is Operator {
  return isChain(node);
}

/** Operators with the same result are chained. */
function precedence(node: Expression): string {
  if (node.type === "PipeExpression") return "|";
  if (node.type === "LogicalExpression") return node.operator;
  if (node.type !== "BinaryExpression") return "";
  const families = ["== !=", "< > <= >=", "+ -", "* / %"];
  return families.find((family) => family.split(" ").includes(node.operator)) ?? "";
}

/** `.name`, `[index]` and calls behind a primary expression. */
function postfixes(formatter: Formatter, node: Expression): Doc {
  const { source } = formatter;
  const chain: Expression[] = [];
  let primary = node;
  for (let inner = innerOf(primary); inner !== null; inner = innerOf(primary)) {
    chain.push(primary);
    primary = inner;
  }
  chain.reverse();
  const parts: Doc[] = [formatter.expression(primary)];
  for (const link of chain) {
    const doc = postfix(formatter, link, innerOf(link)!);
    if (doc === null) {
      parts.splice(0, parts.length, asWritten(source, { start: primary.start, end: link.end }));
    } else {
      parts.push(doc);
    }
  }
  return concat(...parts);
}

function innerOf(node: Expression): Expression | null {
  if (node.type === "CallExpression") return node.callee;
  return node.type === "MemberExpression" || node.type === "IndexExpression" ? node.object : null;
}

/** The text behind `inner`; null when comments stand in its way. */
function postfix(formatter: Formatter, node: Expression, inner: Expression): Doc | null {
  const { source } = formatter;
  switch (node.type) {
    case "MemberExpression":
      return source.hasLooseComments(inner.end, node.end, []) ? null : `.${node.property.name}`;
    case "IndexExpression":
      if (source.hasLooseComments(inner.end, node.end, [node.index])) return null;
      return concat("[", formatter.expression(node.index), "]");
    case "CallExpression": {
      const style = node.blocking ? blockingStyle : argumentStyle;
      const open = source.find(style.open, inner.end);
      if (source.hasLooseComments(inner.end, open, [])) return null;
      const items = expressionItems(formatter, node.arguments);
      return inBrackets(source, items, open + style.open.length, node.end - style.close.length, style);
    }
    default:
      return null;
  }
}

function lambdaHead(formatter: Formatter, { start, parameters, body }: LambdaExpression): Doc {
  return parameterHead(formatter, "lambda ", start, parameters, body.start);
}

/** What stands in front of the body of a function, with a space or, behind a line comment, a break at its end. */
export function parameterHead(
  formatter: Formatter,
  opening: string,
  start: number,
  parameters: Parameters,
  bodyStart: number,
): Doc {
  if (formatter.source.hasLooseComments(start, bodyStart, [])) return headAsWritten(formatter, start, bodyStart);
  const names = (list: Parameters["required"]): string => list.map(({ name }) => name).join(", ");
  const { required, optional } = parameters;
  const bar = optional.length === 0 ? "" : required.length === 0 ? "| " : " | ";
  return `${opening}(${names(required)}${bar}${names(optional)}) `;
}

/** The head of a statement with comments in unusual places. */
export function headAsWritten(formatter: Formatter, start: number, bodyStart: number): Doc {
  const { source } = formatter;
  const last = source.commentsIn(start, bodyStart).at(-1);
  const end = start + source.text.slice(start, bodyStart).trimEnd().length;
  const doc = asWritten(source, { start, end });
  return concat(doc, last?.kind === "line" && last.end >= end ? hardLine : " ");
}

/** A condition or the like in parentheses, from behind what stands in front of `(` to the body. */
export function inParentheses(formatter: Formatter, items: readonly Expression[], from: number, to: number): Doc {
  return inBrackets(formatter.source, singleOrMany(formatter, items), from, to, argumentStyle);
}

function singleOrMany(formatter: Formatter, items: readonly Expression[]): BracketItem[] {
  if (items.length !== 1) return expressionItems(formatter, items);
  return [{ ...span(items[0]), doc: formatter.expression(items[0], false), node: items[0] }];
}
