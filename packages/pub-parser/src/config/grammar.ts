// The grammar of `okws_config` (okws-server.md §2.2, §2.4): one directive a line, and `include` with one file name.
// Any number of words is grammatical on every line, so no mistake can make the parser lose the lines that follow.
import { EmbeddedActionsParser, type IToken } from "chevrotain";
import type { Span } from "../ast.js";
import type { ConfigWord, Directive } from "./ast.js";
import { EndOfLine, Include, Word, type WordToken } from "./scanner.js";

/** Builds the tree while it parses. */
export class ConfigParser extends EmbeddedActionsParser {
  private directives: Directive[] = [];
  /** What is wrong with `include` lines: the first word too many, or the keyword if the file is missing. */
  private wrongIncludes: Span[] = [];

  private readonly file = this.RULE("file", () => {
    this.MANY(() => {
      this.OPTION(() => {
        this.OR([{ ALT: () => this.SUBRULE(this.include) }, { ALT: () => this.SUBRULE(this.setting) }]);
      });
      this.CONSUME(EndOfLine);
    });
  });

  private readonly include = this.RULE("include", () => {
    const keyword = wordOf(this.CONSUME(Include));
    const words = this.SUBRULE(this.words);
    this.ACTION(() => {
      if (words.length === 1) {
        this.directives.push({ type: "include", start: keyword.start, end: words[0].end, file: words[0] });
      } else {
        this.wrongIncludes.push(words[1] ?? keyword);
      }
    });
  });

  private readonly setting = this.RULE("setting", () => {
    const name = wordOf(this.CONSUME(Word));
    const words = this.SUBRULE(this.words);
    this.ACTION(() => {
      const end = (words.at(-1) ?? name).end;
      this.directives.push({ type: "setting", start: name.start, end, name, words });
    });
  });

  private readonly words = this.RULE("words", (): ConfigWord[] => {
    const words: ConfigWord[] = [];
    this.MANY(() => {
      words.push(wordOf(this.CONSUME(Word)));
    });
    return words;
  });

  constructor() {
    super([Word, Include, EndOfLine], { maxLookahead: 1, skipValidations: true });
    this.performSelfAnalysis();
  }

  /** Parses the tokens of one file; the parser may be used again. */
  parse(tokens: IToken[]): { directives: Directive[]; wrongIncludes: Span[] } {
    this.input = tokens;
    this.directives = [];
    this.wrongIncludes = [];
    this.file();
    return { directives: this.directives, wrongIncludes: this.wrongIncludes };
  }
}

function wordOf(token: IToken): ConfigWord {
  return (token as WordToken).payload;
}
