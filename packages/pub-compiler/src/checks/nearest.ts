/**
 * Suggests the name that a misspelt one was meant to be.
 */

/**
 * The candidate nearest to `word` by edit distance, ignoring case, or null if none is at most `limit` edits away. Inserting,
 * dropping, replacing a letter and swapping two neighbours cost one each.
 */
export function nearest(
  word: string,
  candidates: Iterable<string>,
  limit = Math.floor(word.length / 3),
): string | null {
  const wanted = word.toLowerCase();
  let best: string | null = null;
  let bestDistance = limit + 1;
  for (const candidate of candidates) {
    if (candidate === word || Math.abs(candidate.length - wanted.length) >= bestDistance) continue;
    const distance = editDistance(wanted, candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** How many edits away another name may be for this one to be a slip: none for short names, which differ by little anyway. */
export function slipLimit(name: string): number {
  return name.length < 4 ? 0 : name.length < 8 ? 1 : 2;
}

function editDistance(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i++) {
    const row = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = last[j - 1] + (from[i - 1] === to[j - 1] ? 0 : 1);
      row[j] = Math.min(replaced, last[j] + 1, row[j - 1] + 1);
      if (i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]) {
        row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
      }
    }
    beforeLast = last;
    last = row;
  }
  return last[to.length];
}
