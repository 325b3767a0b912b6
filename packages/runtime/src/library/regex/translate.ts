/**
 * From pattern and option letters to a tree: options, start verbs such as `(*UTF8)`, and the message when the
 * pattern is refused.
 */
import { PatternError, patternMessages, UnsupportedPattern } from "./messages.js";
import type { PatternTree } from "./nodes.js";
import { PatternParser } from "./parser.js";
import type { Modes, Options } from "./source.js";

export type ParsedPattern =
  | { ok: true; tree: PatternTree }
  /** `unsupported` names a construct that is right in PCRE but missing here. */
  | { ok: false; message: string; unsupported?: string };

const OPTION_LETTERS: Record<string, keyof Options> = {
  i: "caseless",
  s: "dotAll",
  m: "multiLine",
  x: "extended",
  U: "ungreedy",
  X: "extra",
};

/** Effects of the settings that may stand at the start of a pattern. */
const START_SETTINGS: Record<string, (modes: Modes) => void> = {
  UTF8: (modes) => {
    modes.utf = true;
  },
  UTF: (modes) => {
    modes.utf = true;
  },
  UCP: (modes) => {
    modes.ucp = true;
  },
  BSR_ANYCRLF: (modes) => {
    modes.asciiNewlines = true;
  },
  BSR_UNICODE: (modes) => {
    modes.asciiNewlines = false;
  },
  LF: () => {},
  NO_AUTO_POSSESS: () => {},
  NO_START_OPT: () => {},
};

/** Parses a pattern (§2.6, library §4.4); the message is the engine's, ending in a newline. */
export function parsePattern(pattern: string, optionLetters: string): ParsedPattern {
  const end = pattern.indexOf("\0");
  const text = end < 0 ? pattern : pattern.slice(0, end);
  const options: Options = {
    caseless: false,
    multiLine: false,
    dotAll: false,
    extended: false,
    ungreedy: false,
    extra: false,
    duplicateNames: false,
  };
  const modes: Modes = { utf: false, ucp: false, asciiNewlines: false };
  let anchored = false;
  for (const letter of optionLetters) {
    if (letter === "8") modes.utf = true;
    else if (letter === "^") anchored = true;
    else if (Object.hasOwn(OPTION_LETTERS, letter)) options[OPTION_LETTERS[letter]] = true;
    else if (letter !== "S") return { ok: false, message: `invalid regular expression option '${letter}'\n` };
  }
  try {
    const start = readStartSettings(text, modes);
    return { ok: true, tree: new PatternParser(text, options, modes).parse(start, anchored) };
  } catch (problem) {
    if (problem instanceof PatternError) {
      return { ok: false, message: refusal(pattern, problem.offset, patternMessages[problem.reason]) };
    }
    if (problem instanceof UnsupportedPattern) {
      return { ok: false, message: refusal(pattern, 0, problem.message), unsupported: problem.construct };
    }
    throw problem;
  }
}

function refusal(pattern: string, offset: number, message: string): string {
  return `Invalid regular expression:\n   ${pattern}\n   ${" ".repeat(offset)}^\n${message}.\n`;
}

/** Applies the settings at the start of a pattern; returns the offset behind them. */
function readStartSettings(text: string, modes: Modes): number {
  const setting = /\(\*(?:([A-Z_0-9]+)|LIMIT_(?:MATCH|RECURSION)=\d+)\)/y;
  let at = 0;
  for (;;) {
    setting.lastIndex = at;
    const found = setting.exec(text);
    if (!found) return at;
    const name = found[1];
    if (name !== undefined) {
      if (["CR", "CRLF", "ANY", "ANYCRLF"].includes(name))
        throw new UnsupportedPattern(`the newline convention (*${name})`);
      if (!Object.hasOwn(START_SETTINGS, name)) return at;
      START_SETTINGS[name](modes);
    }
    at = setting.lastIndex;
  }
}
