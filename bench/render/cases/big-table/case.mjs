// 100 × 100 integers in a table, every cell escaped: the case of the Rust template benchmarks.
export { render } from "./hand.mjs";

export const title = "100 × 100 integers in a table";

export function inputs({ unicode }) {
  const table = Array.from({ length: 100 }, () => Array.from({ length: 100 }, (_, column) => column));
  if (unicode) table[0][0] = "表";
  return [{ table }];
}
