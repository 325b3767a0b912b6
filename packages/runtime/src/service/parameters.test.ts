/**
 * Parameter tables: decoding, lookups with their conversions (§4.3), the filter (§4.4).
 */
import { describe, expect, test } from "vitest";
import type { HttpError } from "./errors.js";
import { addCookies, addUrlEncoded, type ParameterRules, Parameters } from "./parameters.js";

function parse(text: string, rules?: ParameterRules): Parameters {
  const parameters = new Parameters(rules);
  addUrlEncoded(text, parameters);
  return parameters;
}

describe("R4 decoding", () => {
  test.each([
    [
      "a=1&b=2",
      [
        ["a", "1"],
        ["b", "2"],
      ],
    ],
    [
      "a=1&a=2&b",
      [
        ["a", "1"],
        ["a", "2"],
        ["b", ""],
      ],
    ],
    ["a=x+y%20z", [["a", "x y z"]]],
    ["%61%3D=%3d%26", [["a=", "=&"]]],
    ["a=%zz%4", [["a", "%zz%4"]]],
    ["=x&&a=", [["a", ""]]],
    ["a=b=c", [["a", "b=c"]]],
    [
      "n=%C3%A9&raw=\xc3\xa9",
      [
        ["n", "é"],
        ["raw", "é"],
      ],
    ],
    ["", []],
  ])("%j", (text, expected) => {
    expect([...parse(text)]).toEqual(expected);
  });
});

test("R5 cookies skip blanks before names and decode + as a blank", () => {
  const cookies = new Parameters();
  addCookies("a=1;  b=x+y; c=%41; d", cookies);
  expect([...cookies]).toEqual([
    ["a", "1"],
    ["b", "x y"],
    ["c", "A"],
    ["d", ""],
  ]);
});

describe("R4 integers", () => {
  test.each<[string, bigint | undefined, bigint | undefined]>([
    ["0", 0n, 0n],
    ["12", 12n, 12n],
    ["-7", -7n, 2n ** 64n - 7n],
    ["+5", 5n, 5n],
    ["0x1f", 31n, 31n],
    ["0X1F", 31n, 31n],
    ["-0x10", -16n, 2n ** 64n - 16n],
    ["017", 15n, 15n],
    ["019", undefined, undefined],
    ["9223372036854775807", 2n ** 63n - 1n, 2n ** 63n - 1n],
    ["9223372036854775808", undefined, 2n ** 63n],
    ["-9223372036854775808", -(2n ** 63n), 2n ** 63n],
    ["-9223372036854775809", undefined, 2n ** 63n - 1n],
    ["18446744073709551615", undefined, 2n ** 64n - 1n],
    ["18446744073709551616", undefined, 2n ** 64n - 1n],
    ["0x7fffffffffffffff", 2n ** 63n - 1n, 2n ** 63n - 1n],
    ["0xffffffffffffffff", undefined, 2n ** 64n - 1n],
    ["12 ", undefined, undefined],
    ["1.5", undefined, undefined],
    ["", undefined, undefined],
    ["x", undefined, undefined],
  ])("%j", (text, signed, unsigned) => {
    const parameters = parse(`v=${encodeURIComponent(text)}`);
    expect(parameters.int64("v")).toBe(signed);
    expect(parameters.uint64("v")).toBe(unsigned);
  });
});

describe("R4 floating-point numbers", () => {
  test.each<[string, number | undefined]>([
    ["1", 1],
    ["-1.5e3", -1500],
    [".5", 0.5],
    ["5.", 5],
    ["0x1.8p1", 3],
    ["0x10", 16],
    ["inf", Number.POSITIVE_INFINITY],
    ["-Infinity", Number.NEGATIVE_INFINITY],
    ["nan", Number.NaN],
    ["1e", undefined],
    ["1,5", undefined],
    ["", undefined],
    [".", undefined],
  ])("%j", (text, expected) => {
    expect(parse(`v=${encodeURIComponent(text)}`).double("v")).toBe(expected);
  });
});

test("R4 lookups", () => {
  const parameters = parse("a=1&a=x&a=3&empty=&bare&t=2&f=0&z=a%00b&big=0.1");
  expect(parameters.get("a")).toBe("1");
  expect(parameters.texts("a")).toEqual(["1", "x", "3"]);
  expect(parameters.int64s("a")).toEqual([1n, 3n]);
  expect(parameters.uint64s("a")).toEqual([1n, 3n]);
  expect(parameters.integer("a")).toBe(1);
  expect([parameters.has("empty"), parameters.filled("empty")]).toEqual([true, false]);
  expect([parameters.has("bare"), parameters.text("bare"), parameters.filled("bare")]).toEqual([
    true,
    undefined,
    false,
  ]);
  expect([parameters.has("none"), parameters.get("none")]).toEqual([false, undefined]);
  expect([parameters.boolean("t"), parameters.boolean("f"), parameters.boolean("empty")]).toEqual([
    true,
    false,
    undefined,
  ]);
  expect([parameters.get("z"), parameters.text("z")]).toEqual(["a", "a\0b"]);
  expect(parameters.float("big")).toBe(Math.fround(0.1));
  expect(parameters.toVariables()).toMatchObject({ a: "3", empty: "", bare: "", z: "a" });
  expect(parameters.toObject()).toMatchObject({ a: ["1", "x", "3"], t: "2" });
});

test("R4 insert and remove", () => {
  const parameters = parse("a=1");
  parameters.insert("é", 5n);
  parameters.insert("a", "2");
  expect(parameters.texts("a")).toEqual(["1", "2"]);
  expect(parameters.integer("é")).toBe(5);
  expect([parameters.remove("a"), parameters.remove("a"), parameters.size]).toEqual([true, false, 1]);
});

test("values that are not UTF-8 reach templates as their bytes", () => {
  const { v } = parse("v=%ff%00").toVariables();
  expect(v).toEqual(Buffer.from([0xff]));
});

describe("filter (§4.4)", () => {
  const text = "%3Ck%3E=%3Ca+href%3D%22x%22%3E%27%26";
  test.each<[0 | 1 | 2, string, string, string]>([
    [0, "<k>", `<a href="x">'&`, `<a href="x">'&`],
    [1, "<k>", "&lt;a href=&quot;x&quot;&gt;&#39;&#38;", `<a href="x">'&`],
    [2, "&lt;k&gt;", "&lt;a href=&quot;x&quot;&gt;&#39;&#38;", "&lt;a href=&quot;x&quot;&gt;&#39;&#38;"],
  ])("level %i", (filter, name, got, stored) => {
    const parameters = parse(text, { limit: 1000, filter });
    expect([parameters.get(name), parameters.text(name)]).toEqual([got, stored]);
  });
});

test("names and values beyond the limit are refused with 413", () => {
  const rules = { limit: 5, filter: 0 } as const;
  expect([...parse("abcde=12345", rules)]).toHaveLength(1);
  for (const text of ["abcdef=1", "a=123456"]) {
    expect(() => parse(text, rules)).toThrow(expect.objectContaining({ status: 413 }) as HttpError);
  }
});
