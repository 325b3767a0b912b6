/**
 * What begins with a parenthesis: capturing and other groups, look-around, conditionals, options, verbs.
 */
import { fixedLength, LengthProblem } from "./analysis.js";
import { UnsupportedPattern } from "./messages.js";
import type { Condition, LookNode, Node, Verb } from "./nodes.js";
import { CONDITIONAL, NON_CAPTURING, type PatternParser } from "./parser.js";
import { addCall, parseNamedReference, parseNumberedCall } from "./references.js";
import { isDigit, isLetter, isWord, type Options, type PatternSource } from "./source.js";

/** Parses a group; the position is at the parenthesis before, behind the closing one after. */
export function parseGroup(parser: PatternParser, items: Node[]): void {
  const { source } = parser;
  source.at++;
  if (source.peek() === "*" && (source.peek(1) === ":" || isLetter(source.peek(1)))) parseVerb(source, items);
  else if (source.peek() !== "?") parseCapturing(parser, items);
  else {
    source.at++;
    const parse = KINDS[source.peek()];
    if (parse) parse(parser, items);
    else if (!isCall(source) || !parseNumberedCall(parser, items, ")")) parseOptions(parser, items);
  }
}

type GroupKind = (parser: PatternParser, items: Node[]) => void;

/** Kinds of groups by the character behind `(?`, where the position is. */
const KINDS: Record<string, GroupKind | undefined> = {
  "|": (parser, items) => {
    parser.source.at++;
    finish(parser, items, parser.parseAlternatives(NON_CAPTURING, true));
  },
  ":": (parser, items) => {
    parser.source.at++;
    finish(parser, items, parser.parseAlternatives(NON_CAPTURING));
  },
  ">": (parser, items) => {
    parser.source.at++;
    finish(parser, items, { type: "atomic", body: parser.parseAlternatives(NON_CAPTURING) });
  },
  "(": parseConditional,
  "=": parseLook,
  "!": parseLook,
  "<": (parser, items) => {
    const { source } = parser;
    if (source.peek(1) === "=" || source.peek(1) === "!") parseLook(parser, items);
    else {
      source.at++;
      if (!isWord(source.peek())) source.fail("unknownAngleGroup");
      parseNamedGroup(parser, items, ">");
    }
  },
  "'": (parser, items) => {
    parser.source.at++;
    parseNamedGroup(parser, items, "'");
  },
  P: parsePythonStyle,
  C: ({ source }) => parseCallout(source),
  "&": (parser, items) => {
    parser.source.at++;
    parseNamedReference(parser, items, ")", true);
  },
  R: (parser, items) => {
    const { source } = parser;
    source.at++;
    if (source.peek() !== ")") source.fail("recursionUnterminated");
    addCall(parser, items, source.at++, () => 0);
  },
};

function isCall(source: PatternSource): boolean {
  return isDigit(source.peek()) || source.peek() === "+" || source.peek() === "-";
}

function finish(parser: PatternParser, items: Node[], node: Node): void {
  close(parser.source);
  items.push(wrap(node));
}

function close(source: PatternSource): void {
  if (source.peek() !== ")") source.fail("missingParenthesis");
  source.at++;
}

/** Keeps a group apart from the quantifiable single item it may consist of. */
function wrap(node: Node): Node {
  const bare = node.type === "anchor" || node.type === "keep" || node.type === "verb" || node.type === "look";
  return bare ? { type: "sequence", nodes: [node] } : node;
}

function parseCapturing(parser: PatternParser, items: Node[]): void {
  const index = ++parser.source.groupCount;
  const body = parser.parseAlternatives(index);
  const group = { type: "group" as const, index, body };
  if (!parser.groups.has(index)) parser.groups.set(index, group);
  // PCRE makes a group that refers to itself atomic.
  finish(parser, items, parser.selfReferring.has(index) ? { type: "atomic", body: group } : group);
}

function parseNamedGroup(parser: PatternParser, items: Node[], terminator: string): void {
  const { source, names } = parser;
  if (isDigit(source.peek())) source.fail("nameStartsWithDigit");
  const name = source.takeName();
  if (source.peek() !== terminator) source.fail("nameUnterminated");
  if (name.length > 32) source.fail("nameTooLong");
  const index = source.groupCount + 1;
  for (const [other, numbers] of names) {
    if (other !== name) {
      if (numbers.includes(index)) source.fail("nameDiffers");
    } else if (!numbers.includes(index) && !source.options.duplicateNames) source.fail("nameTwice");
  }
  source.at++;
  const numbers = names.get(name) ?? [];
  if (!numbers.includes(index)) numbers.push(index);
  names.set(name, numbers);
  parseCapturing(parser, items);
}

