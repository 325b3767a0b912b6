// The page as hand-written JavaScript.
import { escapeHtml } from "../../escape.mjs";

export function render({ rows }) {
  let out = "<!DOCTYPE html><html><head><title>Stock</title></head><body><table>";
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index];
    out += `<tr><td>${row.id}</td><td>${escapeHtml(row.name)}: ${row.price}</td><td>${row.colours.join(", ")}</td>`;
    if (row.stock > 0) out += `<td>${row.stock}</td>`;
    else out += "<td>out</td>";
    out += "</tr>";
  }
  return `${out}</table></body></html>`;
}
