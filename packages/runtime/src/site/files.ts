/**
 * Running files: `include`, `load` and the main file (pub-language.md §8).
 */
import type { Context } from "../scope/context.js";
import { FileLayer, type Layer } from "../scope/layer.js";
import { pushLayer } from "../scope/names.js";
import { copyValue, text } from "../values/index.js";
import { Dict, type Value } from "../values/types.js";
import type { FileIdentity, FoundFile, TemplateEntry } from "./source.js";

/** How the dictionary of an include was written (§8): only a literal that is not constant passes its values by reference. */
export type BindingsForm = "none" | "literal" | "value";

/**
 * `include` and `load`. The file sees the local layers of `scope`. `bindings` is the value of the dictionary expression when `form` is not `none`. Returns false
 * when a failure is to be passed on (§8.2); a promise when the file waits.
 */
export function include(
  context: Context,
  line: number,
  mode: "include" | "load",
  fileName: Value,
  form: BindingsForm,
  bindings: Value,
  scope: Layer | null = context.layer,
): boolean | Promise<boolean> {
  context.frame.line = line;
  const name = cutAtNul(text(fileName ?? (fileName === null ? null : "")));
  if (name === "") return reported(context, "include: cannot evaluate filename");
  if (form !== "none" && !(bindings instanceof Dict)) return reported(context, "include: cannot evalute parameters");

  const found = findFile(context, name);
  if (found === null) {
    context.emit("error", `${name}: file not found`);
    return false;
  }
  const { template } = found.entry;
  if (template.errors !== undefined) {
    for (const error of template.errors) {
      context.emit("error", `${found.file.jailed}:${error.line}: ${error.text}`);
    }
    return false;
  }
  if (context.depth > context.run.maximumFrames) {
    const limit = context.run.maximumFrames;
    context.emit("error", `maximum include stack depth (${limit}) exceeded when trying to include file ${name}`, true);
    return true;
  }

  const { layer, muted } = context;
  context.layer = scope;
  if (bindings instanceof Dict) pushBindings(context, bindings, form);
  if (mode === "load") context.muted = true;
  const leave = (succeeded: boolean): boolean => {
    context.leave();
    context.layer = layer;
    context.muted = muted;
    if (!succeeded) context.emit("error", `error in publishing file: ${name}`);
    return succeeded;
  };
  const result = runFile(context, found);
  return result instanceof Promise ? result.then(leave) : leave(result);
}

function reported(context: Context, message: string): true {
  context.report(message);
  return true;
}

function cutAtNul(name: string): string {
  const end = name.indexOf("\0");
  return end < 0 ? name : name.slice(0, end);
}

function pushBindings(context: Context, bindings: Dict, form: BindingsForm): void {
  const layer = pushLayer(context, context.run.strictIncludeScoping ? "barrier" : "weak-barrier");
  for (const [key, value] of bindings.table) {
    layer.bind(key, form === "literal" ? value : copyValue(value));
    context.run.noteBinding(key);
  }
}

/** Puts the file on the call stack with its `metadata` layer and runs it. The caller leaves the frame. */
function runFile(context: Context, { entry, file }: FoundFile): boolean | Promise<boolean> {
  context.push(file, null);
  context.layer = new FileLayer(context.layer, file, context.run);
  return entry.template.render(context, file);
}

/** The candidates for a requested name, best first (§8.1). */
export function candidates(context: Context, name: string, directory: string | undefined): string[] {
  if (name.endsWith("/")) return [];
  const plain = name.startsWith("/") || directory === undefined ? [name] : [name, `${directory}/${name}`];
  const { source } = context.run;
  if (source.localize === undefined) return plain;
  return [...plain.flatMap((candidate) => source.localize?.(candidate) ?? []), ...plain];
}

function findFile(context: Context, name: string): FoundFile | null {
  const { source } = context.run;
  const directory = context.frame.file?.directory;
  if (source.found === undefined) return seekFile(context, name, directory);
  let known = source.found.get(directory);
  if (known === undefined) {
    known = new Map();
    source.found.set(directory, known);
  }
  const found = known.get(name) ?? seekFile(context, name, directory);
  if (found !== null) known.set(name, found);
  return found;
}

function seekFile(context: Context, name: string, directory: string | undefined): FoundFile | null {
  for (const candidate of candidates(context, name, directory)) {
    const entry = context.run.source.find(candidate);
    if (entry !== null) return { entry, file: identify(name, candidate, entry) };
  }
  return null;
}

function identify(requested: string, jailed: string, entry: TemplateEntry): FileIdentity {
  const slash = jailed.lastIndexOf("/");
  return {
    requested,
    jailed,
    directory: slash < 0 ? undefined : jailed.slice(0, slash),
    real: entry.real,
    hash: entry.hash,
    ctime: entry.ctime,
  };
}

/** How the main file of a run ended. */
export interface MainResult {
  /** The main file was found and has no parse errors. */
  readonly accepted: boolean;
  /** The run succeeded (§11.2). */
  readonly succeeded: boolean;
}

/** Runs the main file; its output is in `context.output` then. A promise when it waits. */
export function runMain(context: Context, name: string): MainResult | Promise<MainResult> {
  const found = findFile(context, name);
  if (found === null) {
    context.emit("error", `${name}: file not found`);
    return { accepted: false, succeeded: false };
  }
  const { errors } = found.entry.template;
  if (errors !== undefined) {
    for (const error of errors) context.emit("error", `${found.file.jailed}:${error.line}: ${error.text}`);
    return { accepted: false, succeeded: false };
  }
  // Includes of the main file are sought from the root only.
  const main = found.file.directory === undefined ? found : { ...found, file: { ...found.file, directory: undefined } };
  const leave = (succeeded: boolean): MainResult => {
    context.leave();
    if (!succeeded) context.emit("error", `error in publishing file: ${name}`);
    return { accepted: true, succeeded };
  };
  const result = runFile(context, main);
  return result instanceof Promise ? result.then(leave) : leave(result);
}
