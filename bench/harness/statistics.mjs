// Medians and spreads of samples.
// A machine that does other things at the same time gives outliers, so nothing here uses means.

/** The value below which a share (0 to 1) of the samples lies, interpolated. */
export function quantile(samples, share) {
  const sorted = [...samples].sort((a, b) => a - b);
  const position = (sorted.length - 1) * share;
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (sorted[above] - sorted[below]) * (position - below);
}

/** @param {number[]} samples */
export function median(samples) {
  return quantile(samples, 0.5);
}

/** What is reported of an engine: its median and, as spread, the quartiles around it. */
export function summary(samples) {
  return { median: median(samples), low: quantile(samples, 0.25), high: quantile(samples, 0.75) };
}

/** The median of the quotients round by round: what slows a whole round down does not show in it. */
export function ratio(samples, others) {
  return median(samples.map((sample, round) => sample / others[round]));
}
