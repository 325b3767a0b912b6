// The page as hand-written JavaScript.
import { escapeHtml } from "../../escape.mjs";
import { sorted } from "./case.mjs";

export function render({ fortunes }) {
  const rows = sorted(fortunes);
  let out =
    "<!DOCTYPE html><html><head><title>Fortunes</title></head><body><table><tr><th>id</th><th>message</th></tr>";
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index];
    out += `<tr><td>${escapeHtml(row.id)}</td><td>${escapeHtml(row.message)}</td></tr>`;
  }
  return `${out}</table></body></html>`;
}
