/**
 * Names that were resolved while compiling: compiled files fetch the slots of their free names once, when they start,
 * and use JavaScript variables for everything declared in them.
 */
import { Regex, type Value } from "../values/types.js";
import type { Context } from "./context.js";
import { findLocal, Layer } from "./layer.js";
import { assignUnbound, readUnbound } from "./names.js";
import { type Slot, type SlotContent, UNBOUND, ValueSlot, VariableSlot } from "./slot.js";

/** The slot that a free name of a file means: a local of an includer, else that of globals (§7.2). */
export function slot(context: Context, name: string): Slot {
  return findLocal(context.layer, name) ?? context.run.globals.slot(name);
}

/** The slot that a free name means in functions of the file, which capture no further than a boundary (§7.6, §8). */
export function capturedSlot(context: Context, name: string): Slot {
  const end = context.layer?.boundary ?? null;
  let last: Layer | null = null;
  for (let layer = context.layer; layer !== null; layer = layer.parent) {
    const found = layer.bound(name);
    if (found !== undefined) return found;
    if (layer.captureEnd !== undefined) last = layer.captureEnd;
    if (layer.kind === "barrier" || layer === last || layer === end) break;
  }
  return context.run.globals.slot(name);
}

/** What the name of a built-in means that no template of the program binds: usually itself, which has no slot. */
export function builtinSlot(context: Context, name: string): Slot {
  return context.run.hidesBuiltins ? slot(context, name) : NOT_HIDDEN;
}

/** `builtinSlot` for functions of the file. */
export function capturedBuiltinSlot(context: Context, name: string): Slot {
  return context.run.hidesBuiltins ? capturedSlot(context, name) : NOT_HIDDEN;
}

/** Nothing assigns to it. */
const NOT_HIDDEN: Slot = new ValueSlot(UNBOUND);

/** The slot of a universal, for names that a `universals` declaration made refer to it. */
export function universalSlot(context: Context, name: string): Slot {
  return context.run.universals.slot(name);
}

/** The value of a free name; an empty slot reads as null. */
export function readSlot(context: Context, place: Slot, name: string): Value {
  const { value } = place;
  if (value === undefined) return null;
  return value === UNBOUND ? readUnbound(context, name) : (value as Value);
}

/** The content of the place of a free name (§5.3). */
export function slotValue(context: Context, place: Slot, name: string): Value {
  const { value } = place;
  return value === UNBOUND ? readUnbound(context, name) : (value as Value);
}

/** `slotValue` for a name that is used as a container; see `container`. */
export function slotContainer(context: Context, place: Slot, name: string): Value {
  const { value } = place;
  if (value instanceof Regex) {
    place.value = UNBOUND;
    return null;
  }
  return value === UNBOUND ? readUnbound(context, name) : (value as Value);
}

/** Assigns to a free name: its slot, or whatever else is bound to the name, or a new global (§7.2). */
export function assignSlot(context: Context, place: Slot, name: string, value: Value): Value {
  if (place.value === UNBOUND) return assignUnbound(context, name, value);
  place.value = value;
  return value;
}

/** The value of a universal through its alias: never unbound, an unset one is an empty slot (§7.3). */
export function readUniversal(place: Slot): Value {
  const { value } = place;
  return value === undefined || value === UNBOUND ? null : (value as Value);
}

export function universalValue(place: Slot): Value {
  const { value } = place;
  return value === UNBOUND ? undefined : (value as Value);
}

/**
 * The layer that an included file sees of a function that has no variables it could mention: what the function captured
 * still ends at its boundary.
 */
export function emptyScope(base: Layer | null): Layer {
  return new Layer(base, "locals", base?.boundary ?? null);
}

/** A variable of compiled code for lookups by name. */
export type VisibleVariable = readonly [name: string, get: () => SlotContent, set: (value: SlotContent) => void];

/**
 * A layer with the variables that compiled code has in scope, for files that it includes and functions that a loop
 * re-creates. `base` is the innermost layer of the running file; inside a function, what is captured ends at its boundary.
 */
export function scopeLayer(base: Layer | null, insideFunction: boolean, variables: readonly VisibleVariable[]): Layer {
  const layer = new Layer(base, "locals", insideFunction ? (base?.boundary ?? null) : undefined);
  for (const [name, get, set] of variables) layer.alias(name, new VariableSlot(get, set));
  return layer;
}
