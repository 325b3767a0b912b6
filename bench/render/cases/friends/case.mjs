// 100 people with tags, colours and nested friends, after the case of Marko's template benchmarks.
export { render } from "./hand.mjs";

export const title = "100 people with nested lists";

const FIRST = ["Ada", "Bruno", "Carla", "Dmitri", "Elif", "Farid", "Greta", "Hugo"];
const LAST = ["Quill", "O'Marsh", "Lantern", "Ferry", "Orchard", "Ledger", "Parcel"];
const WORDS = ["officia", "sunt", "cillum", "<em>dolore</em>", "irure", "velit", "magna & more", '"nisi"', "tempor"];
const COLOURS = ["blue", "green", "brown"];
const TAGS = ["ex", "qui", "culpa", "sint & co", "amet", "ut"];

export function inputs({ unicode }) {
  const first = unicode ? [...FIRST.slice(1), "美咲"] : FIRST;
  const pick = (list, number) => list[number % list.length];
  const name = (number) => ({ first: pick(first, number), last: pick(LAST, number * 3 + 1) });
  const friends = Array.from({ length: 100 }, (_, index) => ({
    id: 1000 + index,
    name: name(index),
    balance: `$${1000 + ((index * 377) % 3000)}.${10 + (index % 89)}`,
    age: 20 + (index % 41),
    address: `${100 + index} ${pick(LAST, index)} Street, Pier ${index % 12}`,
    picture: `http://placehold.example/32x32?n=${index}`,
    company: `${pick(LAST, index + 2)} & Sons`.toUpperCase(),
    email: `${pick(FIRST, index).toLowerCase()}@mail.example`,
    about: `${Array.from({ length: 40 }, (_, word) => pick(WORDS, index * 7 + word * word)).join(" ")}.\r\n`,
    colour: pick(COLOURS, index),
    tags: TAGS.slice(0, index % 7),
    friends: Array.from({ length: index % 4 }, (_, number) => ({ id: number, name: name(index + number + 1) })),
  }));
  return [{ friends }];
}

export const helpers = {
  full_name: (name) => `${name.first} ${name.last}`,
};

/** Engines that call functions in templates get the helper with the data. */
export function prepare(data) {
  return { ...data, full_name: helpers.full_name };
}
