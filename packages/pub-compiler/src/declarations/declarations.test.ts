/**
 * The text of the declarations.
 */
import { parseTemplate } from "pub-parser";
import { expect, test } from "vitest";
import { collectPageFacts } from "./collect.js";
import { declarationText } from "./declarations.js";

const bytes = (text: string) => Buffer.from(text).toString("latin1");

test("pages with their variables and comments", () => {
  const files = {
    "about.html": "text",
    "grüße.html": "{% /** Grüße.\n *\n * @param {string} name - wen */ %}%{name}%{size}",
    "part.html": "{% if (size) {{ %{size} }} %}{% include('grüße.html'); include(file); %}",
  };
  const facts = Object.entries(files).map(([name, text]) => {
    const source = bytes(text);
    return [bytes(name), collectPageFacts(source, parseTemplate(source).template)] as const;
  });
  expect(declarationText(new Map(facts))).toBe(`\
// The pages of this site and the variables that they read. Written by pubc; see docs/services.md.
import "pub-runtime/service";

declare module "pub-runtime/service" {
  interface SitePages {
    "/about.html": Record<string, never>;
    /** Grüße. */
    "/grüße.html": {
      /** wen */
      name: string;
      size: unknown;
    };
    "/part.html": {
      file: unknown;
      /** wen */
      name: string;
      size?: unknown;
      [name: string]: unknown;
    };
  }
}
`);
});
