/**
 * The printer of documents: decides which lines break, so that as much as possible fits the width.
 */
import type { Doc } from "./doc.js";
import { isForced } from "./doc.js";

export interface PrintSettings {
  /** Columns that a line should not exceed. */
  readonly width: number;
  /** One step of indentation. */
  readonly step: string;
  readonly newline: string;
}

interface Command {
  readonly doc: Doc;
  readonly flat: boolean;
  readonly indentation: string;
  readonly width: number;
}

/** Columns of a tab when a line is measured. */
const TAB_COLUMNS = 4;

/** Prints a document. Byte strings in, byte string out. */
export function printDoc(doc: Doc, settings: PrintSettings): string {
  const output = new LineOutput(settings.newline);
  const brokenGroups = new Set<Doc>();
  const pending: Command[] = [{ doc, flat: false, indentation: "", width: settings.width }];

  const fitsHere = (command: Command): boolean => fits(command, pending, command.width - output.column(), brokenGroups);

  while (pending.length > 0) {
    const command = pending.pop()!;
    const { doc, flat, indentation, width } = command;
    const push = (next: Doc, changes: Partial<Command> = {}) => pending.push({ ...command, ...changes, doc: next });
    if (typeof doc === "string") {
      output.write(doc);
      continue;
    }
    switch (doc.kind) {
      case "concat":
        for (let i = doc.parts.length - 1; i >= 0; i--) push(doc.parts[i]);
        break;
      case "indent":
        push(doc.content, { indentation: indentation + settings.step });
        break;
      case "line":
        if (doc.style === "hard" || !flat) output.breakLine(indentation);
        else if (doc.style === "space") output.write(" ");
        break;
      case "group": {
        const candidate: Command = { doc: doc.content, flat: true, indentation, width };
        const stays = !doc.forced && (flat || fitsHere(candidate));
        if (!stays) brokenGroups.add(doc);
        push(doc.content, { flat: stays });
        break;
      }
      case "choice":
        pending.push(chooseLayout(doc.layouts, command, fitsHere));
        break;
      case "fill":
        pushFill(doc.parts, command, pending, fitsHere);
        break;
      case "when-broken":
        push(brokenGroups.has(doc.group) ? doc.broken : doc.flat);
        break;
      case "verbatim":
      case "markup":
        output.write(doc.text);
        break;
      case "anchor":
        push(doc.content, {
          flat: false,
          indentation: output.lineIndentation(),
          width: doc.free ? Number.POSITIVE_INFINITY : settings.width,
        });
        break;
    }
  }
  return output.text;
}

function chooseLayout(layouts: readonly Doc[], command: Command, fitsHere: (command: Command) => boolean): Command {
  const [first] = layouts;
  const onOneLine: Command = { ...command, doc: first, flat: true };
  if (!isForced(first) && (command.flat || fitsHere(onOneLine))) return onOneLine;
  for (const layout of layouts.slice(0, -1)) {
    const candidate: Command = { ...command, doc: layout, flat: false };
    if ((layout !== first || isForced(first)) && fitsHere(candidate)) return candidate;
  }
  return { ...command, doc: layouts[layouts.length - 1], flat: false };
}

function pushFill(
  parts: readonly Doc[],
  command: Command,
  pending: Command[],
  fitsHere: (command: Command) => boolean,
): void {
  const [first, separator, second] = parts;
  if (first === undefined) return;
  const flatFirst: Command = { ...command, doc: first, flat: true };
  const firstFits = !isForced(first) && (command.flat || fitsAlone(flatFirst, fitsHere));
  const printedFirst: Command = firstFits ? flatFirst : { ...command, doc: first, flat: false };
  if (separator === undefined) {
    pending.push(printedFirst);
    return;
  }
  const both: Doc = { kind: "concat", parts: [first, separator, second], forced: false };
  const fitsBehind = (): boolean => !isForced(second) && fitsAlone({ ...command, doc: both, flat: true }, fitsHere);
  const stays = command.flat || (firstFits && fitsBehind());
  pending.push({ ...command, doc: { kind: "fill", parts: parts.slice(2), forced: false } });
  pending.push({ ...command, doc: separator, flat: stays });
  pending.push(printedFirst);
}

