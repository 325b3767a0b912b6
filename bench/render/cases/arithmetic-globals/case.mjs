// A million rounds of `s = (s + x * 3 - 1) % 1000003` with globals, which included files could see.
export { render } from "../arithmetic/hand.mjs";

export const title = "a million rounds of arithmetic on globals";
export const isProgram = true;
/** Reported only. */
export const bars = [];

export function inputs() {
  return [{}];
}
