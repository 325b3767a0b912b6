/**
 * Exact digits of doubles in any number, rounded half to even as C does. JavaScript's own functions stop at 100 digits
 * and round ties upwards.
 */

/** A double taken apart: value = mantissa × 2^exponent. */
function takeApart(value: number): { mantissa: bigint; exponent: number } {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, value);
  const raw = bits.getBigUint64(0) & 0x7fffffffffffffffn;
  const biased = Number(raw >> 52n);
  const fraction = raw & 0xfffffffffffffn;
  return biased === 0
    ? { mantissa: fraction, exponent: -1074 }
    : { mantissa: fraction | 0x10000000000000n, exponent: biased - 1075 };
}

/** round(value × 10^decimals) as an integer. */
function scaled(value: number, decimals: number): bigint {
  const { mantissa, exponent } = takeApart(value);
  let numerator = mantissa;
  let denominator = 1n;
  if (exponent >= 0) numerator <<= BigInt(exponent);
  else denominator <<= BigInt(-exponent);
  if (decimals >= 0) numerator *= 10n ** BigInt(decimals);
  else denominator *= 10n ** BigInt(-decimals);
  const quotient = numerator / denominator;
  const twice = (numerator - quotient * denominator) * 2n;
  const up = twice > denominator || (twice === denominator && (quotient & 1n) === 1n);
  return up ? quotient + 1n : quotient;
}

/** C's `%.Nf` of a non-negative finite double; with `point` the point is written even without decimals. */
export function fixedDigits(value: number, decimals: number, point: boolean): string {
  const digits = scaled(value, decimals)
    .toString()
    .padStart(decimals + 1, "0");
  if (decimals === 0) return point ? `${digits}.` : digits;
  return `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

/** So many significant digits of a non-negative finite double, and the decimal exponent of the first. */
export function exponentDigits(value: number, count: number): { digits: string; exponent: number } {
  if (value === 0) return { digits: "0".repeat(count), exponent: 0 };
  let exponent = Number(value.toExponential().split("e")[1]);
  let digits = scaled(value, count - 1 - exponent).toString();
  if (digits.length < count) {
    // The shortest form, which the exponent is from, may be rounded up: 1e-7 is a little less.
    exponent--;
    digits = scaled(value, count - 1 - exponent).toString();
  }
  if (digits.length > count) {
    // Rounded up to the next power of ten.
    exponent++;
    digits = digits.slice(0, count);
  }
  return { digits, exponent };
}

/** C's `%a` of a non-negative finite double, without `0x`: `1.8p+1`. */
export function hexadecimalFloat(value: number, precision: number | undefined, point: boolean): string {
  const { mantissa, exponent } = takeApart(value);
  let binaryExponent = mantissa === 0n ? 0 : exponent + 52;
  let rounded = mantissa;
  if (precision !== undefined && precision < 13) {
    const dropped = BigInt(4 * (13 - precision));
    const half = 1n << (dropped - 1n);
    const rest = mantissa & ((1n << dropped) - 1n);
    rounded = mantissa >> dropped;
    if (rest > half || (rest === half && (rounded & 1n) === 1n)) rounded++;
    rounded <<= dropped;
  }
  const lead = rounded >> 52n;
  let fraction = (rounded & 0xfffffffffffffn).toString(16).padStart(13, "0");
  fraction =
    precision === undefined ? fraction.replace(/0+$/, "") : fraction.slice(0, precision).padEnd(precision, "0");
  if (value === 0) binaryExponent = 0;
  return `${lead}${fraction !== "" || point ? "." : ""}${fraction}p${binaryExponent < 0 ? "" : "+"}${binaryExponent}`;
}
