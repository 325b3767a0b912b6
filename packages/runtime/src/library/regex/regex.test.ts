// Regular expressions: the same matches, offsets and messages as PCRE 8.39, on both engines.
// `pcre-results/` was recorded from PCRE 8.39 itself: [pattern, options, error, offset] and
// [pattern, options, subject, anchored, groups or error code].

import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Regex } from "../../values/types.js";
import { type CompiledRegex, checkRegex, compileRegex, type MatchResult, regexOf } from "./index.js";
import { Machine } from "./machine.js";
import { toNative } from "./native.js";
import { compileProgram } from "./program.js";
import { parsePattern } from "./translate.js";

const recorded = (name: string) => JSON.parse(readFileSync(new URL(`pcre-results/${name}`, import.meta.url), "utf8"));

function compiled(pattern: string, options?: string): CompiledRegex {
  const result = compileRegex(pattern, options);
  if (!result.ok) throw new Error(result.message);
  return result.regex;
}

function treeOf(pattern: string, options: string) {
  const parsed = parsePattern(pattern, options);
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.tree;
}

function groupsOf(result: MatchResult) {
  return result === null || typeof result === "number" ? result : [...result.groups];
}

describe("messages", () => {
  it.each(recorded("compile.json") as [string, string, string?, number?][])(
    "%j %j",
    (pattern, options, error, offset = 0) => {
      const message =
        error === undefined
          ? null
          : `Cannot compile regex '${pattern}' with options '${options}': ` +
            `Invalid regular expression:\n   ${pattern}\n   ${" ".repeat(offset)}^\n${error}.\n\n`;
      expect(checkRegex(pattern, options)).toBe(message);
    },
  );

  it("names options only when there is an option string", () => {
    const text = "Invalid regular expression:\n   (\n    ^\nmissing ).\n\n";
    expect(compileRegex("(")).toMatchObject({ ok: false, message: `Cannot compile regex '(': ${text}` });
    expect(compileRegex("(", "")).toMatchObject({ message: `Cannot compile regex '(' with options '': ${text}` });
  });

  it("refuses unknown options", () => {
    const text = "Cannot compile regex 'a' with options 'ig': invalid regular expression option 'g'\n\n";
    expect(checkRegex("a", "ig")).toBe(text);
    expect(checkRegex("a", "ismxUXS8^")).toBeNull();
  });

  it.each([
    ["(*THEN)a", "the verb (*THEN)"],
    ["(*CRLF)a", "the newline convention (*CRLF)"],
    ["(?=(*COMMIT)a)", "the verb (*COMMIT) inside an assertion"],
    ["a(?R)?(*PRUNE)b", "a verb in a pattern with recursion"],
  ])("names what is not supported: %s", (pattern, unsupported) => {
    const result = compileRegex(pattern);
    expect(result).toMatchObject({ ok: false, unsupported });
    expect((result as { message: string }).message).toContain(`${unsupported} is not supported`);
  });
});

describe("matches", () => {
  type Row = [string, string, string, boolean, number | ([number, number] | null)[]];

  it.each(recorded("match.json") as Row[])("%j %j on %j", (pattern, options, subject, anchored, expected) => {
    const regex = compiled(pattern, options);
    const result = anchored ? regex.matchAt(subject) : regex.search(subject);
    if (typeof expected === "number") {
      expect(result).toBe(expected === -1 ? null : expected);
      return;
    }
    const groups = expected.map((range) => (range ? subject.slice(range[0], range[1]) : undefined));
    expect(result).toMatchObject({ start: expected[0]?.[0], end: expected[0]?.[1] });
    const found = groupsOf(result) as (string | undefined)[];
    expect(found.slice(0, groups.length)).toEqual(groups);
    expect(found.slice(groups.length).every((group) => group === undefined)).toBe(true);
  });

  it("are the same on both engines", () => {
    const atom = fc.constantFrom(
      "a",
      "b",
      "[ab]",
      "[^a]",
      ".",
      "\\w",
      "(a)",
      "(?:ab)",
      "\\b",
      "^",
      "$",
      "(a|b)",
      "(?=b)",
    );
    const quantifier = fc.constantFrom("", "", "*", "+", "?", "*?", "{1,2}", "{2}");
    const sequence = fc
      .array(fc.tuple(atom, quantifier), { maxLength: 4 })
      .map((items) =>
        items.map(([item, count]) => item + (/[\\^$]|\?=/.test(item) && item !== "\\w" ? "" : count)).join(""),
      );
    const pattern = fc.array(sequence, { minLength: 1, maxLength: 3 }).map((branches) => branches.join("|"));
    const subject = fc.string({ unit: fc.constantFrom("a", "b", "c", "\n", "A"), maxLength: 8 });
    const property = fc.property(pattern, subject, fc.constantFrom("", "i", "m", "s"), (source, text, options) => {
      const tree = treeOf(source, options);
      if (!toNative(tree)) return;
      const groups = groupsOf(compiled(source, options).search(text));
      const offsets = new Machine(compileProgram(tree)).search(text, 0, false) as number[] | null;
      const own =
        offsets?.flatMap((start, index) =>
          index % 2 ? [] : [offsets[index + 1] < 0 ? undefined : text.slice(start, offsets[index + 1])],
        ) ?? null;
      expect(own).toEqual(groups);
    });
    fc.assert(property, { numRuns: 500 });
  });
});

