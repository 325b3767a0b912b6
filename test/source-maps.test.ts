// Source maps of compiled templates: every construct leads to its place in the template and back, plain and minified.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { eachMapping, originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pubc } from "./command.js";

const scratch = mkdtempSync(join(tmpdir(), "pub-maps-"));
const site = join(scratch, "site");

const TEMPLATES: Record<string, string> = {
  "page.html": `<h1>Übersicht</h1>
{%
  locals { price : 12, tax : 3 }
  include("/parts/head.html");
  def total(n) {
    return n * price + tax;
  }
  while (price > 100) {
    price = price - 1;
  }
  load("/lib.pub");
%}
<ul>
{% for (item, items) {{
  <li>ä €  %{item.name}: %{total(item.count)}</li>
}} %}
</ul>
{% if (price > 10) {{<b>dear</b>}} else {{<i>cheap</i>}} %}
{% switch (price) { case (12) { print("twelve"); } case { print(shout("other")); } } %}
<p class="\\}">%{tax}</p>
`,
  "parts/head.html": "<title>%{title | html_escape}</title>\n",
  "lib.pub": '{% def shout(word) {\n  word = toupper(word);\n  return "%{word}!";\n} %}\n',
};

/**
 * Places in templates, marked with ‸, and what generated code comes from there. Text and literals are the same after
 * minification; names of variables and of runtime functions are not.
 */
