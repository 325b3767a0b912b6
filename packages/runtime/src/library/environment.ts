/**
 * Functions that work on variables by name: `lookup`, `bind`, `unbind`, `import`, `dump_env` (pub-library.md §4.13).
 */
import type { Context } from "../scope/context.js";
import { type Layer, searchLayers } from "../scope/layer.js";
import { findSlot, pushLayer, slotContent } from "../scope/names.js";
import { type Slot, UNBOUND, ValueSlot, type VariableTable } from "../scope/slot.js";
import { copyValue, text } from "../values/index.js";
import { Dict, List, type Value } from "../values/types.js";
import type { BuiltinDefinition } from "./builtin.js";

/**
 * The slot that `lookup(…)` denotes, also as the target of an assignment. A name without binding gives a slot of globals
 * or universals that is bound when it is assigned; undefined for a missing local and after an error.
 */
export function lookupSlot(context: Context, args: Value[]): Slot | undefined {
  if (args.length < 1 || args.length > 2) {
    context.report("lookup() takes 1 or 2 arguments");
    return undefined;
  }
  if (args[0] === undefined) {
    context.report("cannot resolve key to lookup()");
    return undefined;
  }
  const name = text(args[0]);
  if (args.length === 1) return findSlot(context, name) ?? context.run.globals.slot(name);
  const scope = text(args[1]);
  return scope === "l" ? boundLocal(context, name) : scopeTable(context, scope)?.slot(name);
}

/** Slot of a name in scope `l`: the local layers from the innermost to a barrier or the names of a `universals`. */
function boundLocal(context: Context, name: string): Slot | undefined {
  const found = searchLayers(context.layer, (layer) => (layer.kind === "alias" ? null : layer.bound(name)));
  return found ?? undefined;
}

/** The slot of a name in scope `l`, in the innermost local layer when there is none yet. */
function findLocalSlot(context: Context, name: string): Slot {
  const slot =
    boundLocal(context, name) ??
    searchLayers(context.layer, (layer) => (layer.kind === "locals" ? layer.slot(name) : undefined));
  return slot ?? new ValueSlot(UNBOUND);
}

/** The table of scope `g` or `u`; reports any other letter. */
function scopeTable(context: Context, scope: string): VariableTable | undefined {
  if (scope === "g") return context.run.globals;
  if (scope === "u") return context.run.universals;
  context.report(`bad scope specifier given: '${scope}'`);
  return undefined;
}

const KIND_NAMES: Record<Layer["kind"], string> = {
  locals: "locals",
  barrier: "locals_barrier",
  "weak-barrier": "locals_barrier_weak",
  alias: "unirefs",
};

/** The local layers of the whole call stack, innermost first; null stands for the barrier of a function call. */
function allLayers(context: Context): (Layer | null)[] {
  const layers: (Layer | null)[] = [];
  let start = context.layer;
  for (let frame = context.frame; frame.outer !== null; frame = frame.outer) {
    const isFunction = frame.functionName !== null;
    let last: Layer | null = null;
    for (let layer = start; layer !== null; layer = layer.parent) {
      if (!isFunction && layer === frame.callerLayer) break;
      layers.push(layer);
      if (layer.captureEnd !== undefined) last = layer.captureEnd;
      if (isFunction && layer === last) break;
    }
    if (isFunction) layers.push(null);
    start = frame.callerLayer;
  }
  return layers;
}

function dictOf(context: Context, entries: Iterable<[string, Value]>): Dict {
  const table = context.run.newTable();
  for (const [name, value] of entries) table.set(name, value);
  return new Dict(table);
}

export const environmentFunctions: BuiltinDefinition[] = [
  {
    name: "lookup",
    parameters: ["name", "scope"],
    documentation:
      'The variable of that name, found as any name is or in one scope: "l" local, "g" globals, "u" universals. It can be assigned to.',
    call: (context: Context, ...args: Value[]) => slotContent(lookupSlot(context, args)),
  },
  {
    name: "bind",
    pattern: "sO|s",
    parameters: ["name", "x", "scope"],
    documentation:
      'Binds a name to x itself, not to a copy, in scope "g" (globals, the default), "u" (universals) or "l" (the nearest local layer that has the name, else the innermost). True when it was bound.',
    call(context: Context, name: string, value: Value, scope = "g"): Value {
      context.run.noteBinding(name);
      if (scope === "l") {
        findLocalSlot(context, name).value = value;
        return true;
      }
      const table = scopeTable(context, scope);
      table?.bind(name, value);
      return table !== undefined;
    },
  },
  {
    name: "unbind",
    pattern: "s|s",
    parameters: ["name", "scope"],
    documentation: "Removes a binding, by default from globals. True when there was one.",
    call(context: Context, name: string, scope = "g"): Value {
      if (scope !== "l") return scopeTable(context, scope)?.unbind(name) ?? false;
      const slot = boundLocal(context, name);
      if (slot === undefined) return false;
      slot.value = UNBOUND;
      return true;
    },
  },
  {
    name: "import",
    pattern: "d",
    parameters: ["dict"],
    documentation:
      "Makes the entries of a dictionary local variables (copies) until the enclosing loop round, function or file ends.",
    call(context: Context, dict: Dict): Value {
      if (dict.table.size === 0) return true;
      const layer = pushLayer(context);
      for (const [name, value] of dict.table) {
        layer.bind(name, copyValue(value));
        context.run.noteBinding(name);
      }
      return true;
    },
  },
  {
    name: "dump_env",
    pattern: "",
    parameters: [],
    documentation: "All variables as a list of [layer, dict] from the library up to the innermost local layer.",
    call(context: Context): Value {
      const { run } = context;
      const rows: [string, Value][] = [
        ...run.libraryLayers().map((entries): [string, Value] => ["library", dictOf(context, entries)]),
        ["universals", dictOf(context, run.universals.entries())],
        ["globals", dictOf(context, run.globals.entries())],
      ];
      for (const layer of allLayers(context).reverse()) {
        if (layer === null) rows.push(["locals_barrier", null]);
        else rows.push([KIND_NAMES[layer.kind], dictOf(context, layer.entries())]);
      }
      return new List(rows.map(([name, bindings]) => new List([name, bindings])));
    },
  },
];

/** Functions of the command line tool only (pub-library.md §5). */
export const debugFunctions: BuiltinDefinition[] = [
  {
    name: "dump_env_stack",
    pattern: "",
    parameters: [],
    documentation: "Writes the layers of the environment to the error log, from the bottom.",
    call(context: Context): Value {
      const { run } = context;
      for (const _ of run.libraryLayers()) run.log("library: { .. }");
      run.log("universals: { .. }");
      run.log("globals: { .. }");
      for (const layer of allLayers(context).reverse()) {
        const names = layer === null ? "null" : `{ ${[...layer.entries()].map(([name]) => name).join(" ")} }`;
        run.log(`${layer === null ? "locals_barrier" : KIND_NAMES[layer.kind]}: ${names}`);
      }
      return null;
    },
  },
];
