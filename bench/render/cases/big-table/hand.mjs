// The page as hand-written JavaScript.
import { escapeHtml } from "../../escape.mjs";

export function render({ table }) {
  let out = "<table>";
  for (let row = 0; row < table.length; row++) {
    const cells = table[row];
    out += "<tr>";
    for (let column = 0; column < cells.length; column++) out += `<td>${escapeHtml(cells[column])}</td>`;
    out += "</tr>";
  }
  return `${out}</table>`;
}
