/**
 * References to groups: `\k<name>`, `(?P=name)`, and calls of groups as subroutines: `(?1)`, `(?R)`, `(?&name)`.
 */
import { isNullable } from "./analysis.js";
import type { Node } from "./nodes.js";
import { CONDITIONAL, type PatternParser } from "./parser.js";
import { isDigit } from "./source.js";

/**
 * A reference (or with `call` a subroutine call) by name; the position is at the name before, behind the terminator
 * after.
 */
export function parseNamedReference(parser: PatternParser, items: Node[], terminator: string, call: boolean): void {
  const { source } = parser;
  if (isDigit(source.peek())) source.fail("nameStartsWithDigit");
  const name = source.takeName();
  if (name === "") source.fail("nameExpected");
  if (source.peek() !== terminator) source.fail("nameUnterminated");
  if (name.length > 32) source.fail("nameTooLong");
  const offset = source.at++;
  if (call) {
    addCall(parser, items, offset, () => {
      const numbers = parser.names.get(name);
      return numbers ? numbers[0] : source.fail("noSuchGroup", offset);
    });
    return;
  }
  for (const group of parser.names.get(name) ?? []) parser.noteReference(group);
  const groups: number[] = [];
  items.push({ type: "backreference", groups, caseless: source.options.caseless });
  parser.later.push(() => {
    const numbers = parser.names.get(name);
    if (!numbers) source.fail("noSuchGroup", offset);
    groups.push(...(numbers as number[]));
  });
}

/** `\g<1>`, `\g'-1'`, `\g<name>`; the position is at the opening delimiter. */
export function parseSubroutine(parser: PatternParser, items: Node[]): void {
  const { source } = parser;
  const open = source.at;
  const terminator = source.peek() === "<" ? ">" : "'";
  const number = /^[+-]?\d+/.exec(source.text.slice(open + 1))?.[0];
  const sign = source.peek(1) === "+" || source.peek(1) === "-";
  if (number === undefined && !sign) {
    source.at++;
    parseNamedReference(parser, items, terminator, true);
    return;
  }
  if (source.text.charAt(open + 1 + (number ?? "-").length) !== terminator) source.fail("referenceMalformed");
  source.at++;
  parseNumberedCall(parser, items, terminator);
}

/** `1)`, `-1)`, `+1)`: a call by number up to a terminator. False when it is not one after all (`(?-i)`). */
export function parseNumberedCall(parser: PatternParser, items: Node[], terminator: string): boolean {
  const { source } = parser;
  const sign = source.peek();
  if (sign === "+") {
    source.at++;
    if (!isDigit(source.peek())) source.fail("digitExpected");
  } else if (sign === "-") {
    if (!isDigit(source.peek(1))) return false;
    source.at++;
  }
  let group = source.takeNumber();
  if (source.peek() !== terminator) source.fail("recursionUnterminated");
  if (sign === "+" || sign === "-") {
    if (group === 0) source.fail("referenceZero");
    group = sign === "-" ? source.groupCount - group + 1 : source.groupCount + group;
    if (group <= 0) source.fail("noSuchGroup");
  }
  const offset = source.at++;
  addCall(parser, items, offset, () => group);
  return true;
}

/** Adds a call of a group whose number is known at the end of the pattern. */
export function addCall(parser: PatternParser, items: Node[], offset: number, group: () => number): void {
  const call = { type: "call" as const, group: 0 };
  const before = parser.open.map((branch) => ({ group: branch.group, items: [...branch.items] }));
  items.push(call);
  parser.later.push(() => {
    call.group = group();
    if (call.group > parser.source.groupCount) parser.source.fail("noSuchGroup", offset);
    const from = before.findLastIndex((branch) => branch.group === call.group);
    if (from < 0) return;
    // Like PCRE, trust a condition to end the recursion.
    if (before.some((branch) => branch.group === CONDITIONAL)) return;
    const empty = before.slice(from).every((branch) => branch.items.every((item) => isNullable(item, parser.groups)));
    if (empty) parser.source.fail("endlessRecursion", offset);
  });
}
