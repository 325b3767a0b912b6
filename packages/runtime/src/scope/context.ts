/**
 * The state of one strand of evaluation: innermost layer, call stack, output. A run has one for the page and one more
 * for each function that `fork` or `shotgun` started; they share globals and universals (pub-language.md §11.2).
 */
import type { CallContext } from "../library/builtin.js";
import { Output } from "../output/output.js";
import type { Run } from "../run.js";
import type { FileIdentity } from "../site/source.js";
import { Dict, type Func, List, type Value } from "../values/types.js";
import type { Layer } from "./layer.js";

/** An entry of the call stack: a file being run or a function call (§10.2). */
export class Frame {
  file: FileIdentity | null = null;
  /** Null for files. */
  functionName: string | null = null;
  /** Line shown by errors without a line of their own; 0 until something set it. */
  line = 0;
  /** The innermost layer of the caller, for `dump_env`. */
  callerLayer: Layer | null = null;
  /** `EXIT_ON_ERROR` was triggered in this file or function (§11.1). */
  exiting = false;
  /** Made when it is first needed, and used again for every call from this frame. */
  private next: Frame | null = null;

  constructor(
    readonly outer: Frame | null,
    /** How many frames there are up to this one; 0 for the frame below the main file, which stands for no call. */
    readonly depth: number,
  ) {}

  /** The frame of what is called from this one. */
  get inner(): Frame {
    this.next ??= new Frame(this, this.depth + 1);
    return this.next;
  }

  location(): string {
    const place = `${this.file?.jailed ?? "<top-level>"}:${this.line}`;
    return this.functionName === null ? place : `${place} (in ${this.functionName})`;
  }
}

/** At most this many outer frames are listed by errors with a stack trace (§10.2). */
const MAXIMUM_TRACE_LINES = 11;

/** Calls a function value from a built-in; set by `calls/call.ts`, which would otherwise import in a circle. */
export type FunctionCaller = (context: Context, fn: Func, args: Value[]) => Value | Promise<Value>;

/** Types of errors as the log shows them (§10.1). */
export type ErrorKind = "eval" | "warning" | "error";

export class Context implements CallContext {
  layer: Layer | null = null;
  output: Output;
  /** Output is suppressed: inside `load`, `fork`. */
  muted = false;
  /** The innermost frame. */
  frame: Frame = new Frame(null, 0);
  /** Reads of unbound variables are not warned about (§11.1 `WARN_NULL`). */
  silent = 0;
  private readonly maximumFrames: number;
  /** `WARN_RELARG_NULL`: comparisons of order report null operands. */
  readonly warnRelational: boolean;

  constructor(
    readonly run: Run,
    private readonly caller: FunctionCaller,
    output?: Output,
  ) {
    this.maximumFrames = run.maximumFrames;
    this.warnRelational = run.options.warnRelationalNull ?? false;
    this.output = output ?? new Output(run.options.wss ?? false, true);
  }

  /** How many files and functions are running inside each other. */
  get depth(): number {
    return this.frame.depth;
  }

  /** The frames from the outermost to the innermost. */
  get frames(): Frame[] {
    const frames: Frame[] = [];
    for (let frame = this.frame; frame.outer !== null; frame = frame.outer) frames.push(frame);
    return frames.reverse();
  }

  get quiet(): boolean {
    return this.silent > 0;
  }

  /** Appends to the current output; a byte string. */
  write(text: string): void {
    if (!this.muted) this.output.write(text);
  }

  /** Puts a function on the call stack; false, after an error, when there is no room (§10.7). */
  enter(file: FileIdentity, functionName: string | null): boolean {
    this.push(file, functionName);
    if (this.frame.depth <= this.maximumFrames) return true;
    this.emit("error", "call stack overflow", true);
    this.leave();
    return false;
  }

  /** Puts a frame on the call stack. */
  push(file: FileIdentity, functionName: string | null): void {
    const frame = this.frame.inner;
    frame.file = file;
    frame.functionName = functionName;
    frame.line = 0;
    frame.callerLayer = this.layer;
    frame.exiting = false;
    this.frame = frame;
  }

  leave(): void {
    const { outer } = this.frame;
    if (outer !== null) this.frame = outer;
  }

