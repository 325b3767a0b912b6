// The function as hand-written JavaScript.
function fib(n) {
  if (n < 2) return n;
  return fib(n - 1) + fib(n - 2);
}

export function render() {
  return String(fib(24));
}
