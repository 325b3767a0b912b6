// Reads `Alias` and `RegexAlias` (okws-server.md §2.7). Whether both ends exist is checked when all files are read.
import { checkRegex } from "pub-runtime";
import type { Draft, Line } from "../draft.js";

const regexFlags = "ismxUXS8^";

export function readAlias(line: Line, draft: Draft): void {
  const [to, from] = line.words;
  if (line.words.length !== 2) {
    line.wrong(line.words[2]);
    return;
  }
  draft.aliases.push({ to: to.text, from: from.text, toPlace: line.place(to), fromPlace: line.place(from) });
}

export function readRegexAlias(line: Line, draft: Draft): void {
  const [to, pattern, flags] = line.words;
  if (line.words.length < 2 || line.words.length > 3) {
    line.wrong(line.words[3]);
    return;
  }
  const unknown = [...(flags?.text ?? "")].find((letter) => !regexFlags.includes(letter));
  if (unknown !== undefined) {
    const message = `unknown flag ${unknown} of a regular expression`;
    line.report({ code: "config-usage", message, hint: `The flags are ${[...regexFlags].join(" ")}.` }, flags);
    return;
  }
  const problem = checkRegex(pattern.text, flags?.text ?? "");
  if (problem !== null) {
    // The last line says why; those before it show the pattern again.
    const reason = problem.trimEnd().split("\n").at(-1);
    line.report({ code: "config-usage", message: `not a regular expression: ${reason}` }, pattern);
    return;
  }
  draft.regexAliases.push({ to: to.text, pattern: pattern.text, flags: flags?.text ?? "", toPlace: line.place(to) });
}
