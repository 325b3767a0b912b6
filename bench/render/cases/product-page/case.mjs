// The product page of the bookshop: a layout made of includes, components from loaded libraries, white space stripped.
// The other engines get the settings, messages and books as data; ours loads them in each render, as its site does.
import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as text from "./text.mjs";

export { render } from "./hand.mjs";

export const title = "the bookshop's product page";

const folder = dirname(fileURLToPath(import.meta.url));
export const root = join(folder, "../../../../fixtures/sites/bookshop");
export const page = "_render/product.pub";
export const options = { timeZone: "UTC" };
export const expected = readFileSync(join(root, "_expected/product.out"), "utf8");

/** The texts of the site are given: there is no variant of the page without characters beyond Latin-1. */
export const hasFixedData = true;
/** EJS includes files, not texts: its figure would be that of Eta's shape with another cache. */
export const without = ["EJS"];
export const bars = [
  { against: "hand-written", limit: 1.5 },
  { against: "Eta", limit: 1 },
  { against: "Handlebars", limit: 1 },
];

const VARIABLES =
  "BaseUrl BuildStamp Currency DefaultLang Features Languages MaxQty Messages MonthNames Nav ReviewsPerPage ShopMail ShopName ShopTagline StaticUrl book books cartCount lang reviews rpage today user";

/** The variables of the site and of the request, as the page leaves them. */
export function inputs({ page: opened }) {
  const { global } = opened.check({});
  return [Object.fromEntries(VARIABLES.split(" ").map((name) => [name, global(name)]))];
}

/** Ours gets nothing: the page loads what it needs. */
export function globals() {
  return {};
}

/** Engines that call functions in templates get the helpers with the data. */
export function prepare(site) {
  return { ...site, ...pageVariables(site), text };
}

/** What the page itself declares before it includes the layout. */
function pageVariables({ book }) {
  return {
    title: `${book.title} (${book.author})`,
    section: book.cat,
    description: book.blurb,
    canonical: `/book/${book.id}/${text.slug(book.title)}`,
    translated: true,
    css: ["product"],
    scripts: ["gallery", "reviews"],
  };
}

/** Handlebars has no expressions: everything that is not a path is a helper. */
export const helpers = {
  cls: (names) => text.cls(names),
  only: (condition, value) => text.only(condition, value),
  slug: (value) => text.slug(value),
  plural: (n, one, many) => text.plural(n, one, many),
  initials: (name) => text.initials(name),
  isbnDashes: (isbn) => text.isbnDashes(isbn),
  isoDate: (time) => text.isoDate(time),
  hiddenEscape: (value) => text.hiddenEscape(value),
  percentOff: (old, current) => text.percentOff(old, current),
  truncate: (value, length) => text.truncate(value, length),
  t: (key, call) => text.t(call.data.root, key, call.hash),
  money: (cents, call) => text.money(cents, call.data.root.lang),
  longDate: (time, call) => text.longDate(call.data.root, time),
  json: (value) => JSON.stringify(value),
  decimals: (cents) => (cents / 100).toFixed(2),
  list: (...values) => values.slice(0, -1),
  equal: (a, b) => a === b,
  more: (a, b) => a > b,
  and: (a, b) => a && b,
  plus: (a, b) => a + b,
  times: (a, b) => a * b,
  percent: (part, whole) => Math.trunc((part * 100) / whole),
  given: (value) => value != null,
  crumb: (label, href) => ({ label, href }),
  firstFive: (list) => list.slice(0, 5),
  paragraphs: text.paragraphs,
  starLabel: (tenths) => `${Math.trunc(tenths / 10)}.${tenths % 10}`,
  concatenate: (...values) => values.slice(0, -1).join(""),
  starClasses: text.starClasses,
  quantities: (stock, call) => text.quantities(stock, call.data.root.MaxQty),
  shownReviews: (call) => text.shownReviews(call.data.root),
  pages: (call) => text.pages(call.data.root),
  reviewSummary: (reviews) => text.reviewSummary(reviews),
  alsoBought: (call) => text.alsoBought(call.data.root),
  categoryLabel: (call) => text.categoryLabel(call.data.root),
  coverSize: (size) => text.COVER_SIZES[size],
};

export function partials(extension) {
  const files = readdirSync(join(folder, extension));
  return Object.fromEntries(
    files.map((file) => [basename(file, `.${extension}`), readTemplate(join(folder, extension, file))]),
  );
}

/** Templates with white space stripped in the way of the site: each run is one space, except in scripts. */
export function readTemplate(path) {
  return readFileSync(path, "utf8")
    .split(/(<script>[\s\S]*?<\/script>)/)
    .map((piece) => (piece.startsWith("<script>") ? piece : piece.replace(/\s+/g, " ")))
    .join("");
}
