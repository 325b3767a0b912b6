// Programs of the reference's own tests: what it accepts is accepted, what it rejects is rejected with the same log.

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseTemplate } from "./parse.js";
import { TemplateParser } from "./statement-parser.js";

function fixture<Case>(name: string): Case[] {
  return JSON.parse(readFileSync(new URL(`./fixtures/${name}.json`, import.meta.url), "utf8"));
}

it("the grammar has no ambiguities and no left recursion", () => {
  expect(() => new TemplateParser(true)).not.toThrow();
});

describe("accepted", () => {
  const cases = fixture<{ name: string; source: string }>("accepted");
  it.each(cases.map(({ name, source }): [string, string] => [name, source]))("%s", (_name, source) => {
    const { log, diagnostics } = parseTemplate(source);
    expect({ log, diagnostics }).toEqual({ log: [], diagnostics: [] });
  });
});

describe("rejected", () => {
  type Rejected = { name: string; source: string; log: [line: number, text: string][] };
  const cases = fixture<Rejected>("rejected");
  it.each(cases.map(({ name, source, log }): [string, string, Rejected["log"]] => [name, source, log]))(
    "%s",
    (_name, source, expected) => {
      const { log, diagnostics } = parseTemplate(source);
      expect(log.map(({ line, text }) => [line, text.trimEnd()])).toEqual(expected);
      expect(diagnostics.length).toBeGreaterThan(0);
    },
  );
});
