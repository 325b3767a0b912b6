// 480 items of which each render shows the next 100, after the case of Marko's isomorphic benchmarks. As no page is
// shown twice in a row, caching results does not help.
export { render } from "./hand.mjs";

export const title = "the next 100 of 480 items";

const ADJECTIVES = ["Vintage", "New", "Rare", "Signed", "Boxed", "Large", "Small & light"];
const NOUNS = ["Lamp", "Atlas", "Kettle", "Lantern", "Mirror", "Basket", "Candle", "Ledger", "Saddle", "Whistle"];
const COUNT = 480;
const SHOWN = 100;

export function inputs({ unicode }) {
  const nouns = unicode ? [...NOUNS.slice(1), "ランプ"] : NOUNS;
  const items = Array.from({ length: COUNT }, (_, index) => ({
    id: 10_000 + index * 7,
    title: `${ADJECTIVES[index % 7]} ${nouns[(index * 3) % 10]} ${index} "as seen", with all parts and the original papers`,
    price: `$${5 + ((index * 13) % 400)}.${10 + (index % 90)}`,
    image: `http://images.example/thumbs/${index % 50}/item-${index}.jpg`,
  }));
  // A window that starts where the one before ended, round and round, meets the first one again after 24.
  return Array.from({ length: 24 }, (_, page) => ({
    items: Array.from({ length: SHOWN }, (_, place) => items[(page * SHOWN + place) % COUNT]),
  }));
}