/** Contents of a fill are followed by a separator that may break: what comes behind does not count. */
function fitsAlone(command: Command, fitsHere: (command: Command) => boolean): boolean {
  const end: Doc = { kind: "line", style: "hard", forced: true };
  return fitsHere({ ...command, doc: { kind: "concat", parts: [command.doc, end], forced: true } });
}

/** Whether the line fits when `next` is printed and after it what is pending, up to the next place where a line breaks. */
function fits(next: Command, rest: readonly Command[], columns: number, brokenGroups: ReadonlySet<Doc>): boolean {
  if (columns === Number.POSITIVE_INFINITY) return true;
  let left = columns;
  let restIndex = rest.length;
  const commands: { doc: Doc; flat: boolean }[] = [next];
  while (left >= 0) {
    if (commands.length === 0) {
      if (restIndex === 0) return true;
      commands.push(rest[--restIndex]);
    }
    const { doc, flat } = commands.pop()!;
    // What is measured stays on one line where it can; what comes behind may break.
    const groupsAreFlat = flat || restIndex === rest.length;
    if (typeof doc === "string") {
      left -= columnsOf(doc);
      continue;
    }
    switch (doc.kind) {
      case "concat":
      case "fill":
        for (let i = doc.parts.length - 1; i >= 0; i--) commands.push({ doc: doc.parts[i], flat });
        break;
      case "indent":
        commands.push({ doc: doc.content, flat });
        break;
      case "line":
        if (doc.style === "hard" || !flat) return true;
        if (doc.style === "space") left--;
        break;
      case "group":
        commands.push({ doc: doc.content, flat: !doc.forced && groupsAreFlat });
        break;
      case "choice":
        if (!doc.forced && groupsAreFlat) commands.push({ doc: doc.layouts[0], flat: true });
        else commands.push({ doc: doc.layouts[doc.layouts.length - 1], flat: false });
        break;
      case "when-broken":
        commands.push({ doc: brokenGroups.has(doc.group) ? doc.broken : doc.flat, flat });
        break;
      case "verbatim": {
        const newline = doc.text.indexOf("\n");
        return columnsOf(doc.text.slice(0, newline)) <= left;
      }
      case "markup":
      case "anchor":
        return true;
    }
  }
  return false;
}

/** What has been printed, and where the present line stands. */
class LineOutput {
  private readonly pieces: string[] = [];
  /** The present line so far. */
  private line = "";
  /** Indentation of the line that was begun, until something is written on it: empty lines stay empty. */
  private waitingIndentation = "";

  constructor(private readonly newline: string) {}

  get text(): string {
    return this.pieces.join("") + this.line;
  }

  write(text: string): void {
    if (text === "") return;
    const written = this.waitingIndentation + text;
    this.waitingIndentation = "";
    const newline = written.lastIndexOf("\n");
    if (newline < 0) {
      this.line += written;
    } else {
      this.pieces.push(this.line + written.slice(0, newline + 1));
      this.line = written.slice(newline + 1);
    }
  }

  breakLine(indentation: string): void {
    this.pieces.push(this.line + this.newline);
    this.line = "";
    this.waitingIndentation = indentation;
  }

  column(): number {
    return columnsOf(this.waitingIndentation) + columnsOf(this.line);
  }

  lineIndentation(): string {
    return /^[ \t]*/.exec(this.waitingIndentation + this.line)![0];
  }
}

/** Columns of a byte string on the screen: bytes that continue a UTF-8 character count nothing. */
function columnsOf(text: string): number {
  let columns = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 9) columns += TAB_COLUMNS;
    else if (code < 0x80 || code > 0xbf) columns++;
  }
  return columns;
}
