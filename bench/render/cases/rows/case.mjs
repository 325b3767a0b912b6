// A page with a table of 1,000 rows, about 77 kB: an `if`, an escaped name, a float, a joined list in each row.
export { render } from "./hand.mjs";

export const title = "1,000 rows, data given";

const NAMES = ["Paper lamp", "Kettle & lid", "Brass hook", 'Shelf "Ida"', "Oak tray <small>", "Wool rug", "Glass jar"];
const COLOURS = ["red", "blue", "oak", "tin", "sand"];

export function inputs({ unicode }) {
  const rows = Array.from({ length: 1000 }, (_, index) => ({
    id: index + 1,
    name: unicode && index % 10 === 0 ? "紙のランプ" : NAMES[index % NAMES.length],
    price: Math.round((1.25 + index * 0.35) * 100) / 100,
    stock: index % 4,
    colours: COLOURS.slice(index % 3, (index % 3) + 2),
  }));
  return [{ rows }];
}

export const helpers = {
  join: (list) => list.join(", "),
};
