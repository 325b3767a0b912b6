// `pubc check` on a copy of the bookshop with one mistake a rule: each is found where it stands, and nothing else is reported.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { pubc, root } from "./command.js";

const scratch = mkdtempSync(join(tmpdir(), "pub-defects-"));
const site = join(scratch, "bookshop");

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

interface Defect {
  readonly rule: string;
  readonly file: string;
  /** Text of the file that is replaced; empty for a new file. */
  readonly sound: string;
  /** What stands there instead; the finding is what stands between the brackets ⟦ and ⟧. */
  readonly broken: string;
}

const defects: Defect[] = [
  { rule: "unknown-function", file: "pages/index.html", sound: "slice(sort(books", broken: "slice(⟦sorted⟧(books" },
  {
    rule: "unknown-filter",
    file: "parts/review.html",
    sound: "%{r.who | html_escape}",
    broken: "%{r.who | ⟦html_escap⟧}",
  },
  { rule: "argument-count", file: "lib/text.pub", sound: "substr(w, 0, 1)", broken: "⟦substr⟧(w)" },
  { rule: "parameter-count", file: "pages/events.html", sound: "money(e.price)", broken: '⟦money⟧(e.price, "de", 2)' },
  { rule: "argument-type", file: "lib/html.pub", sound: 'join("", out)', broken: 'join(out, ⟦""⟧)' },
  { rule: "bad-regex", file: "lib/links.pub", sound: '"[?]", path', broken: '⟦"?"⟧, path' },
  {
    rule: "regex-flags",
    file: "lib/text.pub",
    sound: 'search("^(.*)\\\\s\\\\S*$", cut, "sT")',
    broken: "search(⟦r/^(.*)\\s\\S*$/s⟧, cut)",
  },
  {
    rule: "needs-asterisks",
    file: "pages/help.html",
    sound: '<h2 id="orders">',
    broken:
      '{% def hint(text) { include("/parts/hint.html", {text : text}); } ⟦hint⟧("Read this first."); %}\n<h2 id="orders">',
  },
  {
    rule: "lost-return-value",
    file: "parts/hint.html",
    sound: "",
    broken: "<p>%{text | h}</p>\n{% return ⟦text⟧; %}\n",
  },
  { rule: "printed-null", file: "pages/product.html", sound: "{% price(book); %}", broken: "%{⟦price⟧(book)}" },
  {
    rule: "called-before-defined",
    file: "pages/account/orders.html",
    sound: "def status_badge(s) {",
    broken: '⟦status_badge⟧("new");\ndef status_badge(s) {',
  },
  {
    rule: "missing-include",
    file: "pages/thanks.html",
    sound: '"/layout/footer.html"',
    broken: '⟦"/layout/foter.html"⟧',
  },
  {
    rule: "ambiguous-include",
    file: "pages/account/order.html",
    sound: '"/parts/cart_table.html"',
    broken: '⟦"parts/cart_table.html"⟧',
  },
  {
    rule: "unused-local",
    file: "pages/account/parts/cart_table.html",
    sound: "",
    broken: "{% locals { ⟦rows⟧ : 3 } %}\n",
  },
  {
    rule: "include-cycle",
    file: "parts/address.html",
    sound: "</address>",
    broken: '</address>{% include(⟦"/parts/address.html"⟧); %}',
  },
  {
    rule: "include-bindings",
    file: "layout/header.html",
    sound: "{active : section}",
    broken: "⟦[section]⟧",
  },
  {
    rule: "unset-variable",
    file: "pages/search.html",
    sound: "[[for]] <q>%{query | h}",
    broken: "[[for]] <q>%{⟦qurey⟧ | h}",
  },
  {
    rule: "duplicate-name",
    file: "data/cart.pub",
    sound: 'ship : "std",',
    broken: 'ship : "std",\n  ⟦id⟧ : "c-88f2",',
  },
  { rule: "assignment-target", file: "lib/money.pub", sound: "c = 0 - c;", broken: "⟦(0 - c)⟧ = c;" },
  {
    rule: "assignment-in-condition",
    file: "lib/forms.pub",
    sound: "form.values[name] == o.value",
    broken: "form.values[name] ⟦=⟧ o.value",
  },
  {
    rule: "unreachable-code",
    file: "lib/links.pub",
    sound: 'return page_url("/cart.html");',
    broken: 'return page_url("/cart.html");\n  ⟦return sku;⟧',
  },
  {
    rule: "unreachable-case",
    file: "pages/category.html",
    sound: 'case ("price")',
    broken: 'case (⟦"year"⟧) { } case ("price")',
  },
  { rule: "boolean-case", file: "parts/progress.html", sound: "case (1)", broken: "case (⟦true⟧)" },
  {
    rule: "null-case",
    file: "lib/i18n.pub",
    sound: '    case        { return "%{name} %{d[2]}, %{d[0]}"; }',
    broken: '    case (⟦null⟧) { return ""; }\n    case        { return "%{name} %{d[2]}, %{d[0]}"; }',
  },
  {
    rule: "empty-case",
    file: "pages/category.html",
    sound: "case           { }",
    broken: 'case ("shop") ⟦{{}}⟧ case { }',
  },
  { rule: "constant-condition", file: "pages/index.html", sound: "{% if (!user) {{", broken: "{% if (⟦1⟧) {{" },
  { rule: "falsy-value", file: "parts/newsletter.html", sound: "if (user)", broken: "if (⟦len⟧)" },
  {
    rule: "endless-loop",
    file: "pages/gifts.html",
    sound: "while (i < len(tests)) {\n    if (!tests[i](b)) { return false; }",
    broken: "while (⟦true⟧) {",
  },
  {
    rule: "stray-break",
    file: "pages/cart.html",
    sound: "{% if (len(cart.lines) == 0) {{",
    broken: "{% if (!cart) { ⟦break⟧ } if (len(cart.lines) == 0) {{",
  },
  {
    rule: "exit-in-function",
    file: "pages/events.html",
    sound: 'if (left <= 0) { return "fully booked"; }',
    broken: "if (left <= 0) { ⟦exit⟧ }",
  },
  {
    rule: "for-not-list",
    file: "pages/checkout.html",
    sound: "for (s, Shipping)",
    broken: "for (s, ⟦{id : 1, label : 2}⟧)",
  },
  { rule: "octal-number", file: "pages/account/invoice.html", sound: "14 * 86400", broken: "⟦014⟧ * 86400" },
  {
    rule: "numeric-string",
    file: "lib/text.pub",
    sound: 'out = "%{out}',
    broken: 'out = "0" ⟦+⟧ "%{out}',
  },
  {
    rule: "float-collapse",
    file: "lib/money.pub",
    sound: "return (200 * (old - cur) / old + 1) / 2;",
    broken: "return 100.0 * (old - cur) ⟦/⟧ old;",
  },
  {
    rule: "division-by-zero",
    file: "pages/account/orders.html",
    sound: "sum = sum + o.total;",
    broken: "sum = sum + o.total / ⟦0⟧;",
  },
  { rule: "null-order", file: "parts/cart_table.html", sound: "if (sub > 0)", broken: "if (sub ⟦>⟧ null)" },
  {
    rule: "chained-comparison",
    file: "parts/facets.html",
    sound: "b.cents >= band[0] && b.cents < band[1]",
    broken: "band[0] <= b.cents ⟦<⟧ band[1]",
  },
  { rule: "xss-html", file: "pages/thanks.html", sound: "<b>%{mail | h}</b>", broken: "<b>%{⟦mail⟧}</b>" },
  {
    rule: "xss-attribute",
    file: "pages/cart.html",
    sound: 'value="%{default(voucher.code, "") | h}"',
    broken: 'value=%{⟦default(voucher.code, "") | h⟧}',
  },
  {
    rule: "xss-url",
    file: "pages/account/orders.html",
    sound: "id=%{url_escape(o.parcel)}",
    broken: "id=%{⟦o.parcel | h⟧}",
  },
  {
    rule: "xss-script",
    file: "layout/scripts.html",
    sound: "section: %{js_escape(section)}",
    broken: 'section: "%{⟦section | h⟧}"',
  },
  {
    rule: "double-escape",
    file: "layout/nav.html",
    sound: "%{n.label | html_escape}",
    broken: "%{⟦n.label | h | html_escape⟧}",
  },
  {
    rule: "ignore-comment",
    file: "layout/footer.html",
    sound: "</main>",
    broken: "{% ⟦// pubc-ignore xss-html: left from an older version⟧\n%}</main>",
  },
];

