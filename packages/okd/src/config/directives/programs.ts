// The beginning of every line that starts a program: `NAME=value` pairs, then the program (okws-server.md §2.3, §2.6).
import type { ConfigWord } from "pub-parser/config";
import type { Line } from "../draft.js";
import { fromEnvironment } from "../values.js";

/** Splits leading `NAME=value` words off; words are recognised as such by containing `=`. Later duplicates win. */
export function splitEnvironment(words: ConfigWord[]): { environment: Record<string, string>; rest: ConfigWord[] } {
  const firstOther = words.findIndex(({ text }) => !text.includes("="));
  const count = firstOther < 0 ? words.length : firstOther;
  const pairs = words.slice(0, count).map(({ text }) => {
    const equals = text.indexOf("=");
    return [text.slice(0, equals), text.slice(equals + 1)];
  });
  return { environment: Object.fromEntries(pairs), rest: words.slice(count) };
}

/** Reads `[NAME=value …] PROGRAM [arguments …]`; PROGRAM may be `$NAME`. Reports what is missing. */
export function readProgram(
  line: Line,
): { environment: Record<string, string>; program: ConfigWord; rest: ConfigWord[] } | undefined {
  const { environment, rest } = splitEnvironment(line.words);
  const [program, ...others] = rest;
  if (!program) {
    line.wrong();
    return undefined;
  }
  const text = fromEnvironment(program.text);
  if (text === undefined) {
    const message = `${line.name}: the environment has no variable ${program.text.slice(1)}`;
    line.report({ code: "config-undefined", message }, program);
    return undefined;
  }
  return { environment, program: { ...program, text }, rest: others };
}
