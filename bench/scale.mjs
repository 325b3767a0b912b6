#!/usr/bin/env node
// Seeded generator: a large tree of pub templates in the style of the bookshop site,
// for compile-speed measurements.
//
//   node scale.mjs --count 10000 --out DIR [--seed 1] [--check 100]
//
// The tree has N templates in all: shared layout, libraries, partials and pages
// (text-heavy articles, listings, forms, dashboards, feeds). Median about 60 lines,
// about 3 includes/loads per page. Pages expect the globals of /conf/demo.pub; the root
// file /boot.pub loads these and the base library and switches white-space stripping on.
// DIR/manifest.json lists every file with kind, lines, bytes and direct includes.
// --check N renders N pages (evenly spread) with pubc and fails on any message.
// The same seed and count always give the same bytes.
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";

const arg = (n, d) => {
  const i = process.argv.indexOf(`--${n}`);
  return i < 0 ? d : process.argv[i + 1];
};
const COUNT = Number(arg("count", 1000)),
  OUT = path.resolve(arg("out", "scale-out")),
  SEED = Number(arg("seed", 1)),
  CHECK = Number(arg("check", 0));
if (!(COUNT >= 50)) {
  console.error("--count must be at least 50");
  process.exit(2);
}

let s = (SEED * 2654435761) >>> 0;
const rand = () => {
  s = (s + 0x6d2b79f5) >>> 0;
  let t = s;
  t = Math.imul(t ^ (t >>> 15), t | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
};
const rnd = (n) => Math.floor(rand() * n),
  pick = (a) => a[rnd(a.length)],
  chance = (p) => rand() < p;
const norm = () => Math.sqrt(-2 * Math.log(rand() + 1e-12)) * Math.cos(2 * Math.PI * rand());
const pad = (n, w) => String(n).padStart(w, "0");

const W =
  "shelf lantern marsh ferry orchard ledger parcel margin chapter binding paper ink winter harbour reader clerk cellar stairs window garden letter pocket ribbon candle copper tide gravel kettle thimble almanac atlas glossary foliage meadow quarry saddle timber vessel whistle anchor basket cradle drawer engine feather glove hinge island jacket kernel ladder mirror needle oven pillow quill rafter spindle tunnel umbrella velvet wagon yarrow".split(
    " ",
  );
const V =
  "opens closes carries keeps finds follows leaves returns mends counts draws holds lends borrows sorts gathers".split(
    " ",
  );
const ADJ =
  "quiet narrow early second crooked patient northern borrowed painted hollow bright slow wooden distant careful ordinary".split(
    " ",
  );
const EXTRA = [
  "&mdash;",
  "&amp;",
  "&nbsp;",
  "<em>at last</em>",
  "<b>twice</b>",
  "überall",
  "déjà vu",
  "“so to speak”",
  "100%",
  "(see below)",
  "it's",
  "C++",
  "{sic}",
  "<br>",
  "№ 7",
  "– finally –",
];
const EXPR = [
  () => `%{user.name | h}`,
  () => `%{ShopName}`,
  () => `%{money(${rnd(90000)})}`,
  () => `%{plural(${rnd(5)}, "${pick(W)}", "${pick(W)}s")}`,
  () => `%{len(items)}`,
  () => `%{total / ${1 + rnd(9)}}`,
  () => `%{items[${rnd(20)}].title | h}`,
  () => `%{default(missing_${rnd(50)}, "${pick(W)}")}`,
  () => `%{long_date(${1250000000 + rnd(9e6)})}`,
  () => `%{"${pick(W)} %{total} ${pick(W)}" | toupper}`,
  () => `%{truncate(items[${rnd(20)}].text, ${10 + rnd(40)}) | h}`,
  () => `%{join(", ", tags) | h}`,
];
const words = (n) =>
  Array.from({ length: n }, () =>
    chance(0.06) ? pick(EXTRA) : chance(0.25) ? pick(ADJ) : chance(0.2) ? pick(V) : pick(W),
  ).join(" ");
const cap = (t) => t[0].toUpperCase() + t.slice(1);
const sentence = (ex) => {
  let t = cap(
    `${pick(["the", "a", "every", "no", "another"])} ${pick(ADJ)} ${pick(W)} ${pick(V)} ${words(2 + rnd(9))}`,
  );
  if (ex && chance(0.22)) t += ` ${pick(EXPR)()}`;
  return t + pick([".", ".", ".", "!", "?", ";", " &hellip;"]);
};
const wrap = (text, ind, width = 96) => {
  const out = [];
  let cur = ind;
  for (const w of text.split(" ")) {
    if (cur.length > ind.length && cur.length + w.length > width) {
      out.push(cur);
      cur = ind + w;
    } else cur += (cur.length > ind.length ? " " : "") + w;
  }
  out.push(cur);
  return out;
};
const prose = (ind, n) => wrap(Array.from({ length: n }, () => sentence(true)).join(" "), ind);
const title = () => `${cap(pick(ADJ))} ${pick(W)}`;
const qs = (t) => t.replace(/["\\]/g, "\\$&");

const files = [];
const add = (name, kind, lines, inc) => files.push({ name, kind, text: `${lines.join("\n")}\n`, inc });

// ---- fixed base ------------------------------------------------------------------------------
const NLAY = 8,
  nLib = Math.max(6, Math.floor(COUNT / 50)),
  nPart = Math.floor(COUNT * 0.24);
const base = [
  "{%",
  "/* base.pub - helpers every page may use */",
  "def h(s) { return html_escape(s); }",
  'def only(c, s) { if (c) { return s; } return ""; }',
  'def plural(n, one, many) { if (n == 1) { return "1 %{one}"; } return "%{n} %{many}"; }',
  'def money(c) { return "%{c / 100}.%{format_int("%02d", c % 100)} %{Currency}"; }',
  'def long_date(ts) { locals { d : localtime(ts) } return "%{d[2]}.%{d[1]}.%{d[0]}"; }',
  'def truncate(s, n) { if (len(s) <= n) { return s; } return "%{substr(s, 0, n)}…"; }',
  "def cls(list) {",
  "  locals { out : [] }",
  "  for (c, list) { if (c) { append(out, c); } }",
  '  return join(" ", out);',
  "}",
  'def field(name, label | value) {{<p><label for="f-%{name}">%{label | h}</label><input id="f-%{name}" name="%{name}" value="%{default(value, "") | h}"></p>}}',
  'def options(rows, cur) { for (o, rows) {{<option%{only(o == cur, " selected")}>%{o | h}</option>}} }',
  "%}",
];
const demo = [
  "{%",
  "// what the services hand over, as sample data",
  "globals {",
  '  ShopName : "Scale & Sons", Currency : "EUR", lang : "en", total : 4711,',
  '  user : { name : "Ada \\"A.\\" <Quill>", id : 7, member : true, mail : "ada@mail.example" },',
  '  tags : ["new", "rare & old", "<signed>", "größer"],',
  "  items : [",
];
for (let i = 0; i < 24; i++)
  demo.push(
    `    { id : ${100 + i}, title : "${qs(title())}${i % 5 === 0 ? ' & \\"Co\\"' : ""}", cents : ${100 + rnd(9000)}, stock : ${rnd(6)}, kind : "${pick(["book", "map", "print"])}", text : "${qs(sentence(false).replace(/%/g, " percent"))}" }${i < 23 ? "," : ""}`,
  );
demo.push("  ]", "}", "%}");
files.push({
  name: "boot.pub",
  kind: "conf",
  text: '{% load("/conf/demo.pub"); load("/lib/base.pub"); enable_wss(true); %}',
  inc: ["/conf/demo.pub", "/lib/base.pub"],
});
add("conf/demo.pub", "conf", demo, []);
add("lib/base.pub", "lib", base, []);
for (let k = 0; k < NLAY; k++) {
  add(
    `layout/head${k}.html`,
    "layout",
    [
      "<!DOCTYPE html>",
      '<html lang="%{lang}">',
      "<head>",
      '<meta charset="utf-8">',
      '<title>%{title | h}%{only(!bare, " - %{ShopName}")}</title>',
      ...Array.from({ length: 2 + rnd(4) }, (_, i) => `<link rel="stylesheet" href="/css/${pick(W)}-${k}${i}.css">`),
      "<style>",
      ...Array.from(
        { length: 4 + rnd(10) },
        () => `  .${pick(W)}-${pick(W)} { margin: ${rnd(9)}px; width: ${rnd(100)}% }`,
      ),
      "</style>",
      "</head>",
      `<body class="%{cls(["b${k}", only(user, "in"), section])}">`,
      `{% include("/layout/nav${k}.html", { active : section }); %}`,
      "<main>",
    ],
    [`/layout/nav${k}.html`],
  );
  add(
    `layout/nav${k}.html`,
    "layout",
    [
      "<nav><ul>",
      ...Array.from({ length: 5 + rnd(6) }, () => {
        const w = pick(W);
        return `  <li{% if (active == "${w}") {{ class="on"}} %}><a href="/${w}">[[${cap(w)}]]</a></li>`;
      }),
      "</ul></nav>",
    ],
    [],
  );
  add(
    `layout/foot${k}.html`,
    "layout",
    [
      "</main>",
      "<footer>",
      ...prose("  ", 2 + rnd(3)),
      "</footer>",
      "<script>",
      `  var shop = { lang: %{json_escape(lang)}, user: %{user.id}, k: ${k} };`,
      '  (function (d) { var s = d.createElement("script"); s.src = "/js/all.js"; d.body.appendChild(s); })(document);',
      "</script>",
      "</body>",
      "</html>",
    ],
    [],
  );
}

// ---- libraries: every function takes one item or one number -------------------------------------
const libFns = [];
for (let i = 0; i < nLib; i++) {
  const L = ["{%", `/* lib${i}: ${words(6)} */`],
    fns = [];
  for (let j = 0, n = 3 + rnd(6); j < n; j++) {
    const f = `l${i}_${pick(W)}${j}`;
    switch (rnd(6)) {
      case 0:
        L.push(
          `def ${f}(x) {{`,
          `  <div class="${pick(W)}" data-id="%{x.id}">`,
          `    <h3>%{x.title | h}</h3>`,
          `    {% if (x.stock < ${1 + rnd(4)}) {{<em>[[only %{x.stock} left]]</em>}} %}`,
          `    <p>%{truncate(x.text, ${20 + rnd(60)}) | h}</p>`,
          `    <b>%{money(x.cents)}</b>`,
          "  </div>",
          "}}",
        );
        fns.push([f, "print"]);
        break;
      case 1:
        L.push(
          `def ${f}(x) {`,
          `  locals { t : tolower(x.title) }`,
          `  t = replace(t, r/[^a-z0-9]+/, "-");`,
          `  return "/${pick(W)}/%{x.id}/%{t}";`,
          "}",
        );
        fns.push([f, "str"]);
        break;
      case 2:
        L.push(
          `def ${f}(x) {`,
          `  switch (x.kind) {`,
          `    case ("book") { return "${pick(W)}"; }`,
          `    case ("map")  { return "${pick(W)} %{x.stock}"; }`,
          `    case          { return "${words(2)}"; }`,
          "  }",
          "}",
        );
        fns.push([f, "str"]);
        break;
      case 3:
        L.push(
          `// ${words(7)}`,
          `def ${f}(x) {`,
          "  locals { n : 0, i : 0 }",
          `  while (i < x.stock) { n = n + i * ${1 + rnd(9)}; i = i + 1; }`,
          `  if (n > ${5 + rnd(40)} && x.cents >= ${rnd(3000)}) { return n % ${2 + rnd(9)}; }`,
          `  elif (n == 0) { return ${rnd(100)}; }`,
          "  return n;",
          "}",
        );
        fns.push([f, "str"]);
        break;
      case 4:
        L.push(
          `def ${f}(x) {`,
          `  {{<span class="%{cls(["${pick(W)}", only(x.cents < ${500 + rnd(4000)}, "cheap"), x.kind])}">}}`,
          `  for (i, range(${3 + rnd(4)})) { if (i <= x.stock) {{<i class="on"></i>}} else {{<i></i>}} }`,
          "  {{</span>}}",
          "}",
        );
        fns.push([f, "print"]);
        break;
      default:
        L.push(
          `${f} = lambda (x | more) {`,
          `  locals { m : default(more, ${rnd(10)}), parts : [x.kind, x.id * ${2 + rnd(7)}, "${words(1)}"] }`,
          `  append(parts, m);`,
          `  return join("${pick(["/", "-", " · ", ", "])}", parts);`,
          "};",
        );
        fns.push([f, "str"]);
    }
    if (chance(0.4)) L.push("");
  }
  L.push("%}");
  libFns.push(fns);
  add(`lib/lib${i}.pub`, "lib", L, []);
}

// ---- body blocks -----------------------------------------------------------------------------------
const call = (ctx, v) => {
  const c = ctx.fns.filter((f) => f[1] === "str");
  return c.length ? `%{${pick(c)[0]}(${v})}` : `%{${v}.id}`;
};
const pcall = (ctx, v) => {
  const c = ctx.fns.filter((f) => f[1] === "print");
  return c.length ? `${pick(c)[0]}(${v});` : `print(${v}.id);`;
};
const B = {
  para: () => ["<p>", ...prose("  ", 2 + rnd(6)), "</p>"],
  heading: () => [`<h${2 + rnd(2)} id="${pick(W)}-${rnd(999)}">${chance(0.4) ? `[[${title()}]]` : title()}</h2>`],
  quote: () => ["<blockquote>", ...prose("  ", 1 + rnd(3)), `  <cite>${title()}</cite>`, "</blockquote>"],
  ul: () => ["<ul>", ...Array.from({ length: 3 + rnd(8) }, () => `  <li>${sentence(true)}</li>`), "</ul>"],
  dl: () => [
    "<dl>",
    ...Array.from({ length: 2 + rnd(5) }, () => [
      `  <dt>${title()}</dt>`,
      ...wrap(`<dd>${sentence(true)} ${sentence(false)}</dd>`, "  "),
    ]).flat(),
    "</dl>",
  ],
  list: (c) => [
    `<ol class="${pick(W)}">`,
    `{% for (x, slice(items, ${rnd(4)}, ${6 + rnd(18)})) {{`,
    `  <li class="%{x.kind}"><a href="/i/%{x.id}">%{x.title | h}</a> ${call(c, "x")}`,
    `    {% if (x.stock > ${rnd(4)}) {{<b>%{money(x.cents)}</b>}} else {{<i>[[sold out]]</i>}} %}</li>`,
    "}} empty {{",
    "  <li>[[nothing]]</li>",
    "}} %}",
    "</ol>",
  ],
  table: (c) => [
    `<table class="${pick(W)}">`,
    "<tr><th>[[No.]]</th><th>[[Title]]</th><th>[[Price]]</th></tr>",
    `{% for (x, decorate(slice(items, 0, ${3 + rnd(9)}))) {{`,
    '<tr class="%{only(x.odd, "odd")}%{only(x.last, " last")}">',
    `  <td>%{x.iter + 1}</td><td>%{x.title | h} (${call(c, "x")})</td>`,
    `  <td>%{money(x.cents * ${1 + rnd(5)})}</td>`,
    "</tr>",
    "}} %}",
    "</table>",
  ],
  form: () => {
    const n = pick(W);
    return [
      `<form method="post" action="/${n}">`,
      "{%",
      ...Array.from(
        { length: 2 + rnd(5) },
        () =>
          `  field("${pick(W)}", "${cap(pick(W))} & ${pick(W)}"${chance(0.5) ? `, ${pick(["user.name", "user.mail", "total", '"<x>"'])}` : ""});`,
      ),
      "%}",
      `<select name="t">{% options(tags, "${pick(["new", "<signed>", "none"])}"); %}</select>`,
      `<textarea name="text" rows="${2 + rnd(9)}">`,
      `  ${words(5)}`,
      "</textarea>",
      "<button>[[Send]]</button>",
      "</form>",
    ];
  },
  script: () => [
    "<script>",
    `  var ${pick(W)}_${rnd(99)} = [{% for (x, decorate(slice(items, 0, ${2 + rnd(6)}))) {{{id: %{x.id}, t: %{x.title | js_escape}}%{only(!x.last, ", ")}}} %}];`,
    ...Array.from(
      { length: 2 + rnd(8) },
      () => `  if (window.${pick(W)} > ${rnd(99)}) { document.title = "${words(2).replace(/["“”<>\\]/g, "")}"; }`,
    ),
    "</script>",
  ],
  style: () => [
    "<style>",
    ...Array.from(
      { length: 3 + rnd(9) },
      () => `  .${pick(W)} .${pick(W)} { color: #${pad(rnd(999), 3)}; padding: 0 ${rnd(9)}px }`,
    ),
    `  @media (max-width: ${300 + rnd(500)}px) { .${pick(W)} { display: none } }`,
    "</style>",
  ],
  pre: () => [
    "<pre>",
    ...Array.from({ length: 2 + rnd(6) }, () => `${" ".repeat(rnd(6)) + words(3)}   ${rnd(1000)}`),
    "</pre>",
  ],
  switch_: () => [
    `{% switch (${pick(["user.id", "total % 4", "lang", "len(tags)"])}) {`,
    ...[...new Set([rnd(9), rnd(9), rnd(9)])].map((v) => `  case (${v}) {{<p>${sentence(false)}</p>}}`),
    `  case ("${pick(["en", "de", "fr"])}") {{<p>[[${words(3)}]]</p>}}`,
    `  case { print("<p>", ${pick(["total", "user.id", "len(items)"])}, "</p>"); }`,
    "} %}",
  ],
  sort: (c) => {
    const v = pick(W) + rnd(99);
    return [
      "{%",
      `  // ${words(5)}`,
      `  locals { ${v} : sort(items, lambda (a, b) {`,
      `    if (a.stock != b.stock) { return ${pick(["a.stock - b.stock", "b.stock - a.stock"])}; }`,
      `    return ${pick(["cmp(a.title, b.title)", "a.cents - b.cents", "b.id - a.id"])};`,
      "  }) }",
      `  for (x, slice(${v}, 0, ${2 + rnd(6)})) {`,
      `    ${pcall(c, "x")}`,
      "  }",
      "%}",
    ];
  },
  def_: (c) => {
    const f = `p${c.no}_${pick(W)}${rnd(99)}`;
    return [
      "{%",
      `def ${f}(n, label) {`,
      `  locals { out : [], i : 0 }`,
      `  while (i < n) { append(out, "%{label}-%{i * ${1 + rnd(9)}}"); i = i + 1; }`,
      `  return join("${pick([" ", ", ", "/"])}", out);`,
      "}",
      "%}",
      `<p class="${pick(W)}">%{${f}(${1 + rnd(6)}, "${pick(W)}")}</p>`,
    ];
  },
  cond: () => [
    "{% if (user && user.member) {{",
    ...prose("  ", 1 + rnd(2)),
    `}} elif (total > ${rnd(9000)}) {{`,
    ...prose("  ", 1),
    "}} else {{",
    '  <a href="/login">[[Sign in]]</a>',
    "}} %}",
  ],
  regex: () => [
    `<p>%{replace(items[${rnd(20)}].text, r/(${pick(W)}|${pick(W)}|${pick(ADJ)})/i, "<mark>$1</mark>")}</p>`,
    `{% if (search("${pick(W)}|${pick(W)}", items[${rnd(20)}].text, "i")) {{<p>${sentence(false)}</p>}} %}`,
  ],
  heredoc: () => {
    const v = pick(W) + rnd(99);
    return [
      `{% ${v} = ={{`,
      "  <aside>",
      ...prose("    ", 1 + rnd(3)),
      "  </aside>",
      `}}; print(len(${v}) > 20, ${v}); %}`,
    ];
  },
  comment: () =>
    chance(0.5)
      ? [`<!-- ${words(8).replace(/--|–/g, "")} -->`]
      : [`{% /* ${words(5)}`, `      ${words(7)}`, "   */ %}"],
};
const MIX = {
  article: { para: 9, heading: 4, quote: 2, ul: 3, dl: 2, pre: 1, cond: 1, comment: 1, include: 1.6 },
  listing: { para: 2, heading: 2, list: 4, table: 4, sort: 3, switch_: 1, regex: 1, include: 2.4, style: 1 },
  form: { form: 5, para: 2, heading: 1, cond: 2, script: 2, include: 2, dl: 1 },
  dashboard: {
    table: 3,
    script: 3,
    sort: 3,
    def_: 3,
    list: 2,
    regex: 1,
    heredoc: 1,
    switch_: 2,
    include: 2.4,
    style: 1,
  },
};
const choose = (mix) => {
  let t = rand() * Object.values(mix).reduce((a, b) => a + b);
  for (const [k, v] of Object.entries(mix)) {
    t -= v;
    if (t <= 0) return k;
  }
  return Object.keys(mix)[0];
};
const partName = (i) => `parts/g${pad(i % 40, 2)}/part${i}.html`;
function include(ctx, maxPart) {
  const p = rnd(Math.max(1, maxPart)),
    f = `/${partName(p)}`;
  ctx.inc.push(f);
  return [
    pick([
      `{% include("${f}", { x : items[${rnd(24)}], label : "${cap(pick(W))}" }); %}`,
      `{% include("${f}", { x : items[${rnd(24)}] }); %}`,
      `{% for (it, slice(items, ${rnd(9)}, ${10 + rnd(3)})) { include("${f}", { x : it, label : it.kind }); } %}`,
    ]),
  ];
}
function fill(ctx, mix, target, maxPart, out) {
  let incs = 0;
  while (out.length < target) {
    const k = choose(mix);
    if (k === "include") {
      if (maxPart > 0 && incs < 5) {
        out.push(...include(ctx, maxPart));
        incs++;
      }
    } else out.push(...B[k](ctx));
    if (chance(0.35)) out.push("");
  }
}

// ---- partials: take x (an item) and perhaps label; may include lower-numbered ones ---------------------
for (let i = 0; i < nPart; i++) {
  const ctx = { no: `q${i}`, fns: [], inc: [] },
    L = [`<div class="part part-${i} ${pick(W)}">`];
  L.push(
    `  {% if (label) {{<h4>%{label | h}</h4>}} %}`,
    `  <a href="/i/%{x.id}">%{x.title | h}</a> <span>%{money(x.cents)}</span>`,
  );
  fill(
    ctx,
    pick([
      { para: 4, ul: 2, cond: 1, include: 0.5 },
      { table: 1, list: 1, para: 1, include: 0.7 },
      { form: 2, script: 1, switch_: 1, regex: 1 },
    ]),
    Math.max(4, Math.round(26 * Math.exp(norm() * 0.6))),
    Math.floor(i / 20),
    L,
  );
  L.push("</div>");
  add(partName(i), "part", L, ctx.inc);
}

// ---- pages ----------------------------------------------------------------------------------------
const nPages = COUNT - files.length;
const pages = [];
for (let i = 0; i < nPages; i++) {
  const lib = rnd(nLib),
    k = rnd(NLAY),
    kind = chance(0.05) ? "feed" : choose({ article: 45, listing: 22, form: 12, dashboard: 16 });
  const dir = `s${pad(i % Math.max(4, Math.floor(COUNT / 100)), 3)}`,
    target = Math.min(400, Math.max(8, Math.round(76 * Math.exp(norm() * 0.62))));
  const ctx = { no: i, fns: libFns[lib], inc: [] };
  const L = [];
  let name;
  if (kind === "feed") {
    name = `${dir}/feed${i}.xml`;
    L.push(
      '<?xml version="1.0" encoding="UTF-8"?>',
      `<feed n="${i}">`,
      `<title>${title()}</title>`,
      "{% for (x, items) {{",
      '  <entry id="%{x.id}">',
      "    <title>%{x.title | h}</title>",
      '    <price>%{format_float("%.2f", x.cents / 100.0)}</price>',
      `    {% if (x.stock > ${rnd(4)}) {{<stock>%{x.stock}</stock>}} %}`,
      "    <text><![CDATA[%{x.text}]]></text>",
      "  </entry>",
      "}} %}",
      "</feed>",
    );
  } else {
    name = `${dir}/${pick(W)}-${kind}${i}.html`;
    const useLib = kind !== "article" || chance(0.3);
    L.push("{%", `  /* ${kind} ${i}: ${words(6)} */`);
    if (useLib) {
      L.push(`  load("/lib/lib${lib}.pub");`);
      ctx.inc.push(`/lib/lib${lib}.pub`);
    } else ctx.fns = [];
    L.push(
      "  locals {",
      `    title   : "${title()} & ${pick(W)}",`,
      `    section : "${pick(W)}"`,
      "  }",
      `  include("/layout/head${k}.html");`,
      "%}",
      `<h1>%{title | h}</h1>`,
    );
    ctx.inc.push(`/layout/head${k}.html`);
    fill(ctx, MIX[kind], target - 1, nPart, L);
    L.push(`{% include("/layout/foot${k}.html"); %}`);
    ctx.inc.push(`/layout/foot${k}.html`);
  }
  add(name, `page:${kind}`, L, ctx.inc);
  pages.push(name);
}

// ---- write -------------------------------------------------------------------------------------------
fs.rmSync(OUT, { recursive: true, force: true });
const dirs = new Set();
for (const f of files) {
  const p = path.join(OUT, f.name),
    d = path.dirname(p);
  if (!dirs.has(d)) {
    fs.mkdirSync(d, { recursive: true });
    dirs.add(d);
  }
  fs.writeFileSync(p, f.text);
}
const lineCounts = files.map((f) => f.text.split("\n").length - 1).sort((a, b) => a - b);
const pageFiles = files.filter((f) => f.kind.startsWith("page:"));
const stat = {
  seed: SEED,
  templates: files.length,
  pages: pages.length,
  lines: lineCounts.reduce((a, b) => a + b),
  bytes: files.reduce((a, f) => a + Buffer.byteLength(f.text), 0),
  medianLines: lineCounts[lineCounts.length >> 1],
  p10: lineCounts[Math.floor(lineCounts.length * 0.1)],
  p90: lineCounts[Math.floor(lineCounts.length * 0.9)],
  maxLines: lineCounts.at(-1),
  includesPerPage: +(pageFiles.reduce((a, f) => a + f.inc.length, 0) / pageFiles.length).toFixed(2),
};
fs.writeFileSync(
  path.join(OUT, "manifest.json"),
  JSON.stringify(
    {
      ...stat,
      files: files.map((f) => ({
        name: f.name,
        kind: f.kind,
        lines: f.text.split("\n").length - 1,
        bytes: Buffer.byteLength(f.text),
        includes: f.inc,
      })),
    },
    null,
    0,
  ),
);
console.log(JSON.stringify(stat));

if (CHECK) {
  const pubc = new URL("../packages/pub-compiler/bin/pubc.js", import.meta.url).pathname;
  let bad = 0,
    n = Math.min(CHECK, pages.length),
    bytes = 0;
  const drv = path.join(OUT, "__check.pub");
  for (let i = 0; i < n; i++) {
    const p = pages[Math.floor((i * pages.length) / n)];
    fs.writeFileSync(drv, `{% include("/boot.pub"); include("/${p}"); %}`);
    const r = spawnSync(process.execPath, [pubc, "render", drv, "--root", OUT], {
      env: { ...process.env, TZ: "UTC" },
      timeout: 20000,
      maxBuffer: 1 << 26,
    });
    bytes += r.stdout.length;
    if (r.status !== 0 || r.stderr.length || r.stdout.length < 200) {
      bad++;
      if (bad < 8)
        console.log(
          `!! ${p}: rc ${r.status} ${r.signal || ""} ${r.stdout.length} bytes\n${r.stderr.toString().slice(0, 600)}`,
        );
    }
  }
  fs.rmSync(drv);
  console.log(`checked ${n} pages: ${n - bad} clean, ${bad} with messages; ${bytes} bytes of output`);
  process.exit(bad ? 1 : 0);
}
