// What authors of a faulty line probably meant: habits from other languages, and the traps of pub itself. The first rule
// that fits gives the hint.

import type { TokenType } from "chevrotain";
import { EOF } from "chevrotain";
import { expected } from "./expected.js";
import type { Situation } from "./situation.js";
import * as T from "./tokens.js";
import { isKeyword, type Token } from "./tokens.js";

interface HintRule {
  when(situation: Situation): boolean;
  hint: string | ((situation: Situation) => string);
}

/** The hint for an error, if there is one. */
export function findHint(situation: Situation): string | undefined {
  const rule = rules.find(({ when }) => when(situation));
  if (rule === undefined) return undefined;
  return typeof rule.hint === "string" ? rule.hint : rule.hint(situation);
}

const K = T.keyword;
const is = (token: Token | undefined, ...types: TokenType[]): boolean =>
  token !== undefined && types.includes(token.tokenType);
const after = ({ tokens, found }: Situation, distance = 1): Token | undefined => tokens.at(found.index + distance);
const before = ({ tokens, found }: Situation, distance: number): Token | undefined => tokens.at(found.index - distance);

/** Words of other languages → what pub has instead. */
const foreignWords: Readonly<Record<string, string>> = {
  and: "the operator is `&&`",
  or: "the operator is `||`",
  not: "the operator is `!`",
  elseif: "write `elif`",
  elsif: "write `elif`",
  foreach: "write `for (item, list) { ... }`",
  in: "write `for (item, list) { ... }`",
  function: "functions are defined with `def name(...) { ... }` or `lambda(...) { ... }`",
  fn: "functions are defined with `def name(...) { ... }` or `lambda(...) { ... }`",
  var: "variables are declared with `locals { name : value }`",
  let: "variables are declared with `locals { name : value }`",
  const: "variables are declared with `locals { name : value }`",
  local: "variables are declared with `locals { name : value }`",
  global: "variables are declared with `globals { name : value }`",
  set: "variables are declared with `locals { name : value }` or `globals { name : value }`",
  setl: "variables are declared with `locals { name : value }`",
  echo: "output is written with `print(...)`",
  default: "the default case is a `case` without parentheses",
};

const foreign = (token: Token | undefined): string | undefined =>
  is(token, T.Name) && Object.hasOwn(foreignWords, token!.image) ? foreignWords[token!.image] : undefined;

/** The word before a call whose `)` stands directly before the error: `foreach` in `foreach (x) {`. */
function calledWord({ tokens, previous }: Situation): Token | undefined {
  if (!is(previous, T.ParenClose)) return undefined;
  let open = 1;
  let at = previous.index - 1;
  for (; at >= 0 && open > 0; at--) {
    if (tokens.typeAt(at) === T.ParenClose) open++;
    else if (tokens.typeAt(at) === T.ParenOpen) open--;
  }
  return tokens.at(at);
}

/** The `print`, `include` or `load` that the error continues, without a `;` between. */
function unfinishedOutput({ tokens, found, expected: expectation }: Situation): Token | undefined {
  const ended: string[] = [expected.statement, expected.separator, expected.statementEnd, expected.bareEnd];
  if (!ended.includes(expectation)) return undefined;
  for (let at = found.index - 1; at >= 0; at--) {
    const depth = tokens.depthAt(at);
    if (depth < found.depth) return undefined;
    if (depth > found.depth) continue;
    const token = tokens.at(at)!;
    if (is(token, K("print"), K("include"), K("load"))) return token;
    if (is(token, T.Semicolon) || isKeyword(token)) return undefined;
  }
  return undefined;
}

/** Whether a dictionary stands behind a `={`. */
function looksLikeDictionary({ tokens }: Situation, open: Token): boolean {
  const [key, separator] = [tokens.at(open.index + 1), tokens.at(open.index + 2)];
  if (is(key, T.BraceClose)) return true;
  return is(key, T.Name, T.StringConstant) && is(separator, T.Colon, T.Assign, T.Comma, T.BraceClose);
}

const compoundOperators = new Set(["++", "--", "+=", "-=", "*=", "/=", "%="]);
const arithmetic = new Set(["+", "-", "*", "/", "%"]);

