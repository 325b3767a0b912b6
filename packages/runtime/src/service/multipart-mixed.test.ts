/**
 * Parts of a form that hold several files.
 */
import { expect, test } from "vitest";
import { readMixedParts } from "./multipart-mixed.js";

const read = (text: string) =>
  readMixedParts(Buffer.from(text, "latin1")).map(({ name, type, content }) => [
    name,
    type,
    content.toString("latin1"),
  ]);

test.each<[string, string, string[][]]>([
  [
    "two files",
    '--Y\r\nContent-Disposition: attachment; filename="a.txt"\r\nContent-Type: Text/HTML; charset=x\r\n\r\none\r\n--Y\r\n\r\ntwo\r\n--Y--',
    [
      ["a.txt", "text/html", "one"],
      ["", "text/plain", "two"],
    ],
  ],
  ["a preamble", "ignored\r\n--Y  \r\n\r\n\r\n--Y--\r\n", [["", "text/plain", ""]]],
  [
    "line ends and the boundary within the content",
    "--Y\r\n\r\n\r\n--\r\n\xff--Y\r\n--Y--",
    [["", "text/plain", "\r\n--\r\n\xff--Y"]],
  ],
  [
    "a path as a name",
    '--Y\r\nContent-Disposition: file; filename="C:\\\\a\\\\b \\"c\\".txt"\r\n\r\n\r\n--Y--',
    [['b "c".txt', "text/plain", ""]],
  ],
])("%s", (_what, text, parts) => expect(read(text)).toEqual(parts));

test.each([
  ["no boundary", "abc", 400],
  ["nothing", "", 400],
  ["no end", "--Y\r\n\r\none", 417],
  ["no end behind a delimiter", "--Y\r\n\r\none\r\n--Y", 417],
  ["no empty line", "--Y\r\nA: b\r\n--Y--", 400],
])("%s is refused", (_what, text, status) => {
  expect(() => read(text)).toThrow(expect.objectContaining({ status }));
});
