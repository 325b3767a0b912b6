// The bookshop's product page made by Eta, from data that are read once.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as product from "../render/cases/product-page/case.mjs";
import { peers } from "../render/engines.mjs";

/** The function that renders the page from the data in a JSON file. */
export async function openProduct(file) {
  const folder = join(dirname(fileURLToPath(import.meta.url)), "../render/cases/product-page");
  const render = await peers.Eta.compile(product.readTemplate(join(folder, peers.Eta.file)), {
    partials: product.partials("eta"),
  });
  const data = product.prepare(JSON.parse(readFileSync(file, "utf8")));
  return () => render(data);
}
