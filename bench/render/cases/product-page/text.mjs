// Functions of the product page that give values, the same for every contestant: prices, dates, messages, slugs.
// They follow the libraries of the site in `fixtures/sites/bookshop/lib`.

export function only(condition, value) {
  return condition ? value : "";
}

export function cls(names) {
  return names.filter(Boolean).join(" ");
}

export function plural(n, one, many) {
  return n === 1 ? `1 ${one}` : `${n} ${many}`;
}

export function truncate(value, length) {
  const characters = [...value];
  if (characters.length <= length) return value;
  const cut = characters.slice(0, length).join("");
  return `${/^(.*)\s\S*$/s.exec(cut)?.[1] ?? cut}…`;
}

export function slug(value) {
  return value
    .replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
    .replace(/&|'/g, "")
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
}

export function initials(name) {
  let out = "";
  for (const word of name.split(/[ -]+/)) out += `${[...word].slice(0, 1).join("")}.`;
  return out;
}

export function isbnDashes(isbn) {
  const groups = /(\d{3})(\d)(\d{2})(\d{6})(\d)/.exec(isbn);
  return groups === null ? isbn : groups.slice(1).join("-");
}

export function hiddenEscape(value) {
  return value
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#039;");
}

function group3(number, separator) {
  const parts = [];
  let rest = number;
  while (rest >= 1000) {
    parts.push(String(rest % 1000).padStart(3, "0"));
    rest = Math.trunc(rest / 1000);
  }
  parts.push(String(rest));
  return parts.reverse().join(separator);
}

export function money(cents, lang) {
  const sign = cents < 0 ? "−" : "";
  const amount = Math.abs(cents);
  const whole = Math.trunc(amount / 100);
  const fraction = String(amount % 100).padStart(2, "0");
  switch (lang) {
    case "de":
      return `${sign}${group3(whole, ".")},${fraction} €`;
    case "fr":
      return `${sign}${group3(whole, " ")},${fraction} €`;
    default:
      return `${sign}€${group3(whole, ",")}.${fraction}`;
  }
}

export function percentOff(old, current) {
  if (!old || old <= current) return 0;
  return Math.trunc((Math.trunc((200 * (old - current)) / old) + 1) / 2);
}

export function t({ lang, DefaultLang, Messages }, key, values) {
  const messages = Messages[lang ?? DefaultLang] ?? Messages.en;
  const message = messages[key] ?? key;
  return values === undefined ? message : message.replace(/\{(\w+)\}/g, (place, name) => values[name] ?? place);
}

export function longDate({ lang, DefaultLang, MonthNames }, time) {
  const date = new Date(time * 1000);
  const language = lang ?? DefaultLang;
  const month = MonthNames[language][date.getUTCMonth()];
  switch (language) {
    case "de":
      return `${date.getUTCDate()}. ${month} ${date.getUTCFullYear()}`;
    case "fr":
      return `${date.getUTCDate()} ${month} ${date.getUTCFullYear()}`;
    default:
      return `${month} ${date.getUTCDate()}, ${date.getUTCFullYear()}`;
  }
}

export function isoDate(time) {
  return new Date(time * 1000).toISOString().slice(0, 10);
}

/** The paragraphs of a text; `strip` of the library makes one space of each run of white space. */
export function paragraphs(value) {
  return value.split(/\n\s*\n/).map((paragraph) => paragraph.trim().replace(/\s+/g, " "));
}

/** The classes of the five stars of a rating in tenths. */
export function starClasses(tenths) {
  const full = Math.trunc(tenths / 10);
  const half = tenths % 10 >= 5;
  const classes = [];
  for (let star = 0; star < 5; star++) {
    classes.push(star < full ? "st st-full" : star === full && half ? "st st-half" : "st");
  }
  return classes;
}

export const COVER_SIZES = {
  s: { width: 60, height: 90 },
  m: { width: 120, height: 180 },
  l: { width: 320, height: 480 },
};

export function quantities(stock, most) {
  return Array.from({ length: Math.min(stock, most) }, (_, index) => index + 1);
}

export function shownReviews({ reviews, rpage, ReviewsPerPage }) {
  return [...reviews].reverse().slice((rpage - 1) * ReviewsPerPage, rpage * ReviewsPerPage);
}

/** The entries of the pager: a number, or null for a gap. */
export function pages({ reviews, rpage, ReviewsPerPage }) {
  const last = Math.trunc((reviews.length + ReviewsPerPage - 1) / ReviewsPerPage);
  const numbers = [];
  for (let number = 1; number <= last; number++) {
    if (number === 1 || number === last || Math.abs(number - rpage) <= 2) numbers.push(number);
    else if (numbers.at(-1) !== null) numbers.push(null);
  }
  return { numbers, last, current: rpage, previous: rpage - 1, next: rpage + 1 };
}

export function reviewSummary(reviews) {
  const counts = [0, 0, 0, 0, 0, 0];
  let total = 0;
  for (const review of reviews) {
    counts[review.stars]++;
    total += review.stars;
  }
  const rows = [5, 4, 3, 2, 1].map((stars) => ({
    stars,
    count: counts[stars],
    width: Math.trunc((counts[stars] * 100) / reviews.length),
  }));
  return { average: ((1 / reviews.length) * total).toFixed(1), rows };
}

export function alsoBought({ books, book }) {
  const also = [];
  for (const other of books) {
    if (other.id !== book.id && other.author === book.author) also.push(other);
    if (also.length === 3) break;
  }
  return also;
}

export function categoryLabel({ Nav, book }) {
  return Nav.find(({ id }) => id === book.cat)?.label ?? book.cat;
}
