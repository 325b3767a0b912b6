// A million rounds of `s = (s + x * 3 - 1) % 1000003` with variables of the page.
export { render } from "./hand.mjs";

export const title = "a million rounds of arithmetic";
export const isProgram = true;
export const bars = [{ against: "hand-written", limit: 4 }];

export function inputs() {
  return [{}];
}