  call(fn: Func, args: Value[]): Value | Promise<Value> {
    return this.caller(this, fn, args);
  }

  /** A second strand with the same variables; its output is dropped unless `output` is given. */
  fork(output: Output | null): Context {
    const strand = new Context(this.run, this.caller, output ?? new Output(false, false));
    strand.muted = output === null;
    strand.layer = this.layer;
    for (const frame of this.frames) {
      const copy = strand.frame.inner;
      copy.file = frame.file;
      copy.functionName = frame.functionName;
      copy.line = frame.line;
      copy.callerLayer = frame.callerLayer;
      copy.exiting = frame.exiting;
      strand.frame = copy;
    }
    return strand;
  }

  /** Reports an error of type `eval` whose construct stands on `line` of the running file. */
  error(line: number, message: string): void {
    this.frame.line = line;
    this.emit("eval", message);
  }

  /** Reports an error of type `eval` at the line of the current call. */
  report(message: string): void {
    this.emit("eval", message);
  }

  warning(line: number, message: string): void {
    this.frame.line = line;
    this.emit("warning", message);
  }

  /** Reports an error, with the outer frames when `trace` is set (§10.1, §10.2). */
  emit(kind: ErrorKind, message: string, trace = false): void {
    const place = this.depth > 0 ? `${this.frame.location()}: ` : "";
    this.emitLine(kind, message, place, trace);
  }

  /** Reports an error that does not say where it happened. */
  emitWithoutPlace(kind: ErrorKind, message: string): void {
    this.emitLine(kind, message, "", false);
  }

  private emitLine(kind: ErrorKind, message: string, place: string, trace: boolean): void {
    const { run } = this;
    const prefix = `${run.programName}[${kind}]: `;
    const top = this.depth > 0 ? this.frame : null;
    const line = prefix + place + message;
    const display = run.options.errors;
    if (display?.noLog !== true || !this.output.showsErrors) {
      run.log(line);
      if (trace) {
        const { frames } = this;
        const last = Math.max(0, this.depth - 1 - MAXIMUM_TRACE_LINES);
        for (let index = this.depth - 2; index >= last; index--) {
          run.log(`${prefix}    #${index}: ${frames[index].location()}`);
        }
      }
    }
    if (run.options.exitOnError === true && top !== null) top.exiting = true;
    if (display !== undefined && this.output.showsErrors && !this.muted) this.show(kind, message, line, trace);
  }

  /** Shows an error in the page and in the error object (§10.5). */
  private show(kind: string, message: string, line: string, trace: boolean): void {
    const { errors } = this.run.options;
    const list = this.run.errorList;
    if (list !== null && this.depth > 0) list.items.push(this.errorEntry(kind, message, trace));
    if (errors?.placeholders) this.output.write(`<font color="red">[[${list?.items.length ?? 0}]]</font>`);
    if (errors?.inPlace) this.output.write(`<font color="red">[${escapeForPage(line)}]</font>`);
    if (errors?.comments) this.output.write(`<!-- ${line}-->`);
  }

  private errorEntry(kind: string, message: string, trace: boolean): Dict {
    const top = this.frame;
    const entry = this.frameEntry(top);
    const table = this.run.newTable();
    table.set("lineno", top.line);
    if (top.functionName !== null) table.set("function", top.functionName);
    table.set("filename", entry.get("filename") ?? null);
    table.set("error", message);
    table.set("type", kind);
    const outer = trace ? this.frames.slice(0, this.depth - 1) : [];
    table.set("stack", new List(outer.map((frame) => new Dict(this.frameEntry(frame)))));
    return new Dict(table);
  }

  /** `{lineno, filename[, function]}` of a frame. */
  private frameEntry(frame: Frame) {
    const table = this.run.newTable();
    table.set("lineno", frame.line);
    table.set("filename", frame.file?.jailed ?? "<top-level>");
    if (frame.functionName !== null) table.set("function", frame.functionName);
    return table;
  }
}

const PAGE_ENTITIES: Record<string, string> = { "<": "&lt;", ">": "&gt;", "&": "&#38;", '"': "&quot;", "'": "&#39;" };

function escapeForPage(text: string): string {
  return text.replace(/[<>&"']/g, (character) => PAGE_ENTITIES[character]);
}
