/**
 * What is decided by headers alone: compression, conditions, ranges, proxies, languages, cookies.
 */
import { describe, expect, test } from "vitest";
import { type Coding, chooseCoding } from "./compression.js";
import { isNotModified, isPreconditionFailed, requestedRange } from "./conditions.js";
import { type Cookie, formatCookie } from "./cookies.js";
import { createLocaliser, type LocaliserOptions, preferredLanguages } from "./localiser.js";
import { addressNumber, TrustedProxies } from "./proxies.js";

const headers = (table: Record<string, string>) => (name: string) => table[name] as string | undefined;

describe("P9 choice of the coding", () => {
  test.each<[string | undefined, Coding | null]>([
    [undefined, null],
    ["", null],
    ["gzip", "gzip"],
    ["x-gzip", "gzip"],
    ["gzip, br", "br"],
    ["GZIP;q=0.5", "gzip"],
    ["gzip;q=1, br;q=0.5", "gzip"],
    ["br;q=0, gzip;q=0.1", "gzip"],
    ["*", "br"],
    ["*;q=0", null],
    ["identity", null],
    ["gzip;q=0", null],
    ["gzip;q=nonsense", null],
  ])("%j", (accept, expected) => {
    expect(chooseCoding(accept, ["br", "gzip"])).toBe(expected);
  });

  test("not for Netscape 4.06 to 4.08", () => {
    expect(chooseCoding("gzip", ["gzip"], "Mozilla/4.07 [en] (X11)")).toBeNull();
    expect(chooseCoding("gzip", ["gzip"], "Mozilla/4.0 (compatible; MSIE 6.0)")).toBe("gzip");
  });
});

describe("conditional requests", () => {
  const modified = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
  const validators = { etag: '"v1"', modified };
  const now = new Date(modified).toUTCString();
  test.each([
    [{}, false],
    [{ "if-none-match": '"v1"' }, true],
    [{ "if-none-match": 'W/"v1"' }, true],
    [{ "if-none-match": '"v0", "v1-br"' }, true],
    [{ "if-none-match": "*" }, true],
    [{ "if-none-match": '"v0"', "if-modified-since": now }, false],
    [{ "if-modified-since": now }, true],
    [{ "if-modified-since": "Thu, 01 Jan 2026 00:00:00 GMT" }, false],
    [{ "if-modified-since": "yesterday" }, false],
  ])("not modified %j", (table, expected) => {
    expect(isNotModified(headers(table), validators)).toBe(expected);
  });

  test.each([
    [{}, false],
    [{ "if-match": '"v1"' }, false],
    [{ "if-match": "*" }, false],
    [{ "if-match": '"v0"' }, true],
    [{ "if-unmodified-since": now }, false],
    [{ "if-unmodified-since": "Thu, 01 Jan 2026 00:00:00 GMT" }, true],
  ])("precondition failed %j", (table, expected) => {
    expect(isPreconditionFailed(headers(table), validators)).toBe(expected);
  });

  test.each([
    ["bytes=0-4", { start: 0, end: 4 }],
    ["bytes=5-", { start: 5, end: 9 }],
    ["bytes=-3", { start: 7, end: 9 }],
    ["bytes=-30", { start: 0, end: 9 }],
    ["bytes=5-100", { start: 5, end: 9 }],
    ["bytes=10-", "unsatisfiable"],
    ["bytes=-0", "unsatisfiable"],
    ["bytes=4-2", null],
    ["bytes=0-1,3-4", null],
    ["bytes=-", null],
    ["lines=1-2", null],
  ])("range %s", (range, expected) => {
    expect(requestedRange(headers({ range }), 10, validators)).toEqual(expected);
  });

  test.each([
    ['"v1"', true],
    ['"v0"', false],
    [now, true],
    ['W/"v1"', false],
  ])("if-range %s", (condition, isPart) => {
    const range = requestedRange(headers({ range: "bytes=0-0", "if-range": condition }), 10, validators);
    expect(range !== null).toBe(isPart);
  });
});

