// Number literals (pub-language.md §4.2): C base detection, range checks, saturation.

const MAX_UNSIGNED = 2n ** 64n - 1n;
const MIN_SIGNED = -(2n ** 63n);

/** More digits than this cannot be in range; converting them would only cost time. */
const LONGEST_IN_RANGE = 64;

/**
 * Converts an unsigned or negative integer literal as written.
 * Returns `null` where the reference says `Cannot convert '…'`: digits 8 and 9 behind a leading 0, values above 2^64 − 1.
 * Negative values saturate at −2^63.
 */
export function integerValue(raw: string): bigint | null {
  const negative = raw.charCodeAt(0) === 45;
  const magnitude = unsignedValue(negative ? raw.slice(1) : raw);
  if (magnitude === null) return null;
  if (negative) {
    const value = magnitude === "huge" ? MIN_SIGNED : -magnitude;
    return value < MIN_SIGNED ? MIN_SIGNED : value;
  }
  return magnitude === "huge" || magnitude > MAX_UNSIGNED ? null : magnitude;
}

function unsignedValue(digits: string): bigint | "huge" | null {
  if (/^0x/.test(digits)) {
    const significant = digits.slice(2).replace(/^0+(?=.)/, "");
    return significant.length > LONGEST_IN_RANGE ? "huge" : BigInt(`0x${significant}`);
  }
  if (digits.length > 1 && digits.charCodeAt(0) === 48) {
    if (/[89]/.test(digits)) return null;
    const significant = digits.replace(/^0+(?=.)/, "");
    return significant.length > LONGEST_IN_RANGE ? "huge" : BigInt(`0o${significant}`);
  }
  return digits.length > LONGEST_IN_RANGE ? "huge" : BigInt(digits);
}

/** The `Cannot convert …` message of the reference for a literal that `integerValue` refused. */
export function conversionMessage(raw: string): string {
  return `Cannot convert '${raw}' to ${raw.startsWith("-") ? "int" : "unsigned int"}`;
}
