/**
 * Names looked up while a page runs (pub-language.md §7.2): for everything that could not be resolved while compiling.
 */
import { Regex, type Value } from "../values/types.js";
import type { Context } from "./context.js";
import { findLocal, Layer } from "./layer.js";
import { type Slot, UNBOUND } from "./slot.js";

/** The slot that a name is bound to: in a local layer, globals, universals or the library. */
export function findSlot(context: Context, name: string): Slot | undefined {
  const local = findLocal(context.layer, name);
  if (local !== undefined) return local;
  const { run } = context;
  const global = run.globals.find(name);
  if (global !== undefined && global.value !== UNBOUND) return global;
  return findOuterSlot(context, name);
}

/** The run's own slot of a built-in, made when the name is first used. */
export function librarySlot(context: Context, name: string): Slot | undefined {
  const { library } = context.run;
  const replaced = library.find(name);
  if (replaced !== undefined) return replaced;
  const builtin = context.run.builtin(name);
  if (builtin === undefined) return undefined;
  library.bind(name, builtin);
  return library.slot(name);
}

/**
 * The value of a name whose slot is unbound: a universal or a built-in. Globals are asked again because the slots of
 * built-ins that no template binds are not theirs.
 */
export function readUnbound(context: Context, name: string): Value {
  const global = context.run.globals.find(name);
  const slot = global !== undefined && global.value !== UNBOUND ? global : findOuterSlot(context, name);
  return slot === undefined ? undefined : slotContent(slot);
}

/** Assigns to a name that is bound neither locally nor in globals: to a universal or built-in, or to a new global. */
export function assignUnbound(context: Context, name: string, value: Value): Value {
  const { run } = context;
  const universal = run.universals.find(name);
  if (universal !== undefined && universal.value !== UNBOUND) {
    universal.value = value;
  } else if (run.builtin(name) !== undefined) {
    run.library.bind(name, value);
    run.rebindsBuiltins = true;
  } else {
    run.globals.bind(name, value);
  }
  return value;
}

function findOuterSlot(context: Context, name: string): Slot | undefined {
  const universal = context.run.universals.find(name);
  if (universal !== undefined && universal.value !== UNBOUND) return universal;
  return librarySlot(context, name);
}

/** The content of a slot as a value: `undefined` when the name is unbound or the slot is empty. */
export function slotContent(slot: Slot | undefined): Value {
  return slot === undefined || slot.value === UNBOUND ? undefined : (slot.value as Value);
}

/** The value of a name; an empty slot reads as null (§4.3). */
export function read(context: Context, name: string): Value {
  const slot = findSlot(context, name);
  if (slot === undefined) return undefined;
  const { value } = slot;
  return value === undefined || value === UNBOUND ? null : (value as Value);
}

/** The value of a name, warning when it is unbound (`WARN_NULL`, §11.1). */
export function readWarning(context: Context, name: string, line: number): Value {
  const slot = findSlot(context, name);
  if (slot === undefined) {
    if (context.silent === 0 && context.run.options.warnNull) {
      context.error(line, `cannot resolve variable: '${name}'`);
    }
    return undefined;
  }
  const { value } = slot;
  return value === undefined || value === UNBOUND ? null : (value as Value);
}

/** The content of the place that a name denotes; `undefined` for an unbound name and an empty slot (§5.3). */
export function content(context: Context, name: string): Value {
  return slotContent(findSlot(context, name));
}

/**
 * The content of the place of a name that is about to be used as a container. A regex there is lost, as the copy-on-write
 * handle that holds it cannot be made writable (§5.4): the name is unbound, the content counts as null.
 */
export function container(context: Context, name: string): Value {
  const slot = findSlot(context, name);
  if (slot !== undefined && slot.value instanceof Regex) {
    slot.value = UNBOUND;
    return null;
  }
  return slotContent(slot);
}

/** Assigns to the slot of a name, or makes a global (§7.2). The value is already a stored one. */
export function assign(context: Context, name: string, value: Value): Value {
  const slot = findLocal(context.layer, name) ?? context.run.globals.find(name);
  if (slot === undefined || slot.value === UNBOUND) {
    // The slot of an alias for universals may be unbound and is meant all the same.
    if (slot === undefined || slot === context.run.globals.find(name)) return assignUnbound(context, name, value);
  }
  slot.value = value;
  return value;
}

/** `globals::x` and `universals::x` as a value: null when unset. */
export function readScoped(context: Context, scope: "globals" | "universals", name: string): Value {
  const value = contentScoped(context, scope, name);
  return value === undefined ? null : value;
}

/** `globals::x` and `universals::x` as a place. */
export function contentScoped(context: Context, scope: "globals" | "universals", name: string): Value {
  return slotContent(context.run[scope].find(name));
}

export function assignScoped(context: Context, scope: "globals" | "universals", name: string, value: Value): Value {
  context.run[scope].bind(name, value);
  if (scope === "universals") noteUniversal(context, name);
  return value;
}

/** Remembers when a universal hides a built-in of its name. */
function noteUniversal(context: Context, name: string): void {
  if (context.run.builtin(name) !== undefined) context.run.universals.hidesBuiltins = true;
}

/** Enters a local layer, which stays until the enclosing extent ends (§7.4). */
export function pushLayer(context: Context, kind: Layer["kind"] = "locals"): Layer {
  const layer = new Layer(context.layer, kind);
  context.layer = layer;
  return layer;
}

/** Enters the layer of a function's parameters, on top of what the function captured (§7.6). */
export function pushParameters(context: Context, environment: Layer | null): Layer {
  const layer = new Layer(environment, "locals", environment?.boundary ?? null);
  context.layer = layer;
  return layer;
}

/** Binds a name of a `globals` declaration. */
export function declareGlobal(context: Context, name: string, value: Value): void {
  context.run.globals.bind(name, value);
}

/** Ends a `universals` declaration: until the scope ends, its names refer to the universals table (§7.3). */
export function pushAliases(context: Context, names: string[]): void {
  const layer = pushLayer(context, "alias");
  for (const name of names) layer.alias(name, context.run.universals.slot(name));
}

/** Binds a universal, or a global in configuration runs. */
export function bindUniversal(context: Context, name: string, value: Value): void {
  const { run } = context;
  (run.options.config ? run.globals : run.universals).bind(name, value);
  noteUniversal(context, name);
}
