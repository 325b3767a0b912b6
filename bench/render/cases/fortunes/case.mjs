// The fortunes of TechEmpower's benchmark: twelve rows from a database and one added at request time, sorted by message.
// Markup and Japanese text in the data make it a test of correctness as well.
export { render } from "./hand.mjs";

export const title = "13 rows, sorted, with markup and Japanese text";

const MESSAGES = [
  "fortune: No such file or directory",
  "A computer scientist is someone who fixes things that aren't broken.",
  "After enough decimal places, nobody gives a damn.",
  "A bad random number generator: 1, 1, 1, 1, 1, 4.33e+67, 1, 1, 1",
  "A computer program does what you tell it to do, not what you want it to do.",
  "Emacs is a nice operating system, but I prefer UNIX. — Tom Christaensen",
  "Any program that runs right is obsolete.",
  "A list is only as strong as its weakest link. — Donald Knuth",
  "Feature: A bug with seniority.",
  "Computers make very fast, very accurate mistakes.",
  '<script>alert("This should not be displayed in a browser alert box.");</script>',
  "フレームワークのベンチマーク",
];

export function inputs({ unicode }) {
  const messages = unicode ? MESSAGES : MESSAGES.map((message) => message.replace(/[^\0-\xff]+/g, "-"));
  return [{ fortunes: messages.map((message, index) => ({ id: index + 1, message })) }];
}

/** The markup and the Japanese text belong to the case. */
export const unicodeByDefault = true;

/** What the other engines leave to the program around them. */
export function prepare({ fortunes }) {
  return { fortunes: sorted(fortunes) };
}

/** The rows with the one added at request time, in the order of their messages. */
export function sorted(fortunes) {
  const rows = [...fortunes, { id: 0, message: "Additional fortune added at request time." }];
  return rows.sort((a, b) => (a.message < b.message ? -1 : a.message > b.message ? 1 : 0));
}
