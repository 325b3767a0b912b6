// The page as hand-written JavaScript.
import { escapeHtml } from "../../escape.mjs";

export function render({ items }) {
  let out = `<!DOCTYPE html><html><head><title>Search results</title></head><body><div class="search-results"><div><h1>${items.length} results</h1>`;
  for (let index = 0; index < items.length; index++) {
    const item = items[index];
    out += `<div class="search-results-item"><h2>${escapeHtml(item.title)}</h2><div class="lvpic pic img left"><div class="lvpicinner full-width picW"><a class="img imgWr2" href="/buy/${escapeHtml(item.id)}"><img src="${escapeHtml(item.image)}" alt="${escapeHtml(item.title)}"></a></div></div><span class="price bold">${escapeHtml(item.price)}</span><button class="buy-now" type="button">Buy now!</button></div>`;
  }
  return `${out}</div></div></body></html>`;
}