function parsePythonStyle(parser: PatternParser, items: Node[]): void {
  const { source } = parser;
  source.at++;
  const kind = source.peek();
  if (kind !== "=" && kind !== ">" && kind !== "<") source.fail("unknownPythonGroup");
  source.at++;
  if (kind === "<") parseNamedGroup(parser, items, ">");
  else parseNamedReference(parser, items, ")", kind === ">");
}

/** A callout calls nobody here, as in the reference. */
function parseCallout(source: PatternSource): void {
  source.at++;
  let number = 0;
  while (isDigit(source.peek())) number = Math.min(number * 10 + Number(source.text[source.at++]), 1000);
  if (source.peek() !== ")") source.fail("calloutUnterminated");
  if (number > 255) source.fail("calloutNumber");
  source.at++;
}

const OPTION_LETTERS: Record<string, keyof Options> = {
  i: "caseless",
  m: "multiLine",
  s: "dotAll",
  x: "extended",
  U: "ungreedy",
  X: "extra",
  J: "duplicateNames",
};

/** `(?im-sx)` and `(?im-sx:…)`. */
function parseOptions(parser: PatternParser, items: Node[]): void {
  const { source } = parser;
  const options = { ...source.options };
  let value = true;
  while (source.peek() !== ")" && source.peek() !== ":") {
    const letter = source.peek();
    if (letter === "-") value = false;
    else if (Object.hasOwn(OPTION_LETTERS, letter)) options[OPTION_LETTERS[letter]] = value;
    else source.fail("unknownGroup");
    source.at++;
  }
  const scoped = source.peek() === ":";
  source.at++;
  if (!scoped) {
    source.options = options;
    return;
  }
  const outer = source.options;
  source.options = options;
  const body = parser.parseAlternatives(NON_CAPTURING);
  source.options = outer;
  finish(parser, items, body);
}

/** `(?=`, `(?!`, `(?<=`, `(?<!`; the position is behind the question mark. */
function parseLook(parser: PatternParser, items: Node[]): void {
  const { source } = parser;
  if (source.startsWith("!)")) {
    source.at += 2;
    items.push(wrap({ type: "verb", verb: "fail" }));
    return;
  }
  items.push(readLook(parser));
}

function readLook(parser: PatternParser): LookNode {
  const { source } = parser;
  const ahead = source.peek() !== "<";
  const negative = source.peek(ahead ? 0 : 1) === "!";
  source.at += ahead ? 1 : 2;
  const branches = parser.parseBranches(NON_CAPTURING);
  const end = source.at;
  close(source);
  const look: LookNode = { type: "look", ahead, negative, body: { type: "alternation", branches }, lengths: [] };
  if (!ahead) {
    const enclosing = parser.open.map((branch) => branch.group).filter((group) => group >= 0);
    parser.later.push(() => measure(parser, look, end, enclosing));
  }
  return look;
}

/** Finds the lengths of the branches of a look-behind; calls of groups are followed when all groups are complete. */
function measure(parser: PatternParser, look: LookNode, offset: number, enclosing: number[]): void {
  const { source, groups } = parser;
  const { branches } = look.body;
  const fail = (problem: LengthProblem, at: number): never =>
    source.fail(problem === LengthProblem.Byte ? "byteInLookBehind" : "lookBehindLength", at);
  for (const branch of branches) {
    const length = fixedLength(branch, null, source.modes.utf);
    if (length === LengthProblem.Call) break;
    if (length < 0) fail(length, offset);
  }
  parser.last.push(() => {
    look.lengths = branches.map((branch) => {
      const length = fixedLength(branch, groups, source.modes.utf, enclosing);
      return length < 0 ? fail(length, source.text.length) : length;
    });
  });
}

