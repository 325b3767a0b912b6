// Replacements in slices give what one replacement gives, also where a match lies over the end of a slice.
import { describe, expect, test } from "vitest";
import { collapseSpace, strip } from "../library/strings.js";
import { jsonQuote } from "./quoting.js";
import { replaceEach } from "./slices.js";

const SLICE = 1 << 24;

describe("long texts", () => {
  test.each([-2, -1, 0, 1])("a match that begins %i bytes from the end of a slice", (shift) => {
    const text = `${"a".repeat(SLICE + shift)}  b${"c".repeat(10)}`;
    expect(
      replaceEach(
        text,
        / +/g,
        () => "-",
        (byte) => byte === 0x20,
      ).slice(SLICE - 4),
    ).toBe(text.replace(/ +/g, "-").slice(SLICE - 4));
  });

  test.each([-3, -2, -1, 0])("a character that begins %i bytes from the end of a slice is quoted", (shift) => {
    const text = `${"a".repeat(SLICE + shift)}\xe2\x82\xac"`;
    expect(jsonQuote(text).slice(-12)).toBe('a\\u20ac\\""'.slice(-12).padStart(12, "a"));
  });

  test("more characters to escape than one replacement can take", () => {
    const text = '"'.repeat((1 << 26) + 10);
    expect(jsonQuote(text).length).toBe(text.length * 2 + 2);
  }, 120_000);

  test("white space over the end of a slice", () => {
    const text = `${"a".repeat(SLICE - 1)} \n b `;
    expect(collapseSpace(text).slice(-5)).toBe("aa b ");
    expect(strip(text).slice(-4)).toBe("aa b");
    expect(strip(" ")).toBe("");
  });
});
