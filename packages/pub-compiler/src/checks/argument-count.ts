/**
 * How many arguments a function takes, in words.
 */

/** `no arguments`, `1 argument`, `1 to 3 arguments`, `2 or more arguments`. */
export function argumentCount(minimum: number, maximum: number): string {
  if (maximum === 0) return "no arguments";
  const wanted =
    minimum === maximum
      ? `${minimum}`
      : maximum === Number.POSITIVE_INFINITY
        ? `${minimum} or more`
        : `${minimum} to ${maximum}`;
  return `${wanted} argument${wanted === "1" ? "" : "s"}`;
}