const PLACES: { what: string; file: string; place: string; code: RegExp; minified?: RegExp }[] = [
  { what: "text", file: "page.html", place: "‸<h1>Übersicht</h1>", code: /"<h1>\\xc3/, minified: /["`]<h1>/ },
  { what: "text after code", file: "page.html", place: "‸<ul>", code: /<ul>/, minified: /<ul>/ },
  { what: "text in a loop", file: "page.html", place: "‸<li>ä", code: /<li>/, minified: /<li>/ },
  { what: "text in a branch", file: "page.html", place: "‸<b>dear", code: /<b>dear/, minified: /<b>dear/ },
  { what: "text in an else branch", file: "page.html", place: "‸<i>cheap", code: /<i>cheap/, minified: /<i>cheap/ },
  { what: "an interpolated name", file: "page.html", place: "%{‸tax}", code: /tax/ },
  { what: "an interpolated member, past UTF-8", file: "page.html", place: "ä €  %{‸item.name", code: /name/ },
  { what: "an interpolated call", file: "page.html", place: "%{‸total(item.count)", code: /total/ },
  { what: "an argument", file: "page.html", place: "total(‸item.count)", code: /count/ },
  { what: "a filter", file: "parts/head.html", place: "%{‸title | html_escape}", code: /title/ },
  { what: "a declaration", file: "page.html", place: "locals { ‸price", code: /price/ },
  { what: "an include", file: "page.html", place: "‸include(", code: /include\(/, minified: /"include"/ },
  { what: "a load", file: "page.html", place: "‸load(", code: /include\(/, minified: /"load"/ },
  { what: "a function definition", file: "page.html", place: "‸def total(n)", code: /total/, minified: /total/ },
  { what: "what is returned", file: "page.html", place: "return ‸n *", code: /n/ },
  { what: "an operator", file: "page.html", place: "n ‸* price", code: /price/ },
  { what: "the next operator", file: "page.html", place: "n * price ‸+ tax", code: /tax/ },
  {
    what: "a while statement",
    file: "page.html",
    place: "‸while (",
    code: /(while|for) \(/,
    minified: /(while|for)\(/,
  },
  { what: "an assignment", file: "page.html", place: "‸price = price - 1", code: /price/ },
  { what: "a for statement", file: "page.html", place: "‸for (item, items)", code: /items/ },
  { what: "a condition", file: "page.html", place: "if (‸price > 10)", code: /price/ },
  { what: "a switch statement", file: "page.html", place: "‸switch (price)", code: /switch|price/i },
  { what: "a printed literal", file: "page.html", place: 'print(‸"twelve")', code: /twelve/, minified: /twelve/ },
  { what: "a printed call", file: "page.html", place: 'print(‸shout("other"))', code: /shout/, minified: /shout/ },
  { what: "a statement of a library", file: "lib.pub", place: "‸word = toupper(word)", code: /word/ },
  { what: "an interpolated string", file: "lib.pub", place: '"%{‸word}!"', code: /word/ },
];

interface Compiled {
  code: string;
  map: TraceMap;
  mapFile: string;
}

const bundles: Record<string, Record<string, Compiled>> = { plain: {}, minified: {} };

beforeAll(async () => {
  for (const [name, text] of Object.entries(TEMPLATES)) {
    mkdirSync(dirname(join(site, name)), { recursive: true });
    writeFileSync(join(site, name), text);
  }
  for (const form of ["plain", "minified"]) {
    const dist = join(scratch, form);
    const outcome = await pubc(["compile", site, "-o", dist, ...(form === "minified" ? ["--minify"] : [])]);
    expect(outcome).toMatchObject({ code: 0, stderr: "" });
    const { templates } = JSON.parse(readFileSync(join(dist, "manifest.json"), "utf8"));
    for (const name of Object.keys(TEMPLATES)) {
      const module = join(dist, templates[`/${name}`].module);
      const code = readFileSync(module, "utf8");
      const mapName = /\/\/# sourceMappingURL=(\S+)\n$/.exec(code)?.[1] ?? "";
      const mapFile = join(dirname(module), decodeURIComponent(mapName));
      bundles[form][name] = { code, map: new TraceMap(readFileSync(mapFile, "utf8")), mapFile };
    }
  }
});

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Line (from 1) and column (from 0, in UTF-16 units) of the mark. */
function positionOf(file: string, place: string): { line: number; column: number } {
  const needle = place.replace("‸", "");
  const start = TEMPLATES[file].indexOf(needle);
  expect(start, `${place} is in ${file}`).toBeGreaterThanOrEqual(0);
  expect(TEMPLATES[file].indexOf(needle, start + 1), `${place} is there once`).toBe(-1);
  const before = TEMPLATES[file].slice(0, start + place.indexOf("‸"));
  return { line: before.split("\n").length, column: before.length - before.lastIndexOf("\n") - 1 };
}

describe.each(["plain", "minified"] as const)("%s", (form) => {
  test.each(PLACES)("$what: $place", ({ file, place, code: plainCode, minified }) => {
    const { map, code } = bundles[form][file];
    const [source] = map.sources as string[];
    const position = positionOf(file, place);
    const lines = code.split("\n");
    const pieces: string[] = [];
    eachMapping(map, ({ generatedLine: line, generatedColumn: column, originalLine, originalColumn }) => {
      if (originalLine !== position.line || originalColumn !== position.column) return;
      expect(originalPositionFor(map, { line, column })).toMatchObject({ source, ...position });
      pieces.push(lines[line - 1].slice(column));
    });
    expect(pieces).not.toEqual([]);
    const expected = form === "plain" ? plainCode : minified;
    // What comes from a place begins there; some code of the runtime may stand in front of the words.
    if (expected !== undefined) expect(pieces.some((piece) => piece.slice(0, 160).search(expected) >= 0)).toBe(true);
  });

  test("no position lies outside of the templates", () => {
    for (const [name, { map, code }] of Object.entries(bundles[form])) {
      const template = TEMPLATES[name].split("\n").map((line) => line.length);
      const generated = code.split("\n").map((line) => line.length);
      eachMapping(map, ({ generatedLine, generatedColumn, originalLine, originalColumn }) => {
        expect(originalColumn).toBeLessThanOrEqual(template[(originalLine ?? 0) - 1]);
        expect(generatedColumn).toBeLessThanOrEqual(generated[generatedLine - 1]);
      });
    }
  });

  test.each(Object.keys(TEMPLATES))("the map of %s names the template and holds its text", (name) => {
    const { map, mapFile } = bundles[form][name];
    expect(map.sources.map((source) => resolve(dirname(mapFile), source ?? ""))).toEqual([join(site, name)]);
    expect(map.sourcesContent).toEqual([TEMPLATES[name]]);
  });
});
