/**
 * Layout of statements. One that ends in a block or in a list of declarations takes no `;`, every other one takes one.
 */
import type {
  Block,
  DeclarationStatement,
  DefStatement,
  Expression,
  ForStatement,
  IfStatement,
  IncludeStatement,
  PrintStatement,
  ReturnStatement,
  Statement,
  SwitchCase,
  SwitchStatement,
  WhileStatement,
} from "pub-parser";
import { inBrackets } from "./brackets.js";
import { concat, type Doc, hardLine, join, whenBroken } from "./doc.js";
import { bindingItems, declarationStyle, headAsWritten, inParentheses, parameterHead } from "./expressions.js";
import { asWritten, type Formatter } from "./formatter.js";
import { commentDoc, type Item } from "./sequence.js";
import { bracedStatements } from "./statement-list.js";

/** Lays out a statement with its `;`. */
export function layOutStatement(formatter: Formatter, node: Statement): Doc {
  switch (node.type) {
    case "ExpressionStatement":
      return concat(formatter.expression(node.expression), ";");
    case "HtmlBlock":
      return formatter.block(node);
    case "BreakStatement":
      return "break;";
    case "ContinueStatement":
      return "continue;";
    case "ExitStatement":
      return "exit;";
    case "EmptyStatement":
      return ";";
    case "ReturnStatement":
      return returnStatement(formatter, node);
    case "PrintStatement":
      return listStatement(formatter, node, "print", node.arguments);
    case "IncludeStatement":
      return listStatement(
        formatter,
        node,
        node.mode,
        node.bindings === null ? [node.file] : [node.file, node.bindings],
      );
    case "DeclarationStatement":
      return declaration(formatter, node);
    case "DefStatement":
      return def(formatter, node);
    case "WhileStatement":
      return whileStatement(formatter, node);
    case "ForStatement":
      return forStatement(formatter, node);
    case "IfStatement":
      return ifStatement(formatter, node);
    case "SwitchStatement":
      return switchStatement(formatter, node);
  }
}

function returnStatement(formatter: Formatter, node: ReturnStatement): Doc {
  const parts = node.value === null ? [] : [node.value];
  if (formatter.source.hasLooseComments(node.start, node.end, parts)) return asWritten(formatter.source, node);
  return node.value === null ? "return;" : concat("return ", formatter.expression(node.value), ";");
}

/** `print`, `include` and `load`, with or without parentheses. */
function listStatement(
  formatter: Formatter,
  node: PrintStatement | IncludeStatement,
  word: string,
  list: readonly Expression[],
): Doc {
  const { source } = formatter;
  if (node.bare) {
    if (source.hasLooseComments(node.start, node.end, list)) return concat(asWritten(source, node), ";");
    return concat(
      `${word} `,
      join(
        ", ",
        list.map((item) => formatter.expression(item)),
      ),
      ";",
    );
  }
  const open = source.find("(", node.start);
  if (source.hasLooseComments(node.start, open, [])) return concat(asWritten(source, node), ";");
  return concat(word, inParentheses(formatter, list, open + 1, node.end - 1), ";");
}

function declaration(formatter: Formatter, node: DeclarationStatement): Doc {
  const { source } = formatter;
  const open = source.find("{", node.start);
  const last = node.bindings[node.bindings.length - 1];
  const close = source.find("}", last.end);
  const isLoose = source.hasLooseComments(node.start, open, []) || source.hasLooseComments(close, node.end, []);
  if (isLoose) return asWritten(source, node);
  const items = bindingItems(formatter, node.bindings);
  return concat(`${node.kind} `, inBrackets(source, items, open + 1, close, declarationStyle));
}

function def(formatter: Formatter, { start, name, parameters, body }: DefStatement): Doc {
  return concat(parameterHead(formatter, `def ${name.name}`, start, parameters, body.start), formatter.block(body));
}

function whileStatement(formatter: Formatter, { start, test, body }: WhileStatement): Doc {
  return concat(conditionHead(formatter, "while", start, test, body.start), formatter.block(body));
}

