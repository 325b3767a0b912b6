// What the header of a proxy tells, and what is no such header.

import { expect, test } from "vitest";
import { parseProxyHeader } from "./proxy-protocol.js";

const SIGNATURE = "0d0a0d0a000d0a515549540a";
const hex = (...parts: string[]) => Buffer.from(parts.join("").replaceAll(" ", ""), "hex").toString("latin1");
const v4 = hex(SIGNATURE, "21 11 000c", "c0000207 0a000001 ea60 0050");
const v6 = hex(SIGNATURE, "21 21 0024", "20010db8000000000000000000000005", "0".repeat(31), "1", "ea60 0050");

test.each<[string, string, object]>([
  ["version 1", "PROXY TCP4 192.0.2.7 10.0.0.1 60000 80\r\nGET", { length: 40, address: "192.0.2.7", port: 60000 }],
  ["version 1, IPv6", "PROXY TCP6 2001:db8::5 ::1 1 2\r\n", { length: 32, address: "2001:db8::5", port: 1 }],
  ["version 1, unknown", "PROXY UNKNOWN a b c\r\nGET", { length: 21, address: null }],
  ["version 2", `${v4}GET`, { length: 28, address: "192.0.2.7", port: 60000 }],
  ["version 2, IPv6", v6, { length: 52, address: "2001:db8::5", port: 60000 }],
  ["version 2 with extensions", hex(SIGNATURE, "21 11 000f", "c0000207 0a000001 ea60 0050 040000"), { length: 31 }],
  ["version 2, for itself", hex(SIGNATURE, "20 00 0000"), { length: 16, address: null }],
  ["version 2, Unix socket", hex(SIGNATURE, "21 31 0001 00"), { length: 17, address: null }],
])("%s", (_, text, expected) => {
  const bytes = Buffer.from(text, "latin1");
  const found = parseProxyHeader(bytes);
  expect(found).toMatchObject({ kind: "header", ...expected });
  const { length } = found as { length: number };
  for (let end = 1; end < length; end++) expect(parseProxyHeader(bytes.subarray(0, end)).kind).toBe("incomplete");
});

test.each([
  ["a request", "GET / HTTP/1.1\r\n"],
  ["a wrong address", "PROXY TCP4 192.0.2.700 10.0.0.1 60000 80\r\n"],
  ["an address of the other family", "PROXY TCP4 ::1 ::1 60000 80\r\n"],
  ["a wrong port", "PROXY TCP4 192.0.2.7 10.0.0.1 65536 80\r\n"],
  ["an unknown family", "PROXY UDP4 192.0.2.7 10.0.0.1 1 80\r\n"],
  ["too many words", "PROXY TCP4 192.0.2.7 10.0.0.1 1 80 x\r\n"],
  ["a line without end", `PROXY TCP4 ${"1".repeat(200)}`],
  ["another version", hex(SIGNATURE, "31 11 0000")],
  ["an unknown command", hex(SIGNATURE, "22 11 0000")],
  ["too short addresses", hex(SIGNATURE, "21 11 0004 c0000207")],
])("%s is refused", (_, text) => {
  expect(parseProxyHeader(Buffer.from(text, "latin1")).kind).toBe("refused");
});
