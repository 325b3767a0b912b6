// Mutations of byte strings: bytes changed, pieces removed, repeated, moved, spliced from elsewhere, tokens put in.
// All randomness comes from a seeded generator, so that an input is known by its seed and number.

/** What templates are made of; put in where it may hurt. */
const tokens = [
  ..."{}()[]<>|&!=+-*/%.,:;\"'\\\n\r\t \0\x7f\x80\xff",
  ..."{% %} %{ {{ }} ={{ ={ (* *) [[ ]] [[[ ]]] [[[[ // /* */ => == != <= >= && || \\%{ \\{% \\}} \\[[ \\]]".split(" "),
  ..."for while if elif else empty switch case def lambda return break continue exit print include load".split(" "),
  ..."locals globals universals globals:: universals:: null true false r/ r# r{ r< <pre </pre <script".split(" "),
  ..."0 -1 010 0x 1.5 .5 9223372036854775807 18446744073709551615 -9223372036854775808 1e5".split(" "),
  '"%{',
  "'%{",
  "\\x41",
  "\\u0041",
  "\\ud800",
  '""',
  "x = 1;",
  "{% x %}",
  "%{x}",
  "a.b",
  "a[0]",
  "f(1)",
  " | f",
  'lookup("x")',
  'bind("x", 1, "l")',
  "locals { x : 1 }",
  "lambda() { }",
  "{a : 1}",
  "[1, [2]]",
  "(?R)",
  "(a*)*",
];

/** A generator of numbers in 0 … 1 that is the same for the same seed. */
export function createRandom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/**
 * The text with one to eight mutations.
 * @param {string} text byte string
 * @param {() => number} random
 * @param {string} other byte string from which pieces may come
 */
export function mutate(text, random, other) {
  let result = text;
  const count = 1 + Math.floor(random() ** 2 * 8);
  for (let i = 0; i < count; i++) result = pick(mutations, random)(result, random, other);
  return result.slice(0, 100_000);
}

const mutations = [
  function changeByte(text, random) {
    const at = below(text.length, random);
    return text.slice(0, at) + String.fromCharCode(below(256, random)) + text.slice(at + 1);
  },
  function flipBit(text, random) {
    const at = below(text.length, random);
    const byte = (text.charCodeAt(at) || 0) ^ (1 << below(8, random));
    return text.slice(0, at) + String.fromCharCode(byte) + text.slice(at + 1);
  },
  function truncate(text, random) {
    return random() < 0.5 ? text.slice(0, below(text.length, random)) : text.slice(below(text.length, random));
  },
  function removePiece(text, random) {
    const [start, end] = piece(text, random);
    return text.slice(0, start) + text.slice(end);
  },
  function repeatPiece(text, random) {
    const [start, end] = piece(text, random);
    const times = random() < 0.05 ? 200 : 1 + below(4, random);
    return text.slice(0, end) + text.slice(start, end).repeat(times) + text.slice(end);
  },
  function movePiece(text, random) {
    const [start, end] = piece(text, random);
    const rest = text.slice(0, start) + text.slice(end);
    const at = below(rest.length, random);
    return rest.slice(0, at) + text.slice(start, end) + rest.slice(at);
  },
  function splice(text, random, other) {
    const [start, end] = piece(other, random);
    const at = below(text.length, random);
    return text.slice(0, at) + other.slice(start, end) + text.slice(at + (random() < 0.5 ? end - start : 0));
  },
  insertToken,
  insertToken,
  function replaceByToken(text, random) {
    const [start, end] = piece(text, random);
    return text.slice(0, start) + pick(tokens, random) + text.slice(Math.min(end, start + 8));
  },
];

function insertToken(text, random) {
  const at = below(text.length + 1, random);
  return text.slice(0, at) + pick(tokens, random) + text.slice(at);
}

function piece(text, random) {
  const start = below(text.length, random);
  return [start, Math.min(text.length, start + 1 + Math.floor(random() ** 3 * 200))];
}

function below(limit, random) {
  return Math.floor(random() * limit);
}

function pick(list, random) {
  return list[below(list.length, random)];
}
