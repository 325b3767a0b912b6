// The escaper of the hand-written pages: most texts need no escaping, so it tests first and copies only when it must.

const SPECIAL = /["'&<>]/;

/** The text with the characters that mean something in HTML escaped, spelled as `html_escape` of pub spells them. */
export function escapeHtml(value) {
  if (typeof value === "number") return value;
  const found = SPECIAL.exec(value);
  if (found === null) return value;
  let result = "";
  let copied = 0;
  for (let at = found.index; at < value.length; at++) {
    let spelling;
    switch (value.charCodeAt(at)) {
      case 34:
        spelling = "&quot;";
        break;
      case 38:
        spelling = "&#38;";
        break;
      case 39:
        spelling = "&#39;";
        break;
      case 60:
        spelling = "&lt;";
        break;
      case 62:
        spelling = "&gt;";
        break;
      default:
        continue;
    }
    result += value.slice(copied, at) + spelling;
    copied = at + 1;
  }
  return result + value.slice(copied);
}
