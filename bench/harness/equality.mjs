// Compares what engines put out before anything is timed: an engine that loses text is fast for the wrong reason.
// Engines spell the same character differently when they escape it; that is the only difference allowed.

/** Spellings of the characters that must be escaped, and of those that some engines escape and others leave. */
const SPELLINGS = [
  [/&(?:#38|#x26);/gi, "&amp;"],
  [/&(?:#60|#x3c);/gi, "&lt;"],
  [/&(?:#62|#x3e);/gi, "&gt;"],
  [/&(?:#34|#x22);/gi, "&quot;"],
  [/&(?:#0?39|#x27|apos);/gi, "'"],
  [/&(?:#47|#x2f);/gi, "/"],
  [/&(?:#96|#x60);/gi, "`"],
  [/&(?:#61|#x3d);/gi, "="],
];

/** The text with one spelling for each escaped character. */
export function normalized(text) {
  return SPELLINGS.reduce((result, [pattern, spelling]) => result.replace(pattern, spelling), text);
}

/** Throws an error that shows the place of the first difference when an engine put out something else. */
export function assertEqual(expected, actual, what) {
  if (expected === actual) return;
  let at = 0;
  while (at < expected.length && expected[at] === actual[at]) at++;
  const excerpt = (text) => JSON.stringify(text.slice(Math.max(0, at - 40), at + 40));
  throw new Error(
    `${what} differs at character ${at} (${actual.length} of ${expected.length}):\n` +
      `  expected ${excerpt(expected)}\n  but got  ${excerpt(actual)}`,
  );
}