describe("R8 client behind proxies (§3.8)", () => {
  const proxies = new TrustedProxies(["10.0.0.0/8", "192.0.2.1", "fd00::/8"]);
  test.each<[string, Record<string, string>, string, boolean]>([
    ["198.51.100.7", { "x-real-ip": "203.0.113.9", "x-forwarded-proto": "https" }, "198.51.100.7", false],
    ["10.1.2.3", {}, "10.1.2.3", false],
    ["10.1.2.3", { "x-real-ip": "203.0.113.9" }, "203.0.113.9", false],
    ["::ffff:10.1.2.3", { "x-real-ip": "203.0.113.9" }, "203.0.113.9", false],
    ["fd00::5", { "x-real-ip": "2001:db8::1" }, "2001:db8::1", false],
    ["10.1.2.3", { "x-okws-real-ip": "203.0.113.1", "x-real-ip": "203.0.113.2" }, "203.0.113.1", false],
    ["10.1.2.3", { "cf-connecting-ip": "203.0.113.3", "x-real-ip": "203.0.113.2" }, "203.0.113.3", false],
    ["10.1.2.3", { "x-forwarded-for": "1.1.1.1, 203.0.113.4, 10.9.9.9" }, "203.0.113.4", false],
    ["10.1.2.3", { "x-forwarded-for": "garbage" }, "10.1.2.3", false],
    ["10.1.2.3", { "x-okws-real-source": "203.0.113.5", "x-real-ip": "203.0.113.9" }, "10.1.2.3", false],
    ["10.1.2.3", { "x-okws-real-source": "10.5.5.5", "x-real-ip": "203.0.113.9" }, "203.0.113.9", false],
    ["192.0.2.1", { "x-forwarded-proto": "https, http" }, "192.0.2.1", true],
    ["192.0.2.1", { "cf-visitor": '{"scheme":"https"}' }, "192.0.2.1", true],
  ])("%s %j", (peer, table, address, isSecure) => {
    expect(proxies.client(peer, false, headers(table))).toEqual({ address, isSecure });
  });

  test("a proxy's word about encryption overrides the transport", () => {
    expect(proxies.client("10.0.0.1", true, headers({ "x-forwarded-proto": "http" })).isSecure).toBe(false);
  });

  test("addresses as numbers", () => {
    expect(addressNumber("1.2.3.4")).toBe(0x01020304);
    expect(addressNumber("::ffff:1.2.3.4")).toBe(0x01020304);
    expect([addressNumber("::1"), addressNumber(null)]).toEqual([undefined, undefined]);
  });

  test("what is no range is refused", () => {
    expect(() => new TrustedProxies(["proxy.example"])).toThrow(TypeError);
  });
});

describe("P16 locale format (§2.10)", () => {
  test.each<[string, Partial<LocaliserOptions>, string, string[]]>([
    ["sffx1=L", {}, "/welcome.html", ["/welcome.fr.html"]],
    ["sffx2=L", {}, "/welcome.html", ["/welcome.html.fr"]],
    ["dir=LP", { partition: "p1" }, "/a/b.html", ["/a/fr/p1/b.html"]],
    ["dir=P&sffx1=l", { partition: "p1" }, "b.html", ["p1/b.fr.html"]],
    ["sffx1=LP", {}, "/a/b", ["/a/b.fr"]],
    ["sffx1=L", { language: ["fr", "de"] }, "/x.y.html", ["/x.y.fr.html", "/x.y.de.html"]],
    ["sffx1=L", { strict: true, notFound: "/nf.html" }, "/a.html", ["/a.fr.html", "/nf.html"]],
  ])("%s %j %s", (format, options, path, expected) => {
    expect(createLocaliser({ format, language: "fr", ...options }).paths(path)).toEqual(expected);
  });

  test("unknown letters and keys are refused", () => {
    for (const format of ["sffx1=X", "suffix=L"]) {
      expect(() => createLocaliser({ format, language: "fr" })).toThrow(TypeError);
    }
  });

  test.each<[string | undefined, string[]]>([
    [undefined, []],
    ["de-AT, fr;q=0.5", ["de", "fr"]],
    ["fr;q=0.5, en", ["en", "fr"]],
    ["*", ["en", "de", "fr"]],
    ["it, de;q=0", []],
  ])("Accept-Language %j", (header, expected) => {
    expect(preferredLanguages(header, ["en", "de", "fr"])).toEqual(expected);
  });
});

describe("P8 cookies (§4.7)", () => {
  const now = Date.UTC(2026, 0, 1);
  test.each<[string, Cookie, string]>([
    ["session", { values: { a: "1" } }, "a=1; Path=/"],
    ["several values", { values: { a: 1, b: 2n, "c d": "x y;é" } }, "a=1; b=2; c+d=x+y%3b%c3%a9; Path=/"],
    [
      "duration",
      {
        values: { a: "" },
        expires: { days: 1, hours: 2, minutes: 3, seconds: 4 },
        path: "/x;y",
        domain: ".example.com",
      },
      "a=; Expires=Fri, 02 Jan 2026 02:03:04 GMT; Path=/x%3by; Domain=.example.com",
    ],
    ["text", { values: { a: "1" }, expires: "tomorrow" }, "a=1; Expires=tomorrow; Path=/"],
    [
      "flags",
      { values: { "__Host-a": "1" }, secure: true, httpOnly: true, maxAge: 60.9, sameSite: "Lax", partitioned: true },
      "__Host-a=1; Path=/; Secure; HttpOnly; Max-Age=60; SameSite=Lax; Partitioned",
    ],
    ["line breaks", { values: { a: "1" }, path: "/\r\nX: y" }, "a=1; Path=/%0d%0aX: y"],
  ])("%s", (_name, cookie, expected) => {
    expect(formatCookie(cookie, now)).toBe(expected);
  });

  test.each<[string, Cookie]>([
    ["no value", { values: {} }],
    ["__Secure- without Secure", { values: { "__Secure-a": "1" } }],
    ["__Host- with a domain", { values: { "__Host-a": "1" }, secure: true, domain: "example.com" }],
    ["__Host- with a path", { values: { "__host-a": "1" }, secure: true, path: "/x" }],
    ["SameSite=None without Secure", { values: { a: "1" }, sameSite: "None" }],
    ["Partitioned without Secure", { values: { a: "1" }, partitioned: true }],
  ])("refuses %s", (_name, cookie) => {
    expect(() => formatCookie(cookie)).toThrow(TypeError);
  });
});
