// Recursive calls: the 24th Fibonacci number.
export { render } from "./hand.mjs";

export const title = "recursive fib(24)";
export const isProgram = true;
export const bars = [
  { against: "hand-written", limit: 8 },
  // The reference takes 210 ms or more.
  { milliseconds: 210 / 25, text: "25 times faster than the reference" },
];

export function inputs() {
  return [{}];
}