/** `(?(condition)yes|no)`; the position is at the second parenthesis. */
function parseConditional(parser: PatternParser, items: Node[]): void {
  const { source } = parser;
  let condition: Condition;
  const look = /^\((?:\?C\d*\)\()?\?(?=[=!]|<[=!])/.exec(source.text.slice(source.at))?.[0];
  if (look) {
    source.at += look.length;
    condition = { type: "look", look: readLook(parser) };
  } else condition = parseCondition(parser);
  const branches = parser.parseBranches(CONDITIONAL);
  const end = source.at;
  close(source);
  parser.later.push(() => {
    if (condition.type === "define" && branches.length > 1) source.fail("defineBranches", end);
    if (branches.length > 2) source.fail("conditionBranches", end);
  });
  items.push({
    type: "conditional",
    condition,
    yes: branches[0],
    no: branches[1] ?? { type: "sequence", nodes: [] },
  });
}

/** Reads `(1)`, `(<name>)`, `(R1)`, `(R&name)`, `(DEFINE)`. */
function parseCondition(parser: PatternParser): Condition {
  const { source } = parser;
  source.at++;
  let terminator = "";
  let recursion = false;
  if (source.startsWith("R&")) {
    recursion = true;
    source.at += 2;
  } else if (source.peek() === "<" || source.peek() === "'") {
    terminator = source.peek() === "<" ? ">" : "'";
    source.at++;
  } else if (isDigit(source.peek()) || source.peek() === "+" || source.peek() === "-") {
    return parseNumberedCondition(parser);
  }
  if (isDigit(source.peek())) source.fail("nameStartsWithDigit");
  const name = source.takeName();
  if (name === "") source.fail("conditionAssertion");
  if (terminator !== "") {
    if (source.peek() !== terminator) source.fail("conditionMalformed");
    source.at++;
  }
  if (source.peek() !== ")") source.fail("conditionMalformed");
  const offset = ++source.at;
  const condition: { type: string; groups: number[] | null } = { type: "group", groups: [] };
  if (!recursion && terminator === "" && name === "DEFINE" && !parser.names.has(name)) return { type: "define" };
  parser.later.push(() => {
    const numbers = parser.names.get(name);
    if (recursion || (!numbers && name[0] === "R")) condition.type = "recursion";
    if (numbers) condition.groups = numbers;
    else if (recursion || !/^R\d*$/.test(name)) source.fail("noSuchGroup", offset);
    else condition.groups = recursionGroup(source, name.slice(1), offset);
  });
  return condition as Condition;
}

function recursionGroup(source: PatternSource, digits: string, offset: number): number[] | null {
  if (digits !== "" && Number(digits) > 2147483639) source.fail("numberTooBig", offset);
  return digits === "" || Number(digits) === 0 ? null : [Number(digits)];
}

function parseNumberedCondition(parser: PatternParser): Condition {
  const { source } = parser;
  const sign = isDigit(source.peek()) ? "" : source.peek();
  if (sign !== "") source.at++;
  const number = source.takeNumber();
  if (source.peek() !== ")") source.fail("conditionMalformed");
  const offset = ++source.at;
  const count = source.groupCount;
  const group = sign === "-" ? count - number + 1 : sign === "+" ? count + number : number;
  parser.later.push(() => {
    if (number <= 0) source.fail("conditionZero", offset);
    if (group <= 0 || group > source.groupCount) source.fail("noSuchGroup", offset);
  });
  return { type: "group", groups: [group] };
}

/** Verbs and whether they need (`true`), take (`undefined`) or refuse (`false`) an argument. */
const VERBS: Record<string, { verb?: Verb; argument?: boolean }> = {
  "": { argument: true },
  MARK: { argument: true },
  ACCEPT: { verb: "accept", argument: false },
  COMMIT: { verb: "commit", argument: false },
  F: { verb: "fail", argument: false },
  FAIL: { verb: "fail", argument: false },
  PRUNE: { verb: "prune" },
  SKIP: { verb: "skip" },
  THEN: {},
};

/** `(*NAME:argument)`; the position is at the asterisk. */
function parseVerb(source: PatternSource, items: Node[]): void {
  source.at++;
  const start = source.at;
  while (isLetter(source.peek())) source.at++;
  const name = source.text.slice(start, source.at);
  let argument = "";
  if (source.peek() === ":") {
    const end = source.text.indexOf(")", source.at);
    argument = source.text.slice(source.at + 1, end < 0 ? undefined : end);
    source.at = end < 0 ? source.text.length : end;
  }
  if (source.peek() !== ")" || !Object.hasOwn(VERBS, name)) source.fail("verbUnknown");
  const entry = VERBS[name];
  if (entry.argument === true && argument === "") source.fail("markArgument");
  if (entry.argument === false && argument !== "") source.fail("verbArgument");
  source.at++;
  if (name === "THEN" || (name === "SKIP" && argument !== "")) {
    throw new UnsupportedPattern(`the verb (*${name}${argument && `:${argument}`})`);
  }
  // A mark names a point that nothing here asks for.
  if (entry.verb) items.push({ type: "verb", verb: entry.verb });
}