describe("the rest of a subject", () => {
  it.each<[string, string, number, number]>([
    ["^b", "ab", 1, 1],
    ["(?<=a)b", "abab", 1, 3],
    ["\\bb", "ab", 1, 1],
    ["b", "abab", 2, 3],
  ])("%s in %j from %i is a subject of its own", (pattern, subject, from, start) => {
    expect(compiled(pattern).search(subject, from)).toMatchObject({ start });
    const tree = treeOf(pattern, "");
    expect((new Machine(compileProgram(tree)).search(subject, from, false) as number[])[0]).toBe(start);
  });
});

describe("limits", () => {
  it.each(["(a+)+$", "(a|a)*$", "(a|ab|b)*c", "(?:a*)*$", "(.*)*x", "(\\w+\\s?)*$"])("%s gives up", (pattern) => {
    const tree = treeOf(pattern, "");
    expect(toNative(tree)).toBeNull();
    expect(new Machine(compileProgram(tree), 100_000).search(`${"a".repeat(5000)}!`, 0, false)).toBe(-8);
  });

  it.each(["\\d{3}-\\d{4}", "[\\w.]+@\\w+(?:\\.\\w+)+", "(?:[a-z]+,)*[a-z]+", "<[^>]+>"])(
    "%s is left to V8",
    (pattern) => {
      expect(toNative(treeOf(pattern, ""))).not.toBeNull();
    },
  );

  it("long subjects do not overflow the stack", () => {
    const subject = "ab".repeat(20_000);
    expect(compiled("^(?:a|b)*$").search(subject)).toMatchObject({ end: subject.length });
    expect(compiled("^(a(?=b)|b)*+$").search(subject)).toMatchObject({ end: subject.length });
    expect(compiled("^(?>a|b)*?$").search(subject)).toMatchObject({ end: subject.length });
  });

  it("endless recursion is found", () => {
    expect(compiled("(x)?(?(1)a|(?R))").search("b")).toBe(-26);
  });

  it("nested parentheses", () => {
    const nested = (depth: number) => `${"(".repeat(depth)}a${")".repeat(depth)}`;
    expect(checkRegex(nested(250), "")).toBeNull();
    expect(checkRegex(nested(251), "")).toContain("parentheses are too deeply nested");
  });
});

describe("regex values", () => {
  it("are compiled once", () => {
    const regex = new Regex("a+", "i");
    expect(regexOf(regex)).toBe(regexOf(regex));
    expect(regexOf(new Regex("a+", "i"))).toBe(regexOf(regex));
    expect(regexOf(regex).search("xAa")).toMatchObject({ start: 1, end: 3 });
  });

  it("take bytes, or UTF-8 with option 8", () => {
    const text = "n\xc3\xa9";
    expect(compiled("^..$").search(text)).toBeNull();
    expect(compiled("^..$", "8").search(text)).toMatchObject({ end: 3 });
    expect(compiled("\xc3\x89", "8i").search(text)).toMatchObject({ start: 1 });
    expect(compiled("\xc3\x89", "i").search(text)).toBeNull();
    expect(compiled("a", "8").search("a\xff")).toBe(-10);
    expect(compiled("(*UCP)^\\w+$", "8").search(text)).toMatchObject({ end: 3 });
  });

  it("end at the first NUL of the pattern", () => {
    expect(compiled("a\0b").search("ac")).toMatchObject({ end: 1 });
  });
});