interface Finding {
  file: string;
  line: number;
  column: number;
  endLine: number;
  endColumn: number;
  code: string;
}

/** Line and column of an offset, from 1. */
function position(text: string, offset: number): [number, number] {
  const lines = text.slice(0, offset).split("\n");
  return [lines.length, [...lines[lines.length - 1]].length + 1];
}

test("the list has a defect of each rule", async () => {
  const { stdout } = await pubc(["check", "--list"]);
  expect(defects.map(({ rule }) => rule).sort()).toEqual(
    stdout
      .split("\n")
      .filter(Boolean)
      .map((line) => line.split(" ")[0])
      .sort(),
  );
});

test("each defect is found where it stands, and nothing else", async () => {
  cpSync(join(root, "examples/bookshop"), site, { recursive: true });
  const expected: string[] = [];
  for (const { file, sound, broken } of defects) {
    const path = join(site, file);
    const text = sound === "" ? "" : readFileSync(path, "utf8");
    expect(text.includes(sound), `${sound} in ${file}`).toBe(true);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(
      path,
      text.replace(sound, () => broken),
    );
  }
  const files = [...new Set(defects.map(({ file }) => file))];
  for (const file of files) {
    let text = readFileSync(join(site, file), "utf8");
    for (const { rule } of inOrder(
      defects.filter((each) => each.file === file),
      text,
    )) {
      const start = text.indexOf("⟦");
      const end = text.indexOf("⟧") - 1;
      text = text.replace("⟦", "").replace("⟧", "");
      expected.push(`${file} ${position(text, start)} - ${position(text, end)} ${rule}`);
    }
    writeFileSync(join(site, file), text);
  }
  const { stdout, stderr, code } = await pubc(["check", site, "--format", "json", "--no-cache"], { cwd: site });
  const found: Finding[] = JSON.parse(Buffer.from(stdout, "latin1").toString("utf8"));
  const places = found.map(
    ({ file, line, column, endLine, endColumn, code: rule }) =>
      `${file} ${[line, column]} - ${[endLine, endColumn]} ${rule}`,
  );
  expect(places.sort()).toEqual(expected.sort());
  expect({ stderr, code }).toEqual({ stderr: "", code: 1 });
});

/** The defects of a file in the order of their places. */
function inOrder(some: readonly Defect[], text: string): Defect[] {
  return [...some].sort((a, b) => text.indexOf(a.broken) - text.indexOf(b.broken));
}
