/**
 * Numbers in request parameters (server specification §4.3): the whole text has to be one.
 */

const MAX_INT64 = 2n ** 63n - 1n;
const MIN_INT64 = -(2n ** 63n);
const MAX_UINT64 = 2n ** 64n - 1n;

const INTEGER = /^[ \t\n\v\f\r]*([+-]?)(?:0[xX]([0-9A-Fa-f]+)|0([0-7]*)|([1-9][0-9]*))$/;
const DOUBLE =
  /^[ \t\n\v\f\r]*([+-]?)(?:((?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)|(inf(?:inity)?)|(nan)|0[xX](.*))$/i;
const HEX_DOUBLE = /^([0-9A-Fa-f]*)(?:\.([0-9A-Fa-f]*))?(?:[pP]([+-]?[0-9]+))?$/;

/** The integer that a text is, in decimal, hexadecimal (`0x`) or octal (leading 0) notation, however large. */
export function parseInteger(text: string): bigint | undefined {
  const match = INTEGER.exec(text);
  if (match === null) return undefined;
  const [, sign, hexadecimal, octal, decimal] = match;
  const magnitude = BigInt(
    hexadecimal !== undefined ? `0x${hexadecimal}` : octal !== undefined ? `0o${octal || "0"}` : decimal,
  );
  return sign === "-" ? -magnitude : magnitude;
}

/** The integer if it fits into signed 64 bits. */
export function toInt64(value: bigint | undefined): bigint | undefined {
  return value !== undefined && value >= MIN_INT64 && value <= MAX_INT64 ? value : undefined;
}

/** The integer in unsigned 64 bits: too large ones are the largest, negative ones count from the end. */
export function toUint64(value: bigint | undefined): bigint | undefined {
  if (value === undefined) return undefined;
  if (value > MAX_UINT64 || value < -MAX_UINT64) return MAX_UINT64;
  return BigInt.asUintN(64, value);
}

/** The floating-point number that a text is: decimal, hexadecimal with `p` exponent, `inf` or `nan`. */
export function parseDouble(text: string): number | undefined {
  const match = DOUBLE.exec(text);
  if (match === null) return undefined;
  const [, sign, decimal, infinity, nan, hexadecimal] = match;
  const magnitude =
    decimal !== undefined
      ? Number(decimal)
      : infinity !== undefined
        ? Number.POSITIVE_INFINITY
        : nan !== undefined
          ? Number.NaN
          : parseHexDouble(hexadecimal);
  return magnitude === undefined ? undefined : sign === "-" ? -magnitude : magnitude;
}

function parseHexDouble(text: string): number | undefined {
  const match = HEX_DOUBLE.exec(text);
  if (match === null) return undefined;
  const [, whole, fraction = "", exponent = "0"] = match;
  if (whole === "" && fraction === "") return undefined;
  return Number(BigInt(`0x${whole}${fraction}`)) * 2 ** (Number(exponent) - 4 * fraction.length);
}