/** `WORD (condition) `, also of `if`, `elif` and `switch`. */
function conditionHead(formatter: Formatter, word: string, start: number, test: Expression, bodyStart: number): Doc {
  const { source } = formatter;
  if (source.hasLooseComments(start, bodyStart, [test])) return headAsWritten(formatter, start, bodyStart);
  const open = source.find("(", start);
  return concat(`${word} `, inParentheses(formatter, [test], open + 1, test.end), " ");
}

function forStatement(formatter: Formatter, node: ForStatement): Doc {
  const { body, empty } = node;
  const block = formatter.block(body);
  const parts = [forHead(formatter, node), block];
  if (empty !== null) {
    parts.push(continuation(formatter, body, block, "empty", empty.start), formatter.block(empty));
  }
  return concat(...parts);
}

function forHead(formatter: Formatter, { start, variable, list, bare, body }: ForStatement): Doc {
  const { source } = formatter;
  if (source.hasLooseComments(start, body.start, [variable, list])) return headAsWritten(formatter, start, body.start);
  if (bare) return concat(`for ${variable.name}, `, formatter.expression(list), " ");
  const open = source.find("(", start);
  return concat("for ", inParentheses(formatter, [variable, list], open + 1, list.end), " ");
}

function ifStatement(formatter: Formatter, { branches, alternate }: IfStatement): Doc {
  const parts: Doc[] = [];
  let previous: { node: Block; doc: Doc } | null = null;
  for (const { start, test, body } of branches) {
    if (previous !== null) parts.push(gapBefore(formatter, previous.node, previous.doc, start));
    const doc = formatter.block(body);
    parts.push(conditionHead(formatter, previous === null ? "if" : "elif", start, test, body.start), doc);
    previous = { node: body, doc };
  }
  if (alternate !== null && previous !== null) {
    parts.push(
      continuation(formatter, previous.node, previous.doc, "else", alternate.start),
      formatter.block(alternate),
    );
  }
  return concat(...parts);
}

/** What stands between two blocks of one statement: the gap, a keyword, and comments behind the keyword. */
function continuation(formatter: Formatter, block: Block, doc: Doc, word: string, next: number): Doc {
  const start = formatter.source.find(word, block.end);
  const gap = gapBefore(formatter, block, doc, start);
  const isLoose = formatter.source.hasLooseComments(start, next, []);
  return concat(gap, isLoose ? headAsWritten(formatter, start, next) : `${word} `);
}

/**
 * The gap between a block and the keyword of the next: behind a block of several lines the keyword follows the `}`,
 * else it may stand on a line of its own.
 */
function gapBefore(formatter: Formatter, block: Block, doc: Doc, keyword: number): Doc {
  const { source } = formatter;
  const comments = source.commentsIn(block.end, keyword);
  if (comments.length > 0) {
    const docs = comments.map((comment, index) => {
      const before = index === 0 ? block.end : comments[index - 1].end;
      const separator = source.newlinesBetween(before, comment.start) > 0 ? hardLine : " ";
      return concat(separator, commentDoc(source, comment));
    });
    const last = comments[comments.length - 1];
    const behind = source.newlinesBetween(last.end, keyword) > 0 ? hardLine : " ";
    return concat(...docs, behind);
  }
  if (source.newlinesBetween(block.end, keyword) === 0) return " ";
  return block.type === "CodeBlock" ? whenBroken(doc, " ", hardLine) : hardLine;
}

function switchStatement(formatter: Formatter, node: SwitchStatement): Doc {
  const { source } = formatter;
  const { start, discriminant, cases, end } = node;
  const open = source.find("{", discriminant.end);
  const items: Item[] = cases.map((item) => ({ start: item.start, end: item.end, doc: switchCase(formatter, item) }));
  const head = conditionHead(formatter, "switch", start, discriminant, open);
  return concat(head, bracedStatements(source, items, "{", "}", open + 1, end - 1));
}

function switchCase(formatter: Formatter, { start, label, body }: SwitchCase): Doc {
  const { source } = formatter;
  const block = formatter.block(body);
  const parts = label === null ? [] : [label];
  if (source.hasLooseComments(start, body.start, parts))
    return concat(headAsWritten(formatter, start, body.start), block);
  return concat(label === null ? "case " : `case (${source.slice(label)}) `, block);
}
