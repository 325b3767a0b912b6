/**
 * Pieces of generated code and the printer that turns them into text with source positions. A piece is a string, a
 * mark (a source offset: what follows was generated from there), or a list of pieces.
 */

/** The source offset that the following code comes from. */
export type Mark = number;
export type Code = string | Mark | readonly Code[];

/** A position in generated text that comes from a source offset. Lines and columns count from 0. */
export interface Mapping {
  readonly line: number;
  readonly column: number;
  readonly offset: number;
}

/** One line of generated code, or a block of lines with deeper indentation. */
export type Line = Code | Block;

/** Lines between an opening and a closing line, indented by one level. */
export class Block {
  constructor(
    readonly lines: Line[],
    readonly open: Code,
    /** Null when the opening line of the next block closes this one, as in `} else {`. */
    readonly close: Code | null,
  ) {}
}

export interface PrintedCode {
  readonly text: string;
  readonly mappings: Mapping[];
}

/** Prints lines with two spaces for each level. */
export function printLines(lines: readonly Line[]): PrintedCode {
  const printer = new Printer();
  for (const line of lines) printer.line(line, "");
  return { text: printer.text, mappings: printer.mappings };
}

class Printer {
  text = "";
  readonly mappings: Mapping[] = [];
  private lineNumber = 0;
  private lineStart = 0;

  line(line: Line, indent: string): void {
    if (line instanceof Block) {
      this.line(line.open, indent);
      for (const inner of line.lines) this.line(inner, `${indent}  `);
      if (line.close !== null) this.line(line.close, indent);
      return;
    }
    this.text += indent;
    this.code(line);
    this.text += "\n";
    this.lineNumber++;
    this.lineStart = this.text.length;
  }

  /** Of several marks at one place the last, which is the most exact, counts. */
  private mark(offset: Mark): void {
    const mapping = { line: this.lineNumber, column: this.text.length - this.lineStart, offset };
    const previous = this.mappings.at(-1);
    const isSamePlace = previous !== undefined && previous.line === mapping.line && previous.column === mapping.column;
    if (isSamePlace) this.mappings[this.mappings.length - 1] = mapping;
    else this.mappings.push(mapping);
  }

  private code(code: Code): void {
    if (typeof code === "string") {
      this.text += code;
    } else if (typeof code === "number") {
      this.mark(code);
    } else {
      for (const piece of code) this.code(piece);
    }
  }
}

/** Pieces separated by `, `. */
export function commaList(pieces: readonly Code[]): Code {
  return pieces.flatMap((piece, index) => (index === 0 ? [piece] : [", ", piece]));
}

/** A byte string as a JavaScript string literal; everything outside printable ASCII is escaped. */
export function quote(text: string): string {
  return JSON.stringify(text).replace(
    /[\x7f-\uffff]/g,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
}
