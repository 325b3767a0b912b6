// The page as hand-written JavaScript.
import { escapeHtml } from "../../escape.mjs";

export function render({ year, teams }) {
  let out = `<!DOCTYPE html><html><head><title>${year}</title></head><body><h1>CSL ${year}</h1><ul>`;
  for (let index = 0; index < teams.length; index++) {
    const team = teams[index];
    out += `<li class="${index === 0 ? "champion" : ""}"><b>${escapeHtml(team.name)}</b>: ${escapeHtml(team.score)}</li>`;
  }
  return `${out}</ul></body></html>`;
}
