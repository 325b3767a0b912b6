// The loop as hand-written JavaScript with plain numbers.
export function render() {
  let s = 0;
  let x = 0;
  while (x < 1_000_000) {
    s = (s + x * 3 - 1) % 1000003;
    x = x + 1;
  }
  return String(s);
}
