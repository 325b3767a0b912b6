/**
 * Publishing: one run of a template from variables to bytes (pub-language.md §11.2).
 */
import { createContext } from "../calls/call.js";
import { debugLibrary, standardLibrary } from "../library/index.js";
import { Output } from "../output/output.js";
import { type Library, Run, type RunOptions } from "../run.js";
import type { Context } from "../scope/context.js";
import { VariableTable } from "../scope/slot.js";
import { fromHost } from "../values/index.js";
import type { Value } from "../values/types.js";
import { faultText, type TemplatePlace } from "./faults.js";
import { type MainResult, runMain } from "./files.js";
import type { TemplateSource } from "./source.js";

export interface PublishRequest {
  /** Name of the main file below the root; a byte string. */
  readonly name: string;
  readonly options?: RunOptions;
  /** Variables of the run; JavaScript values are converted as `fromHost` says. */
  readonly globals?: Readonly<Record<string, unknown>>;
  /** Shared by all runs of a process; fresh ones when left out. */
  readonly universals?: VariableTable;
  /** Libraries besides the standard one; their names win over its names, those of a later one over an earlier one's. */
  readonly libraries?: readonly Library[];
  /** Receives the page in pieces while it waits; what is left at the end is the output of the result. */
  readonly write?: (bytes: string) => void;
  /** Adds the functions of the command line tool, `dump_env_stack`. */
  readonly debugFunctions?: boolean;
}

export interface PublishResult {
  /** The main file was found and has no parse errors. */
  readonly accepted: boolean;
  /** The run succeeded: no failed include reached the top level. */
  readonly succeeded: boolean;
  /** The main file ran to its end: the page is whole but for what failed includes would have put in. */
  readonly completed: boolean;
  /** The page; a byte string. */
  readonly output: string;
  /** Lines of the error log, without final newlines. */
  readonly log: readonly string[];
  /** The run, for callers that look at its variables afterwards. */
  readonly run: Run;
}

/**
 * Renders a page. Run-time errors are in the log, not thrown; an internal fault ends the page and is logged too. A
 * promise only when the page waits.
 */
export function publish(source: TemplateSource, request: PublishRequest): PublishResult | Promise<PublishResult> {
  const log: string[] = [];
  const options = request.options ?? NO_OPTIONS;
  const run = new Run(source, request.universals ?? new VariableTable(), librariesOf(request), options, (line) =>
    log.push(line),
  );
  if (request.libraries?.some(replacesBuiltins)) run.rebindsBuiltins = true;
  const { globals } = request;
  for (const name in globals) {
    if (!Object.hasOwn(globals, name)) continue;
    run.globals.bind(name, hostValue(globals[name], run));
    run.noteBinding(name);
  }
  const context = createContext(run);
  const { write } = request;
  if (write !== undefined) context.output = new StreamedOutput(options.wss ?? false, true, write);
  try {
    const result = runMain(context, request.name);
    if (!(result instanceof Promise)) return finished(context, log, result);
    return result.then(
      (main) => finished(context, log, main),
      (error) => faulted(context, log, error),
    );
  } catch (error) {
    return faulted(context, log, error);
  }
}

const NO_OPTIONS: RunOptions = {};
const STANDARD_ONLY: readonly Library[] = [standardLibrary];

function librariesOf({ libraries, debugFunctions }: PublishRequest): readonly Library[] {
  if (libraries === undefined && !debugFunctions) return STANDARD_ONLY;
  const all = [...(libraries ?? [])].reverse();
  all.push(standardLibrary);
  if (debugFunctions) all.push(debugLibrary);
  return all;
}

function finished(
  context: Context,
  log: readonly string[],
  { accepted, succeeded }: MainResult,
  completed = accepted,
): PublishResult {
  return { accepted, succeeded, completed, output: context.output.take(), log, run: context.run };
}

function faulted(context: Context, log: readonly string[], error: unknown): PublishResult {
  const places = context.run.source.places?.(error) ?? [];
  if (places.length > 0 && context.depth > 0) context.frame.line = places[0].line;
  context.emit("error", describe(error, places));
  return finished(context, log, { accepted: true, succeeded: false }, false);
}

function replacesBuiltins(library: Library): boolean {
  return [...library.functions.keys()].some((name) => standardLibrary.functions.has(name));
}

/** Gives on what was collected whenever the page has let go of the processor. */
class StreamedOutput extends Output {
  private isAnnounced = false;

  constructor(
    enabled: boolean,
    showsErrors: boolean,
    private readonly receive: (bytes: string) => void,
  ) {
    super(enabled, showsErrors);
  }

  override write(text: string): void {
    super.write(text);
    if (this.isAnnounced) return;
    this.isAnnounced = true;
    setImmediate(() => {
      this.isAnnounced = false;
      const piece = this.take();
      if (piece !== "") this.receive(piece);
    });
  }
}

function hostValue(value: unknown, run: Run): Value {
  const converted = fromHost(value, run.newTable);
  return converted === undefined ? null : converted;
}

function describe(error: unknown, places: readonly TemplatePlace[]): string {
  // The engine's own stack ends before the limit of frames where expressions are nested deeply.
  if (error instanceof RangeError && /call stack/i.test(error.message)) return "call stack overflow";
  return `internal error: ${faultText(error, places)}`;
}
