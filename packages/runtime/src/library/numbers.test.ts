import { expect, test } from "vitest";
import { makeUInt } from "../values/index.js";
import { List, Regex, type Value } from "../values/types.js";
import { numberFunctions } from "./numbers.js";
import { callIn, printed, TestContext } from "./test-context.js";

test.each<[string, number[], string]>([
  ["round", [2.5], "3"],
  ["round", [-2.5], "-3"],
  ["round", [-0.3], "-0"],
  ["round", [0.49999999999999994], "0"],
  ["round", [4503599627370495.5], "4.503599627e+15"],
  ["round", [12345678901], "1.23456789e+10"],
  ["round", [Number.NaN], "-nan"],
  ["ceil", [1.2], "2"],
  ["ceil", [-0.3], "-0"],
  ["floor", [-1.5], "-2"],
  ["sqrt", [16], "4"],
  ["sqrt", [-1], "-nan"],
  ["exp", [1], "2.718281828"],
  ["exp", [1000], "inf"],
  ["log", [0], "-inf"],
  ["log", [-1], "-nan"],
  ["pow", [2, 64], "1.844674407e+19"],
  ["pow", [-8, 0.333], "-nan"],
  ["pow", [1, Number.NaN], "1"],
  ["pow", [1, Infinity], "1"],
  ["pow", [-1, -Infinity], "1"],
  ["pow", [0, -1], "inf"],
  ["sin", [1], "0.8414709848"],
  ["sin", [Infinity], "-nan"],
  ["asin", [2], "nan"],
  ["acos", [-1.5], "nan"],
  ["acos", [1], "0"],
  ["atan", [1], "0.7853981634"],
  ["atan2", [1, -1], "2.35619449"],
  ["atan2", [3, 0], "1.570796327"],
  ["cmp_float", [0.1], "1"],
  ["cmp_float", [-3], "-1"],
  ["cmp_float", [Number.NaN], "0"],
])("%s %o", (name, args, expected) => {
  expect(printed(callIn(numberFunctions, new TestContext(), name, ...args))).toBe(expected);
});

test.each<[string, bigint[], string]>([
  ["bitwise_xor", [0xabcdeffan, 0x183819234n], "4971068878"],
  ["bitwise_leftshift", [3n, 16n], "196608"],
  ["bitwise_leftshift", [1n, 64n], "1"],
  ["bitwise_leftshift", [1n, 2n ** 64n - 1n], "9223372036854775808"],
  ["bitwise_leftshift", [2n ** 63n, 1n], "0"],
  ["bitwise_rightshift", [0xa44b42adeen, 16n], "10767170"],
])("%s %o", (name, args, expected) => {
  expect(printed(callIn(numberFunctions, new TestContext(), name, ...args))).toBe(expected);
});

test.each<[string, Value[], string, string[]]>([
  ["bitwise_or", [10, 339, 904, 10010, 4444, 918, 3938, 881001, 5885], "884735", []],
  ["bitwise_and", [1023, 511, 255, 127, 63, 31, 15], "15", []],
  ["bitwise_or", [1, "4", true], "5", []],
  ["bitwise_and", ["0xff", makeUInt(2n ** 64n - 1n)], "255", []],
  ["bitwise_or", [1], "null", ["bitwise_or() takes 2 or more arguments"]],
  ["bitwise_or", [1, -1], "null", ["argument 2 to bitwise_or() is not a positive int"]],
  [
    "bitwise_and",
    ["x", null, 1.5, new List([1]), new Regex("1", ""), 3],
    "null",
    [1, 2, 3, 4, 5].map((index) => `argument ${index} to bitwise_and() is not a positive int`),
  ],
])("%s %o", (name, args, expected, messages) => {
  const context = new TestContext();
  expect(printed(callIn(numberFunctions, context, name, ...args))).toBe(expected);
  expect(context.messages).toEqual(messages);
});