const rules: readonly HintRule[] = [
  {
    when: ({ found, previous, opener }) =>
      is(opener ?? undefined, T.InlineOpen) &&
      found.image === "/" &&
      previous.image === "<" &&
      touches(previous, found),
    hint: "is the `}` of `%{` missing?",
  },
  {
    when: ({ previous }) => is(previous, T.Regex),
    hint: "`r` directly before `/`, `<`, `!`, `%`, `{`, `#` or `@` begins a regular expression; put a space behind a variable `r`",
  },
  {
    when: (situation) => is(situation.found, T.CodeHeredocOpen) && looksLikeDictionary(situation, situation.found),
    hint: "`={` begins a code heredoc; for a dictionary write `= {` with a space",
  },
  {
    when: ({ found }) => is(found, T.CodeHeredocOpen, T.HtmlHeredocOpen),
    hint: ({ found }) => `a heredoc is a value itself: to assign it, write \`= ${found.image}\``,
  },
  {
    when: (situation) =>
      is(situation.opener ?? undefined, T.CodeHeredocOpen) && looksLikeDictionary(situation, situation.opener!),
    hint: "`={` begins a code heredoc; for a dictionary write `= {` with a space",
  },
  {
    when: (situation) => is(situation.previous, K("else")) && is(situation.found, K("if")),
    hint: "write `elif`",
  },
  {
    when: ({ found, previous }) => isKeyword(found) && is(previous, T.Dot),
    hint: ({ found }) => `\`${found.image}\` is a keyword; write \`["${found.image}"]\` instead of \`.${found.image}\``,
  },
  {
    when: (situation) => isKeyword(situation.found) && is(after(situation), T.Colon, T.Assign),
    hint: ({ found }) => `\`${found.image}\` is a keyword; as a key it needs quotes: \`"${found.image}"\``,
  },
  {
    when: ({ found, expected: expectation }) =>
      isKeyword(found) && (expectation === "a name" || expectation === expected.parameter),
    hint: ({ found }) => `\`${found.image}\` is a keyword; choose another name`,
  },
  {
    when: ({ found, previous }) => is(previous, T.Comma) && is(found, T.BraceClose, T.BracketClose, T.ParenClose),
    hint: "remove the comma at the end of the list",
  },
  {
    when: ({ source, found, previous }) => compoundOperators.has(source.slice(previous.startOffset, found.end)),
    hint: "there are no operators such as `+=` and `++`; write `x = x + 1`",
  },
  {
    when: ({ found, expected: expectation }) =>
      is(found, T.Operator) &&
      found.image === "-" &&
      (expectation === expected.expression || expectation.startsWith("`(`")),
    hint: "there is no unary minus; write `0 - x`",
  },
  {
    when: ({ found, expected: expectation }) =>
      is(found, T.BlockingOpen, T.BlockingClose) && expectation === expected.expression,
    hint: "`(*` and `*)` are the parentheses of a blocking call; put a space between `(` and `*`",
  },
  {
    when: (situation) =>
      (is(situation.found, T.Dot) && is(situation.previous, T.Integer, T.NegativeInteger)) ||
      (is(situation.previous, T.Dot) && is(before(situation, 2), T.Integer, T.NegativeInteger)),
    hint: "a number needs digits behind its decimal point",
  },
  {
    when: ({ found, previous }) => is(found, T.Name) && is(previous, T.Integer, T.Float) && touches(previous, found),
    hint: ({ found }) =>
      /^e[0-9]*$/i.test(found.image) ? "numbers have no exponent" : "a name cannot begin with a digit",
  },
  {
    when: ({ found, previous, opener, expected: expectation }) =>
      is(found, T.StringOpen) &&
      (expectation === expected.key || (is(opener ?? undefined, T.BraceOpen) && is(previous, T.BraceOpen, T.Comma))),
    hint: 'a key cannot contain an interpolation; assign it with `dictionary["..."] = value`',
  },
  {
    when: ({ found, opener, previous }) =>
      is(found, T.InterpolationOpen) &&
      is(previous, T.StringOpen, T.StringChunk) &&
      is(opener ?? undefined, T.StringOpen),
    hint: "a string cannot contain an interpolation here",
  },
  {
    when: (situation) => unfinishedOutput(situation) !== undefined && !is(situation.found, T.BraceClose),
    hint: (situation) => {
      const word = unfinishedOutput(situation)!;
      const parenthesized = is(situation.tokens.at(word.index + 1), T.ParenOpen);
      return parenthesized
        ? `the \`)\` ends the \`${word.image}\`; put the whole expression between its parentheses`
        : `without parentheses \`${word.image}\` takes only plain values; write \`${word.image}(...)\``;
    },
  },
  {
    when: ({ found, expected: expectation }) => is(found, T.BraceClose) && expectation === expected.key,
    hint: "a declaration needs at least one name",
  },
  {
    when: ({ found, opener, expected: expectation }) =>
      expectation === "`}`" && is(opener ?? undefined, T.BraceOpen) && (is(found, T.Semicolon) || isKeyword(found)),
    hint: "`{` begins a dictionary here; a block stands only behind `if`, `for`, `while`, `def` and the like",
  },
  {
    when: ({ found, previous }) => is(previous, T.HtmlClose) && touches(previous, found),
    hint: "the first `}}` closes the block; as text, write it `} }` or `\\}}`",
  },
  {
    when: ({ found, opener }) => is(found, T.ZoneClose) && is(opener ?? undefined, T.BraceOpen),
    hint: "a block cannot reach over several zones; put the text between `{{` and `}}`",
  },
  { when: ({ found }) => foreign(found) !== undefined, hint: ({ found }) => foreign(found)! },
  { when: ({ previous }) => foreign(previous) !== undefined, hint: ({ previous }) => foreign(previous)! },
  {
    when: (situation) => is(situation.found, T.BraceOpen, T.HtmlOpen) && foreign(calledWord(situation)) !== undefined,
    hint: (situation) => foreign(calledWord(situation))!,
  },
  {
    when: ({ previous, expected: expectation }) => is(previous, K("case")) && expectation === expected.body,
    hint: "the label of a `case` stands in parentheses",
  },
  {
    when: ({ expected: expectation, found }) => expectation === expected.body && !is(found, EOF),
    hint: "the body needs braces, also around a single statement",
  },
  {
    when: (situation) =>
      is(before(situation, 1), K("return")) || (situation.expected === "`;`" && !is(situation.found, EOF)),
    hint: "`return` ends in `;`",
  },
  {
    when: ({ found }) => is(found, T.Assign),
    hint: "the left side of `=` must be a variable, `x.name` or `x[index]`; comparison is written `==`",
  },
  {
    when: ({ found, expected: expectation }) =>
      is(found, T.Operator) && arithmetic.has(found.image) && expectation === expected.expression,
    hint: "an operand is missing before the operator",
  },
  {
    when: ({ source, found, opener }) =>
      is(opener ?? undefined, T.InlineOpen) && source.slice(opener!.end, found.startOffset).includes("\n"),
    hint: ({ opener }) => `is the \`}\` of \`${opener!.image}\` missing?`,
  },
];

function touches(left: Token, right: Token): boolean {
  return left.end === right.startOffset;
}
